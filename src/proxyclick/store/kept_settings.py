"""How is the tenant set now? Another process may have set it otherwise a moment ago."""

import sqlite3

from proxyclick.people.tenant_settings import TenantSettings
from proxyclick.store.other_writers import OtherWriters


class KeptSettings:
    """The settings in the database; one that was never set has its default."""

    def __init__(self, connection: sqlite3.Connection, others: OtherWriters | None = None) -> None:
        self._execute = connection.execute
        self._others = others or OtherWriters(connection)
        self._version: int | None = None
        self._current = TenantSettings()

    def current(self) -> TenantSettings:
        """The settings; read anew when another connection has written since."""
        version = self._others.version()
        if version != self._version:
            self._current = self._read()
            self._version = version
        return self._current

    def keep(self, name: str, value: str) -> TenantSettings:
        """Sets one of them and returns all; its own transaction. Raises UnknownSetting, and nothing is changed."""
        changed = self._read().with_value(name, value)
        self._execute("INSERT OR REPLACE INTO tenant_settings VALUES (?, ?)", (name, value))
        self._version = None
        return changed

    def _read(self) -> TenantSettings:
        found = TenantSettings()
        for name, value in self._execute("SELECT name, value FROM tenant_settings"):
            found = found.with_value(name, value)
        return found
