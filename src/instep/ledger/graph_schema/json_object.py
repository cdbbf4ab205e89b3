"""What does an object of a JSON document say, and what is wrong with it where?

Every property is asked for by its name and type; what does not fit is noted as a problem and read as its default, so
that one pass finds everything. In the end, whatever was not asked for is unknown, and a problem too.
"""

from collections.abc import Collection, Iterator
from difflib import get_close_matches
from typing import Any, Final

from instep.ledger.graph_schema.problems import Problem

_MISSING: Final = object()


class JsonObject:
    """One object, its place in the document, and the list of problems that all share."""

    def __init__(self, value: object, place: str, problems: list[Problem]) -> None:
        self.place = place
        self._problems = problems
        self._known: set[str] = set()
        self._is_broken = not isinstance(value, dict)
        self._given: dict[str, Any] = value if isinstance(value, dict) else {}
        if self._is_broken:
            self.problem(f"an object is needed here, not {_shown(value)}")

    def problem(self, message: str, name: str | None = None) -> None:
        """Note what is wrong with the object, or with one property of it."""
        self._problems.append(Problem(self.place_of(name) if name else self.place, message))

    def place_of(self, name: str) -> str:
        """Return the place of a property."""
        return f"{self.place}.{name}" if self.place else name

    def text(self, name: str, default: str | None = None) -> str:
        """Return a text; one without a default must be there and not empty."""
        value = self._get(name)
        if isinstance(value, str) and (value or default is not None):
            return value
        if value is not _MISSING and value is not None and value != "":
            self.problem(f"a text is needed, not {_shown(value)}", name)
        elif default is None and not self._is_broken:
            self.problem("it is missing", name)
        return default or ""

    def optional_text(self, name: str) -> str | None:
        """Return a text, or None where it is null or missing."""
        value = self._get(name)
        if value is None or value is _MISSING or isinstance(value, str):
            return value if isinstance(value, str) else None
        self.problem(f"a text or null is needed, not {_shown(value)}", name)
        return None

    def boolean(self, name: str, *, default: bool) -> bool:
        """Return true or false."""
        value = self._get(name)
        if value is _MISSING or value is None or isinstance(value, bool):
            return default if not isinstance(value, bool) else value
        self.problem(f"true or false is needed, not {_shown(value)}", name)
        return default

    def whole_number(self, name: str, default: int) -> int:
        """Return a whole number of 0 or more."""
        value = self._get(name)
        if value is _MISSING or value is None:
            return default
        if isinstance(value, int) and not isinstance(value, bool) and value >= 0:
            return value
        self.problem(f"a whole number of 0 or more is needed, not {_shown(value)}", name)
        return default

    def choice(self, name: str, choices: Collection[str], default: str) -> str:
        """Return one of the choices, as it is spelt there; letter case does not matter."""
        value = self._get(name)
        if value is _MISSING or value is None:
            return default
        for one in choices:
            if isinstance(value, str) and value.casefold() == one.casefold():
                return one
        self.problem(f"one of {', '.join(choices)} is needed, not {_shown(value)}", name)
        return default

    def child(self, name: str) -> "JsonObject | None":
        """Return the object that a property holds, or None where it is null or missing."""
        value = self._get(name)
        return None if value is None or value is _MISSING else JsonObject(value, self.place_of(name), self._problems)

    def children(self, name: str, named_by: str = "name") -> "list[JsonObject]":
        """Return the objects of an array, [] where it is null or missing; messages call each by its own name."""
        return list(self._children(name, named_by))

    def _children(self, name: str, named_by: str) -> "Iterator[JsonObject]":
        value = self._get(name)
        if value is not _MISSING and value is not None and not isinstance(value, list):
            self.problem(f"an array is needed, not {_shown(value)}", name)
        for index, one in enumerate(value if isinstance(value, list) else ()):
            own = one.get(named_by) if isinstance(one, dict) else None
            label = repr(own) if isinstance(own, str) and own else str(index)
            yield JsonObject(one, f"{self.place_of(name)}[{label}]", self._problems)

    def texts(self, name: str) -> tuple[str, ...]:
        """Return the texts of an array; () where it is null or missing."""
        value = self._get(name)
        if value is _MISSING or value is None:
            return ()
        if isinstance(value, list) and all(isinstance(one, str) for one in value):
            return tuple(value)
        self.problem(f"an array of texts is needed, not {_shown(value)}", name)
        return ()

    def raw(self, name: str) -> Any:
        """Return a property as it is, None where it is missing."""
        value = self._get(name)
        return None if value is _MISSING else value

    def kept(self, *names: str) -> dict[str, Any]:
        """Return those of the properties that are there, as they are."""
        return {name: value for name in names if (value := self._get(name)) is not _MISSING}

    def finish(self) -> None:
        """Note every property that nobody asked for; OData's annotations are the transport's, and passed over."""
        for name in self._given:
            if name not in self._known and "@odata." not in name:
                near = get_close_matches(name, self._known, n=1)
                meant = f"did you mean {near[0]}?" if near else f"there are {', '.join(sorted(self._known))}"
                self.problem(f"there is no such property; {meant}", name)

    def _get(self, name: str) -> Any:
        self._known.add(name)
        return self._given.get(name, _MISSING)


def _shown(value: object) -> str:
    match value:
        case None:
            return "null"
        case bool():
            return "true" if value else "false"
        case dict():
            return "an object"
        case list():
            return "an array"
        case _:
            shown = repr(value)
            return shown if len(shown) <= 40 else f"{shown[:37]}..."
