"""Which integrations are installed where, and with which tokens?"""

import sqlite3
from collections.abc import Mapping
from datetime import datetime

from proxyclick.clock import timestamp
from proxyclick.integrations.marketplace import Installation, Token
from proxyclick.integrations.tokens import Secret

_COLUMNS = "number, prefix, last_four, created_at, expires_at, revoked_at, last_used_at"


class Installations:
    """The installed integrations; a write is to be made inside a transaction."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._execute = connection.execute
        self._execute_many = connection.executemany

    def add(self, integration: str, location: int, now: datetime) -> int:
        """Installs an integration at a location; its number."""
        added = self._execute(
            "INSERT INTO installations (integration, location, created_at) VALUES (?, ?, ?)",
            (integration, location, timestamp(now)),
        )
        return int(added.lastrowid or 0)

    def issue(self, installation: int, secret: Secret, now: datetime) -> None:
        """Gives an installation a token that is good from now on."""
        self._execute(
            "INSERT INTO tokens (installation, prefix, last_four, digest, created_at) VALUES (?, ?, ?, ?, ?)",
            (installation, secret.prefix, secret.last_four, secret.digest, timestamp(now)),
        )

    def revoke(self, token: int, now: datetime) -> None:
        """Ends a token at once."""
        self._execute("UPDATE tokens SET revoked_at = ? WHERE number = ?", (timestamp(now), token))

    def end_at(self, token: int, moment: datetime) -> None:
        """Lets a token end by itself."""
        self._execute("UPDATE tokens SET expires_at = ? WHERE number = ?", (timestamp(moment), token))

    def note_uses(self, uses: Mapping[int, datetime]) -> None:
        """Notes when tokens were last used."""
        rows = [(timestamp(moment), token) for token, moment in uses.items()]
        self._execute_many("UPDATE tokens SET last_used_at = ? WHERE number = ?", rows)

    def find(self, number: int) -> Installation | None:
        """The installation of a number."""
        found = self._select("WHERE installations.number = ?", (number,))
        return found[0] if found else None

    def with_token(self, prefix: str) -> Installation | None:
        """The installation that has, or had, a token that begins so."""
        found = self._select(
            "WHERE installations.number IN (SELECT installation FROM tokens WHERE prefix = ?)", (prefix,)
        )
        return found[0] if found else None

    def at(self, location: int) -> list[Installation]:
        """The installations at a location."""
        return self._select("WHERE location = ? ORDER BY installations.number", (location,))

    def all(self) -> list[Installation]:
        """Every installation, in the order in which they were made."""
        return self._select("ORDER BY installations.number", ())

    def integrations(self) -> dict[int, str]:
        """Which integration each installation is of."""
        return dict(self._execute("SELECT number, integration FROM installations"))

    def _select(self, condition: str, parameters: tuple[object, ...]) -> list[Installation]:
        rows = self._execute(
            "SELECT installations.number, integration, location, locations.name, installations.created_at"
            f" FROM installations JOIN locations ON locations.number = location {condition}",
            parameters,
        ).fetchall()
        return [
            Installation(number, integration, location, location_name, created_at, self._tokens(number))
            for number, integration, location, location_name, created_at in rows
        ]

    def _tokens(self, installation: int) -> tuple[Token, ...]:
        rows = self._execute(f"SELECT {_COLUMNS} FROM tokens WHERE installation = ? ORDER BY number", (installation,))
        return tuple(Token(*row) for row in rows)
