"""What came of a request, before anybody judges it: an answer, none, or a request that never left?"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer as it came: `body` is at most the cap's length; `retry_after_seconds` from its header, if any."""

    status: int
    body: bytes
    content_type: str = ""
    retry_after_seconds: float | None = None
    location: str = ""


@dataclass(frozen=True, slots=True)
class NotSent:
    """The request never left (no connection, name not found, certificate refused): it cannot have had an effect."""

    reason: str


@dataclass(frozen=True, slots=True)
class NoAnswer:
    """The request left and no whole answer came back in time: whether it had an effect is unknown."""

    reason: str


Outcome = Answer | NotSent | NoAnswer
