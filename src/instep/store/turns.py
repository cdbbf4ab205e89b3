"""Whose turn is it in a cycle? The SQL that expands the change log to users, each once (design.md 3)."""

from sqlalchemy import Connection, text

from instep.clock import to_text
from instep.directory.groups import ALL_USERS_GROUP_ID
from instep.ledger.cycles import Cycle, CycleKind
from instep.ledger.jobs import Job, NestedGroups
from instep.rules.scoping.standing import Scope
from instep.store.bulk import ids_text
from instep.store.held_sets import subjects_judged_again
from instep.store.nesting import NOW_AND_LATELY, below
from instep.store.protections import PROTECTED_GROUPS_LATELY

# Assigned in any way, Default Access included: the log says why that alone does not provision.
_ENTITLED = """EXISTS (
    SELECT 1 FROM assignments a WHERE a.app_id = :app AND (
        a.principal_id = u.id
        OR EXISTS (
            SELECT 1 FROM memberships m JOIN groups g ON g.id = m.group_id AND g.deleted_at IS NULL
            WHERE m.user_id = u.id AND m.group_id = a.principal_id)))"""
_LINKED = """EXISTS (
    SELECT 1 FROM links l WHERE l.job_id = :job AND l.target_identity = :identity AND l.user_id = u.id)"""

# The same with groups in groups: what is assigned to a group counts for whoever is in it at any depth.
_ASSIGNED_GROUPS = """
    SELECT a.principal_id FROM assignments a JOIN groups g ON g.id = a.principal_id AND g.deleted_at IS NULL
    WHERE a.app_id = :app"""
_ENTITLED_THROUGH = f"""(
    EXISTS (SELECT 1 FROM assignments a WHERE a.app_id = :app AND a.principal_id = u.id)
    OR EXISTS (SELECT 1 FROM memberships m WHERE m.user_id = u.id AND m.group_id IN ({below(_ASSIGNED_GROUPS)})))"""

# The group itself was assigned or unassigned in these changes, or is assigned now.
_GROUP_COUNTS = """(
    EXISTS (SELECT 1 FROM assignments a WHERE a.app_id = :app AND a.principal_id = c.group_id)
    OR EXISTS (SELECT 1 FROM changes d WHERE d.sequence > :since AND d.sequence <= :head
               AND d.kind = 'unassigned' AND d.app_id = :app AND d.group_id = c.group_id))"""
_RANGE = "c.sequence > :since AND c.sequence <= :head"
_THROUGH_GROUPS = f"""
    UNION SELECT c.user_id FROM changes c
    WHERE {_RANGE} AND c.kind IN ('member_added', 'member_removed') AND {_GROUP_COUNTS}
    UNION SELECT m.user_id FROM changes c JOIN memberships m ON m.group_id = c.group_id
    WHERE {_RANGE} AND ((c.kind IN ('assigned', 'unassigned') AND c.app_id = :app)
                        OR (c.kind = 'group_deleted' AND {_GROUP_COUNTS}))"""

# Groups that are assigned, or were in the range, and all that are in them, or were.
_GROUPS_THAT_COUNT = below(
    f"""SELECT a.principal_id FROM assignments a WHERE a.app_id = :app
        UNION SELECT c.group_id FROM changes c
        WHERE {_RANGE} AND c.kind = 'unassigned' AND c.app_id = :app AND c.group_id IS NOT NULL""",
    NOW_AND_LATELY,
)
_CHANGED_GROUPS = f"""
    SELECT c.group_id FROM changes c
    WHERE {_RANGE} AND c.kind IN ('assigned', 'unassigned') AND c.app_id = :app AND c.group_id IS NOT NULL
    UNION SELECT c.group_id FROM changes c
    WHERE {_RANGE} AND c.kind = 'group_deleted' AND c.group_id IN ({_GROUPS_THAT_COUNT})
    UNION SELECT c.nested_id FROM changes c
    WHERE {_RANGE} AND c.kind IN ('group_nested', 'group_unnested') AND c.group_id IN ({_GROUPS_THAT_COUNT})"""
_THROUGH_NESTED_GROUPS = f"""
    UNION SELECT c.user_id FROM changes c
    WHERE {_RANGE} AND c.kind IN ('member_added', 'member_removed') AND c.group_id IN ({_GROUPS_THAT_COUNT})
    UNION SELECT m.user_id FROM memberships m
    WHERE m.group_id IN ({below(f"SELECT group_id FROM ({_CHANGED_GROUPS})", NOW_AND_LATELY)})"""

# Who is in a group that is, or was, protected: protection may have begun or ended for them.
_PROTECTION_CHANGED = f"""
    SELECT c.group_id FROM changes c WHERE {_RANGE} AND c.kind IN ('group_protected', 'group_unprotected')
    UNION SELECT c.group_id FROM changes c
    WHERE {_RANGE} AND c.kind = 'group_deleted' AND c.group_id IN ({PROTECTED_GROUPS_LATELY})
    UNION SELECT c.nested_id FROM changes c
    WHERE {_RANGE} AND c.kind IN ('group_nested', 'group_unnested') AND c.group_id IN ({PROTECTED_GROUPS_LATELY})"""
