"""What do the things that can be done at a location need: where it is all kept, the rules, and the time?"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

import orjson

from proxyclick.admin.acting import Actor
from proxyclick.clock import Clock
from proxyclick.integrations.scope import Scope
from proxyclick.people.profiles import Profile
from proxyclick.store.accounts import Accounts
from proxyclick.store.activity import ActivityReader
from proxyclick.store.audit import AuditEntry, AuditLog
from proxyclick.store.colleagues import Colleagues
from proxyclick.store.history import History
from proxyclick.store.installations import Installations
from proxyclick.store.mappings import Mappings
from proxyclick.store.organisations import Organisations
from proxyclick.store.presence import Presence
from proxyclick.store.resources import Record, ResourceTable, ScopedTable
from proxyclick.store.user_group_members import UserGroupMembers
from proxyclick.store.visits import Visits


@dataclass(frozen=True, slots=True)
class Stores:
    """All of it. Functions that write are to be called inside a transaction; nothing is written before a refusal."""

    users: ResourceTable
    colleagues: Colleagues
    groups: UserGroupMembers
    presence: Presence
    organisations: Organisations
    visits: Visits
    history: History
    activity: ActivityReader
    mappings: Mappings
    installations: Installations
    accounts: Accounts
    audit: AuditLog
    profile: Profile
    clock: Clock
    reach_changed: Callable[[], None] = lambda: None
    """To be called when a location or a mapping has changed: then tokens reach something else."""

    def users_at(self, organisation: int, location: int) -> ScopedTable:
        """The users of one location."""
        return self.users.within(Scope(organisation, (location,)))

    def everyone(self, organisation: int) -> ScopedTable:
        """The users of an organisation, at whichever location."""
        return self.users.within(Scope(organisation, (), is_whole=True))

    def note(self, actor: Actor, what: str, about: str) -> None:
        """Keeps in the audit log what somebody did; to be called in the transaction that does it."""
        entry = AuditEntry(actor.organisation, actor.location, self.now, actor.name, what, about, actor.address)
        self.audit.add(entry)

    @property
    def now(self) -> datetime:
        """The time, by the clock."""
        return self.clock()


def read(record: Record) -> dict[str, object]:
    """The user that is kept in a record."""
    return dict(orjson.loads(record.body))
