"""Which administrators are there? Each change is one transaction, with its row of the audit log."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, delete, insert, select, update

from instep.access.administrators import Administrator, Subject, name_key
from instep.access.refusals import AccessRefused
from instep.store.access.rows import administrator_from, administrator_values, as_audited
from instep.store.audit import write_audit
from instep.store.database import Database
from instep.store.tables.access import administrators, pending_sign_ins, sessions


class AdministratorStore:
    """instep.admin.access.ports.Administrators over a database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def all(self) -> Sequence[Administrator]:
        """Return everyone, by user name."""
        query = select(administrators).order_by(administrators.c.name_key)
        with self._database.read() as connection:
            return [administrator_from(row) for row in connection.execute(query)]

    def is_empty(self) -> bool:
        """Whether nobody may sign in yet."""
        with self._database.read() as connection:
            return connection.execute(select(administrators.c.id).limit(1)).first() is None

    def find(self, administrator_id: str) -> Administrator | None:
        """Return an administrator by id."""
        return self._one(administrators.c.id == administrator_id)

    def named(self, user_name: str) -> Administrator | None:
        """Return an administrator by user name, in any letter case."""
        return self._one(administrators.c.name_key == name_key(user_name))

    def of_subject(self, subject: Subject) -> Administrator | None:
        """Return whose ID tokens say this."""
        return self._one((administrators.c.issuer == subject.issuer) & (administrators.c.subject == subject.name))

    def password_hash(self, administrator_id: str) -> str | None:
        """Return what is kept of a password, if there is one."""
        query = select(administrators.c.password_hash).where(administrators.c.id == administrator_id)
        with self._database.read() as connection:
            return connection.execute(query).scalar_one_or_none()

    def add(self, administrator: Administrator, now: datetime, actor: str) -> None:
        """Keep a new administrator, who has no password yet. Raises AccessRefused when the name is taken."""
        with self._database.write() as connection:
            add_administrator(connection, administrator, None, now, actor)

    def save(self, before: Administrator, after: Administrator, now: datetime, actor: str) -> None:
        """Keep other names, roles or another state; whoever is disabled or loses a role is signed out everywhere.

        Raises AccessRefused when the user name is taken, or when nobody would remain who can manage administrators.
        """
        with self._database.write() as connection:
            _require_free(connection, after)
            if before.rules_all and not after.rules_all:
                _require_another(connection, before)
            values = administrator_values(after)
            connection.execute(update(administrators).where(administrators.c.id == after.id).values(**values))
            if not after.is_enabled or before.roles - after.roles:
                _end_sessions(connection, after.id)
            details = {
                "administrator": before.user_name,
                "before": as_audited(before),
                "after": as_audited(after),
            }
            write_audit(connection, None, now, actor, "Update administrator", details)

    def delete(self, administrator: Administrator, now: datetime, actor: str) -> None:
        """Delete an administrator with their sessions, links and API tokens. Raises AccessRefused as `save` does."""
        with self._database.write() as connection:
            if administrator.rules_all:
                _require_another(connection, administrator)
            connection.execute(delete(administrators).where(administrators.c.id == administrator.id))
            details = {"administrator": administrator.user_name, **as_audited(administrator)}
            write_audit(connection, None, now, actor, "Delete administrator", details)

    def set_password(
        self, administrator: Administrator, password_hash: str, besides: bytes, now: datetime, actor: str
    ) -> None:
        """Keep another password; all sessions end but the one with the digest `besides`."""
        with self._database.write() as connection:
            put_password(connection, administrator.id, password_hash, besides)
            write_audit(connection, None, now, actor, "Change password", {"administrator": administrator.user_name})

    def bind(self, administrator: Administrator, subject: Subject | None, now: datetime, actor: str) -> None:
        """Let somebody at a provider sign in as this administrator; None: nobody. Raises AccessRefused."""
        issuer, name = (None, None) if subject is None else (subject.issuer, subject.name)
        with self._database.write() as connection:
            if subject is not None:
                taken = select(administrators.c.user_name).where(
                    administrators.c.issuer == issuer,
                    administrators.c.subject == name,
                    administrators.c.id != administrator.id,
                )
                if connection.execute(taken).first() is not None:
                    raise AccessRefused("Whoever signed in at the provider is another administrator here already.")
            mine = administrators.c.id == administrator.id
            connection.execute(update(administrators).where(mine).values(issuer=issuer, subject=name))
            deed = "Connect sign-in provider" if subject is not None else "Disconnect sign-in provider"
            details = {"administrator": administrator.user_name, "issuer": issuer or ""}
            write_audit(connection, None, now, actor, deed, details)

    def _one(self, condition: ColumnElement[bool]) -> Administrator | None:
        with self._database.read() as connection:
            row = connection.execute(select(administrators).where(condition)).one_or_none()
        return None if row is None else administrator_from(row)


def add_administrator(
    connection: Connection, administrator: Administrator, password_hash: str | None, now: datetime, actor: str
) -> None:
    """Keep a new administrator. Raises AccessRefused when the name is taken."""
    _require_free(connection, administrator)
    values = {**administrator_values(administrator), "password_hash": password_hash}
    connection.execute(insert(administrators).values(**values))
    details = {"administrator": administrator.user_name, **as_audited(administrator)}
    write_audit(connection, None, now, actor, "Add administrator", details)


def put_password(connection: Connection, administrator_id: str, password_hash: str, besides: bytes = b"") -> None:
    """Keep another password, and end all sessions but one."""
    mine = administrators.c.id == administrator_id
    connection.execute(update(administrators).where(mine).values(password_hash=password_hash))
    _end_sessions(connection, administrator_id, besides)


def _end_sessions(connection: Connection, administrator_id: str, besides: bytes = b"") -> None:
    theirs = (sessions.c.administrator_id == administrator_id) & (sessions.c.digest != besides)
    connection.execute(delete(sessions).where(theirs))
    connection.execute(delete(pending_sign_ins).where(pending_sign_ins.c.administrator_id == administrator_id))


def _require_free(connection: Connection, administrator: Administrator) -> None:
    key = name_key(administrator.user_name)
    taken = select(administrators.c.id).where(administrators.c.name_key == key, administrators.c.id != administrator.id)
    if connection.execute(taken).first() is not None:
        raise AccessRefused(f"There is an administrator {administrator.user_name} already.", "user_name")


def _require_another(connection: Connection, administrator: Administrator) -> None:
    others = select(administrators).where(administrators.c.id != administrator.id)
    if not any(administrator_from(row).rules_all for row in connection.execute(others)):
        raise AccessRefused(
            f"{administrator.user_name} is the only enabled Global Administrator, and stays one: nobody could manage "
            "administrators any more. Make another one first.",
            "roles",
        )
