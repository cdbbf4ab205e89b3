"""What is older than a job keeps it, and how is it thrown away without ever holding up a cycle? A portion at a time.

Never thrown away: what has no outcome yet (unless the job was deleted), what a cycle goes on from, what people are
asked to decide, links, escrows.
"""

from datetime import datetime

from sqlalchemy import text

from instep.admin.ports import Pruned
from instep.clock import to_text
from instep.store.database import Database
from instep.store.log_places import first_at

CYCLES_KEPT = 10  # however old: the status shows them, and the newest says when the job ran last

_ENTRIES = """
    DELETE FROM provisioning_log WHERE id IN (
        SELECT id FROM provisioning_log WHERE id <= :bound AND job_id = :job AND at < :before
        ORDER BY id LIMIT :limit)"""
_OPERATIONS = """
    DELETE FROM operations WHERE id IN (
        SELECT o.id FROM operations o
        WHERE o.id <= :bound AND o.job_id = :job AND coalesce(o.ended_at, o.planned_at) < :before
          AND (o.state IN ('done', 'failed', 'stale') OR NOT EXISTS (SELECT 1 FROM jobs WHERE id = :job))
          AND NOT EXISTS (SELECT 1 FROM planned_operations p WHERE p.operation_id = o.id)
        ORDER BY o.id LIMIT :limit)"""
_CYCLES = f"""
    DELETE FROM cycles WHERE job_id = :job AND ended_at < :before
      AND (state IN ('succeeded', 'superseded') OR kind = 'on demand')
      AND id NOT IN (SELECT id FROM cycles WHERE job_id = :job AND kind <> 'on demand'
                     ORDER BY begun_at DESC LIMIT {CYCLES_KEPT})
      AND id NOT IN (SELECT id FROM cycles WHERE job_id = :job AND kind <> 'on demand' AND plan_id IS NULL
                     ORDER BY begun_at DESC LIMIT 1)
      AND NOT EXISTS (SELECT 1 FROM operations o
                      WHERE o.job_id = :job AND o.state = 'unknown' AND o.cycle_id = cycles.id)"""
_PLANNED = """
    DELETE FROM planned_operations WHERE (plan_id, number) IN (
        SELECT o.plan_id, o.number FROM plans p JOIN planned_operations o ON o.plan_id = p.id
        WHERE p.job_id = :job AND p.state IN ('applied', 'rejected', 'stale', 'released')
          AND coalesce(p.ended_at, p.decided_at, p.planned_at) < :before
          AND NOT EXISTS (SELECT 1 FROM holds h WHERE h.plan_id = p.id) LIMIT :limit)"""
_PLANS = """
    DELETE FROM plans WHERE job_id = :job AND state IN ('applied', 'rejected', 'stale', 'released')
      AND coalesce(ended_at, decided_at, planned_at) < :before
      AND NOT EXISTS (SELECT 1 FROM holds h WHERE h.plan_id = plans.id)
      AND NOT EXISTS (SELECT 1 FROM planned_operations o WHERE o.plan_id = plans.id)"""


class LogPruning:
    """The throwing away of instep.admin.ports.Jobs."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def prune(self, job_id: str, before: datetime, limit: int) -> Pruned:
        """Throw away at most so many rows of each kind that are older, in one transaction; return how many it were."""
        bound = {"job": job_id, "before": to_text(before), "limit": limit}
        with self._database.write(job_id) as connection:
            # Rows are numbered in the order of time: nothing behind the first one that is kept has to be looked at.
            entries = first_at(connection, "provisioning_log", "at", str(bound["before"]))
            operations = first_at(connection, "operations", "planned_at", str(bound["before"]))
            return Pruned(
                connection.execute(text(_ENTRIES), {**bound, "bound": entries}).rowcount,
                connection.execute(text(_OPERATIONS), {**bound, "bound": operations}).rowcount,
                connection.execute(text(_PLANNED), bound).rowcount,
                connection.execute(text(_CYCLES), bound).rowcount + connection.execute(text(_PLANS), bound).rowcount,
            )
