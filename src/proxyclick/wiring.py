"""How are the parts of the tenant put together into one application?"""

import gc
import sqlite3
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import timedelta
from functools import partial

from starlette.routing import BaseRoute

from proxyclick.accounts.throttle import Throttle
from proxyclick.admin.signing_in import AccountStores
from proxyclick.admin.stores import Stores
from proxyclick.clock import Clock, system_clock
from proxyclick.console.pages import console_routes
from proxyclick.people.keys import keys_of_group
from proxyclick.people.memberships import GroupRules
from proxyclick.people.profiles import Profile
from proxyclick.people.tenant_settings import TenantSettings
from proxyclick.scim_api.dispatch import DirectRouter
from proxyclick.scim_api.endpoint import bearer_gate
from proxyclick.scim_api.pacing import Pacing
from proxyclick.scim_api.resources import ResourceType
from proxyclick.scim_api.routes import scim_routes
from proxyclick.scim_api.settling import settle
from proxyclick.store.accounts import Accounts, OneTimeLinks, Sessions
from proxyclick.store.activity import ActivityLog, ActivityReader
from proxyclick.store.audit import AuditLog
from proxyclick.store.callers import Callers
from proxyclick.store.colleagues import Colleagues
from proxyclick.store.commits import GroupCommit
from proxyclick.store.history import History
from proxyclick.store.installations import Installations
from proxyclick.store.kept_settings import KeptSettings
from proxyclick.store.mappings import Mappings
from proxyclick.store.organisations import Organisations
from proxyclick.store.other_writers import OtherWriters
from proxyclick.store.presence import Presence
from proxyclick.store.resources import ResourceTable
from proxyclick.store.sign_on import SignOns
from proxyclick.store.user_group_members import UserGroupMembers
from proxyclick.store.visits import Visits


def application(
    connection: sqlite3.Connection,
    reading: sqlite3.Connection,
    profile: Profile,
    site: str,
    clock: Clock = system_clock,
) -> "Tenant":
    """The whole tenant as an ASGI application; `site` is the scheme, host and port at which it is reached.

    Pages read by a connection of their own, in threads: a long search holds up no request of SCIM.

    A bare router: the endpoints answer their own failures, and a middleware costs as much as the JSON does.
    """
    others = OtherWriters(connection)
    settings = KeptSettings(connection, others).current
    commits = GroupCommit(connection)
    types = resource_types(connection, profile, commits, clock, settings, others)
    callers = Callers(connection, clock, lambda: settings().requests_per_second, others)
    activity = ActivityLog(connection, clock, lambda: _kept_for(settings()))
    activity.go_along_with(commits)
    gate = bearer_gate(callers.of, activity, Pacing())
    writing = replace(stores_of(types[0].table, profile, clock), reach_changed=callers.forget)
    shown = stores_of(ResourceTable(reading, "users", "US"), profile, clock)
    console = console_routes(account_stores(writing, commits), shown, site, activity)
    return Tenant([*scim_routes(types, gate, site, settings), *console], activity)


class Tenant(DirectRouter):
    """The application. `close` lets the pages go that follow what happens; `keep_the_rest` writes what still waits."""

    def __init__(self, routes: Sequence[BaseRoute], activity: ActivityLog) -> None:
        super().__init__(routes)
        self.close, self.keep_the_rest = activity.close, activity.keep_the_rest


def _kept_for(settings: TenantSettings) -> timedelta | None:
    return timedelta(days=settings.activity_days) if settings.activity_days else None


def account_stores(stores: Stores, commits: GroupCommit) -> AccountStores:
    """Where accounts, sessions and all that signing in needs are kept."""
    connection = stores.users.connection
    return AccountStores(
        kept=stores,
        accounts=Accounts(connection),
        sessions=Sessions(connection),
        links=OneTimeLinks(connection),
        sign_ons=SignOns(connection),
        audit=AuditLog(connection),
        commits=commits,
        throttle=Throttle(),
    )


def resource_types(
    connection: sqlite3.Connection,
    profile: Profile,
    commits: GroupCommit,
    clock: Clock,
    settings: Callable[[], TenantSettings],
    others: OtherWriters,
) -> list[ResourceType]:
    """The users, and the groups where the profile has them."""
    users = ResourceType(
        name="User",
        endpoint="/Users",
        schema=profile.users,
        rules=profile.rules_by(lambda: settings().email_rule),
        keys_of=profile.keys_of_user,
        table=ResourceTable(connection, "users", "US", others),
        commits=commits,
        clock=clock,
        settle=partial(settle, Presence(connection), Organisations(connection)),
    )
    if profile.groups is None:
        return [users]
    groups = ResourceType(
        name="Group",
        endpoint="/Groups",
        schema=profile.groups,
        rules=GroupRules(),
        keys_of=keys_of_group,
        table=ResourceTable(connection, "groups", "GR", others),
        commits=commits,
        clock=clock,
    )
    return [replace(kind, after_delete=groups.forget_member) for kind in (users, groups)]


def stores_of(users: ResourceTable, profile: Profile, clock: Clock = system_clock) -> Stores:
    """Where all that people do at their locations is kept; beside the table that draws the ids of users."""
    connection = users.connection
    return Stores(
        users=users,
        colleagues=Colleagues(connection),
        groups=UserGroupMembers(connection),
        presence=Presence(connection),
        organisations=Organisations(connection),
        visits=Visits(connection),
        history=History(connection),
        activity=ActivityReader(connection),
        mappings=Mappings(connection),
        installations=Installations(connection),
        accounts=Accounts(connection),
        audit=AuditLog(connection),
        profile=profile,
        clock=clock,
    )


def tame_collector() -> None:
    """Spares what lives forever from garbage collection, and lets it run seldom: pauses show in the slowest answers."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 20)
