"""Which integrations are installed, and is this token one of theirs? Asked of the database each time, by an index:
another process may have issued or revoked one a moment ago."""

import sqlite3

from proxyclick.integrations.marketplace import Installation
from proxyclick.integrations.tokens import Secret


class Installations:
    """The installed integrations; a write is its own transaction, so that any process may do it."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def add(self, integration: str, secret: Secret, created_at: str) -> None:
        """Installs an integration with a token that is good from now on."""
        self._connection.execute(
            "INSERT INTO installations (integration, token_prefix, token_digest, created_at) VALUES (?, ?, ?, ?)",
            (integration, secret.prefix, secret.digest, created_at),
        )

    def revoke(self, token_prefix: str, revoked_at: str) -> int:
        """Ends the tokens with this prefix; how many were good until now."""
        return self._connection.execute(
            "UPDATE installations SET revoked_at = ? WHERE token_prefix = ? AND revoked_at IS NULL",
            (revoked_at, token_prefix),
        ).rowcount

    def all(self) -> list[Installation]:
        """Every installation, in the order in which they were made."""
        rows = self._connection.execute(
            "SELECT number, integration, token_prefix, created_at, revoked_at FROM installations ORDER BY number"
        )
        return [Installation(*row) for row in rows]

    def admits(self, secret: Secret) -> bool:
        """Whether a token was issued here and is still good."""
        digests = self._connection.execute(
            "SELECT token_digest FROM installations WHERE token_prefix = ? AND revoked_at IS NULL", (secret.prefix,)
        ).fetchall()
        return any(secret.matches(digest) for (digest,) in digests)
