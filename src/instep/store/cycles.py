"""Which cycle does a job go on with, and where does it leave the watermark?"""

from datetime import datetime, timedelta

import orjson
from sqlalchemy import Connection, text

from instep.clock import from_text, to_text
from instep.ledger.cycles import Counts, Cycle, CycleKind, CycleState
from instep.ledger.jobs import Job
from instep.store.feed import head


def unfinished_cycle(
    connection: Connection, job: Job, now: datetime, plan_id: int | None = None
) -> tuple[Cycle, Counts] | None:
    """Return the cycle to go on with, the one that applies a plan or an ordinary one; none on demand.

    Those of another configuration or target are superseded, whatever they are.
    """
    rows = connection.execute(
        text("""SELECT id, kind, configuration_version, target_identity, since, head, cursor, counts, begun_at, plan_id
                FROM cycles WHERE job_id = :job AND state IN ('running', 'interrupted') AND kind <> 'on demand'
                ORDER BY begun_at DESC"""),
        {"job": job.id},
    ).all()
    outdated = [row for row in rows if (row[2], row[3]) != (job.configuration_version, job.target_identity)]
    for row in outdated:
        _supersede(connection, row[0], now)
    current = [row for row in rows if row not in outdated and row[9] == plan_id]
    if not current:
        return None
    row = current[0]
    connection.execute(
        text("UPDATE cycles SET state = 'running', ended_at = NULL, reason = NULL WHERE id = :cycle"), {"cycle": row[0]}
    )
    cycle = Cycle(row[0], job.id, CycleKind(row[1]), row[2], row[3], row[4], row[5], row[6], from_text(row[8]), row[9])
    return cycle, Counts.from_document(orjson.loads(row[7]))


def bring_back_from_the_future(connection: Connection, job: Job, now: datetime) -> None:
    """Where the clock was set back since the last cycle, let earlier cycles be no later than one that begins now.

    Which cycle was the last is told by its times, and so is how long to wait for the next.
    """
    if job.was_clock_set_back(now):
        connection.execute(
            text("""UPDATE cycles SET begun_at = CASE WHEN begun_at > :before THEN :before ELSE begun_at END,
                    ended_at = CASE WHEN ended_at > :now THEN :now ELSE ended_at END
                    WHERE job_id = :job AND (begun_at > :before OR ended_at > :now)"""),
            {"job": job.id, "before": to_text(now - timedelta(milliseconds=1)), "now": to_text(now)},
        )


def _supersede(connection: Connection, cycle_id: str, now: datetime) -> None:
    connection.execute(
        text("""UPDATE cycles SET state = 'superseded', reason = 'the configuration was saved', ended_at = :now
                WHERE id = :cycle"""),
        {"cycle": cycle_id, "now": to_text(now)},
    )
    connection.execute(text("DELETE FROM turns WHERE cycle_id = :cycle"), {"cycle": cycle_id})
    keep_unknown(connection, cycle_id)


def keep_unknown(connection: Connection, cycle_id: str) -> None:
    """What a cycle that does not go on left without an outcome must still be asked for."""
    connection.execute(
        text("""UPDATE operations SET state = 'unknown' WHERE cycle_id = :cycle AND state IN ('planned', 'sent')
                AND id >= (SELECT first_operation FROM cycles WHERE id = :cycle)"""),
        {"cycle": cycle_id},
    )


def new_cycle(connection: Connection, job: Job, now: datetime, new_id: str) -> Cycle:
    """Write down a new cycle: incremental from the watermark where there is one that holds, else initial."""
    since = job.since
    kind = CycleKind.INITIAL if since is None else CycleKind.INCREMENTAL
    cycle = Cycle(
        new_id, job.id, kind, job.configuration_version, job.target_identity, since, head(connection), None, now
    )
    insert_cycle(connection, cycle)
    return cycle


def insert_cycle(connection: Connection, cycle: Cycle, actor: str | None = None) -> None:
    """Write down a cycle that begins; `actor` is who asked for it, where it is not the service's own."""
    connection.execute(
        text("""INSERT INTO cycles (id, job_id, kind, state, configuration_version, target_identity, since, head,
                plan_id, counts, begun_at, actor) VALUES (:id, :job, :kind, 'running', :version, :identity, :since,
                :head, :plan, :counts, :now, :actor)"""),
        {
            "id": cycle.id,
            "job": cycle.job_id,
            "kind": cycle.kind.value,
            "version": cycle.configuration_version,
            "identity": cycle.target_identity,
            "since": cycle.since,
            "head": cycle.head,
            "plan": cycle.plan_id,
            "counts": counts_text(Counts()),
            "now": to_text(cycle.begun_at),
            "actor": actor,
        },
    )


def end_cycle(
    connection: Connection, cycle: Cycle, state: CycleState, counts: Counts, now: datetime, reason: str | None
) -> None:
    """Write down how a cycle ended; an interrupted one keeps whose turn it is."""
    connection.execute(
        text("""UPDATE cycles SET state = :state, counts = :counts, ended_at = :now, reason = :reason
                WHERE id = :cycle"""),
        {
            "state": state.value,
            "counts": counts_text(counts),
            "now": to_text(now),
            "reason": reason,
            "cycle": cycle.id,
        },
    )
    if state is not CycleState.INTERRUPTED or cycle.kind is CycleKind.ON_DEMAND:
        connection.execute(text("DELETE FROM turns WHERE cycle_id = :cycle"), {"cycle": cycle.id})


def set_watermark(connection: Connection, job: Job, cycle: Cycle) -> None:
    """Set the job's watermark to the head that the cycle noted before its first read."""
    connection.execute(
        text("""UPDATE jobs SET watermark = :head, watermark_version = :version, watermark_identity = :identity
                WHERE id = :job"""),
        {"head": cycle.head, "version": cycle.configuration_version, "identity": cycle.target_identity, "job": job.id},
    )


def counts_text(counts: Counts) -> str:
    """Return counts as they are kept."""
    return orjson.dumps(counts.as_document()).decode()
