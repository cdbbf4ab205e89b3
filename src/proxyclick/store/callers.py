"""Whose is this Secret Token, and what does it reach? Known without a query, until anybody changes anything."""

import sqlite3
from collections.abc import Callable

from proxyclick.clock import Clock, timestamp
from proxyclick.integrations.scope import Caller, Scope
from proxyclick.integrations.tokens import Secret
from proxyclick.people.multi_location import MultiLocationMapping
from proxyclick.store.mappings import Mappings
from proxyclick.store.other_writers import OtherWriters

_MOST_KEPT = 1000


class Callers:
    """Finds the caller of a token. What is found is kept while no other process commits, and until `forget`."""

    def __init__(
        self,
        connection: sqlite3.Connection,
        clock: Clock,
        requests_per_second: Callable[[], int] = lambda: 0,
        others: OtherWriters | None = None,
    ) -> None:
        self._execute, self._clock = connection.execute, clock
        self._others = others or OtherWriters(connection)
        self._mappings = Mappings(connection)
        self._requests_per_second = requests_per_second
        self._version = -1
        self._kept: dict[bytes, tuple[Caller, str | None]] = {}

    def of(self, secret: Secret) -> Caller | None:
        """The caller whose token is good now; None for any other text."""
        version = self._others.version()
        if version != self._version:
            self._version = version
            self._kept.clear()
        # Kept by its digest: finding it tells, by its time, nothing about the tokens.
        digest = secret.digest
        kept = self._kept.get(digest)
        if kept is None:
            kept = self._find(secret)
            if kept is None:
                return None
            if len(self._kept) >= _MOST_KEPT:
                self._kept.clear()
            self._kept[digest] = kept
        caller, expires_at = kept
        return caller if expires_at is None or timestamp(self._clock()) < expires_at else None

    def forget(self) -> None:
        """To be called when this process has changed tokens, installations or locations."""
        self._kept.clear()

    def _find(self, secret: Secret) -> tuple[Caller, str | None] | None:
        rows = self._execute(
            "SELECT digest, expires_at, tokens.number, installations.number, organisation, location"
            " FROM tokens JOIN installations ON installations.number = installation"
            " JOIN locations ON locations.number = location WHERE prefix = ? AND revoked_at IS NULL",
            (secret.prefix,),
        ).fetchall()
        for digest, expires_at, token, installation, organisation, location in rows:
            if secret.matches(digest):
                return self._caller(token, installation, organisation, location), expires_at
        return None

    def _caller(self, token: int, installation: int, organisation: int, location: int) -> Caller:
        mapping = self._mappings.of(installation) or MultiLocationMapping(location)
        reached = tuple(sorted(mapping.locations))
        rows = self._execute("SELECT number FROM locations WHERE organisation = ?", (organisation,))
        is_whole = all(number in reached for (number,) in rows)
        return Caller(installation, token, Scope(organisation, reached, is_whole), mapping, self._requests_per_second())
