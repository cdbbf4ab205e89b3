"""How do commands let somebody into the console, whether or not the tenant is served just now?"""

import sqlite3
from contextlib import closing

from proxyclick.accounts.links import Purpose, link_address
from proxyclick.admin.administrators import issue_link
from proxyclick.cli.refusals import CannotDo
from proxyclick.clock import system_clock
from proxyclick.people.locations import Location, location_number
from proxyclick.people.rules import is_email
from proxyclick.settings import DEFAULT_HOST, DEFAULT_PORT, Settings
from proxyclick.store.accounts import Accounts, OneTimeLinks
from proxyclick.store.audit import AuditEntry, AuditLog
from proxyclick.store.database import FIRST_LOCATION, open_database, transaction
from proxyclick.store.organisations import Organisations
from proxyclick.store.serving import served_address


def link_for_first_administrator(connection: sqlite3.Connection, site: str) -> str | None:
    """The address of a link by which somebody becomes the first administrator; None when there is an account."""
    if not Accounts(connection).is_empty():
        return None
    with transaction(connection):
        secret = issue_link(OneTimeLinks(connection), Purpose.FIRST_ADMINISTRATOR, FIRST_LOCATION, system_clock())
    return link_address(site, secret)


def administrator_link(
    settings: Settings,
    email: str,
    location_id: str | None = None,
    purpose: Purpose = Purpose.ADMINISTRATOR,
    first_name: str = "",
    last_name: str = "",
) -> str:
    """The address of a link that makes somebody an administrator. Raises CannotDo or DataDirectoryUnusable."""
    if not is_email(email):
        raise CannotDo(f"{email!r} is no e-mail address: people sign in with theirs.")
    with closing(open_database(settings.data)) as connection, transaction(connection):
        location, now = location_of(connection, location_id), system_clock()
        secret = issue_link(OneTimeLinks(connection), purpose, location.number, now, email, first_name, last_name)
        what = "Issued a one-time link for an administrator"
        AuditLog(connection).add(
            AuditEntry(location.organisation, location.number, now, "A command on the server", what, email)
        )
    return link_address(served_address(settings.data) or f"http://{DEFAULT_HOST}:{DEFAULT_PORT}", secret)


def location_of(connection: sqlite3.Connection, location_id: str | None) -> Location:
    """The location of an id, or the first one. Raises CannotDo."""
    organisations = Organisations(connection)
    number = FIRST_LOCATION if location_id is None else location_number(location_id)
    location = None if number is None else organisations.location(number)
    if location is None:
        known = ", ".join(f"{each.id} ({each.name})" for each in organisations.all_locations())
        raise CannotDo(f"There is no location {location_id!r}. There is: {known}.")
    return location
