"""How do users of the directory sign in, and who of them has? Each change is one transaction, with its audit row."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import orjson
from sqlalchemy import ColumnElement, Connection, Row, delete, func, insert, select, update

from instep.access.people import Person, PersonSession
from instep.access.refusals import AccessRefused
from instep.access.sessions import ABSOLUTE, SignInMethod
from instep.clock import from_text, to_text
from instep.directory.changes import ChangeKind
from instep.directory.users import name_key
from instep.store.access.links import USED
from instep.store.audit import write_audit
from instep.store.database import Database
from instep.store.tables.directory import changes, users
from instep.store.tables.people import person_links, person_passwords, person_pending_sign_ins, person_sessions

_PERSON = select(users, person_passwords.c.password_hash).outerjoin_from(users, person_passwords)
_ENDS = (ChangeKind.USER_DELETED.value, ChangeKind.USER_PURGED.value)


class PeopleStore:
    """instep.admin.access.people_ports.People over a database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def find(self, user_id: str) -> Person | None:
        """Return a person by the id of the user, live or not."""
        return self._one(users.c.id == user_id)

    def named(self, user_name: str) -> Person | None:
        """Return a person by the userPrincipalName, in any letter case."""
        return self._one((users.c.user_principal_name_key == name_key(user_name)) & users.c.deleted_at.is_(None))

    def password_hash(self, user_id: str) -> str | None:
        """Return what is kept of a password, if there is one."""
        query = select(person_passwords.c.password_hash).where(person_passwords.c.user_id == user_id)
        with self._database.read() as connection:
            return connection.execute(query).scalar_one_or_none()

    def set_password(self, person: Person, password_hash: str, besides: bytes, now: datetime) -> None:
        """Keep another password; all sessions end but the one with the digest `besides`."""
        with self._database.write() as connection:
            _put_password(connection, person.id, password_hash, now, besides)
            write_audit(connection, None, now, person.user_name, "Change password", {"user": person.user_name})

    def issue_link(self, digest: bytes, person: Person, expires_at: datetime, now: datetime, actor: str) -> None:
        """Keep a one-time link; only the last one of a person is good."""
        with self._database.write() as connection:
            connection.execute(delete(person_links).where(person_links.c.user_id == person.id))
            values = {"digest": digest, "user_id": person.id, "expires_at": to_text(expires_at)}
            connection.execute(insert(person_links).values(**values, since_change=_head(connection)))
            details = {"purpose": "choose a password", "user": person.user_name}
            write_audit(connection, None, now, actor, "Issue one-time link", details)

    def of_link(self, digest: bytes, now: datetime) -> Person | None:
        """Return whose a link is, while it is good."""
        query = select(person_links).where(person_links.c.digest == digest)
        with self._database.read() as connection:
            link = connection.execute(query).one_or_none()
            if link is None or now >= from_text(link.expires_at) or _was_out(connection, link):
                return None
            person = _person(connection.execute(_PERSON.where(users.c.id == link.user_id)).one_or_none())
        return person if person is not None and person.is_let_in else None

    def use_link(self, digest: bytes, person: Person, password_hash: str, now: datetime) -> None:
        """End a link, and keep the password that was chosen. Raises AccessRefused."""
        with self._database.write() as connection:
            if not connection.execute(delete(person_links).where(person_links.c.digest == digest)).rowcount:
                raise AccessRefused(USED)
            _put_password(connection, person.id, password_hash, now)
            write_audit(connection, None, now, person.user_name, "Use one-time link", {"user": person.user_name})

    def begin(self, session: PersonSession, person: Person) -> None:
        """Keep a new session, and forget those that have lasted too long."""
        values = {
            "digest": session.digest,
            "user_id": session.user_id,
            "created_at": to_text(session.created_at),
            "seen_at": to_text(session.seen_at),
            "method": session.method.value,
            "address": session.address,
            "browser": session.browser,
        }
        with self._database.write() as connection:
            too_old = to_text(session.created_at - ABSOLUTE)
            connection.execute(delete(person_sessions).where(person_sessions.c.created_at <= too_old))
            connection.execute(insert(person_sessions).values(**values, since_change=_head(connection)))
            details = {"user": person.user_name, "by": session.method.value, "from": session.address}
            write_audit(connection, None, session.created_at, person.user_name, "Sign in to My apps", details)

    def session(self, digest: bytes) -> tuple[PersonSession, Person] | None:
        """Return a session, worn out or not, with whose it is."""
        with self._database.read() as connection:
            row = connection.execute(select(person_sessions).where(person_sessions.c.digest == digest)).one_or_none()
            if row is None or _was_out(connection, row):
                return None
            person = _person(connection.execute(_PERSON.where(users.c.id == row.user_id)).one_or_none())
        return None if person is None else (_session(row), person)

    def sessions(self, user_id: str) -> Sequence[PersonSession]:
        """Return the sessions of a person, the one that was used last first."""
        query = select(person_sessions).where(person_sessions.c.user_id == user_id)
        with self._database.read() as connection:
            rows = connection.execute(query.order_by(person_sessions.c.seen_at.desc())).all()
            return [_session(row) for row in rows if not _was_out(connection, row)]

    def note_use(self, digest: bytes, now: datetime) -> None:
        """Note that a session is used."""
        mine = person_sessions.c.digest == digest
        with self._database.write() as connection:
            connection.execute(update(person_sessions).where(mine).values(seen_at=to_text(now)))

    def end(self, session: PersonSession, person: Person, now: datetime, actor: str) -> None:
        """End a session; whose it was is kept in the audit log."""
        with self._database.write() as connection:
            mine = person_sessions.c.digest == session.digest
            if connection.execute(delete(person_sessions).where(mine)).rowcount:
                activity = "Sign out of My apps" if person.user_name == actor else "End session"
                details = {"user": person.user_name, "from": session.address}
                write_audit(connection, None, now, actor, activity, details)

    def _one(self, condition: ColumnElement[bool]) -> Person | None:
        with self._database.read() as connection:
            return _person(connection.execute(_PERSON.where(condition)).first())


