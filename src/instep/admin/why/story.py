"""What is to be told of one user and one application, now or at an earlier moment?"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from instep.admin.people import Person, find_person
from instep.admin.ports import History, KeptLink, LogQuery
from instep.admin.provisioning import Service, require_job
from instep.admin.provisioning_log import read_log
from instep.admin.why.account import AccountStory, account_story
from instep.admin.why.entitlement import Entitlement, entitlement
from instep.cycle.on_demand_steps import expression_of
from instep.cycle.scoping import compile_scoping
from instep.directory.applications import DEFAULT_ACCESS, App
from instep.directory.attributes import MANAGER, AttributeValue
from instep.directory.changes import ChangeKind, RecordedChange
from instep.directory.errors import NotFound
from instep.directory.groups import ALL_USERS_GROUP_ID, ALL_USERS_NAME
from instep.directory.ports import Directory
from instep.ledger.jobs import Job
from instep.ledger.records import Escrow, RecordedLogEntry
from instep.ledger.schema import Schema
from instep.ledger.scope_facts import scope_facts
from instep.rules.mapping.attribute_mapping import AttributeMapping, Constant, Direct, FromExpression
from instep.rules.mapping.redaction import redacted_targets, shown
from instep.rules.source_user import Presence, SourceUser

MOST_ENTRIES = 100_000


@dataclass(frozen=True, slots=True)
class ToldValue:
    """A value of the account: by which mapping, and which entry wrote it last, if any that is kept did."""

    attribute: str
    value: object
    kind: str  # direct, constant, expression, not mapped
    expression: str | None
    written: RecordedLogEntry | None


@dataclass(frozen=True, slots=True)
class InDirectory:
    """The user in the directory at that moment; each change is the one that made it so."""

    display_name: str | None
    was_created: RecordedChange | None
    was_deleted: RecordedChange | None
    was_purged: RecordedChange | None
    was_disabled: RecordedChange | None
    is_enabled: bool
    is_there: bool


@dataclass(frozen=True, slots=True)
class Story:
    """Everything that the paragraph is written from. `at` is None for now."""

    person: Person
    app: App
    job: Job
    at: datetime | None
    directory: InDirectory
    entitlement: Entitlement
    role_names: Mapping[str, str]
    group_names: Mapping[str, str]
    scope_facts: Mapping[str, object]
    account: AccountStory
    link: KeptLink | None
    values: Sequence[ToldValue]
    escrow: Escrow | None
    held_since: datetime | None
    newest_change: RecordedChange | None

    @property
    def account_id(self) -> str | None:
        """The account at that moment."""
        return self.account.account_id if self.link is None else self.link.link.account_id

    @property
    def is_active(self) -> bool:
        """Whether that account was active, as far as the job knew."""
        return self.account.is_active if self.link is None or self.at is not None else self.link.link.is_active

    @property
    def is_pending(self) -> bool:
        """Whether something about the user has changed that no cycle has taken up yet."""
        change, last = self.newest_change, self.account.last
        if change is None or self.at is not None or change.sequence <= (self.job.since or 0):
            return False
        return last is None or last.at < change.change.at


def tell(
    service: Service, directory: Directory, history: History, app: App, who: str, at: datetime | None = None
) -> Story:
    """Gather what is known. Raises NotConnected, and NotFound for someone nobody has heard of."""
    job = require_job(service, app)
    person = _person(service, directory, history, who)
    now = service.clock()
    until = now if at is None else min(at, now)
    schema = service.applications.schema(app.id)
    of_user, of_groups = history.of_user(person.id), history.of_assigned_groups(app.id)
    granted = entitlement(of_user, of_groups, app.id, job.settings.nested_groups, until)
    account = account_story(_entries(service, app, person, until))
    link = service.jobs.kept_link(job, person.id)
    link = link if link is not None and (at is None or link.linked_at <= until) else None
    attributes = _attributes_at(person, of_user, until)
    return Story(
        person=person,
        app=app,
        job=job,
        at=at,
        directory=_in_directory(of_user, attributes, until),
        entitlement=granted,
        role_names={role.id: role.display_name for role in (*app.roles, DEFAULT_ACCESS)},
        group_names={**history.group_names(), ALL_USERS_GROUP_ID: ALL_USERS_NAME},
        scope_facts=_scope(job, schema, person, attributes),
        account=account,
        link=link,
        values=_values(schema, account, link if at is None else None),
        escrow=history.escrow(job, person.id) if at is None else None,
        held_since=history.held_since(job, person.id) if at is None else None,
        newest_change=_newest(of_user, of_groups, granted, app.id, until),
    )


def _person(service: Service, directory: Directory, history: History, who: str) -> Person:
    try:
        return find_person(directory, service.jobs, who)
    except NotFound:
        if (purged := history.purged_user(who.strip())) is not None:
            return Person(purged, who.strip(), None)
        raise


def _entries(service: Service, app: App, person: Person, until: datetime) -> list[RecordedLogEntry]:
    query = LogQuery(app_id=app.id, user_id=person.id, limit=MOST_ENTRIES)
    newest_first = read_log(service.applications, service.jobs, query)
    return [each.recorded for each in newest_first if each.recorded.at <= until][::-1]


def _attributes_at(
    person: Person, of_user: Sequence[RecordedChange], until: datetime
) -> Mapping[str, AttributeValue] | None:
    """The present attributes with later updates taken back; None for someone who is not in the directory any more."""
    if person.user is None:
        return None
    attributes = dict(person.user.attributes)
    for recorded in reversed(of_user):
        change = recorded.change
        if change.kind is ChangeKind.USER_UPDATED and change.at > until:
            for name, (before, _) in (change.attributes or {}).items():
                if before is None or name == MANAGER:
                    attributes.pop(name, None)
                else:
                    attributes[name] = before
    return attributes


def _in_directory(
    of_user: Sequence[RecordedChange], attributes: Mapping[str, AttributeValue] | None, until: datetime
) -> InDirectory:
    created = deleted = purged = disabled = None
    is_enabled = True
    for recorded in of_user:
        change = recorded.change
        if change.at > until:
            break
        match change.kind:
            case ChangeKind.USER_CREATED:
                created = recorded
            case ChangeKind.USER_DELETED:
                deleted = recorded
            case ChangeKind.USER_RESTORED:
                deleted = None
            case ChangeKind.USER_PURGED:
                purged = recorded
            case ChangeKind.USER_UPDATED if "accountEnabled" in (change.attributes or {}):
                is_enabled = (change.attributes or {})["accountEnabled"][1] is not False
                disabled = None if is_enabled else recorded
    if attributes is not None:
        is_enabled = attributes.get("accountEnabled") is not False
    name = str(attributes["displayName"]) if attributes is not None and "displayName" in attributes else None
    is_there = created is not None and purged is None
    return InDirectory(name, created, deleted, purged, disabled, is_enabled, is_there)


def _scope(
    job: Job, schema: Schema, person: Person, attributes: Mapping[str, AttributeValue] | None
) -> Mapping[str, object]:
    """What the scoping filters of now say of the user as of then; nothing where there are none."""
    filters = compile_scoping(job, schema.users).filters
    if filters is None or attributes is None:
        return {}
    user = SourceUser(person.id, Presence.LIVE, attributes, None, (), has_default_access=False)
    return scope_facts(filters.evaluate(user.named_attributes()))


def _values(schema: Schema, account: AccountStory, link: KeptLink | None) -> list[ToldValue]:
    """The values last written, with their mappings; at an earlier moment those of which the log knows."""
    written = {name: value for name, (value, _) in account.values.items()}
    known = written if link is None else shown(link.link.last_written, redacted_targets(schema.users.mappings))
    by_target = {mapping.target: mapping for mapping in schema.users.mappings}
    return [
        ToldValue(
            name,
            value,
            _kind(by_target.get(name)),
            expression_of(by_target[name]) if name in by_target else None,
            account.values[name][1] if name in account.values else None,
        )
        for name, value in known.items()
    ]


def _kind(mapping: AttributeMapping | None) -> str:
    match mapping.source if mapping is not None else None:
        case Direct():
            return "direct"
        case Constant():
            return "constant"
        case FromExpression():
            return "expression"
        case _:
            return "not mapped"


def _newest(
    of_user: Sequence[RecordedChange],
    of_groups: Sequence[RecordedChange],
    granted: Entitlement,
    app_id: str,
    until: datetime,
) -> RecordedChange | None:
    """The last change that may be about this user in this application."""
    groups = {group for role in granted.held for group in role.path} | {ALL_USERS_GROUP_ID}
    if granted.lost is not None and granted.lost.change.group_id is not None:
        groups.add(granted.lost.change.group_id)
    about = [each for each in of_user if each.change.app_id in (None, app_id)]
    about += [each for each in of_groups if each.change.group_id in groups]
    return max((each for each in about if each.change.at <= until), key=lambda each: each.sequence, default=None)
