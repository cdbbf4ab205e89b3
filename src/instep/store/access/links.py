"""Which one-time links were issued and not used? Using one is one transaction with what it is for."""

from datetime import datetime

from sqlalchemy import Connection, delete, insert, select

from instep.access.administrators import Administrator
from instep.access.links import OneTimeLink, Purpose
from instep.access.refusals import AccessRefused
from instep.clock import from_text, to_text
from instep.store.access.administrators import add_administrator, put_password
from instep.store.audit import write_audit
from instep.store.database import Database
from instep.store.tables.access import administrators, one_time_links

USED = "This link was used already, or is too old. Ask for another one."


class LinkStore:
    """instep.admin.access.ports.Links over a database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def issue(self, digest: bytes, link: OneTimeLink, now: datetime, actor: str, whose: str) -> None:
        """Keep a link; of those for the first administrator, or for the same one, only the last is good."""
        same = one_time_links.c.administrator_id.is_not_distinct_from(link.administrator_id)
        with self._database.write() as connection:
            connection.execute(delete(one_time_links).where(same))
            connection.execute(
                insert(one_time_links).values(
                    digest=digest,
                    purpose=link.purpose.value,
                    administrator_id=link.administrator_id,
                    expires_at=to_text(link.expires_at),
                )
            )
            details = {"purpose": link.purpose.value, "administrator": whose}
            write_audit(connection, None, now, actor, "Issue one-time link", details)

    def find(self, digest: bytes) -> OneTimeLink | None:
        """Return the link of a secret, over or not."""
        with self._database.read() as connection:
            row = connection.execute(select(one_time_links).where(one_time_links.c.digest == digest)).one_or_none()
        if row is None:
            return None
        return OneTimeLink(Purpose(row.purpose), row.administrator_id, from_text(row.expires_at))

    def use_as_first(self, digest: bytes, administrator: Administrator, password_hash: str, now: datetime) -> None:
        """Make the first administrator, and end the link. Raises AccessRefused when somebody else was quicker."""
        with self._database.write() as connection:
            if connection.execute(select(administrators.c.id).limit(1)).first() is not None:
                raise AccessRefused(USED)
            _use(connection, digest)
            add_administrator(connection, administrator, password_hash, now, administrator.user_name)

    def use(self, digest: bytes, administrator: Administrator, password_hash: str | None, now: datetime) -> None:
        """End a link, and keep the password that was chosen, if one was asked for. Raises AccessRefused."""
        with self._database.write() as connection:
            _use(connection, digest)
            if password_hash is not None:
                put_password(connection, administrator.id, password_hash)
            details = {"administrator": administrator.user_name}
            write_audit(connection, None, now, administrator.user_name, "Use one-time link", details)


def _use(connection: Connection, digest: bytes) -> None:
    if not connection.execute(delete(one_time_links).where(one_time_links.c.digest == digest)).rowcount:
        raise AccessRefused(USED)
