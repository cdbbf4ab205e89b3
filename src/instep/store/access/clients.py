"""Which programs are registered, and which access tokens have they? Of each secret only a digest is kept."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import orjson
from sqlalchemy import Row, delete, insert, select, update

from instep.access.clients import RegisteredClient
from instep.clock import from_text, to_text
from instep.store.audit import write_audit
from instep.store.database import Database
from instep.store.tables.access import access_tokens, registered_clients


class ClientStore:
    """instep.admin.access.ports.Clients over a database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def all(self) -> Sequence[RegisteredClient]:
        """Return every client, by name."""
        query = select(registered_clients).order_by(registered_clients.c.name, registered_clients.c.id)
        with self._database.read() as connection:
            return [_client(row) for row in connection.execute(query)]

    def find(self, client_id: str) -> tuple[RegisteredClient, bytes] | None:
        """Return a client with the digest of its secret."""
        with self._database.read() as connection:
            query = select(registered_clients).where(registered_clients.c.id == client_id)
            row = connection.execute(query).one_or_none()
        return None if row is None else (_client(row), row.digest)

    def of_access_token(self, digest: bytes, now: datetime) -> RegisteredClient | None:
        """Return whose access token it is, while it is good."""
        query = select(registered_clients).join(access_tokens).where(access_tokens.c.digest == digest)
        with self._database.read() as connection:
            row = connection.execute(query.where(access_tokens.c.expires_at > to_text(now))).one_or_none()
        return None if row is None else _client(row)

    def add(self, client: RegisteredClient, digest: bytes, actor: str) -> None:
        """Keep a new client."""
        values = {
            "id": client.id,
            "name": client.name,
            "digest": digest,
            "permissions": orjson.dumps(sorted(client.permissions)).decode(),
            "created_at": to_text(client.created_at),
            "secret_expires_at": to_text(client.secret_expires_at),
        }
        with self._database.write() as connection:
            connection.execute(insert(registered_clients).values(**values))
            details = {**_details(client), "permissions": ", ".join(sorted(client.permissions))}
            write_audit(connection, None, client.created_at, actor, "Add client", details)

    def renew(self, client: RegisteredClient, digest: bytes, now: datetime, actor: str) -> None:
        """Keep another secret, and end the access tokens."""
        with self._database.write() as connection:
            values = {"digest": digest, "secret_expires_at": to_text(client.secret_expires_at)}
            connection.execute(update(registered_clients).where(registered_clients.c.id == client.id).values(**values))
            connection.execute(delete(access_tokens).where(access_tokens.c.client_id == client.id))
            write_audit(connection, None, now, actor, "Update client", _details(client))

    def end(self, client: RegisteredClient, now: datetime, actor: str) -> None:
        """Delete a client with its access tokens."""
        with self._database.write() as connection:
            if connection.execute(delete(registered_clients).where(registered_clients.c.id == client.id)).rowcount:
                write_audit(connection, None, now, actor, "Delete client", _details(client))

    def add_access_token(self, client_id: str, digest: bytes, now: datetime, expires_at: datetime) -> None:
        """Keep a new access token, and forget those that are over."""
        with self._database.write() as connection:
            connection.execute(delete(access_tokens).where(access_tokens.c.expires_at <= to_text(now)))
            values = {"digest": digest, "client_id": client_id, "expires_at": to_text(expires_at)}
            connection.execute(insert(access_tokens).values(**values))
            used = update(registered_clients).where(registered_clients.c.id == client_id)
            connection.execute(used.values(last_used_at=to_text(now)))


def _client(row: Row[Any]) -> RegisteredClient:
    return RegisteredClient(
        id=row.id,
        name=row.name,
        permissions=frozenset(orjson.loads(row.permissions)),
        created_at=from_text(row.created_at),
        secret_expires_at=from_text(row.secret_expires_at),
        last_used_at=from_text(row.last_used_at) if row.last_used_at else None,
    )


def _details(client: RegisteredClient) -> dict[str, object]:
    return {"name": client.name, "client_id": client.id, "expires": to_text(client.secret_expires_at)}
