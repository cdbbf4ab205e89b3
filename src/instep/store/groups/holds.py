"""How is it kept what is held of groups: a deletion, or each member who may not come or go yet, in sets that wait?"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, text

from instep.cycle.groups.ports import RecordedGroups
from instep.ledger.cycles import Cycle, CycleKind
from instep.ledger.jobs import Job
from instep.ledger.plans import PlannedOperation, PlannedState, PlanState, PlanSubject
from instep.ledger.records import Action, LogEntry, Status
from instep.rules.planning.operations import OperationKind, Reason
from instep.store.bulk import ids_text, insert_rows, json_text
from instep.store.groups.naming import named
from instep.store.groups.rejections import ITSELF, standing_rejections
from instep.store.holds import bring_up_to_date, end_if_empty, open_set
from instep.store.planned_rows import insert_planned

_KINDS = {Action.CREATE: OperationKind.CREATE, Action.UPDATE: OperationKind.UPDATE, Action.DELETE: OperationKind.DELETE}

Key = tuple[str, str]  # group, member


@dataclass(frozen=True, slots=True)
class _Hold:
    plan_id: int
    state: PlanState


def write_group_holds(connection: Connection, job: Job, cycle: Cycle, recorded: RecordedGroups, now: str) -> None:
    """Keep what is held of these groups; what was, and was done or is not wanted any more, is not held any longer."""
    if not recorded.held and not _anything(connection, job):
        return
    touched = _groups_in(recorded)
    holds = _holds(connection, job, touched)
    ended = [*_done(connection, holds, recorded)]
    if cycle.kind in (CycleKind.INITIAL, CycleKind.INCREMENTAL):  # others do not decide about all of a group
        ended += _let_go(connection, job, holds, recorded)
    _forget(connection, job, ended)
    for subject in sorted({each.subject for each in recorded.held}):
        wanted = [each.planned for each in recorded.held if each.subject is subject]
        _hold(connection, job, cycle, subject, wanted, holds, now)
    for plan_id in {hold.plan_id for hold in holds.values()}:
        end_if_empty(connection, plan_id, now)


def _anything(connection: Connection, job: Job) -> bool:
    found = connection.execute(text("SELECT 1 FROM held_groups WHERE job_id = :job LIMIT 1"), {"job": job.id})
    return found.first() is not None


def _groups_in(recorded: RecordedGroups) -> Collection[str]:
    about = {entry.user_id for entry in recorded.entries} | {each.planned.user_id for each in recorded.held}
    return about | {group_id for group_id, *_ in (*recorded.written, *recorded.taken_out)}


def _holds(connection: Connection, job: Job, group_ids: Collection[str]) -> dict[Key, _Hold]:
    query = """
        SELECT h.group_id, h.member_id, h.plan_id, p.state FROM held_groups h JOIN plans p ON p.id = h.plan_id
        WHERE h.job_id = :job AND h.group_id IN (SELECT value FROM json_each(:ids))"""
    rows = connection.execute(text(query), {"job": job.id, "ids": ids_text(group_ids)})
    return {(row[0], row[1]): _Hold(row[2], PlanState(row[3])) for row in rows}


def _done(connection: Connection, holds: Mapping[Key, _Hold], recorded: RecordedGroups) -> Iterator[Key]:
    """Yield what was held and is written now, be it approved or within the budget."""
    written = [(OperationKind.ADD_MEMBERS, (group_id, user_id)) for group_id, user_id, _ in recorded.written]
    written += [(OperationKind.REMOVE_MEMBERS, key) for key in recorded.taken_out]
    for kind, key in written:
        if (hold := holds.get(key)) is not None:
            _settle(connection, hold, key, PlannedState.DONE, "EntryExportUpdate", kind=kind)
            yield key
    for entry in recorded.entries:
        key, done = (entry.user_id, ITSELF), _KINDS.get(entry.action)
        if done is not None and entry.status is Status.SUCCESS and (hold := holds.get(key)) is not None:
            agreed = entry.operation_id if hold.state is PlanState.APPROVED else None
            _settle(connection, hold, key, PlannedState.DONE, entry.code, kind=done, operation_id=agreed)
            yield key


def _let_go(connection: Connection, job: Job, holds: Mapping[Key, _Hold], recorded: RecordedGroups) -> Iterator[Key]:
    """Yield what was held of groups that were decided, and is not wanted any more; what failed is not decided."""
    decided = {entry.user_id: entry for entry in recorded.entries if entry.status is not Status.FAILURE}
    again = {_key(each.planned) for each in recorded.held}
    standing = standing_rejections(connection, job, decided.keys())
    for key, hold in holds.items():
        entry = decided.get(key[0])
        if entry is not None and key not in again and key not in standing:
            _settle(connection, hold, key, PlannedState.STALE, _why(key, entry))
            yield key


def _why(key: Key, entry: LogEntry) -> str:
    return entry.code if key[1] == ITSELF else Reason.NOT_AS_PLANNED.value


def _hold(
    connection: Connection,
    job: Job,
    cycle: Cycle,
    subject: PlanSubject,
    wanted: Sequence[PlannedOperation],
    holds: Mapping[Key, _Hold],
    now: str,
) -> None:
    known = {key: holds[key] for each in wanted if (key := _key(each)) in holds}
    waiting = _waiting(connection, known)
    new = [each for each in wanted if waiting.get(_key(each)) != _as_row(each)]
    for each in new:
        if (hold := known.get(_key(each))) is not None:
            _settle(connection, hold, _key(each), PlannedState.STALE, Reason.NOT_AS_PLANNED.value)
    bring_up_to_date(connection, job, {hold.plan_id for hold in known.values()})
    if not new:
        return
    set_id = open_set(connection, job, cycle, subject, now)
    insert_planned(connection, set_id, named(connection, new))
    insert_rows(
        connection,
        "held_groups (job_id, group_id, member_id, plan_id, subject, since)",
        [(job.id, *_key(each), set_id, subject.value, now) for each in new],
        """ON CONFLICT (job_id, group_id, member_id)
            DO UPDATE SET plan_id = excluded.plan_id, subject = excluded.subject""",
    )


def _key(planned: PlannedOperation) -> Key:
    return planned.user_id, planned.member.user_id if planned.member is not None else ITSELF


def _waiting(connection: Connection, known: Mapping[Key, _Hold]) -> Mapping[Key, tuple[Any, ...]]:
    query = """
        SELECT user_id, coalesce(member_id, ''), kind, account_id, after, member_account_id FROM planned_operations
        WHERE plan_id = :plan AND state = 'planned' AND source_type = 'Group'
          AND user_id IN (SELECT value FROM json_each(:ids))"""
    found: dict[Key, tuple[Any, ...]] = {}
    for plan_id in {hold.plan_id for hold in known.values()}:
        rows = connection.execute(text(query), {"plan": plan_id, "ids": ids_text({group_id for group_id, _ in known})})
        for group_id, member_id, *operation in rows:
            if (hold := known.get((group_id, member_id))) is not None and hold.plan_id == plan_id:
                found[group_id, member_id] = tuple(operation)
    return found


def _as_row(planned: PlannedOperation) -> tuple[Any, ...]:
    kind = planned.kind.value if planned.kind is not None else ""
    account_id = planned.member.account_id if planned.member is not None else None
    return kind, planned.account_id, json_text(planned.after), account_id


def _settle(
    connection: Connection,
    hold: _Hold,
    key: Key,
    state: PlannedState,
    outcome: str,
    *,
    kind: OperationKind | None = None,
    operation_id: int | None = None,
) -> None:
    """Give what waited its final state; of another kind than was done it is out of date."""
    values = {"plan": hold.plan_id, "group": key[0], "member": key[1], "outcome": outcome, "operation": operation_id}
    states = {"state": state.value, "kind": kind.value if kind is not None else None}
    connection.execute(
        text("""UPDATE planned_operations SET outcome = :outcome, operation_id = :operation,
                state = CASE WHEN kind = coalesce(:kind, kind) THEN :state ELSE 'stale' END
                WHERE plan_id = :plan AND source_type = 'Group' AND user_id = :group
                AND coalesce(member_id, '') = :member AND state = 'planned'"""),
        {**values, **states},
    )


def _forget(connection: Connection, job: Job, keys: Collection[Key]) -> None:
    if keys:
        connection.execute(
            text("DELETE FROM held_groups WHERE job_id = :job AND group_id = :group AND member_id = :member"),
            [{"job": job.id, "group": group_id, "member": member_id} for group_id, member_id in keys],
        )
