"""What do the use cases about administrators need of whatever keeps them? Each call is one transaction."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from instep.access.administrators import Administrator, Subject
from instep.access.clients import RegisteredClient
from instep.access.links import OneTimeLink
from instep.access.people import Person
from instep.access.sessions import Session
from instep.access.throttle import Throttle
from instep.access.tokens import ApiToken
from instep.admin.access.authenticator_ports import Authenticators
from instep.admin.access.people_ports import People
from instep.clock import Clock


class Administrators(Protocol):
    """Who may sign in; every change has its row of the audit log."""

    def all(self) -> Sequence[Administrator]:
        """Return everyone, by user name."""

    def is_empty(self) -> bool:
        """Whether nobody may sign in yet."""

    def find(self, administrator_id: str) -> Administrator | None:
        """Return an administrator by id."""

    def named(self, user_name: str) -> Administrator | None:
        """Return an administrator by user name, in any letter case."""

    def of_subject(self, subject: Subject) -> Administrator | None:
        """Return whose ID tokens say this."""

    def password_hash(self, administrator_id: str) -> str | None:
        """Return what is kept of a password, if there is one."""

    def add(self, administrator: Administrator, now: datetime, actor: str) -> None:
        """Keep a new administrator, who has no password yet. Raises AccessRefused when the name is taken."""

    def save(self, before: Administrator, after: Administrator, now: datetime, actor: str) -> None:
        """Keep other names, roles or another state; whoever is disabled or loses a role is signed out everywhere.

        Raises AccessRefused when the user name is taken, or when nobody would remain who can manage administrators.
        """

    def delete(self, administrator: Administrator, now: datetime, actor: str) -> None:
        """Delete an administrator with their sessions, links and API tokens. Raises AccessRefused as `save` does."""

    def set_password(
        self, administrator: Administrator, password_hash: str, besides: bytes, now: datetime, actor: str
    ) -> None:
        """Keep another password; all sessions end but the one with the digest `besides`."""

    def bind(self, administrator: Administrator, subject: Subject | None, now: datetime, actor: str) -> None:
        """Let somebody at a provider sign in as this administrator; None: nobody. Raises AccessRefused."""


class Sessions(Protocol):
    """Who is signed in, and where."""

    def find(self, digest: bytes) -> tuple[Session, Administrator] | None:
        """Return a session, over or not, with whose it is."""

    def all(self, administrator_id: str | None = None) -> Sequence[tuple[Session, Administrator]]:
        """Return the sessions of one administrator, or of all, the one that was used last first."""

    def begin(self, session: Session, who: str) -> None:
        """Keep a new session."""

    def note_use(self, digest: bytes, now: datetime) -> None:
        """Note that a session is used."""

    def confirm(self, digest: bytes, now: datetime) -> None:
        """Note that whoever is there has shown again who they are."""

    def end(self, session: Session, whose: str, now: datetime, actor: str) -> None:
        """End a session."""


class Links(Protocol):
    """The one-time links that were not used."""

    def issue(self, digest: bytes, link: OneTimeLink, now: datetime, actor: str, whose: str) -> None:
        """Keep a link; of those for the first administrator, or for the same one, only the last is good."""

    def find(self, digest: bytes) -> OneTimeLink | None:
        """Return the link of a secret, over or not."""

    def use_as_first(self, digest: bytes, administrator: Administrator, password_hash: str, now: datetime) -> None:
        """Make the first administrator, and end the link. Raises AccessRefused when somebody else was quicker."""

    def use(self, digest: bytes, administrator: Administrator, password_hash: str | None, now: datetime) -> None:
        """End a link, and keep the password that was chosen, if one was asked for. Raises AccessRefused."""


class Tokens(Protocol):
    """The API tokens."""

    def all(self, administrator_id: str | None = None) -> Sequence[tuple[ApiToken, Administrator]]:
        """Return the tokens of one administrator, or of all, by name, over or not."""

    def find(self, digest: bytes) -> tuple[ApiToken, Administrator] | None:
        """Return the token of a secret, over or not, with whose it is."""

    def add(self, token: ApiToken, digest: bytes, whose: str, actor: str) -> None:
        """Keep a new token."""

    def note_use(self, token_id: str, now: datetime) -> None:
        """Note when a token was used last."""

    def end(self, token: ApiToken, whose: str, now: datetime, actor: str) -> None:
        """Let a token be good no more."""


class Clients(Protocol):
    """The registered clients, and their access tokens."""

    def all(self) -> Sequence[RegisteredClient]:
        """Return every client, by name."""

    def find(self, client_id: str) -> tuple[RegisteredClient, bytes] | None:
        """Return a client with the digest of its secret."""

    def of_access_token(self, digest: bytes, now: datetime) -> RegisteredClient | None:
        """Return whose access token it is, while it is good."""

    def add(self, client: RegisteredClient, digest: bytes, actor: str) -> None:
        """Keep a new client."""

    def renew(self, client: RegisteredClient, digest: bytes, now: datetime, actor: str) -> None:
        """Keep another secret, and end the access tokens."""

    def end(self, client: RegisteredClient, now: datetime, actor: str) -> None:
        """Delete a client with its access tokens."""

    def add_access_token(self, client_id: str, digest: bytes, now: datetime, expires_at: datetime) -> None:
        """Keep a new access token, and forget those that are over."""


@dataclass(frozen=True, slots=True)
class Access:
    """All of it, with what else these use cases need. The failures of sign-ins are counted here, in this process."""

    administrators: Administrators
    sessions: Sessions
    links: Links
    tokens: Tokens
    clients: Clients
    people: People
    authenticators: Authenticators
    people_authenticators: Authenticators
    clock: Clock
    new_id: Callable[[], str]
    throttle: Throttle = field(default_factory=Throttle)

    def authenticators_of(self, whose: Administrator | Person) -> Authenticators:
        """Return where the authenticator of an administrator is kept, or of a person."""
        return self.people_authenticators if isinstance(whose, Person) else self.authenticators
