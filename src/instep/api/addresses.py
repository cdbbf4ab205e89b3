"""Which operation is an address about, in all the forms in which clients write one (graph-api.md 0 and 1.1)?

Segments are compared without regard to letter case. Namespaces before a cast, an action or a function are passed over
(`microsoft.graph.restart`, `graph.user`), so are empty brackets (`delta()`) and slashes at the end or twice.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from urllib.parse import unquote

from instep.api.calls import Operation
from instep.api.errors import GraphError

_NAMESPACE = re.compile(r"^(?:microsoft\.)?graph\.", re.IGNORECASE)
_ALTERNATE_KEY = re.compile(r"^([A-Za-z]+)\((?:([A-Za-z]+)=)?'((?:[^']|'')*)'\)$")
LONGEST = 4_000


@dataclass(frozen=True, slots=True)
class Found:
    """An operation, and the ids of the address."""

    operation: Operation
    parameters: Mapping[str, str]


@dataclass(slots=True)
class Addresses:
    """All operations, found by method and address."""

    operations: Sequence[Operation]
    _by_length: dict[int, list[Operation]] = field(init=False)

    def __post_init__(self) -> None:
        """Sorts them: a segment that is written out goes before one that is any id."""
        self._by_length = {}
        for operation in sorted(self.operations, key=lambda each: each.address.count("{")):
            self._by_length.setdefault(len(operation.segments), []).append(operation)

    def find(self, method: str, path: str) -> Found:
        """Return the operation of a path after the version. Raises GraphError: there is none, or of another method."""
        segments = segments_of(path)
        others: list[str] = []
        for operation in self._by_length.get(len(segments), ()):
            parameters = _matched(operation.segments, segments)
            if parameters is None:
                continue
            if operation.method == method:
                return Found(operation, parameters)
            others.append(operation.method)
        if others:
            message = "Specified HTTP method is not allowed for the request target."
            error = GraphError(405, "Request_BadRequest", message)
            error.headers["Allow"] = ", ".join(sorted(set(others)))
            raise error
        raise GraphError(400, "BadRequest", f"Resource not found for the segment '{self._unknown(segments)}'.")

    def _unknown(self, segments: Sequence[str]) -> str:
        """Return the first segment with which no address of any operation begins."""
        for number in range(1, len(segments) + 1):
            if not any(_begins(operation.segments, segments[:number]) for operation in self.operations):
                return segments[number - 1]
        return segments[-1] if segments else ""


def segments_of(path: str) -> list[str]:
    """Return the segments of a path, decoded; `servicePrincipals(appId='x')` are two, the second `appId='x'`."""
    found: list[str] = []
    for raw in filter(None, path.split("/")):
        segment = _NAMESPACE.sub("", unquote(raw)).removesuffix("()")
        if (key := _ALTERNATE_KEY.match(segment)) is None:
            found.append(segment)
            continue
        value = key[3].replace("''", "'")
        found += [key[1], f"{key[2]}='{value}'" if key[2] else value]
    return found


def _matched(pattern: Iterable[str], segments: Iterable[str]) -> dict[str, str] | None:
    parameters: dict[str, str] = {}
    for wanted, given in zip(pattern, segments, strict=True):
        if wanted.startswith("{"):
            if not given or given.startswith("$"):
                return None
            parameters[wanted[1:-1]] = given
        elif wanted.lower() != given.lower():
            return None
    return parameters


def _begins(pattern: Sequence[str], segments: Sequence[str]) -> bool:
    return len(pattern) >= len(segments) and _matched(pattern[: len(segments)], segments) is not None
