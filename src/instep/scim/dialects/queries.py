"""What stands in the query of an address that asks for resources, in one target's dialect?"""

import re
from urllib.parse import quote, quote_plus

from instep.scim.dialects.dialect import Dialect, FilterCase, FilterNames, FilterValues, Spaces
from instep.scim.paths import parse_path
from instep.scim.syntax import Literal, Operator, render_literal

_QUOTED = re.compile(r'("(?:[^"\\]|\\.)*")')
_BARE = re.compile(r"[A-Za-z_][A-Za-z0-9_.@-]*")
_CONSTANTS = frozenset({"true", "false", "null", "and", "or", "not"})  # which would not be taken for texts


def filter_query(dialect: Dialect, attribute: str, value: Literal) -> str:
    """Return `filter=attribute eq "value"`, encoded; what is special in the value is escaped as in JSON."""
    return f"filter={_encoded(dialect, filter_text(dialect, attribute, value))}"


def filter_text(dialect: Dialect, attribute: str, value: Literal) -> str:
    """Return the filter as it is before it is encoded; a value that needs quotes has them in every dialect."""
    path = parse_path(attribute)
    name = str(path)
    if dialect.filter_case is FilterCase.LOWER and isinstance(value, str):
        value = value.lower()
    if dialect.filter_names is FilterNames.LOWER:
        name = "".join(part.lower() if part[:1] != '"' else part for part in _QUOTED.split(name))
    is_bare = dialect.filter_values is FilterValues.BARE and isinstance(value, str) and _is_word(value)
    return f"{name} {Operator.EQ} {value if is_bare else render_literal(value)}"


def _is_word(value: str) -> bool:
    return _BARE.fullmatch(value) is not None and value.lower() not in _CONSTANTS


def page_query(start_index: int, count: int) -> str:
    """Return the query for the page that begins at an index, counted from 1."""
    return f"startIndex={start_index}&count={count}"


def cursor_query(dialect: Dialect, cursor: str, count: int) -> str:
    """Return the query for the page that a cursor names; the empty one names the first (RFC 9865, 2)."""
    return f"cursor={_encoded(dialect, cursor)}&count={count}"


def _encoded(dialect: Dialect, text: str) -> str:
    return quote_plus(text) if dialect.query_spaces is Spaces.PLUS else quote(text, safe="")
