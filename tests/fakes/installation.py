"""How does a test get an installation: the real store and use cases, one application, a target in memory, a clock?"""

import asyncio
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any

from sqlalchemy import event, text

from fakes.memory_target import MemoryTarget
from fakes.postgresql import is_on_postgresql, postgresql_database
from instep.admin import applications as application_cases
from instep.admin import groups as group_cases
from instep.admin import plans as plan_cases
from instep.admin import protections as protection_cases
from instep.admin import users as user_cases
from instep.admin.applications import Principal
from instep.admin.on_demand import OnDemandReport, provision_on_demand
from instep.admin.on_demand_group import GroupOnDemandReport, provision_group_on_demand
from instep.admin.people import find_person
from instep.admin.ports import Door, LogQuery
from instep.admin.preview import preview
from instep.admin.provisioning import Service, provision, require_job
from instep.cycle.conductor import Retries
from instep.cycle.ports import Feed, Ledger, Target
from instep.directory.applications import App, PrincipalType
from instep.directory.groups import ALL_USERS_GROUP_ID, ALL_USERS_NAME
from instep.directory.protections import EVERY_APPLICATION
from instep.directory.users import User, create_user
from instep.ledger.cycles import CycleSummary
from instep.ledger.jobs import Job, JobSettings, JobState
from instep.ledger.plans import KeptOperation, Plan, PlannedOperation
from instep.ledger.records import Link, RecordedLogEntry
from instep.rules.mapping.attribute_mapping import AttributeMapping, TargetAttribute
from instep.rules.scoping.filters import ScopingFilter
from instep.store.applications import ApplicationStore
from instep.store.claims import StoredClaims
from instep.store.database import Database, open_sqlite
from instep.store.directory import DirectoryStore
from instep.store.drift import DriftStore
from instep.store.feed import StoredFeed
from instep.store.jobs import JobStore
from instep.store.key_file import Key
from instep.store.ledger import StoredLedger
from instep.store.migrations import HEAD
from instep.store.plans import PlanStore
from instep.store.preview import StoredPreviews
from instep.store.protections import ProtectionStore
from instep.store.secret_box import SecretBox
from instep.store.tables import metadata

TENANT_URL = "https://scim.example/v2"
ME = "tester"


