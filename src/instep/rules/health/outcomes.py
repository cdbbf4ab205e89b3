"""What came of a request, before anybody judges it: an answer, none, or a request that never left?"""

from dataclasses import dataclass
from datetime import datetime


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
    """The request left and no whole answer could be read: whether it had an effect is unknown.

    `code` is the provisioning log's: none came in time, or it was too large, or damaged.
    """

    reason: str
    code: str = "Timeout"


@dataclass(frozen=True, slots=True)
class NotMade:
    """There is no request that says this: none was sent, and none will be until what it is about has changed."""

    reason: str


Outcome = Answer | NotSent | NoAnswer | NotMade

QUOTED_CHARACTERS = 500
_ERROR_SCHEMA = b"urn:ietf:params:scim:api:messages:2.0:Error"


@dataclass(frozen=True, slots=True)
class FailedRequest:
    """A request that did not work, as it was sent, and the beginning of what came back; headers are not kept.

    `status` is None where no answer came; `answer` then says why.
    """

    at: datetime
    method: str
    url: str
    status: int | None
    answer: str


@dataclass(frozen=True, slots=True)
class Exchange:
    """One request as it was sent, and what came back, for people to see; the Secret Token is not in it.

    `status` is None where no answer came; `answer` then says why.
    """

    method: str
    url: str
    headers: tuple[tuple[str, str], ...]
    status: int | None
    content_type: str
    answer: str
    took_seconds: float


def looks_wrong(outcome: Outcome) -> bool:
    """Whether an administrator who asks why nothing works would want to see it; no verdict."""
    if type(outcome) is not Answer or not 200 <= outcome.status < 300:
        return True
    beginning = outcome.body if outcome.body.startswith(b"{") else outcome.body[:QUOTED_CHARACTERS].lstrip()
    return bool(beginning) and (
        not beginning.startswith(b"{") or beginning.find(_ERROR_SCHEMA, 0, QUOTED_CHARACTERS) >= 0
    )


def failed_request(at: datetime, method: str, url: str, outcome: Outcome) -> FailedRequest:
    """Return what is kept of a request."""
    match outcome:
        case Answer(status, body):
            answer = body[: 4 * QUOTED_CHARACTERS].decode("utf-8", "replace").strip()
            return FailedRequest(at, method, url, status, answer[:QUOTED_CHARACTERS])
        case NotSent(reason) | NoAnswer(reason) | NotMade(reason):
            return FailedRequest(at, method, url, None, reason)
