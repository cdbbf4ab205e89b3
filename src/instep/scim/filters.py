"""Which resources does a filter select (RFC 7644, 3.4.2.2)?"""

from instep.scim.errors import InvalidFilter
from instep.scim.parsing import Barewords, Parser
from instep.scim.predicates import Predicate, compile_filter
from instep.scim.syntax import And, Compare, Filter, Literal, Not, Operator, Or, Path, Present, ValuePath

__all__ = [
    "And",
    "Barewords",
    "Compare",
    "Filter",
    "Literal",
    "Not",
    "Operator",
    "Or",
    "Path",
    "Predicate",
    "Present",
    "ValuePath",
    "compile_filter",
    "parse_filter",
]


def parse_filter(text: str, barewords: Barewords = Barewords.REFUSED) -> Filter:
    """The filter that a text means; `str(filter)` writes it down again.

    Whether its attributes exist is the schema's to say. Raises InvalidFilter, naming the character.
    """
    return Parser(text, InvalidFilter, barewords).filter()
