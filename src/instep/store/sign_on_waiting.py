"""What of single sign-on waits for a browser that comes back?"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import orjson
from sqlalchemy import Connection, delete, func, insert, select

from instep.clock import to_text
from instep.store.database import Database
from instep.store.tables.sign_on import saml_waiting

_MOST_KEPT = 5_000  # whoever knows an application's Login URL can make some


class WaitingStore:
    """instep.admin.sign_on.waiting.Waiting over a database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def keep(
        self, digest: bytes, kind: str, document: Mapping[str, Any], now: datetime, forget_until: datetime
    ) -> None:
        """Keep a document in the place of what was there, and forget those that were kept until a moment."""
        values = {"digest": digest, "kind": kind, "document": orjson.dumps(document).decode(), "kept_at": to_text(now)}
        with self._database.write() as connection:
            outdated = saml_waiting.c.kept_at <= to_text(forget_until)
            connection.execute(delete(saml_waiting).where(outdated | (saml_waiting.c.digest == digest)))
            _make_room(connection)
            connection.execute(insert(saml_waiting).values(**values))

    def find(self, digest: bytes, kind: str, kept_after: datetime) -> Mapping[str, Any] | None:
        """Return a document that was kept after a moment."""
        with self._database.read() as connection:
            return _found(connection, digest, kind, kept_after)

    def take(self, digest: bytes, kind: str, kept_after: datetime) -> Mapping[str, Any] | None:
        """Return it, and keep it no more: of several who take it one gets it."""
        with self._database.write() as connection:
            found = _found(connection, digest, kind, kept_after)
            connection.execute(delete(saml_waiting).where(saml_waiting.c.digest == digest))
        return found


def _found(connection: Connection, digest: bytes, kind: str, kept_after: datetime) -> Mapping[str, Any] | None:
    query = select(saml_waiting.c.document).where(
        saml_waiting.c.digest == digest, saml_waiting.c.kind == kind, saml_waiting.c.kept_at > to_text(kept_after)
    )
    text = connection.execute(query).scalar_one_or_none()
    document: Mapping[str, Any] | None = None if text is None else orjson.loads(text)
    return document


def _make_room(connection: Connection) -> None:
    """Forget the oldest where there are too many."""
    number = connection.execute(select(func.count()).select_from(saml_waiting)).scalar_one()
    if number >= _MOST_KEPT:
        oldest = select(saml_waiting.c.digest).order_by(saml_waiting.c.kept_at).limit(number - _MOST_KEPT + 1)
        connection.execute(delete(saml_waiting).where(saml_waiting.c.digest.in_(oldest)))
