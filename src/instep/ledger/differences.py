"""Where do two documents differ, value by value, so that a person can read it?"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

_NAMES: Final = ("target", "name", "title", "id")  # by which of them the things of a list are told apart
_MISSING: Final = object()


@dataclass(frozen=True, slots=True)
class Difference:
    """One value that differs, and where it stands; None is none."""

    path: str
    old: Any
    new: Any


def differences(old: Any, new: Any, path: str = "") -> Iterator[Difference]:
    """Yield what differs between two documents of objects, lists and values; lists of named things by their names."""
    old, new = _by_name(old), _by_name(new)
    if isinstance(old, Mapping) and isinstance(new, Mapping):
        for name in {**old, **new}:
            yield from differences(
                old.get(name, _MISSING), new.get(name, _MISSING), f"{path} › {name}" if path else name
            )
    elif old != new:
        yield Difference(path, None if old is _MISSING else old, None if new is _MISSING else new)


def _by_name(value: Any) -> Any:
    if not isinstance(value, list) or not value or not all(isinstance(each, Mapping) for each in value):
        return value
    for name in _NAMES:
        names = [each.get(name) for each in value]
        if all(isinstance(each, str) for each in names) and len(set(names)) == len(names):
            return dict(zip(names, value, strict=True))
    return value
