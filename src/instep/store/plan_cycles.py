"""How does the store keep the cycle that applies a plan: whose turn it is, what was agreed, what became of it?"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

import orjson
from sqlalchemy import Connection, Row, text

from instep.clock import to_text
from instep.cycle.ports import Agreed
from instep.ledger.cycles import Cycle, CycleKind, CycleState
from instep.ledger.jobs import Job
from instep.ledger.plans import ACCOUNT_TO_COME, PlanState, renamed, texts_in
from instep.rules.planning.plan import OperationKind, Values
from instep.store.audit import write_audit
from instep.store.cycles import insert_cycle
from instep.store.feed import head, ids_text

_AGREED = """
    SELECT user_id, kind, account_id, before, after FROM planned_operations WHERE plan_id = :plan
    AND source_type = 'User' AND state = 'planned' AND user_id IN (SELECT value FROM json_each(:ids)) ORDER BY number"""
_ENTRY = """
    SELECT l.code FROM provisioning_log l WHERE l.cycle_id = :cycle AND l.source_type = p.source_type
    AND l.user_id = p.user_id ORDER BY l.id DESC LIMIT 1"""
_APPROVED = """
    SELECT o.user_id, o.kind, o.account_id, o.before, o.after
    FROM holds h JOIN plans p ON p.id = h.plan_id AND p.state = 'approved'
    JOIN planned_operations o ON o.plan_id = h.plan_id AND o.user_id = h.user_id AND o.state = 'planned'
        AND o.source_type = 'User'
    WHERE h.job_id = :job AND h.user_id IN (SELECT value FROM json_each(:ids)) ORDER BY o.number"""


def new_plan_cycle(connection: Connection, job: Job, plan_id: int, now: datetime, new_id: str, actor: str) -> Cycle:
    """Write down the cycle that applies a plan; it is the turn of the users whom its operations are about.

    Whose turn it is of groups is worked out when the users are through, as in any cycle.
    """
    cycle = Cycle(
        id=new_id,
        job_id=job.id,
        kind=CycleKind.PLAN,
        configuration_version=job.configuration_version,
        target_identity=job.target_identity,
        since=None,
        head=head(connection),
        cursor=None,
        begun_at=now,
        plan_id=plan_id,
    )
    insert_cycle(connection, cycle)
    connection.execute(
        text("""INSERT INTO turns (cycle_id, user_id) SELECT DISTINCT :cycle, user_id FROM planned_operations
                WHERE plan_id = :plan AND state = 'planned' AND source_type = 'User'"""),
        {"cycle": cycle.id, "plan": plan_id},
    )
    connection.execute(
        text("UPDATE plans SET state = 'applying', applied_at = :now, applied_by = :actor WHERE id = :plan"),
        {"now": to_text(now), "actor": actor, "plan": plan_id},
    )
    write_audit(connection, job.app_id, now, actor, "Other", {"plan": plan_id, "deed": "applied"})
    return cycle


def agreed_operations(
    connection: Connection, job: Job, plan_id: int, user_ids: Collection[str]
) -> Mapping[str, Sequence[Agreed]]:
    """Return what the plan has for these users; accounts that were to come are named by their ids, if there by now."""
    rows = connection.execute(text(_AGREED), {"plan": plan_id, "ids": ids_text(user_ids)}).all()
    return _agreed(connection, job, rows)


def approved_operations(connection: Connection, job: Job, user_ids: Collection[str]) -> Mapping[str, Sequence[Agreed]]:
    """Return what is held of these users in sets that were approved."""
    rows = connection.execute(text(_APPROVED), {"job": job.id, "ids": ids_text(user_ids)}).all()
    return _agreed(connection, job, rows)


def _agreed(connection: Connection, job: Job, rows: Sequence[Row[Any]]) -> Mapping[str, Sequence[Agreed]]:
    read = [
        (str(row.user_id), Agreed(OperationKind(row.kind), row.account_id, _values(row.before), _values(row.after)))
        for row in rows
    ]
    texts = (text for _, each in read for text in texts_in(each.account_id, each.before, each.after))
    names = _accounts(connection, job, {text for text in texts if text.startswith(ACCOUNT_TO_COME)})
    agreed: dict[str, list[Agreed]] = {}
    for user_id, each in read:
        there = names.get(each.account_id or "", each.account_id)
        named = Agreed(each.kind, there, renamed(each.before, names), renamed(each.after, names))
        agreed.setdefault(user_id, []).append(named)
    return agreed


def _values(kept: str) -> Values:
    values: Values = orjson.loads(kept)
    return values


def _accounts(connection: Connection, job: Job, to_come: Collection[str]) -> Mapping[str, str]:
    if not to_come:
        return {}
    query = """
        SELECT user_id, account_id FROM links WHERE job_id = :job AND target_identity = :identity
        AND user_id IN (SELECT value FROM json_each(:ids))"""
    user_ids = [value.removeprefix(ACCOUNT_TO_COME) for value in to_come]
    values = {"job": job.id, "identity": job.target_identity, "ids": ids_text(user_ids)}
    return {f"{ACCOUNT_TO_COME}{row[0]}": row[1] for row in connection.execute(text(query), values)}


def end_plan(connection: Connection, cycle: Cycle, state: CycleState, now: datetime, reason: str | None) -> None:
    """Write down what became of each operation of the plan, unless its cycle goes on another time."""
    if state is CycleState.INTERRUPTED:
        return
    ended = PlanState.APPLIED if state is CycleState.SUCCEEDED else PlanState.STALE
    for statement in _settling():
        connection.execute(text(statement), {"plan": cycle.plan_id, "cycle": cycle.id})
    connection.execute(
        text("UPDATE plans SET state = :state, ended_at = :now, reason = :reason WHERE id = :plan"),
        {"state": ended.value, "now": to_text(now), "reason": reason, "plan": cycle.plan_id},
    )


def _settling() -> Iterator[str]:
    """What was sent is done or failed; everything else is stale, and the log entry of the user, or group, says why.

    Members who came or went are done already; of those that are left, whoever was sent was refused.
    """
    for state, ends in (("done", "'done'"), ("failed", "'failed', 'unknown'")):
        yield f"""
            UPDATE planned_operations AS p SET state = '{state}', outcome = ({_ENTRY})
            WHERE plan_id = :plan AND state = 'planned' AND member_id IS NULL
            AND (p.source_type, p.user_id, p.kind) IN (
                SELECT o.source_type, o.user_id, o.kind FROM cycles c JOIN operations o ON o.id >= c.first_operation
                AND o.cycle_id = c.id AND o.state IN ({ends}) WHERE c.id = :cycle)"""
    yield f"""
        UPDATE planned_operations AS p SET state = 'failed', outcome = ({_ENTRY})
        WHERE plan_id = :plan AND state = 'planned' AND member_id IS NOT NULL
        AND (p.user_id, p.kind, p.member_id) IN (
            SELECT o.user_id, o.kind, m.key FROM cycles c JOIN operations o ON o.id >= c.first_operation
            AND o.cycle_id = c.id AND o.source_type = 'Group' AND o.state IN ('done', 'failed', 'unknown'),
            json_each(CASE o.kind WHEN 'add members' THEN o.after ELSE o.before END, '$.members') m
            WHERE c.id = :cycle)"""
    yield f"""
        UPDATE planned_operations AS p SET state = 'stale',
        outcome = CASE WHEN member_id IS NULL THEN ({_ENTRY}) ELSE 'NotAsPlanned' END
        WHERE plan_id = :plan AND state = 'planned'"""
