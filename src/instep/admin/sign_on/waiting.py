"""What does a browser come back for, to whatever process it comes, also after a restart? Kept for half an hour.

It is asked for by a key that nobody guesses, of which the digest alone is kept.
"""

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any, Generic, Protocol, TypeVar

from instep.access.secret_values import digest_of, draw
from instep.admin.sign_on.requests import KEPT_FOR, Asked
from instep.admin.sign_on.signing_out import AskedToLeave, Departure
from instep.clock import Clock, from_text, to_text
from instep.saml.assertion import NameId
from instep.saml.logout import LogoutRequest
from instep.sign_on.participation import Participation

T = TypeVar("T")
Document = Mapping[str, Any]


class Waiting(Protocol):
    """What keeps documents by the digest of their key and their kind; each call is one transaction."""

    def keep(self, digest: bytes, kind: str, document: Document, now: datetime, forget_until: datetime) -> None:
        """Keep a document in the place of what was there, and forget those that were kept until a moment."""

    def find(self, digest: bytes, kind: str, kept_after: datetime) -> Document | None:
        """Return a document that was kept after a moment."""

    def take(self, digest: bytes, kind: str, kept_after: datetime) -> Document | None:
        """Return it, and keep it no more: of several who take it one gets it."""


@dataclass(frozen=True, slots=True)
class Kept(Generic[T]):
    """Values of one kind that wait."""

    waiting: Waiting
    clock: Clock
    kind: str
    read: Callable[[Document], T]
    write: Callable[[T], Document]

    def keep(self, value: T) -> str:
        """Keep a value, and return what it is asked for by."""
        key = draw()
        self.put(key, value)
        return key

    def put(self, key: str, value: T) -> None:
        """Keep another value in the place of what was kept."""
        now = self.clock()
        self.waiting.keep(digest_of(key), self.kind, self.write(value), now, now - KEPT_FOR)

    def find(self, key: str) -> T | None:
        """Return what was kept; None when it was not, or is not any more."""
        found = self.waiting.find(digest_of(key), self.kind, self.clock() - KEPT_FOR)
        return None if found is None else self.read(found)

    def take(self, key: str) -> T | None:
        """Return what was kept, once."""
        found = self.waiting.take(digest_of(key), self.kind, self.clock() - KEPT_FOR)
        return None if found is None else self.read(found)


def kept_requests(waiting: Waiting, clock: Clock) -> Kept[Asked]:
    """Requests to sign in, until somebody has."""
    return Kept(waiting, clock, "sign in", _asked, _as_document)


def kept_goodbyes(waiting: Waiting, clock: Clock) -> Kept[AskedToLeave]:
    """Requests to sign out, until the browser has brought its cookie."""
    return Kept(waiting, clock, "sign out", _asked_to_leave, _as_document)


def kept_departures(waiting: Waiting, clock: Clock) -> Kept[Departure]:
    """Who is on the way round the applications."""
    return Kept(waiting, clock, "departure", _departure, _as_document)


def _as_document(value: Any) -> Document:
    return {name: _plain(each) for name, each in asdict(value).items()}


def _plain(value: Any) -> Any:
    match value:
        case dict():
            return {name: _plain(each) for name, each in value.items()}
        case list() | tuple():
            return [_plain(each) for each in value]
        case datetime():
            return to_text(value)
        case bytes():
            return value.hex()
    return value


def _asked(document: Document) -> Asked:
    return Asked(**{**document, "received_at": from_text(document["received_at"])})


def _asked_to_leave(document: Document) -> AskedToLeave:
    request = document["request"]
    ends_at = request["not_on_or_after"]
    said = {
        "issued_at": from_text(request["issued_at"]),
        "subject": NameId(**request["subject"]),
        "session_indexes": tuple(request["session_indexes"]),
        "not_on_or_after": None if ends_at is None else from_text(ends_at),
    }
    return AskedToLeave(**{**document, "request": LogoutRequest(**{**request, **said})})


def _departure(document: Document) -> Departure:
    remaining = (
        Participation(**{**each, "session": bytes.fromhex(each["session"]), "begun_at": from_text(each["begun_at"])})
        for each in document["remaining"]
    )
    asked = document["asked"]
    return Departure(tuple(remaining), None if asked is None else _asked_to_leave(asked), document["awaited_request"])
