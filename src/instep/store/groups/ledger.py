"""How is kept what happened to groups: operations before they leave; links, members and log entries after?"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

import orjson
from sqlalchemy import Connection, text

from instep.clock import to_text
from instep.cycle.groups.ports import AgreedMember, GroupToSend, RecordedGroups
from instep.ledger.cycles import Counts, Cycle
from instep.ledger.groups import GroupOperation, OpenGroupOperation, RemovedLately
from instep.ledger.jobs import Job
from instep.ledger.records import SourceType
from instep.rules.planning.memberships import Members
from instep.rules.planning.operations import OperationKind
from instep.store.bulk import ids_text, insert_rows, json_text, next_numbers
from instep.store.claims import claims_of_others, tell_claimed, wanted
from instep.store.cycles import counts_text
from instep.store.database import Database
from instep.store.groups.agreed import agreed_about_groups, agreed_about_members
from instep.store.groups.recording import note_due_group, write_recorded_groups
from instep.store.health import require_no_act
from instep.store.leases import of_cycles

MEMBERS = "members"
PEOPLE = "people"


class StoredGroupLedger:
    """The groups' ledger over the database; every method is one transaction."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def open_operations(self, job: Job) -> Sequence[OpenGroupOperation]:
        """Return the operations on groups whose outcome is not known."""
        query = """
            SELECT id, user_id, kind, account_id, before, after FROM operations
            WHERE job_id = :job AND state = 'unknown' AND source_type = 'Group'
            UNION ALL SELECT o.id, o.user_id, o.kind, o.account_id, o.before, o.after
            FROM cycles c CROSS JOIN operations o
            WHERE c.job_id = :job AND c.state = 'running' AND c.kind <> 'on demand'
              AND o.id >= c.first_operation AND o.cycle_id = c.id
              AND o.state IN ('planned', 'sent') AND o.source_type = 'Group' ORDER BY 1"""
        with self._database.read() as connection:
            rows = connection.execute(text(query), {"job": job.id}).all()
        return [OpenGroupOperation(row[0], row[1], _operation(row)) for row in rows]

    def record_sent(
        self, job: Job, cycle: Cycle, operations: Sequence[GroupToSend], decided_at: int, now: datetime
    ) -> tuple[Sequence[int], Collection[int]]:
        """Write operations down before they leave; return their ids, and those that are stale."""
        with self._database.write(job.id, of_cycles(job.id)) as connection:
            require_no_act(connection, job)
            ids = next_numbers(connection, "operations", len(operations))
            changed = _changed_since(connection, job, decided_at)
            stale = {i for i, each in zip(ids, operations, strict=True) if not changed.isdisjoint(_about(each))}
            claimed = _claimed(connection, job, cycle, {each.group_id for each in operations})
            stale |= {i for i, each in zip(ids, operations, strict=True) if each.group_id in claimed}
            _insert(connection, job, cycle, list(zip(ids, operations, strict=True)), stale, decided_at, now)
            connection.execute(
                text("UPDATE cycles SET first_operation = coalesce(first_operation, :first) WHERE id = :cycle"),
                {"first": ids[0] if ids else None, "cycle": cycle.id},
            )
        return ids, stale

    def record(self, job: Job, cycle: Cycle, recorded: RecordedGroups, counts: Counts, now: datetime) -> None:
        """Write what came of operations."""
        with self._database.write(job.id, of_cycles(job.id)) as connection:
            newer = claims_of_others(connection, job, cycle, SourceType.GROUP)
            write_recorded_groups(connection, job, cycle, _without(recorded, newer), to_text(now))
            for group_id in newer:
                note_due_group(connection, job, group_id)
            connection.execute(
                text("UPDATE cycles SET counts = :counts WHERE id = :cycle"),
                {"counts": counts_text(counts), "cycle": cycle.id},
            )

    def agreed(self, job: Job, cycle: Cycle, group_ids: Collection[str]) -> Mapping[str, Sequence[GroupOperation]]:
        """Return what the plan that this cycle applies has for these groups themselves."""
        with self._database.read() as connection:
            return agreed_about_groups(connection, job, cycle.plan_id or 0, group_ids)

    def agreed_members(
        self, job: Job, cycle: Cycle, group_id: str, user_ids: Collection[str]
    ) -> Collection[AgreedMember]:
        """Return what that plan has for these members of a group."""
        with self._database.read() as connection:
            return agreed_about_members(connection, job, cycle.plan_id or 0, group_id, user_ids)

    def approved(self, job: Job, group_ids: Collection[str]) -> Mapping[str, Sequence[GroupOperation]]:
        """Return what was held of these groups themselves, and approved."""
        with self._database.read() as connection:
            return agreed_about_groups(connection, job, None, group_ids)

    def approved_members(self, job: Job, group_id: str, user_ids: Collection[str]) -> Collection[AgreedMember]:
        """Return what was held of these members of a group, and approved."""
        with self._database.read() as connection:
            return agreed_about_members(connection, job, None, group_id, user_ids)

    def owners(self, job: Job, resource_ids: Collection[str]) -> Mapping[str, str]:
        """Return which of these groups of the target are linked to which group of the directory."""
        query = """
            SELECT resource_id, group_id FROM group_links WHERE job_id = :job AND target_identity = :identity
            AND resource_id IN (SELECT value FROM json_each(:ids))"""
        with self._database.read() as connection:
            rows = connection.execute(text(query), {**_at_target(job), "ids": ids_text(resource_ids)})
            return {row[0]: row[1] for row in rows}

    def linked(self, job: Job) -> int:
        """Return how many groups are linked."""
        query = "SELECT count(*) FROM group_links WHERE job_id = :job AND target_identity = :identity"
        with self._database.read() as connection:
            return int(connection.execute(text(query), _at_target(job)).scalar_one())

    def memberships_held_besides(self, job: Job, group_ids: Collection[str]) -> int:
        """Return how many changes of memberships of other groups than these are held, and not approved."""
        query = """
            SELECT count(*) FROM held_groups h JOIN plans p ON p.id = h.plan_id AND p.state = 'planned'
            WHERE h.job_id = :job AND h.subject IN ('memberships', 'everything') AND h.member_id <> ''
              AND h.group_id NOT IN (SELECT value FROM json_each(:ids))"""
        with self._database.read() as connection:
            return int(connection.execute(text(query), {"job": job.id, "ids": ids_text(group_ids)}).scalar_one())

    def members_written(self, job: Job) -> int:
        """Return how many members of groups are written."""
        query = """SELECT count(*) FROM group_links gl JOIN written_memberships w ON w.link_id = gl.id
                   WHERE gl.job_id = :job AND gl.target_identity = :identity"""
        with self._database.read() as connection:
            return int(connection.execute(text(query), _at_target(job)).scalar_one())

    def removed_since(self, job: Job, moment: datetime) -> RemovedLately:
        """Return whom this job took out of groups of its own accord since, and how many groups it deleted."""
        done = """job_id = :job AND source_type = 'Group' AND state = 'done' AND ended_at > :moment
                  AND kind IN ('delete', 'remove members')
                  AND NOT EXISTS (SELECT 1 FROM cycles c WHERE c.id = cycle_id AND c.plan_id IS NOT NULL)"""
        people = f"SELECT count(DISTINCT p.value) FROM operations o, json_each(o.before, '$.people') p WHERE {done}"
        groups = f"""
            SELECT count(*) FROM operations o WHERE {done} AND kind = 'delete'
            AND NOT EXISTS (SELECT 1 FROM planned_operations p WHERE p.operation_id = o.id)"""
        values = {"job": job.id, "moment": to_text(moment)}
        with self._database.read() as connection:
            return RemovedLately(
                int(connection.execute(text(people.replace("job_id", "o.job_id", 1)), values).scalar_one()),
                int(connection.execute(text(groups), values).scalar_one()),
            )


