"""Which integrations are installed where, and with which tokens?"""

import sqlite3

from proxyclick.integrations.marketplace import Installation, Token
from proxyclick.integrations.tokens import Secret

_COLUMNS = "number, prefix, last_four, created_at, expires_at, revoked_at, last_used_at"


class Installations:
    """The installed integrations. Each statement is its own transaction, unless the caller has begun one."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._execute = connection.execute

    def add(self, integration: str, location: int, created_at: str) -> int:
        """Installs an integration at a location; its number."""
        added = self._execute(
            "INSERT INTO installations (integration, location, created_at) VALUES (?, ?, ?)",
            (integration, location, created_at),
        )
        return int(added.lastrowid or 0)

    def issue(self, installation: int, secret: Secret, created_at: str) -> None:
        """Gives an installation a token that is good from now on."""
        self._execute(
            "INSERT INTO tokens (installation, prefix, last_four, digest, created_at) VALUES (?, ?, ?, ?, ?)",
            (installation, secret.prefix, secret.last_four, secret.digest, created_at),
        )

    def revoke(self, token_prefix: str, revoked_at: str) -> int:
        """Ends the tokens with this prefix; how many were good until now."""
        return self._execute(
            "UPDATE tokens SET revoked_at = ? WHERE prefix = ? AND revoked_at IS NULL", (revoked_at, token_prefix)
        ).rowcount

    def all(self) -> list[Installation]:
        """Every installation, in the order in which they were made."""
        rows = self._execute(
            "SELECT installations.number, integration, location, locations.name, installations.created_at"
            " FROM installations JOIN locations ON locations.number = location ORDER BY installations.number"
        ).fetchall()
        return [
            Installation(number, integration, location, location_name, created_at, self._tokens(number))
            for number, integration, location, location_name, created_at in rows
        ]

    def integrations(self) -> dict[int, str]:
        """Which integration each installation is of."""
        return dict(self._execute("SELECT number, integration FROM installations"))

    def _tokens(self, installation: int) -> tuple[Token, ...]:
        rows = self._execute(f"SELECT {_COLUMNS} FROM tokens WHERE installation = ? ORDER BY number", (installation,))
        return tuple(Token(*row) for row in rows)
