"""Whose account stays as it is, because an administrator has rejected what was held, and nothing has changed since?"""

from collections.abc import Collection

from sqlalchemy import Connection, text

from instep.ledger.jobs import Job
from instep.store.bulk import ids_text


def rejected_users(connection: Connection, job: Job, user_ids: Collection[str]) -> Collection[str]:
    """Return those of these users about whom nothing has changed since the rejection.

    A change is an edit of the user, an assignment of theirs or a membership; or, of a group of theirs, an assignment or
    its deletion (decision 38).
    """
    sets = connection.execute(
        text("SELECT 1 FROM plans WHERE job_id = :job AND origin = 'held' AND state = 'rejected' LIMIT 1"),
        {"job": job.id},
    )
    if sets.first() is None:
        return ()
    query = """
        SELECT DISTINCT h.user_id FROM holds h JOIN plans p ON p.id = h.plan_id AND p.state = 'rejected'
        JOIN planned_operations o ON o.plan_id = h.plan_id AND o.user_id = h.user_id AND o.state = 'rejected'
        WHERE h.job_id = :job AND h.user_id IN (SELECT value FROM json_each(:ids))
          AND NOT EXISTS (SELECT 1 FROM changes c WHERE c.user_id = h.user_id AND c.sequence > o.sequence
                          AND (c.app_id IS NULL OR c.app_id = :app))
          AND NOT EXISTS (SELECT 1 FROM memberships m JOIN changes c ON c.group_id = m.group_id
                          WHERE m.user_id = h.user_id AND c.sequence > o.sequence AND c.user_id IS NULL
                          AND (c.kind = 'group_deleted'
                               OR (c.kind IN ('assigned', 'unassigned') AND c.app_id = :app)))"""
    rows = connection.execute(text(query), {"job": job.id, "app": job.app_id, "ids": ids_text(user_ids)})
    return {row[0] for row in rows}
