"""Which attribute, value or sub-attribute does a PATCH path select (RFC 7644, 3.5.2)?"""

from functools import lru_cache

from instep.scim.errors import InvalidPath
from instep.scim.parsing import Parser
from instep.scim.syntax import Path

__all__ = ["Path", "parse_path"]


_LONGEST_KEPT = 200  # characters


def parse_path(text: str) -> Path:
    """The path that a text means; `str(path)` writes it down again.

    Whether its attributes exist is the schema's to say. Raises InvalidPath, naming the character.
    """
    return _kept(text) if len(text) <= _LONGEST_KEPT else Parser(text, InvalidPath).path()


@lru_cache(maxsize=1024)  # clients say the same few, again and again
def _kept(text: str) -> Path:
    return Parser(text, InvalidPath).path()
