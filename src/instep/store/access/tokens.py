"""Which API tokens are there? Of each only a digest is kept."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Row, delete, insert, select, update

from instep.access.administrators import Administrator
from instep.access.roles import Permission
from instep.access.tokens import ApiToken
from instep.clock import from_text, to_text
from instep.store.access.rows import administrator_from, names_from, names_text
from instep.store.audit import write_audit
from instep.store.database import Database
from instep.store.tables.access import administrators, api_tokens

# Both tables have a column `id`, and `created_at`.
_WITH_ADMINISTRATOR = select(
    administrators,
    api_tokens.c.id.label("token_id"),
    api_tokens.c.name,
    api_tokens.c.permissions,
    api_tokens.c.created_at.label("issued_at"),
    api_tokens.c.expires_at,
    api_tokens.c.last_used_at,
).join_from(api_tokens, administrators)


class TokenStore:
    """instep.admin.access.ports.Tokens over a database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def all(self, administrator_id: str | None = None) -> Sequence[tuple[ApiToken, Administrator]]:
        """Return the tokens of one administrator, or of all, by name, over or not."""
        query = _WITH_ADMINISTRATOR.order_by(administrators.c.name_key, api_tokens.c.name, api_tokens.c.id)
        if administrator_id is not None:
            query = query.where(administrators.c.id == administrator_id)
        with self._database.read() as connection:
            return [(_token(row), administrator_from(row)) for row in connection.execute(query)]

    def find(self, digest: bytes) -> tuple[ApiToken, Administrator] | None:
        """Return the token of a secret, over or not, with whose it is."""
        with self._database.read() as connection:
            row = connection.execute(_WITH_ADMINISTRATOR.where(api_tokens.c.digest == digest)).one_or_none()
        return None if row is None else (_token(row), administrator_from(row))

    def add(self, token: ApiToken, digest: bytes, whose: str, actor: str) -> None:
        """Keep a new token."""
        values = {
            "id": token.id,
            "administrator_id": token.administrator_id,
            "name": token.name,
            "digest": digest,
            "permissions": names_text(token.permissions),
            "created_at": to_text(token.created_at),
            "expires_at": to_text(token.expires_at),
        }
        with self._database.write() as connection:
            connection.execute(insert(api_tokens).values(**values))
            details = {
                "administrator": whose,
                "name": token.name,
                "permissions": ", ".join(sorted(token.permissions)),
                "expires": to_text(token.expires_at),
            }
            write_audit(connection, None, token.created_at, actor, "Add API token", details)

    def note_use(self, token_id: str, now: datetime) -> None:
        """Note when a token was used last."""
        with self._database.write() as connection:
            connection.execute(update(api_tokens).where(api_tokens.c.id == token_id).values(last_used_at=to_text(now)))

    def end(self, token: ApiToken, whose: str, now: datetime, actor: str) -> None:
        """Let a token be good no more."""
        with self._database.write() as connection:
            if connection.execute(delete(api_tokens).where(api_tokens.c.id == token.id)).rowcount:
                details = {"administrator": whose, "name": token.name}
                write_audit(connection, None, now, actor, "Delete API token", details)


def _token(row: Row[Any]) -> ApiToken:
    return ApiToken(
        row.token_id,
        row.id,
        row.name,
        names_from(row.permissions, Permission),
        from_text(row.issued_at),
        from_text(row.expires_at),
        None if row.last_used_at is None else from_text(row.last_used_at),
    )
