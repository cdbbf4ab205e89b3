"""What is wrong with a document that is being read, and where? All of it is found before anything is refused."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, TypeVar

from instep.admin.setting_values import SettingRefused
from instep.directory.errors import DirectoryError
from instep.gallery.template import UnknownTemplate
from instep.ledger.graph_schema import Problem

_T = TypeVar("_T")


@dataclass(slots=True)
class Reading:
    """A document that is being read; `problems` are all that were found in it so far."""

    problems: list[Problem] = field(default_factory=list)

    def wrong(self, place: str, message: str) -> None:
        """Note a problem."""
        self.problems.append(Problem(place, message))

    @contextmanager
    def at(self, place: str) -> Iterator[None]:
        """Let a refusal be a problem of this place."""
        try:
            yield
        except (SettingRefused, DirectoryError, UnknownTemplate) as refusal:
            self.wrong(place, str(refusal))

    def of_type(self, document: Mapping[str, Any], key: str, kind: type[_T], otherwise: _T, place: str) -> _T:
        """Return the value of a key; what is of another type is a problem, and `otherwise` stands for it."""
        value = document.get(key, otherwise)
        if isinstance(value, kind):
            return value
        self.wrong(f"{place}.{key}", f"{_KINDS[kind]} is expected, not {type(value).__name__}.")
        return otherwise

    def texts(self, document: Mapping[str, Any], key: str, otherwise: list[str], place: str) -> tuple[str, ...]:
        """Return a list of texts."""
        values = self.of_type(document, key, list, otherwise, place)
        if not all(isinstance(each, str) for each in values):
            self.wrong(f"{place}.{key}", "A list of texts is expected.")
            return ()
        return tuple(values)

    def known_keys(self, document: Mapping[str, Any], known: frozenset[str], place: str) -> None:
        """Note keys that nobody knows: misspelt, one would be a setting that nobody has set."""
        for key in sorted(set(document) - known):
            self.wrong(f"{place}.{key}", "This is not known here; it may be misspelt, or of another version.")


_KINDS: Mapping[type, str] = {str: "A text", bool: "true or false", list: "A list", dict: "An object"}