def _without(recorded: RecordedGroups, newer: Collection[str]) -> RecordedGroups:
    """Leave out what was found of groups before they were provisioned on demand: they are compared once more."""
    if not newer:
        return recorded
    links = [link for link in recorded.links if link.group_id not in newer]
    compared = [(group_id, is_whole and group_id not in newer) for group_id, is_whole in recorded.compared]
    return replace(recorded, links=links, compared=compared)


def _claimed(connection: Connection, job: Job, cycle: Cycle, group_ids: Collection[str]) -> Collection[str]:
    """Return which of these groups are or were provisioned on demand, or are wanted for it.

    A group is let go when it is only wanted: of a large one there would always be an operation in hand.
    """
    claims = claims_of_others(connection, job, cycle, SourceType.GROUP)
    claimed = tell_claimed(connection, job, SourceType.GROUP, claims, group_ids) if claims else set()
    return claimed.union(wanted(connection, job, SourceType.GROUP))


def _operation(row: Any) -> GroupOperation:
    _, _, kind, resource_id, before, after = row
    known = {"before": orjson.loads(before), "after": orjson.loads(after)}
    members = {**known["before"].pop(MEMBERS, {}), **known["after"].pop(MEMBERS, {})}
    known["before"].pop(PEOPLE, None)
    pairs = Members(tuple(members.items()))
    return GroupOperation(OperationKind(kind), resource_id, known["before"], known["after"], pairs)


def _about(each: GroupToSend) -> set[str]:
    """The group, and the users whom the operation adds or takes out."""
    return {each.group_id, *(user_id for user_id, _ in each.operation.members.accounts)}


def _changed_since(connection: Connection, job: Job, sequence: int) -> set[str]:
    """Return the groups and users whom changes since are about, assignments of other applications apart."""
    query = "SELECT user_id, group_id FROM changes WHERE sequence > :sequence AND (app_id IS NULL OR app_id = :app)"
    rows = connection.execute(text(query), {"sequence": sequence, "app": job.app_id})
    return {identifier for row in rows for identifier in row if identifier is not None}


def _insert(
    connection: Connection,
    job: Job,
    cycle: Cycle,
    operations: Sequence[tuple[int, GroupToSend]],
    stale: Collection[int],
    decided_at: int,
    now: datetime,
) -> None:
    same = (cycle.id, job.id, decided_at, cycle.configuration_version, to_text(now), "Group")
    insert_rows(
        connection,
        """operations (id, user_id, kind, state, account_id, before, after, cycle_id, job_id, sequence,
        configuration_version, planned_at, source_type)""",
        [
            (
                identifier,
                each.group_id,
                each.operation.kind.value,
                "stale" if identifier in stale else "sent",
                each.operation.resource_id,
                json_text(_before(each.operation)),
                json_text(_after(each.operation)),
                *same,
            )
            for identifier, each in operations
        ],
    )


def _before(operation: GroupOperation) -> Mapping[str, object]:
    if operation.kind is OperationKind.REMOVE_MEMBERS:
        return {MEMBERS: dict(operation.members.accounts), PEOPLE: list(operation.people)}
    if operation.people:
        return {**operation.before, PEOPLE: list(operation.people)}
    return operation.before


def _after(operation: GroupOperation) -> Mapping[str, object]:
    if operation.kind is OperationKind.ADD_MEMBERS:
        return {MEMBERS: dict(operation.members.accounts)}
    return operation.after


def _at_target(job: Job) -> dict[str, str]:
    return {"job": job.id, "identity": job.target_identity}
