"""What do the use cases about people who sign in need of whatever keeps them? Each call is one transaction."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from instep.access.people import Person, PersonSession


class People(Protocol):
    """Users of the directory, as far as they sign in; every change has its row of the audit log.

    Whoever was disabled or deleted after a link was made, or a session began, has neither any more.
    """

    def find(self, user_id: str) -> Person | None:
        """Return a person by the id of the user, live or not."""

    def named(self, user_name: str) -> Person | None:
        """Return a person by the userPrincipalName, in any letter case."""

    def password_hash(self, user_id: str) -> str | None:
        """Return what is kept of a password, if there is one."""

    def set_password(self, person: Person, password_hash: str, besides: bytes, now: datetime) -> None:
        """Keep another password; all sessions end but the one with the digest `besides`."""

    def issue_link(self, digest: bytes, person: Person, expires_at: datetime, now: datetime, actor: str) -> None:
        """Keep a one-time link; only the last one of a person is good."""

    def of_link(self, digest: bytes, now: datetime) -> Person | None:
        """Return whose a link is, while it is good."""

    def use_link(self, digest: bytes, person: Person, password_hash: str, now: datetime) -> None:
        """End a link, and keep the password that was chosen. Raises AccessRefused."""

    def begin(self, session: PersonSession, person: Person) -> None:
        """Keep a new session."""

    def session(self, digest: bytes) -> tuple[PersonSession, Person] | None:
        """Return a session, worn out or not, with whose it is."""

    def sessions(self, user_id: str) -> Sequence[PersonSession]:
        """Return the sessions of a person, the one that was used last first."""

    def note_use(self, digest: bytes, now: datetime) -> None:
        """Note that a session is used."""

    def end(self, session: PersonSession, person: Person, now: datetime, actor: str) -> None:
        """End a session."""
