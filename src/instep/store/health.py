"""How is a job's health kept, and what does an administrator's act lift?"""

from datetime import datetime
from typing import Any

import orjson
from sqlalchemy import Connection, case, text

from instep.clock import from_text, to_text
from instep.cycle.aftermath import Aftermath, LeftOver
from instep.cycle.ports import Acts, AdministratorActed
from instep.ledger.cycles import Counts, Cycle
from instep.ledger.health import JobHealth
from instep.ledger.jobs import Job, JobState
from instep.ledger.notices import NoticeKind
from instep.ledger.quarantine import Problem, Quarantine
from instep.rules.health.outcomes import FailedRequest
from instep.rules.health.quarantine import QuarantineReason
from instep.store.audit import THE_SERVICE, write_audit
from instep.store.documents import moment
from instep.store.outbox import queue_mails
from instep.store.tables.jobs import jobs

_NO_QUARANTINE = frozenset({NoticeKind.OPERATIONS_HELD, NoticeKind.USERS_FAILED})
MOST_FAILING_NAMED = 10  # in a mail: the log has them all


def read_acts(connection: Connection, job: Job) -> Acts | None:
    """Return how far administrators' acts on the job have come; None where it is gone."""
    row = connection.execute(
        text("SELECT configuration_version, revision, stopped_in_revision FROM jobs WHERE id = :job"), {"job": job.id}
    ).first()
    return None if row is None else Acts(*row)


def require_no_act(connection: Connection, job: Job) -> None:
    """Raise AdministratorActed where the job is not any more as it was read."""
    found = read_acts(connection, job)
    if found is None or (found.configuration_version, found.revision) != (job.configuration_version, job.revision):
        raise AdministratorActed(f"{job.app_name} was stopped, connected or configured while its cycle ran.")


def read_left_over(connection: Connection, job: Job, cycle: Cycle) -> LeftOver:
    """Return what the cycle leaves to be done."""
    bound = {"job": job.id, "begun": to_text(cycle.begun_at)}
    waits = connection.execute(
        text("""SELECT subject, count(*), count(*) FILTER (WHERE since >= :begun) FROM (
                    SELECT h.subject, h.since FROM holds h JOIN plans p ON p.id = h.plan_id
                    WHERE h.job_id = :job AND p.state IN ('planned', 'approved')
                    UNION ALL SELECT h.subject, h.since FROM held_groups h JOIN plans p ON p.id = h.plan_id
                    WHERE h.job_id = :job AND p.state IN ('planned', 'approved'))
                GROUP BY subject ORDER BY subject"""),
        bound,
    ).all()
    rows = connection.execute(
        text("""SELECT code, min(json_extract(facts, '$.detail')), count(*) FROM (
                    SELECT code, facts FROM escrows WHERE job_id = :job
                    UNION ALL SELECT code, facts FROM group_escrows WHERE job_id = :job)
                GROUP BY code ORDER BY 3 DESC"""),
        bound,
    ).all()
    commonest = f"{rows[0][0]}: {rows[0][1]}" if rows else ""
    held = {row[0]: row[1] for row in waits}
    failing = _failing(connection, job) if rows and job.settings.notify_failures else ()
    return LeftOver(sum(row[2] for row in rows), held, sum(row[2] for row in waits), commonest, failing)


def _failing(connection: Connection, job: Job) -> tuple[str, ...]:
    """Name those who failed last, each with the reason."""
    rows = connection.execute(
        text("""SELECT name, detail FROM (
                    SELECT e.since, json_extract(u.attributes, '$.userPrincipalName') AS name,
                        coalesce(json_extract(e.facts, '$.detail'), e.code) AS detail
                    FROM escrows e JOIN users u ON u.id = e.user_id WHERE e.job_id = :job
                    UNION ALL
                    SELECT e.since, g.display_name, coalesce(json_extract(e.facts, '$.detail'), e.code)
                    FROM group_escrows e JOIN groups g ON g.id = e.group_id WHERE e.job_id = :job)
                ORDER BY since DESC, name LIMIT :most"""),
        {"job": job.id, "most": MOST_FAILING_NAMED},
    )
    return tuple(f"{name}: {detail}" for name, detail in rows)


