"""How are operations kept: written down before they are sent, and asked for when their outcome is unknown?"""

from collections import Counter
from collections.abc import Collection, Sequence
from datetime import datetime

import orjson
from sqlalchemy import Connection, text

from instep.clock import to_text
from instep.cycle.ports import ToSend
from instep.ledger.cycles import Cycle
from instep.ledger.jobs import Job
from instep.ledger.records import OpenOperation
from instep.rules.health.budgets import Budgeted, subject_of
from instep.rules.planning.plan import OperationKind
from instep.store.bulk import insert_rows, json_text, next_numbers


def write_operations(
    connection: Connection,
    job: Job,
    cycle: Cycle,
    operations: Sequence[ToSend],
    stale: Collection[str],
    decided_at: int,
    now: datetime,
) -> Sequence[int]:
    """Write operations down, those of `stale` users as stale; return their ids, in their order."""
    ids = next_numbers(connection, "operations", len(operations))
    same = (cycle.id, job.id, decided_at, cycle.configuration_version, to_text(now))
    insert_rows(
        connection,
        """operations (id, user_id, kind, state, account_id, before, after, cycle_id, job_id, sequence,
        configuration_version, planned_at)""",
        [
            (
                identifier,
                each.user_id,
                each.operation.kind.value,
                "stale" if each.user_id in stale else "sent",
                each.operation.account_id,
                json_text(each.operation.before),
                json_text(each.operation.after),
                *same,
            )
            for identifier, each in zip(ids, operations, strict=True)
        ],
    )
    connection.execute(
        text("UPDATE cycles SET first_operation = coalesce(first_operation, :first) WHERE id = :cycle"),
        {"first": ids[0] if ids else None, "cycle": cycle.id},
    )
    return ids


def open_operations(connection: Connection, job: Job) -> Sequence[OpenOperation]:
    """Return the operations on users of which the outcome is not known."""
    # Written so that SQLite begins with the cycle: to have the ids in order, it would go through all operations.
    query = """
        SELECT id, cycle_id, user_id, kind, account_id, after FROM operations
        WHERE job_id = :job AND state = 'unknown' AND source_type = 'User'
        UNION ALL SELECT o.id, o.cycle_id, o.user_id, o.kind, o.account_id, o.after
        FROM cycles c CROSS JOIN operations o
        WHERE c.job_id = :job AND c.state = 'running' AND c.kind <> 'on demand'
          AND o.id >= c.first_operation AND o.cycle_id = c.id
          AND o.state IN ('planned', 'sent') AND o.source_type = 'User' ORDER BY 1"""
    rows = connection.execute(text(query), {"job": job.id})
    return [OpenOperation(row[0], row[1], row[2], OperationKind(row[3]), row[4], orjson.loads(row[5])) for row in rows]


def done_without_approval(connection: Connection, job: Job, cycle_id: str) -> Counter[Budgeted]:
    """Return how many operations a cycle has done of its own accord, by the budget that they are judged by."""
    query = """
        SELECT o.kind, count(*) FROM cycles c JOIN operations o ON o.id >= c.first_operation AND o.cycle_id = c.id
        WHERE c.id = :cycle AND o.job_id = :job AND o.state = 'done' AND o.source_type = 'User'
        AND NOT EXISTS (SELECT 1 FROM planned_operations p WHERE p.operation_id = o.id) GROUP BY o.kind"""
    found: Counter[Budgeted] = Counter()
    for kind, count in connection.execute(text(query), {"job": job.id, "cycle": cycle_id}):
        found[subject_of(OperationKind(kind))] += count
    return found


def removals_since(connection: Connection, job: Job, moment: datetime) -> int:
    """Return how many removals a job has sent since of its own accord; that of an inactive account is none."""
    query = """
        SELECT count(*) FROM operations o
        WHERE job_id = :job AND kind IN ('disable', 'delete') AND source_type = 'User'
        AND (kind = 'disable' OR coalesce(CAST(json_extract(before, '$.active') AS TEXT), '') <> '0')
        AND state = 'done' AND ended_at > :moment
        AND NOT EXISTS (SELECT 1 FROM cycles c WHERE c.id = o.cycle_id AND c.plan_id IS NOT NULL)
        AND NOT EXISTS (SELECT 1 FROM planned_operations p WHERE p.operation_id = o.id)"""
    return int(connection.execute(text(query), {"job": job.id, "moment": to_text(moment)}).scalar_one())