def _person(row: Row[Any] | None) -> Person | None:
    if row is None:
        return None
    attributes = orjson.loads(row.attributes)
    user_name = str(attributes.get("userPrincipalName", ""))
    is_let_in = row.deleted_at is None and attributes.get("accountEnabled", True) is True
    name = str(attributes.get("displayName") or user_name)
    return Person(row.id, user_name, name, is_let_in, row.password_hash is not None)


def _session(row: Row[Any]) -> PersonSession:
    begun, seen = from_text(row.created_at), from_text(row.seen_at)
    return PersonSession(row.digest, row.user_id, begun, seen, SignInMethod(row.method), row.address, row.browser)


def _head(connection: Connection) -> int:
    head: int = connection.execute(select(func.coalesce(func.max(changes.c.sequence), 0))).scalar_one()
    return head


def _was_out(connection: Connection, row: Row[Any]) -> bool:
    """Whether the user was disabled or deleted since a link was made, or a session began: it stays ended."""
    since = (changes.c.user_id == row.user_id) & (changes.c.sequence > row.since_change)
    found = connection.execute(select(changes.c.kind, changes.c.attributes).where(since))
    return any(kind in _ENDS or _disables(attributes) for kind, attributes in found)


def _disables(attributes: str | None) -> bool:
    return attributes is not None and orjson.loads(attributes).get("accountEnabled", (None, None))[1] is False


def _put_password(
    connection: Connection, user_id: str, password_hash: str, now: datetime, besides: bytes = b""
) -> None:
    """Keep another password, and end all sessions but one, with whoever has a code yet to give."""
    connection.execute(delete(person_pending_sign_ins).where(person_pending_sign_ins.c.user_id == user_id))
    connection.execute(delete(person_passwords).where(person_passwords.c.user_id == user_id))
    values = {"user_id": user_id, "password_hash": password_hash, "chosen_at": to_text(now)}
    connection.execute(insert(person_passwords).values(**values))
    theirs = (person_sessions.c.user_id == user_id) & (person_sessions.c.digest != besides)
    connection.execute(delete(person_sessions).where(theirs))
