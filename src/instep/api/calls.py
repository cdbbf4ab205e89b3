"""What is a call of the API, what is its answer, and what is an operation?"""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from instep.api.errors import bad_request
from instep.wiring import Instep

Document = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Caller:
    """Who calls, as the audit log names them, and with which of Graph's permissions."""

    name: str
    permissions: frozenset[str]
    administrator_id: str | None = None


@dataclass(frozen=True, slots=True)
class Call:
    """One request, or one of a batch. `base` is the address up to and with the version, without a slash at its end."""

    instep: Instep
    caller: Caller
    base: str
    url: str
    options: Mapping[str, str]  # the query: $filter and the like in lower case, others as they are
    parameters: Mapping[str, str]  # of the address: the ids
    body: Any
    headers: Mapping[str, str] = field(default_factory=dict)  # in lower case

    @property
    def is_eventual(self) -> bool:
        """Whether the caller asks for what Graph calls advanced queries."""
        return self.headers.get("consistencylevel", "").lower() == "eventual"

    def document(self) -> Document:
        """Return the body without what says how it is written. Raises GraphError where it is no JSON object."""
        if self.body is None:
            return {}
        if not isinstance(self.body, dict):
            raise bad_request("The body must be a JSON object.", "BadRequest")
        return {name: value for name, value in self.body.items() if not name.startswith("@odata.")}


@dataclass(frozen=True, slots=True)
class Answer:
    """What is answered: a document, a plain text, or nothing."""

    status: int
    body: Document | str | None = None
    headers: Mapping[str, str] = field(default_factory=dict)


NO_CONTENT = Answer(204)
Handler = Callable[[Call], Answer | Awaitable[Answer]]
"""Runs in a thread, or in the event loop where it is a coroutine function."""


@dataclass(frozen=True, slots=True)
class Operation:
    """What answers a method at an address such as `users/{id}/manager/$ref`, and one of which permissions it wants."""

    method: str
    address: str
    handler: Handler
    permissions: tuple[str, ...]
    summary: str
    segments: tuple[str, ...] = field(init=False)

    def __post_init__(self) -> None:
        """Splits the address."""
        object.__setattr__(self, "segments", tuple(self.address.split("/")))
