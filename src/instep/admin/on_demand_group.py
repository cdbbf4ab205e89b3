"""How does an administrator provision a group now, with a few chosen members, also beside a cycle (engine.md 8)?"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from instep.admin.on_demand import (
    OnDemandReport,
    compiled_now,
    on_demand_lease,
    on_demand_ports,
    take_claim,
    take_user,
)
from instep.admin.people import Person
from instep.admin.ports import LogQuery
from instep.admin.provisioning import Service, require_job
from instep.admin.provisioning_log import read_log
from instep.cycle.groups.compiled import CompiledGroups
from instep.cycle.groups.on_demand import ProvisionedGroup, provision_group
from instep.cycle.groups.on_demand_steps import ChosenMember, DecidedGroup, steps_of_group
from instep.cycle.on_demand_steps import connection_step
from instep.cycle.ports import Claim
from instep.directory.applications import App
from instep.directory.errors import NotFound
from instep.directory.groups import Group
from instep.directory.ports import Directory, DirectoryReading
from instep.ledger.cycles import CycleState
from instep.ledger.error_codes import explained
from instep.ledger.jobs import Job, NestedGroups
from instep.ledger.records import SourceType, Status

MOST_MEMBERS = 5  # at a time, as in Entra (engine.md 8.2): whoever wants them all runs a cycle


class MembersRefused(Exception):
    """This group, or someone chosen of it, cannot be provisioned on demand; nothing was done. The message says why."""


@dataclass(frozen=True, slots=True)
class GroupOnDemandReport:
    """What happened to each chosen member, and then to the group; None where the target could not be used before."""

    members: Sequence[OnDemandReport]
    group: OnDemandReport | None

    @property
    def all(self) -> Sequence[OnDemandReport]:
        """Every report, in the order in which things were done."""
        return [*self.members, *([self.group] if self.group is not None else [])]


async def provision_group_on_demand(
    service: Service, directory: Directory, app: App, group: Group, members: Sequence[Person], actor: str
) -> GroupOnDemandReport:
    """Take the chosen members through all steps, one after the other, then the group, then these memberships.

    Raises MembersRefused with nothing done; and what provisioning one user on demand raises.
    """
    async with on_demand_lease(service, require_job(service, app)):
        job, compiled = compiled_now(service, app)
        if compiled.groups is None:
            raise MembersRefused(_without_groups(app))
        _refuse_others(service, directory, job, group, members)
        reports: list[OnDemandReport] = []
        for person in members:
            reports.append(await take_user(service, app, person, actor))
            if reports[-1].summary.state is not CycleState.SUCCEEDED:
                return GroupOnDemandReport(reports, None)
        return GroupOnDemandReport(reports, await _take_group(service, app, group, members, actor))


async def _take_group(
    service: Service, app: App, group: Group, members: Sequence[Person], actor: str
) -> OnDemandReport:
    job, compiled = compiled_now(service, app)
    if compiled.groups is None:
        raise MembersRefused(_without_groups(app))
    before = set(service.feed.groups.written_accounts(job, group.id))
    async with on_demand_ports(service, job) as ports:
        claim = Claim(SourceType.GROUP, group.id, service.new_id(), actor, tuple(person.id for person in members))
        cycle = await take_claim(service, job, claim, f"the group {group.display_name}")
        provisioned = await provision_group(job, compiled, compiled.groups, ports, cycle, group.id)
    if provisioned.turn is None:
        raise NotFound(f"The group {group.display_name} is not in the directory any more.")
    after = set(service.feed.groups.written_accounts(job, group.id))
    chosen = [_member(service, job, person, before, after) for person in members]
    return _report(service, app, compiled.groups, provisioned, chosen)


def _refuse_others(service: Service, directory: Directory, job: Job, group: Group, members: Sequence[Person]) -> None:
    if len(members) > MOST_MEMBERS:
        raise MembersRefused(
            f"{len(members)} members are chosen, and at most {MOST_MEMBERS} are provisioned at a time: choose fewer, "
            "or run a cycle."
        )
    written = set(service.feed.groups.written_accounts(job, group.id))
    with directory.reading() as reading:
        groups = list(_group_ids(reading, job, group))
        for person in members:
            is_member = any(reading.is_member(each, person.id) for each in groups)
            link = service.jobs.link(job, person.id)
            if not is_member and (link is None or link.account_id not in written):
                raise MembersRefused(
                    f"{person.name} is no member of {group.display_name}, neither in the directory nor in "
                    f"{job.app_name}. 'groups members list' shows who is."
                )


def _group_ids(reading: DirectoryReading, job: Job, group: Group) -> Iterator[str]:
    """Yield the group, and where the job expands nested groups, those in it at any depth."""
    seen, pending = {group.id}, [group.id]
    while pending:
        group_id = pending.pop()
        yield group_id
        nested = reading.groups_in(group_id) if job.settings.nested_groups is NestedGroups.EXPAND else []
        new = [each.id for each in nested if each.id not in seen]
        seen.update(new)
        pending += new


def _member(service: Service, job: Job, person: Person, before: set[str], after: set[str]) -> ChosenMember:
    link = service.jobs.link(job, person.id)
    account_id = link.account_id if link is not None else None
    is_active = link is not None and link.is_active
    return ChosenMember(person.id, person.name, account_id, is_active, account_id in before, account_id in after)


def _report(
    service: Service, app: App, groups: CompiledGroups, provisioned: ProvisionedGroup, chosen: Sequence[ChosenMember]
) -> OnDemandReport:
    query = LogQuery(app_id=app.id, cycle_id=provisioned.summary.cycle_id, limit=1)
    entry = next(read_log(service.applications, service.jobs, query), None)
    steps = [] if provisioned.stop is None else [connection_step(provisioned.stop, app.name)]
    mapping = service.applications.schema(app.id).groups
    if provisioned.turn is not None and mapping is not None:
        logged = entry.recorded.entry if entry is not None else None
        steps += steps_of_group(DecidedGroup(provisioned.turn, groups, mapping.mappings, logged, app.name, chosen))
    failed = entry is not None and entry.recorded.entry.status is Status.FAILURE
    advice = explained(entry.recorded.entry.code).action if entry is not None and failed else None
    return OnDemandReport(steps, entry, advice, provisioned.summary)


def _without_groups(app: App) -> str:
    return (
        f"{app.name} provisions no groups: its mapping of groups is switched off, or its template has none. Members "
        "are provisioned as users: --user."
    )