@dataclass
class Installation:
    """One application with its job, over a real database; commands are named as an administrator says them."""

    database: Database
    app: App
    target: MemoryTarget = field(default_factory=MemoryTarget)
    now: datetime = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
    numbers: Iterator[int] = field(default_factory=lambda: count(1))
    feed: Feed | None = None  # another feed or ledger than the stored one: a working subclass
    ledger: Ledger | None = None

    # --- the parts

    @property
    def directory(self) -> DirectoryStore:
        return DirectoryStore(self.database)

    @property
    def applications(self) -> ApplicationStore:
        return ApplicationStore(self.database)

    @property
    def jobs(self) -> JobStore:
        return JobStore(self.database, SecretBox(lambda: [Key(1, "", bytes(32))]))

    @property
    def protections(self) -> ProtectionStore:
        return ProtectionStore(self.database)

    @property
    def plans(self) -> PlanStore:
        return PlanStore(self.database)

    @property
    def service(self) -> Service:
        feed = self.feed or StoredFeed(self.database)
        ledger = self.ledger or StoredLedger(self.database)
        previews, claims = StoredPreviews(self.database), StoredClaims(self.database)
        parts = (self.applications, self.jobs, feed, ledger, self._open, self.clock, self.new_id)
        return Service(*parts, previews, self.plans, claims, DriftStore(self.database))

    @property
    def job(self) -> Job:
        return require_job(self.service, self.app)

    def clock(self) -> datetime:
        return self.now

    def new_id(self) -> str:
        return f"id-{next(self.numbers):06d}"

    def wait(self, **period: float) -> None:
        self.now += timedelta(**period)

    @asynccontextmanager
    async def _open(self, _door: Door) -> AsyncIterator[Target]:
        self.target.open()
        yield self.target

    @asynccontextmanager
    async def _open_beside(self, _door: Door) -> AsyncIterator[Target]:
        yield self.target.second_door()

    # --- the directory

    def hire(self, user_id: str, **attributes: Any) -> None:
        name = attributes.pop("userPrincipalName", f"{user_id}@corp.example")
        values = {"userPrincipalName": name, "displayName": user_id, "givenName": user_id, "surname": "Example"}
        with self.directory.writing(ME) as writing:
            writing.save_user(create_user(user_id, values | attributes, self.now))

    def hire_all(self, user_ids: Sequence[str]) -> None:
        for user_id in user_ids:
            self.hire(user_id)

    def change(self, user_id: str, **texts: str) -> None:
        user_cases.set_user(self.directory, user_id, texts, ME, self.now)

    def disable(self, user_id: str) -> None:
        user_cases.disable_user(self.directory, user_id, ME, self.now)

    def enable(self, user_id: str) -> None:
        user_cases.enable_user(self.directory, user_id, ME, self.now)

    def delete(self, user_id: str) -> None:
        user_cases.delete_user(self.directory, user_id, ME, self.now)

    def restore(self, user_id: str) -> None:
        user_cases.restore_deleted_user(self.directory, user_id, ME, self.now)

    def purge(self, user_id: str) -> None:
        user_cases.purge_user(self.directory, user_id, ME, self.now)

    def add_group(self, name: str, *members: str) -> str:
        group = group_cases.add_group(self.directory, name, self.new_id, ME, self.now)
        for member in members:
            self.join(name, member)
        return group.id

    def rename_group(self, name: str, to: str) -> None:
        group_cases.set_group(self.directory, name, {"displayName": to}, ME, self.now)

    def delete_group(self, name: str) -> None:
        group_cases.delete_group(self.directory, name, ME, self.now)

    def join(self, group: str, user_id: str) -> None:
        group_cases.add_member(self.directory, group, user_id, ME, self.now)

    def nest(self, group: str, nested: str) -> None:
        group_cases.nest_group(self.directory, group, nested, ME, self.now)

    def unnest(self, group: str, nested: str) -> None:
        group_cases.unnest_group(self.directory, group, nested, ME, self.now)

    def leave(self, group: str, user_id: str) -> None:
        group_cases.remove_member(self.directory, group, user_id, ME, self.now)

    # --- the application

    def assign(self, user_id: str, role: str = "User") -> bool:
        return self._assign(Principal(PrincipalType.USER, user_id, user_id), role)

    def assign_group(self, name: str, role: str = "User") -> bool:
        return self._assign(self._group(name), role)

    def assign_all(self, role: str = "User") -> bool:
        return self._assign(Principal(PrincipalType.GROUP, ALL_USERS_GROUP_ID, ALL_USERS_NAME), role)

    def protect(self, user_id: str, app_id: str = EVERY_APPLICATION) -> bool:
        principal = Principal(PrincipalType.USER, user_id, user_id)
        return protection_cases.protect(self.protections, app_id, principal, self.clock, ME)

    def unprotect(self, user_id: str, app_id: str = EVERY_APPLICATION) -> None:
        principal = Principal(PrincipalType.USER, user_id, user_id)
        protection_cases.unprotect(self.protections, app_id, principal, self.clock, ME)

    def protect_group(self, name: str) -> bool:
        return protection_cases.protect(self.protections, self.app.id, self._group(name), self.clock, ME)

    def unprotect_group(self, name: str) -> None:
        protection_cases.unprotect(self.protections, self.app.id, self._group(name), self.clock, ME)

    def unassign(self, user_id: str) -> None:
        self._unassign(Principal(PrincipalType.USER, user_id, user_id))

    def unassign_group(self, name: str) -> None:
        self._unassign(self._group(name))

    def unassign_all(self) -> None:
        self._unassign(Principal(PrincipalType.GROUP, ALL_USERS_GROUP_ID, ALL_USERS_NAME))

    def settle(self, **settings: Any) -> None:
        """Saves settings of the job."""
        self.jobs.save_settings(self.job, replace(self.job.settings, **settings), self.now, ME)

    def filter_users(self, *filters: ScopingFilter) -> None:
        """Saves scoping filters of users in place of those that are there."""
        before = self.applications.schema(self.app.id)
        after = replace(before, users=replace(before.users, filters=filters))
        self.applications.save_schema(self.app, before, after, self.now, ME)

    def map_users(self, *mappings: AttributeMapping, targets: Sequence[TargetAttribute] = ()) -> None:
        """Saves attribute mappings of users in place of those of the same target attributes, the others stay."""
        before = self.applications.schema(self.app.id)
        known = {each.target: each for each in (*before.users.mappings, *mappings)}
        attributes = {each.name: each for each in (*before.users.targets, *targets)}
        users = replace(before.users, mappings=tuple(known.values()), targets=tuple(attributes.values()))
        self.applications.save_schema(self.app, before, replace(before, users=users), self.now, ME)

    def restart(self) -> None:
        """The next cycle is an initial one."""
        self.jobs.restart(self.job, self.now, ME)

    def cycle(self, retries: Retries = Retries.ALL) -> CycleSummary:
        """Runs one cycle, or goes on with the unfinished one."""
        return asyncio.run(provision(self.service, self.app, retries=retries))

    def preview(self) -> tuple[list[PlannedOperation], CycleSummary]:
        """What the next cycle would do, and its summary."""
        shown: list[PlannedOperation] = []
        summary = asyncio.run(preview(self.service, self.app, shown.extend))
        return shown, summary

    def save_plan(self) -> Plan:
        """A preview of the next cycle, kept."""
        plan, summary = asyncio.run(plan_cases.save_plan(self.service, self.app, ME))
        assert plan is not None, summary.reason
        return plan

    def approve(self, plan: Plan) -> Plan:
        return plan_cases.approve_plan(self.service, self.app, plan, ME)

    def held(self) -> list[Plan]:
        """The sets of held operations, which are shown by this."""
        return list(plan_cases.held_sets(self.service, self.app))

    def reject(self, plan: Plan) -> Plan:
        return plan_cases.reject_plan(self.service, self.app, plan, ME)

    def apply(self, plan: Plan) -> tuple[Plan, CycleSummary]:
        """Carries out a plan, or goes on with that."""
        return asyncio.run(plan_cases.apply_plan(self.service, self.app, self.plan(plan.id), ME))

    @property
    def beside(self) -> Service:
        """What another process has: a feed, a ledger and a door of its own."""
        stored = replace(self.service, feed=StoredFeed(self.database), ledger=StoredLedger(self.database))
        return replace(stored, open_target=self._open_beside)

    def on_demand(self, user_id: str) -> OnDemandReport:
        """Provisions one user on demand, as another process would."""
        person = find_person(self.directory, self.jobs, user_id)
        return asyncio.run(provision_on_demand(self.beside, self.app, person, ME))

    def group_on_demand(self, name: str, *members: str) -> GroupOnDemandReport:
        """Provisions one group on demand with some members, as another process would."""
        people = [find_person(self.directory, self.jobs, member) for member in members]
        with self.directory.reading() as reading:
            group = group_cases.find_group(reading, name)
        return asyncio.run(provision_group_on_demand(self.beside, self.directory, self.app, group, people, ME))

    # --- what can be seen

    def plan(self, plan_id: int) -> Plan:
        return plan_cases.find_plan(self.service, self.app, plan_id)

    def planned(self, plan: Plan) -> list[KeptOperation]:
        return list(plan_cases.operations_of(self.service, self.app, plan))

    def log(self, user_id: str | None = None, cycle_id: str | None = None) -> list[RecordedLogEntry]:
        """The provisioning log, the oldest entry first."""
        return list(reversed(self.jobs.log(LogQuery(self.app.id, user_id=user_id, cycle_id=cycle_id))))

    def link(self, user_id: str) -> Link | None:
        return self.jobs.link(self.job, user_id)

    def directory_user(self, user_id: str) -> User:
        with self.directory.reading() as reading:
            return user_cases.find_user(reading, user_id)

    def rows(self, statement: str) -> list[Any]:
        """What the database says to a query."""
        with self.database.read() as connection:
            return [tuple(row) for row in connection.execute(text(statement))]

    def _group(self, name: str) -> Principal:
        with self.directory.reading() as reading:
            group = group_cases.find_group(reading, name)
        return Principal(PrincipalType.GROUP, group.id, name)

    def _assign(self, principal: Principal, role: str) -> bool:
        held = application_cases.find_role(self.app, role)
        return application_cases.assign(self.applications, self.app, principal, held, self.clock, self.new_id, ME)

    def _unassign(self, principal: Principal) -> None:
        application_cases.unassign(self.applications, self.app, principal, self.clock, ME)