def write_aftermath(connection: Connection, job: Job, aftermath: Aftermath) -> bool:
    """Write what a cycle's end means for its job; nothing, and False, where an administrator has acted meanwhile."""
    values = {
        "job": job.id,
        "version": job.configuration_version,
        "revision": job.revision,
        "health": health_text(aftermath.health),
        "quarantine": quarantine_text(aftermath.quarantine),
        "not_before": None if aftermath.not_before is None else to_text(aftermath.not_before),
        "state": None if aftermath.state is None else aftermath.state.value,
    }
    dropped = ", watermark = NULL" if aftermath.drops_escrows else ""
    written = connection.execute(
        text(f"""UPDATE jobs SET health = :health, quarantine = :quarantine, not_before = :not_before,
                 state = coalesce(:state, state){dropped}
                 WHERE id = :job AND configuration_version = :version AND revision = :revision"""),
        values,
    ).rowcount
    if written and aftermath.drops_escrows:
        for escrows in ("escrows", "group_escrows"):
            connection.execute(text(f"DELETE FROM {escrows} WHERE job_id = :job"), {"job": job.id})
    return bool(written)


def record_aftermath(
    connection: Connection, job: Job, cycle: Cycle, counts: Counts, aftermath: Aftermath, now: datetime
) -> None:
    """Leave a trace of it in the audit log (engine.md 13), and tell by mail what administrators must know."""
    for notice in aftermath.notices:
        activity = "Other" if notice.kind in _NO_QUARANTINE else "Quarantine"
        details = {"event": notice.kind.value, "cycle": cycle.id, **notice.facts}
        write_audit(connection, job.app_id, now, THE_SERVICE, activity, details)
    queue_mails(connection, job, aftermath.notices, now)
    if counts.retried or aftermath.drops_escrows:
        details = {"cycle": cycle.id, "retried": counts.retried, "failed": counts.failed}
        if aftermath.drops_escrows:
            details["event"] = "dropped"
        write_audit(connection, job.app_id, now, THE_SERVICE, "Process escrow", details)


def lifted(now: datetime) -> dict[str, Any]:
    """Return the columns of a job whose quarantine an administrator's act lifts (engine.md 6.3): it is tried at once.

    What the service disabled after four weeks runs again; what an administrator stopped stays so.
    """
    disabled = jobs.c.state == JobState.DISABLED.value
    state = case((disabled, JobState.ACTIVE.value), else_=jobs.c.state)
    return {"quarantine": None, "not_before": to_text(now), "state": state}


def health_text(health: JobHealth) -> str:
    """Return a job's health as it is kept."""
    return orjson.dumps(
        {
            "complete_failures": health.complete_failures,
            "failing_since": _moment_text(health.failing_since),
            "are_escrows_pruned": health.are_escrows_pruned,
            "first_steady_at": _moment_text(health.first_steady_at),
            "last_steady_at": _moment_text(health.last_steady_at),
        }
    ).decode()


def health_from(text: str | None) -> JobHealth:
    """Return the health that `health_text` wrote."""
    document = orjson.loads(text) if text is not None else {}
    return JobHealth(
        document.get("complete_failures", 0),
        moment(document.get("failing_since")),
        document.get("are_escrows_pruned", False),
        moment(document.get("first_steady_at")),
        moment(document.get("last_steady_at")),
    )


def quarantine_text(quarantine: Quarantine | None) -> str | None:
    """Return a quarantine as it is kept."""
    if quarantine is None:
        return None
    problem = quarantine.problem
    return orjson.dumps(
        {
            "reason": quarantine.reason.value,
            "problem": [problem.code, problem.message, problem.is_for_the_administrator],
            "since": to_text(quarantine.since),
            "imposed_at": to_text(quarantine.imposed_at),
            "next_attempt_at": _moment_text(quarantine.next_attempt_at),
            "renewals": quarantine.renewals,
            "next_probe_at": _moment_text(quarantine.next_probe_at),
            "requests": [[to_text(r.at), r.method, r.url, r.status, r.answer] for r in quarantine.requests],
        }
    ).decode()


def quarantine_from(text: str | None) -> Quarantine | None:
    """Return the quarantine that `quarantine_text` wrote."""
    if text is None:
        return None
    document = orjson.loads(text)
    return Quarantine(
        QuarantineReason(document["reason"]),
        Problem(*document["problem"]),
        from_text(document["since"]),
        from_text(document["imposed_at"]),
        moment(document["next_attempt_at"]),
        document["renewals"],
        moment(document["next_probe_at"]),
        tuple(FailedRequest(from_text(at), *rest) for at, *rest in document["requests"]),
    )


def _moment_text(at: datetime | None) -> str | None:
    return None if at is None else to_text(at)
