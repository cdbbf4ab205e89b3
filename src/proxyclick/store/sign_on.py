"""How is single sign-on of a location set, which assertions were taken, and which sessions began by one?"""

import sqlite3
from collections.abc import Collection
from dataclasses import astuple, dataclass
from datetime import datetime

from instep.saml.assertion import NameId
from instep.scim.values import fold
from proxyclick.clock import timestamp
from proxyclick.integrations.single_sign_on import RequestMethod, SignOnSettings

_SETTINGS = "location, method, issuer, endpoint, certificates, logout, own_certificate, private_key"


@dataclass(frozen=True, slots=True)
class SignOnSession:
    """A session that began by single sign-on at a location, with what the identity provider calls both."""

    digest: bytes
    location: int
    subject: NameId
    session_index: str


class SignOns:
    """All about single sign-on; a write is to be made inside a transaction."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._execute = connection.execute

    def settings(self, location: int) -> SignOnSettings | None:
        """How single sign-on of a location is set; None: people sign in there with a password alone."""
        row = self._execute(f"SELECT {_SETTINGS} FROM sign_on_settings WHERE location = ?", (location,)).fetchone()
        return None if row is None else SignOnSettings(row[0], RequestMethod(row[1]), *row[2:])

    def locations(self) -> list[int]:
        """The locations that have single sign-on."""
        return [number for (number,) in self._execute("SELECT location FROM sign_on_settings ORDER BY location")]

    def save(self, settings: SignOnSettings) -> None:
        """Sets single sign-on of a location."""
        marks = ", ".join("?" * len(_SETTINGS.split(", ")))
        self._execute(f"INSERT OR REPLACE INTO sign_on_settings VALUES ({marks})", astuple(settings))

    def remove(self, location: int) -> None:
        """Ends single sign-on of a location, and the sessions that began by it."""
        self._execute("DELETE FROM sign_on_settings WHERE location = ?", (location,))
        query = "DELETE FROM sessions WHERE digest IN (SELECT digest FROM sign_on_sessions WHERE location = ?)"
        self._execute(query, (location,))

    def take(self, location: int, assertion: str, until: datetime, now: datetime) -> bool:
        """Notes that an assertion is taken; False when it was taken before."""
        self._execute("DELETE FROM taken_assertions WHERE until < ?", (timestamp(now),))
        added = self._execute(
            "INSERT OR IGNORE INTO taken_assertions VALUES (?, ?, ?)", (location, assertion, timestamp(until))
        )
        return added.rowcount == 1

    def begin(self, session: SignOnSession) -> None:
        """Notes by what a session, which is kept already, has begun."""
        who = session.subject
        values = (session.digest, session.location, who.value, fold(who.value), who.format)
        more = (who.name_qualifier, who.sp_name_qualifier, session.session_index)
        self._execute("INSERT INTO sign_on_sessions VALUES (?, ?, ?, ?, ?, ?, ?, ?)", (*values, *more))

    def session(self, digest: bytes) -> SignOnSession | None:
        """By what a session has begun; None when by a password or a link."""
        row = self._execute(
            "SELECT location, name_id, format, name_qualifier, sp_name_qualifier, session_index"
            " FROM sign_on_sessions WHERE digest = ?",
            (digest,),
        ).fetchone()
        return None if row is None else SignOnSession(digest, row[0], NameId(*row[1:5]), row[5])

    def end(self, location: int, subject: NameId, indexes: Collection[str]) -> int:
        """Ends the sessions of somebody, of the given indexes or, where none is given, all; how many there were."""
        rows = self._execute(
            "SELECT digest, session_index FROM sign_on_sessions WHERE location = ? AND name_key = ?",
            (location, fold(subject.value)),
        ).fetchall()
        ended = [digest for digest, index in rows if not indexes or index in indexes]
        for digest in ended:
            self._execute("DELETE FROM sessions WHERE digest = ?", (digest,))
        return len(ended)
