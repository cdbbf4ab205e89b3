"""Which switches of a dialect can be set, by which words, and what is the dialect then?"""

from collections.abc import Callable, Mapping
from dataclasses import fields, replace
from enum import StrEnum
from typing import Any, TypeAlias, get_type_hints

from instep.scim.dialects.dialect import Dialect
from instep.scim.dialects.named import DIALECTS, dialect_for

Read: TypeAlias = Callable[[str], Any]
AS_THE_URL_SAYS = "auto"
WITHOUT_LIMIT = "unlimited"
NONE = "none"
ANY = "any"
_MOST = 1_000_000_000


class DialectRefused(Exception):
    """A dialect or a switch that is not known, or a word that it does not take."""


def chosen_dialect(name: str | None, flags: str, switches: Mapping[str, str]) -> Dialect:
    """Return the dialect of that name, else the one that the Tenant URL's query selects, with the switches set.

    Raises DialectRefused.
    """
    if name is None:
        dialect = dialect_for(flags)
    elif (known := DIALECTS.get(name)) is not None:
        dialect = known
    else:
        raise DialectRefused(f"There is no dialect {name!r}. There are: {', '.join(DIALECTS)}.")
    return replace(dialect, **{switch: read_switch(switch, word) for switch, word in switches.items()})


def read_switch(switch: str, word: str) -> Any:
    """Return the value that a word means for a switch. Raises DialectRefused, naming what it takes."""
    check_switch(switch)
    try:
        return SWITCHES[switch](word)
    except ValueError as error:
        raise DialectRefused(f"dialect.{switch} takes {error}, not {word!r}.") from None


def check_switch(switch: str) -> None:
    """Raise DialectRefused, naming those that there are, for a switch that no dialect has."""
    if switch not in SWITCHES:
        raise DialectRefused(f"There is no dialect.{switch}: a dialect has the switches {', '.join(sorted(SWITCHES))}.")


def _one_of(words: type[StrEnum]) -> Read:
    def read(word: str) -> StrEnum:
        try:
            return words(word)
        except ValueError:
            raise ValueError(" or ".join(f"'{member.value}'" for member in words)) from None

    return read


def _whole_number(word: str) -> int:
    if not (word.isascii() and word.isdigit() and 1 <= int(word[:12]) <= _MOST):
        raise ValueError(f"a whole number from 1 to {_MOST}")
    return int(word)


def _number_or_no_limit(word: str) -> int | None:
    try:
        return None if word == WITHOUT_LIMIT else _whole_number(word)
    except ValueError as error:
        raise ValueError(f"{error} or '{WITHOUT_LIMIT}'") from None


def _text(word: str) -> str:
    if not word or not word.isascii() or not word.isprintable():
        raise ValueError("a text of printable ASCII characters")
    return word


def _text_or_none(word: str) -> str | None:
    return None if word == NONE else _text(word)


def _names_or_any(word: str) -> frozenset[str] | None:
    if word == ANY:
        return None
    return frozenset() if word == NONE else frozenset(_listed(word))


def _names_or_none(word: str) -> tuple[str, ...] | None:
    return None if word == NONE else _listed(word)


def _listed(word: str) -> tuple[str, ...]:
    names = tuple(part.strip() for part in word.split(","))
    if not all(names) or not word.isascii() or not word.isprintable():
        raise ValueError("names with commas between, or one of the words that the reference gives")
    return names


def _reader(kind: Any) -> Read:
    if kind in _UNIONS:
        return _UNIONS[kind]
    if issubclass(kind, StrEnum):
        return _one_of(kind)
    return _whole_number if kind is int else _text


_UNIONS: Mapping[Any, Read] = {
    int | None: _number_or_no_limit,
    str | None: _text_or_none,
    frozenset[str] | None: _names_or_any,
    tuple[str, ...] | None: _names_or_none,
}
SWITCHES: Mapping[str, Read] = {
    field.name: _reader(get_type_hints(Dialect)[field.name])
    for field in fields(Dialect)
    if field.name not in ("name", "flag")
}
