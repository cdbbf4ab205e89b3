"""Which attribute, value or sub-attribute does a PATCH path select (RFC 7644, 3.5.2)?"""

from instep.scim.errors import InvalidPath
from instep.scim.parsing import Parser
from instep.scim.syntax import Path

__all__ = ["Path", "parse_path"]


def parse_path(text: str) -> Path:
    """The path that a text means; `str(path)` writes it down again.

    Whether its attributes exist is the schema's to say. Raises InvalidPath, naming the character.
    """
    return Parser(text, InvalidPath).path()
