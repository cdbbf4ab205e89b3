"""What of groups stays as it is, because an administrator has rejected what was held, and nothing has changed since?"""

from collections.abc import Collection

from sqlalchemy import Connection, text

from instep.ledger.jobs import Job
from instep.store.bulk import ids_text

ITSELF = ""  # in the place of a member: what is held is about the group

# (group, member): a change is one about the member; or about the group that is about no one member of it.
STANDING = """
    SELECT h.group_id, h.member_id FROM held_groups h JOIN plans p ON p.id = h.plan_id AND p.state = 'rejected'
    JOIN planned_operations o ON o.plan_id = h.plan_id AND o.source_type = 'Group' AND o.user_id = h.group_id
    AND coalesce(o.member_id, '') = h.member_id AND o.state = 'rejected'
    WHERE h.job_id = :job AND NOT EXISTS (
        SELECT 1 FROM changes c WHERE c.user_id = h.member_id AND c.sequence > o.sequence
        AND (c.app_id IS NULL OR c.app_id = :app))
    AND NOT EXISTS (
        SELECT 1 FROM changes c WHERE c.group_id = h.group_id AND c.user_id IS NULL AND c.sequence > o.sequence
        AND (c.app_id IS NULL OR c.app_id = :app))"""


def standing_rejections(connection: Connection, job: Job, group_ids: Collection[str]) -> Collection[tuple[str, str]]:
    """Return what of these groups was rejected and stays so: (group, member), the member empty for the group itself."""
    query = f"{STANDING} AND h.group_id IN (SELECT value FROM json_each(:ids))"
    rows = connection.execute(text(query), {"job": job.id, "app": job.app_id, "ids": ids_text(group_ids)})
    return {(row[0], row[1]) for row in rows}