_THROUGH_PROTECTION = f"""
    UNION SELECT c.user_id FROM changes c
    WHERE {_RANGE} AND c.kind = 'member_removed' AND c.group_id IN ({PROTECTED_GROUPS_LATELY})
    UNION SELECT m.user_id FROM memberships m
    WHERE m.group_id IN ({below(f"SELECT group_id FROM ({_PROTECTION_CHANGED})", NOW_AND_LATELY)})"""

EVERYONE = "1 = 1"


def parameters(job: Job, since: int, head: int) -> dict[str, object]:
    """Return what the statements of this module are bound to."""
    return {
        "app": job.app_id,
        "job": job.id,
        "identity": job.target_identity,
        "since": since,
        "head": head,
        "all_users": ALL_USERS_GROUP_ID,
    }


def entitlement(connection: Connection, job: Job) -> str:
    """Return the condition for a user `u` to be assigned; everyone is by the job's scope, or with All users."""
    if job.settings.scope is Scope.ALL:
        return EVERYONE
    found = connection.execute(
        text("SELECT 1 FROM assignments WHERE app_id = :app AND principal_id = :all_users"),
        {"app": job.app_id, "all_users": ALL_USERS_GROUP_ID},
    )
    if found.first() is not None:
        return EVERYONE
    return _ENTITLED_THROUGH if job.settings.nested_groups is NestedGroups.EXPAND else _ENTITLED


def entering(entitled: str) -> str:
    """Return the condition for a user `u` to enter an initial cycle: live and entitled, or linked."""
    return f"((u.deleted_at IS NULL AND {entitled}) OR {_LINKED})"


def touched(job: Job, entitled: str) -> str:
    """Return the query for the users that changes in the range are about, for this job.

    The end of a membership names its user; a deleted group still has its members; All users means everyone.
    """
    of_interest = EVERYONE if entitled == EVERYONE else f"({entitled} OR {_LINKED})"
    by_groups = _THROUGH_NESTED_GROUPS if job.settings.nested_groups is NestedGroups.EXPAND else _THROUGH_GROUPS
    return f"""
        SELECT c.user_id AS user_id FROM changes c LEFT JOIN users u ON u.id = c.user_id
        WHERE {_RANGE} AND c.kind LIKE 'user~_%' ESCAPE '~'
          AND (({of_interest}) OR EXISTS (
              SELECT 1 FROM links l
              WHERE l.job_id = :job AND l.target_identity = :identity AND l.user_id = c.user_id))
        UNION SELECT c.user_id FROM changes c
        WHERE {_RANGE} AND c.kind IN ('assigned', 'unassigned') AND c.app_id = :app AND c.user_id IS NOT NULL
        {by_groups}
        {_THROUGH_PROTECTION}
        UNION SELECT u.id FROM (
            SELECT 1 FROM changes c WHERE {_RANGE} AND c.kind IN ('assigned', 'unassigned')
            AND c.app_id = :app AND c.group_id = :all_users LIMIT 1) everyone CROSS JOIN users u
        WHERE u.deleted_at IS NULL OR {_LINKED}"""


# Removals are decided again in every cycle; what else is held, when it was approved, when it may go by now, or waits no
# longer as it was.
_HELD = """
    SELECT h.user_id FROM holds h JOIN plans p ON p.id = h.plan_id
    WHERE h.job_id = :job AND p.state <> 'rejected' AND (p.state = 'approved' OR NOT EXISTS (
        SELECT 1 FROM planned_operations o
        WHERE o.plan_id = h.plan_id AND o.user_id = h.user_id AND o.state = 'planned')
        OR h.subject IN (SELECT value FROM json_each(:judged_again)))
    AND NOT EXISTS (SELECT 1 FROM escrows e WHERE e.job_id = :job AND e.user_id = h.user_id
                    AND e.next_attempt_at > :escrows_due_by)"""


def write_turns(connection: Connection, job: Job, cycle: Cycle, escrows_due_by: str) -> None:
    """Write down whose turn it is in an incremental cycle: who changed, who failed or was held before, who is due."""
    query = touched(job, entitlement(connection, job))
    moments = {"escrows_due_by": escrows_due_by, "now": to_text(cycle.begun_at)}
    judged_again = {"judged_again": ids_text([subject.value for subject in subjects_judged_again(connection, job)])}
    connection.execute(
        text(f"""
        INSERT INTO turns (cycle_id, user_id) SELECT :cycle, t.user_id FROM (
            {query}
            UNION SELECT e.user_id FROM escrows e WHERE e.job_id = :job AND e.next_attempt_at <= :escrows_due_by
            UNION {_HELD}
            UNION SELECT d.user_id FROM due_users d WHERE d.job_id = :job AND d.due_at <= :now
        ) t"""),
        {**parameters(job, cycle.since or 0, cycle.head), "cycle": cycle.id, **moments, **judged_again},
    )


def forget_due(connection: Connection, job: Job, cycle: Cycle) -> None:
    """Forget when users were due whom this cycle takes up: it writes down anew when they are due next."""
    until = "" if cycle.kind is CycleKind.INITIAL else "AND due_at <= :now"
    connection.execute(
        text(f"DELETE FROM due_users WHERE job_id = :job {until}"), {"job": job.id, "now": to_text(cycle.begun_at)}
    )
