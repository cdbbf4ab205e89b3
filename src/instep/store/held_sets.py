"""What is known of the sets of held operations as a whole, and what happens to all of them at once?"""

from collections import Counter
from collections.abc import Collection
from datetime import datetime

from sqlalchemy import Connection, text

from instep.clock import to_text
from instep.cycle.judging import JUDGED, judge_as_a_whole
from instep.ledger.jobs import Approval, Job
from instep.ledger.plans import PlanState, PlanSubject
from instep.store.bulk import ids_text
from instep.store.link_counts import count_links


def users_held(connection: Connection, job: Job, *states: PlanState) -> Counter[PlanSubject]:
    """Return how many users are held, by the subject of the sets that they are in; of the sets in these states."""
    query = """
        SELECT h.subject, count(*) FROM holds h JOIN plans p ON p.id = h.plan_id
        WHERE h.job_id = :job AND p.state IN (SELECT value FROM json_each(:states)) GROUP BY h.subject"""
    rows = connection.execute(text(query), {"job": job.id, "states": ids_text([state.value for state in states])})
    return Counter({PlanSubject(row[0]): row[1] for row in rows})


def approve_held_removals(connection: Connection, job: Job, now: datetime, actor: str) -> int:
    """Approve every removal that is held at this moment, of accounts and of groups; return how many there are."""
    waits = "job_id = :job AND origin = 'held' AND subject IN ('removals', 'group removals') AND state = 'planned'"
    bound = {"job": job.id, "now": to_text(now), "actor": actor}
    of_sets = f"WHERE plan_id IN (SELECT id FROM plans WHERE {waits})"
    count = connection.execute(
        text(f"SELECT (SELECT count(*) FROM holds {of_sets}) + (SELECT count(*) FROM held_groups {of_sets})"), bound
    ).scalar_one()
    connection.execute(
        text(f"""UPDATE plans SET state = 'approved', shown_at = coalesce(shown_at, :now), decided_at = :now,
                 decided_by = :actor WHERE {waits}"""),
        bound,
    )
    return int(count)


def forget_holds(connection: Connection, job: Job, now: datetime) -> None:
    """Forget who is held: everyone is decided afresh."""
    bound = {"job": job.id, "now": to_text(now)}
    connection.execute(text("DELETE FROM holds WHERE job_id = :job"), bound)
    connection.execute(
        text("""UPDATE plans SET ended_at = :now, state = CASE state WHEN 'rejected' THEN state ELSE 'released' END
                WHERE job_id = :job AND origin = 'held' AND ended_at IS NULL"""),
        bound,
    )


def approved_at(connection: Connection, job_id: str) -> str | None:
    """Return when a held set was approved last, or was carried out while others were still held."""
    query = """
        SELECT max(CASE WHEN state = 'approved' THEN decided_at
                        WHEN EXISTS (SELECT 1 FROM plans o WHERE o.job_id = :job AND o.origin = 'held'
                                     AND o.state = 'planned') THEN ended_at END)
        FROM plans WHERE job_id = :job AND origin = 'held' AND state IN ('approved', 'applied')"""
    found: str | None = connection.execute(text(query), {"job": job_id}).scalar_one()
    return found


def subjects_judged_again(connection: Connection, job: Job) -> Collection[PlanSubject]:
    """Return of which sets the users have their turn in any case: removals always, others if they may go by now.

    What was approved counts until it is done, as everything of a cycle is judged together.
    """
    held = users_held(connection, job, PlanState.PLANNED, PlanState.APPROVED)
    if job.settings.approval is Approval.REQUIRED or not held.keys() - {PlanSubject.REMOVALS}:
        return {PlanSubject.REMOVALS}
    _, active = count_links(connection, job)
    planned = {budgeted: held[PlanSubject(budgeted.value)] for budgeted in JUDGED}
    judgements = judge_as_a_whole(job.settings, active, planned, {})
    over = {PlanSubject(budgeted.value) for budgeted, judgement in judgements.items() if judgement.is_over}
    return set(PlanSubject) - over
