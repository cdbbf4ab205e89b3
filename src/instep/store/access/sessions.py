"""Who is signed in, and where? Found by the digest of what a browser holds."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Row, delete, insert, select, update

from instep.access.administrators import Administrator
from instep.access.sessions import ABSOLUTE, Session, SignInMethod
from instep.clock import from_text, to_text
from instep.store.access.rows import administrator_from
from instep.store.audit import write_audit
from instep.store.database import Database
from instep.store.tables.access import administrators, sessions

# `created_at` is a column of both.
_WITH_ADMINISTRATOR = select(administrators, sessions.c.created_at.label("begun_at"), *(
    column for column in sessions.c if column.name != "created_at"
)).join_from(sessions, administrators)  # fmt: skip


class SessionStore:
    """instep.admin.access.ports.Sessions over a database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def find(self, digest: bytes) -> tuple[Session, Administrator] | None:
        """Return a session, over or not, with whose it is."""
        with self._database.read() as connection:
            row = connection.execute(_WITH_ADMINISTRATOR.where(sessions.c.digest == digest)).one_or_none()
        return None if row is None else (_session(row), administrator_from(row))

    def all(self, administrator_id: str | None = None) -> Sequence[tuple[Session, Administrator]]:
        """Return the sessions of one administrator, or of all, the one that was used last first."""
        query = _WITH_ADMINISTRATOR.order_by(sessions.c.seen_at.desc())
        if administrator_id is not None:
            query = query.where(sessions.c.administrator_id == administrator_id)
        with self._database.read() as connection:
            return [(_session(row), administrator_from(row)) for row in connection.execute(query)]

    def begin(self, session: Session, who: str) -> None:
        """Keep a new session, and forget those that have lasted too long."""
        values = {
            "digest": session.digest,
            "administrator_id": session.administrator_id,
            "created_at": to_text(session.created_at),
            "seen_at": to_text(session.seen_at),
            "confirmed_at": to_text(session.confirmed_at),
            "method": session.method.value,
            "address": session.address,
            "browser": session.browser,
        }
        with self._database.write() as connection:
            too_old = to_text(session.created_at - ABSOLUTE)
            connection.execute(delete(sessions).where(sessions.c.created_at <= too_old))
            connection.execute(insert(sessions).values(**values))
            details = {"by": session.method.value, "from": session.address}
            write_audit(connection, None, session.created_at, who, "Sign in", details)

    def note_use(self, digest: bytes, now: datetime) -> None:
        """Note that a session is used."""
        with self._database.write() as connection:
            connection.execute(update(sessions).where(sessions.c.digest == digest).values(seen_at=to_text(now)))

    def confirm(self, digest: bytes, now: datetime) -> None:
        """Note that whoever is there has shown again who they are."""
        with self._database.write() as connection:
            connection.execute(update(sessions).where(sessions.c.digest == digest).values(confirmed_at=to_text(now)))

    def end(self, session: Session, whose: str, now: datetime, actor: str) -> None:
        """End a session; whose it was is kept in the audit log."""
        with self._database.write() as connection:
            ended = connection.execute(delete(sessions).where(sessions.c.digest == session.digest)).rowcount
            if ended:
                activity = "Sign out" if whose == actor else "End session"
                write_audit(connection, None, now, actor, activity, {"administrator": whose, "from": session.address})


def _session(row: Row[Any]) -> Session:
    return Session(
        row.digest,
        row.administrator_id,
        from_text(row.begun_at),
        from_text(row.seen_at),
        from_text(row.confirmed_at),
        SignInMethod(row.method),
        row.address,
        row.browser,
    )
