"""How is an identity provider given its Tenant URL and Secret Token, whether or not the tenant is served just now?"""

import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import timedelta

from proxyclick.admin.integrations import Asking, CannotBe, IntegrationStores, Issued, install, revoke, rotate
from proxyclick.cli.administering import location_of
from proxyclick.cli.refusals import CannotDo
from proxyclick.clock import system_clock
from proxyclick.integrations.marketplace import Installation, tenant_url
from proxyclick.integrations.tokens import Secret
from proxyclick.people.locations import Location
from proxyclick.settings import DEFAULT_HOST, DEFAULT_PORT, Settings
from proxyclick.store.audit import AuditLog
from proxyclick.store.database import open_database, transaction
from proxyclick.store.installations import Installations
from proxyclick.store.organisations import Organisations
from proxyclick.store.serving import served_address

COMMAND = "A command on the server"
_UNITS = {"m": timedelta(minutes=1), "h": timedelta(hours=1), "d": timedelta(days=1)}
_DURATION = re.compile(r"(\d{1,6})([mhd])|0", re.ASCII)


def install_integration(settings: Settings, integration: str, location_id: str | None = None) -> tuple[str, Secret]:
    """The Tenant URL and a new token. Raises CannotDo or DataDirectoryUnusable."""
    with _written(settings) as connection:
        location = location_of(connection, location_id)
        issued = _done(install(_stores(connection), Asking(COMMAND, location), integration))
    return _address(settings), issued.secret


def rotate_token(settings: Settings, which: str, keep_old: str) -> tuple[str, Secret]:
    """The Tenant URL and another token; the one before stays good for a time such as 24h. Raises as above."""
    overlap = _duration(keep_old)
    with _written(settings) as connection:
        found, location = _installation(connection, which)
        issued = _done(rotate(_stores(connection), Asking(COMMAND, location), found, overlap))
    return _address(settings), issued.secret


def revoke_token(settings: Settings, token_prefix: str) -> None:
    """Ends a token. Raises CannotDo when no good token begins so, or DataDirectoryUnusable."""
    with _written(settings) as connection:
        found, location = _installation(connection, token_prefix)
        refusal = revoke(_stores(connection), Asking(COMMAND, location), found, token_prefix)
        if refusal is not None:
            raise CannotDo(f"{refusal.reason} See: proxyclick integrations list")


def installed(settings: Settings) -> list[Installation]:
    """What is installed. Raises DataDirectoryUnusable."""
    with closing(open_database(settings.data)) as connection:
        return Installations(connection).all()


@contextmanager
def _written(settings: Settings) -> Iterator[sqlite3.Connection]:
    with closing(open_database(settings.data)) as connection, transaction(connection):
        yield connection


def _stores(connection: sqlite3.Connection) -> IntegrationStores:
    return IntegrationStores(Installations(connection), AuditLog(connection), system_clock)


def _installation(connection: sqlite3.Connection, which: str) -> tuple[Installation, Location]:
    """The installation of a number, or of a token that begins so."""
    installations = Installations(connection)
    found = installations.find(int(which)) if which.isdecimal() and len(which) < 10 else installations.with_token(which)
    location = Organisations(connection).location(found.location) if found else None
    if found is None or location is None:
        raise CannotDo(f"No token that is good begins with {which!r}. See: proxyclick integrations list")
    return found, location


def _done(outcome: Issued | CannotBe) -> Issued:
    if isinstance(outcome, CannotBe):
        raise CannotDo(f"{outcome.reason} See: proxyclick integrations list")
    return outcome


def _duration(text: str) -> timedelta:
    match = _DURATION.fullmatch(text.strip())
    if match is None:
        raise CannotDo(f"{text!r} is no duration: write 0, or a number with m, h or d, such as 24h.")
    return int(match[1]) * _UNITS[match[2]] if match[1] else timedelta()


def _address(settings: Settings) -> str:
    return tenant_url(served_address(settings.data) or f"http://{DEFAULT_HOST}:{DEFAULT_PORT}")
