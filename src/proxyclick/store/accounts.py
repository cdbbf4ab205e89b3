"""Which accounts, sessions and one-time links are there? Found by their digests; writes are made in a transaction."""

import sqlite3
from dataclasses import dataclass
from datetime import datetime

from proxyclick.accounts.links import Link, Purpose
from proxyclick.accounts.secret_values import digest_of
from proxyclick.accounts.sessions import Session
from proxyclick.clock import timestamp

_SESSION = "digest, user, location, created_at, seen_at, address, browser, ends_at"


@dataclass(frozen=True, slots=True)
class Account:
    """A user who may sign in; `password_hash` is None when only by a link."""

    user: int
    organisation: int
    active: bool
    password_hash: str | None


class Accounts:
    """Who may sign in."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._execute = connection.execute

    def is_empty(self) -> bool:
        """Whether nobody may sign in yet."""
        return self._execute("SELECT 1 FROM accounts LIMIT 1").fetchone() is None

    def has(self, user: int) -> bool:
        """Whether a user may sign in."""
        return self._execute("SELECT 1 FROM accounts WHERE user = ?", (user,)).fetchone() is not None

    def named(self, name_key: str) -> list[Account]:
        """The accounts of a login name: one an organisation."""
        rows = self._execute(
            "SELECT user, organisation, active, password_hash FROM users JOIN accounts ON user = users.number"
            " WHERE organisation IN (SELECT number FROM organisations) AND name_key = ? ORDER BY user",
            (name_key,),
        )
        return [Account(user, organisation, bool(active), kept) for user, organisation, active, kept in rows]

    def put(self, user: int, password_hash: str | None, now: datetime) -> None:
        """Gives a user an account, or the account another password; all sessions of the user end."""
        self._execute(
            "INSERT INTO accounts VALUES (?1, ?2, ?3, ?3) ON CONFLICT (user) DO UPDATE SET"
            " password_hash = coalesce(?2, password_hash), changed_at = ?3",
            (user, password_hash, timestamp(now)),
        )
        self._execute("DELETE FROM sessions WHERE user = ?", (user,))


class Sessions:
    """Who has signed in, and where they are."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._execute = connection.execute

    def find(self, digest: bytes) -> Session | None:
        """The session of a cookie, over or not."""
        found = self._select("WHERE digest = ?", (digest,))
        return found[0] if found else None

    def of(self, user: int) -> list[Session]:
        """All sessions of a user, the one that was used last first."""
        return self._select("WHERE user = ? ORDER BY seen_at DESC", (user,))

    def add(self, session: Session) -> None:
        """Begins a session."""
        self._execute(
            f"INSERT INTO sessions ({_SESSION}) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            (
                session.digest,
                session.user,
                session.location,
                timestamp(session.created_at),
                timestamp(session.seen_at),
                session.address,
                session.browser,
                None if session.ends_at is None else timestamp(session.ends_at),
            ),
        )

    def note_use(self, digest: bytes, now: datetime) -> None:
        """Notes that a session is used."""
        self._execute("UPDATE sessions SET seen_at = ? WHERE digest = ?", (timestamp(now), digest))

    def choose(self, digest: bytes, location: int) -> None:
        """Another location is chosen in the location menu."""
        self._execute("UPDATE sessions SET location = ? WHERE digest = ?", (location, digest))

    def end(self, digest: bytes) -> None:
        """Ends one session."""
        self._execute("DELETE FROM sessions WHERE digest = ?", (digest,))

    def end_all(self, user: int, besides: bytes = b"") -> None:
        """Ends all sessions of a user, but for one."""
        self._execute("DELETE FROM sessions WHERE user = ? AND digest <> ?", (user, besides))

    def end_before(self, created_at: datetime) -> None:
        """Forgets the sessions that began before a time."""
        self._execute("DELETE FROM sessions WHERE created_at < ?", (timestamp(created_at),))

    def _select(self, condition: str, parameters: tuple[object, ...]) -> list[Session]:
        rows = self._execute(f"SELECT {_SESSION} FROM sessions {condition}", parameters)
        return [
            Session(
                digest,
                user,
                location,
                _moment(created_at),
                _moment(seen_at),
                address,
                browser,
                ends_at and _moment(ends_at),
            )
            for digest, user, location, created_at, seen_at, address, browser, ends_at in rows
        ]


class OneTimeLinks:
    """The links that were issued and not used."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._execute = connection.execute

    def add(self, secret: str, link: Link) -> None:
        """Issues a link; of the links to make the first administrator only the last one is good."""
        if link.purpose is Purpose.FIRST_ADMINISTRATOR:
            self._execute("DELETE FROM one_time_links WHERE purpose = ?", (link.purpose.value,))
        self._execute(
            "INSERT INTO one_time_links VALUES (?, ?, ?, ?, ?, ?, ?)",
            (
                digest_of(secret),
                link.purpose.value,
                link.location,
                link.email,
                link.first_name,
                link.last_name,
                timestamp(link.expires_at),
            ),
        )

    def find(self, secret: str) -> Link | None:
        """The link of a secret, over or not."""
        row = self._execute(
            "SELECT purpose, location, email, first_name, last_name, expires_at FROM one_time_links WHERE digest = ?",
            (digest_of(secret),),
        ).fetchone()
        if row is None:
            return None
        purpose, location, email, first_name, last_name, expires_at = row
        return Link(Purpose(purpose), location, email, first_name, last_name, _moment(expires_at))

    def use(self, secret: str) -> bool:
        """Ends a link; False when somebody else has used it meanwhile."""
        return self._execute("DELETE FROM one_time_links WHERE digest = ?", (digest_of(secret),)).rowcount == 1


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text)
