"""How is it kept who is held: in sets of operations that wait, to which nothing is added once people have seen them?"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import orjson
from sqlalchemy import Connection, text

from instep.cycle.ports import Recorded
from instep.ledger.cycles import Cycle
from instep.ledger.jobs import Job
from instep.ledger.plans import ACCOUNT_TO_COME, PlannedOperation, PlannedState, PlanState, PlanSubject
from instep.ledger.records import Action, LogEntry, Status
from instep.rules.planning.plan import Reason
from instep.store.bulk import ids_text, json_text
from instep.store.planned_rows import insert_planned

_AMONG = "IN (SELECT value FROM json_each(:ids))"
# What the log calls what was done, as the kind of operation that was held.
_KINDS = {
    Action.CREATE: ("create",),
    Action.UPDATE: ("update", "enable"),
    Action.DISABLE: ("disable",),
    Action.DELETE: ("delete",),
}
_UNDECIDED = frozenset({Reason.REJECTED.value, Reason.NOT_AS_PLANNED.value})  # the hold is not over with these


@dataclass(frozen=True, slots=True)
class _Hold:
    plan_id: int
    state: PlanState
    since: str


def write_holds(connection: Connection, job: Job, cycle: Cycle, recorded: Recorded, now: str) -> None:
    """Keep who is held in this batch; whoever was, and had another entry, is not any more."""
    if recorded.entries and _anyone(connection, job):
        _let_go(connection, job, recorded, now)
    for subject in {each.subject for each in recorded.held}:
        wanted = [each.planned for each in recorded.held if each.subject is subject]
        for several in ([p for p in wanted if not _follows(p)], [p for p in wanted if _follows(p)]):
            if several:
                _hold(connection, job, cycle, subject, several, now)


def _anyone(connection: Connection, job: Job) -> bool:
    found = connection.execute(text("SELECT 1 FROM holds WHERE job_id = :job LIMIT 1"), {"job": job.id})
    return found.first() is not None


def _let_go(connection: Connection, job: Job, recorded: Recorded, now: str) -> None:
    held = {each.planned.user_id for each in recorded.held}
    decided = {e.user_id: e for e in recorded.entries if e.user_id not in held and e.code not in _UNDECIDED}
    plans: set[int] = set()
    for user_id, hold in _holds(connection, job, decided).items():
        entry = decided[user_id]
        if entry.status is Status.FAILURE and hold.state is PlanState.APPROVED:
            continue  # what was agreed to is tried again
        plans.add(hold.plan_id)
        _settle(connection, hold, entry)
        if not _waits(connection, hold.plan_id, user_id):
            bound = {"job": job.id, "user": user_id}
            connection.execute(text("DELETE FROM holds WHERE job_id = :job AND user_id = :user"), bound)
    for plan_id in plans:
        end_if_empty(connection, plan_id, now)


def _settle(connection: Connection, hold: _Hold, entry: LogEntry) -> None:
    """What was done is done, what follows it still waits, and anything else is not wanted any more."""
    done = _KINDS.get(entry.action, ()) if entry.status is Status.SUCCESS else ()
    ended = PlannedState.FAILED if entry.status is Status.FAILURE else PlannedState.STALE
    bound: dict[str, Any] = {"plan": hold.plan_id, "user": entry.user_id, "outcome": entry.code}
    of_user = "plan_id = :plan AND user_id = :user AND state = 'planned'"
    kinds = ", ".join(f"'{kind}'" for kind in done) or "''"
    agreed = entry.operation_id if hold.state is PlanState.APPROVED else None
    connection.execute(
        text(f"""UPDATE planned_operations SET state = 'done', outcome = :outcome, operation_id = :operation
                 WHERE {of_user} AND kind IN ({kinds})"""),
        {**bound, "operation": agreed},
    )
    follows = "AND json_extract(facts, '$.reference') IS NULL" if done else ""
    connection.execute(
        text(f"UPDATE planned_operations SET state = :ended, outcome = :outcome WHERE {of_user} {follows}"),
        {**bound, "ended": ended.value},
    )


def _waits(connection: Connection, plan_id: int, user_id: str) -> bool:
    query = "SELECT 1 FROM planned_operations WHERE plan_id = :plan AND user_id = :user AND state = 'planned'"
    return connection.execute(text(query), {"plan": plan_id, "user": user_id}).first() is not None


def end_if_empty(connection: Connection, plan_id: int, now: str) -> None:
    """A set of which nothing waits is at its end: applied if it was approved, else released."""
    connection.execute(
        text("""UPDATE plans SET ended_at = :now,
                state = CASE state WHEN 'approved' THEN 'applied' WHEN 'planned' THEN 'released' ELSE state END
                WHERE id = :plan AND origin = 'held' AND state IN ('planned', 'approved') AND NOT EXISTS (
                    SELECT 1 FROM planned_operations o WHERE o.plan_id = :plan AND o.state = 'planned')"""),
        {"plan": plan_id, "now": now},
    )


def _follows(planned: PlannedOperation) -> bool:
    """Whether it is about an account that another operation of the same set creates."""
    return (planned.account_id or "").startswith(ACCOUNT_TO_COME)


def _hold(
    connection: Connection,
    job: Job,
    cycle: Cycle,
    subject: PlanSubject,
    wanted: Sequence[PlannedOperation],
    now: str,
) -> None:
    known = _holds(connection, job, {each.user_id for each in wanted})
    waiting = _waiting(connection, known)
    new = [each for each in wanted if _as_row(each) not in waiting.get(each.user_id, ())]
    _drop_changed(connection, known, new, now)
    bring_up_to_date(connection, job, {hold.plan_id for hold in known.values()})
    if new:
        set_id = open_set(connection, job, cycle, subject, now)
        insert_planned(connection, set_id, new)
        _point_to(connection, job, set_id, subject, new, now)
    if subject is not PlanSubject.REMOVALS:
        _forget_escrows(connection, job, wanted)


def _forget_escrows(connection: Connection, job: Job, wanted: Sequence[PlannedOperation]) -> None:
    """Who failed and is held by now waits for the decision, and not for the next attempt."""
    connection.execute(
        text(f"DELETE FROM escrows WHERE job_id = :job AND user_id {_AMONG}"),
        {"job": job.id, "ids": ids_text({each.user_id for each in wanted})},
    )


def _holds(connection: Connection, job: Job, user_ids: Collection[str]) -> Mapping[str, _Hold]:
    query = f"""
        SELECT h.user_id, h.plan_id, p.state, h.since FROM holds h JOIN plans p ON p.id = h.plan_id
        WHERE h.job_id = :job AND h.user_id {_AMONG}"""
    rows = connection.execute(text(query), {"job": job.id, "ids": ids_text(user_ids)})
    return {row[0]: _Hold(row[1], PlanState(row[2]), row[3]) for row in rows}


def _waiting(connection: Connection, known: Mapping[str, _Hold]) -> Mapping[str, set[tuple[Any, ...]]]:
    query = f"""
        SELECT user_id, kind, account_id, after FROM planned_operations
        WHERE plan_id = :plan AND state = 'planned' AND user_id {_AMONG}"""
    found: dict[str, set[tuple[Any, ...]]] = {}
    for plan_id in {hold.plan_id for hold in known.values()}:
        rows = connection.execute(text(query), {"plan": plan_id, "ids": ids_text(known)})
        for user_id, *operation in rows:
            if known[user_id].plan_id == plan_id:
                found.setdefault(user_id, set()).add(tuple(operation))
    return found


def _as_row(planned: PlannedOperation) -> tuple[Any, ...]:
    return planned.kind.value if planned.kind is not None else "", planned.account_id, json_text(planned.after)


def _drop_changed(
    connection: Connection, known: Mapping[str, _Hold], new: Sequence[PlannedOperation], now: str
) -> None:
    """Of whoever is held with another operation by now, the old one waits no longer."""
    changed = {p.user_id for p in new if p.user_id in known and not _follows(p)}
    for plan_id in {known[user_id].plan_id for user_id in changed}:
        connection.execute(
            text(f"""UPDATE planned_operations SET state = 'stale' WHERE plan_id = :plan AND state = 'planned'
                     AND user_id {_AMONG}"""),
            {"plan": plan_id, "ids": ids_text(changed)},
        )
        end_if_empty(connection, plan_id, now)


def bring_up_to_date(connection: Connection, job: Job, plan_ids: Collection[int]) -> None:
    """What was decided again, and is the same, belongs to the configuration of now."""
    connection.execute(
        text("""UPDATE plans SET configuration_version = :version
                WHERE id IN (SELECT CAST(value AS BIGINT) FROM json_each(:ids))"""),
        {"version": job.configuration_version, "ids": orjson.dumps(list(plan_ids)).decode()},
    )


def open_set(connection: Connection, job: Job, cycle: Cycle, subject: PlanSubject, now: str) -> int:
    """Return the newest set that nobody has seen yet, or a new one."""
    values = {
        "job": job.id,
        "subject": subject.value,
        "kind": cycle.kind.value,
        "version": job.configuration_version,
        "identity": job.target_identity,
        "now": now,
    }
    found = connection.execute(
        text("""SELECT max(id) FROM plans WHERE job_id = :job AND origin = 'held' AND subject = :subject
                AND state = 'planned' AND shown_at IS NULL AND target_identity = :identity"""),
        values,
    ).scalar_one()
    if found is not None:
        return int(found)
    made = connection.execute(
        text("""INSERT INTO plans (job_id, origin, subject, state, cycle_kind, configuration_version, target_identity,
                planned_at, planned_by) VALUES (:job, 'held', :subject, 'planned', :kind, :version, :identity, :now,
                'Instep') RETURNING id"""),
        values,
    )
    return int(made.scalar_one())


def _point_to(
    connection: Connection, job: Job, set_id: int, subject: PlanSubject, new: Sequence[PlannedOperation], now: str
) -> None:
    connection.execute(
        text("""INSERT INTO holds (job_id, user_id, plan_id, subject, since)
                SELECT :job, value, :plan, :subject, :now FROM json_each(:ids) WHERE true
                ON CONFLICT (job_id, user_id) DO UPDATE SET plan_id = excluded.plan_id, subject = excluded.subject"""),
        {
            "job": job.id,
            "plan": set_id,
            "subject": subject.value,
            "now": now,
            "ids": ids_text({each.user_id for each in new}),
        },
    )
