"""An organisation with two locations in a tenant's database, to act in without a server."""

import sqlite3
from dataclasses import replace
from datetime import UTC, datetime

from proxyclick.admin.acting import Actor
from proxyclick.admin.stores import Stores
from proxyclick.admin.users import Added, add_user
from proxyclick.people.by_hand import Particulars
from proxyclick.people.profiles import PROXYCLICK
from proxyclick.people.user_groups import UserGroup
from proxyclick.store.database import FIRST_LOCATION, FIRST_ORGANISATION
from proxyclick.store.resources import ResourceTable
from proxyclick.wiring import stores_of

NOW = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)


class Company:
    """An organisation with Brussels, its first location, and London; `ada` is the administrator of both."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self.connection = connection
        self.stores: Stores = stores_of(ResourceTable(connection, "users", "US"), PROXYCLICK, lambda: NOW)
        self.brussels = FIRST_LOCATION
        self.london = self.stores.organisations.add_location(FIRST_ORGANISATION, "London", "2026-01-01T00:00:00.000Z")
        everything = frozenset(UserGroup)
        founder = Actor(-1, "The founder", FIRST_ORGANISATION, self.brussels, everything)
        self.ada = self._become(founder, "ada@corp.example", "Ada", "Byron", {UserGroup.ADMINISTRATORS})

    def actor(self, name: str, *groups: UserGroup) -> Actor:
        """A new user of Brussels in these groups, ready to act."""
        return self._become(self.ada, f"{name}@corp.example", name.title(), "Example", set(groups))

    def at(self, actor: Actor, location: int) -> Actor:
        """The same person at another location, where they are brought first."""
        self.stores.presence.join(actor.user, [location], None)
        self.stores.groups.add(location, actor.user, actor.groups)
        return replace(actor, location=location, groups=self.stores.groups.groups_of(location, actor.user))

    def id_of(self, actor: Actor) -> str:
        """What somebody's page is called by."""
        found = self.stores.everyone(FIRST_ORGANISATION).at(actor.user)
        assert found is not None
        return found.id

    def _become(self, by: Actor, email: str, first: str, last: str, groups: set[UserGroup]) -> Actor:
        added = add_user(self.stores, by, Particulars(email, first, last), groups)
        assert isinstance(added, Added)
        number = self.stores.users.number_of(added.id)
        assert number is not None
        held = self.stores.groups.groups_of(by.location, number)
        return Actor(number, f"{first} {last}", FIRST_ORGANISATION, by.location, held)