def _without_waiting_for_the_disk(raw: Any, _record: Any) -> None:
    """Nobody pulls a plug here; what a commit survives has tests of its own."""
    raw.execute("PRAGMA synchronous=OFF")


@contextmanager
def open_database(folder: Path) -> Iterator[Database]:
    """A database with all its tables: SQLite's in a folder, or one of PostgreSQL's (see conftest.py)."""
    if is_on_postgresql():
        with postgresql_database() as database:
            yield database
        return
    database = open_sqlite(folder / "instep.db")
    event.listen(database.engine, "connect", _without_waiting_for_the_disk)
    try:
        metadata.create_all(database.engine)  # quicker than migrations, whose equality to it has a test of its own
        with database.write() as connection:
            connection.exec_driver_sql("CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL)")
            connection.exec_driver_sql("INSERT INTO alembic_version VALUES (?)", (HEAD,))
        yield database
    finally:
        database.close()


def install(database: Database, template: str = "proxyclick", tenant_url: str = TENANT_URL) -> Installation:
    """An installation with one application of the gallery, whose job is connected; all that was there is gone."""
    with database.write() as connection:
        for table in reversed(metadata.sorted_tables):
            connection.execute(table.delete())
    numbers = count(1)
    begun = Installation.now
    app, _ = application_cases.add_app(
        ApplicationStore(database), template, None, lambda: begun, lambda: f"part-{next(numbers):03d}", ME
    )
    installation = Installation(database, app)
    job = Job("job", app.id, app.name, template, tenant_url, JobState.PAUSED, JobSettings(), 1)
    installation.jobs.connect(job, "s3cr3t-token", begun, ME)
    return installation


@contextmanager
def open_installation(
    folder: Path, template: str = "proxyclick", tenant_url: str = TENANT_URL
) -> Iterator[Installation]:
    """An installation in a folder of its own."""
    with open_database(folder) as database:
        yield install(database, template, tenant_url)
