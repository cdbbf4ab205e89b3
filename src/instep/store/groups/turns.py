"""Which groups' turn is it in a cycle? The SQL that expands changes, and users who came or went, to groups."""

from instep.clock import to_text
from instep.directory.groups import ALL_USERS_GROUP_ID
from instep.ledger.cycles import Cycle, CycleKind
from instep.ledger.jobs import Job, NestedGroups
from instep.rules.scoping.standing import Scope
from instep.store.nesting import NOW, above

_LINKED = """EXISTS (SELECT 1 FROM group_links gl WHERE gl.job_id = :job AND gl.target_identity = :identity
                     AND gl.group_id = g.id)"""
_ASSIGNED = "EXISTS (SELECT 1 FROM assignments a WHERE a.app_id = :app AND a.principal_id = g.id)"
_RANGE = "c.sequence > :since AND c.sequence <= :head"
_LINK_OF_GROUP = "gl.job_id = :job AND gl.target_identity = :identity"
_LINK_OF_USER = "l.job_id = :job AND l.target_identity = :identity"

# Whoever was taken out of a group before its turn: the group has its turn, and its entry in the log, all the same.
_OF_THIS_CYCLE = """o.job_id = :job AND o.source_type = 'Group' AND o.ended_at >= :begun AND o.cycle_id = :cycle"""
WRITTEN_IN_THIS_CYCLE = f"""
    SELECT o.user_id, o.kind, count(*)
    FROM operations o, json_each(CASE o.kind WHEN 'add members' THEN o.after ELSE o.before END, '$.members')
    WHERE {_OF_THIS_CYCLE} AND o.state = 'done' AND o.kind IN ('add members', 'remove members')
      AND o.user_id IN (SELECT value FROM json_each(:ids)) GROUP BY o.user_id, o.kind"""

_OF_THE_PLAN = f"""
    SELECT p.user_id FROM cycles c JOIN planned_operations p ON p.plan_id = c.plan_id
    WHERE c.id = :cycle AND p.source_type = 'Group' AND p.state = 'planned'
    UNION SELECT o.user_id FROM operations o WHERE {_OF_THIS_CYCLE} ORDER BY 1"""

# Decided again in every cycle; what was rejected only when something has changed.
_OF_WHAT_IS_HELD = f"""
    SELECT h.group_id FROM held_groups h JOIN plans p ON p.id = h.plan_id
    WHERE h.job_id = :job AND (p.state <> 'rejected' OR EXISTS (
        SELECT 1 FROM changes c WHERE {_RANGE} AND c.user_id = h.member_id))
    AND NOT EXISTS (SELECT 1 FROM group_escrows e WHERE e.job_id = :job AND e.group_id = h.group_id
                    AND e.next_attempt_at > :due_by)"""

_DIRECTLY = "SELECT m.group_id, m.user_id FROM turns t JOIN memberships m ON m.user_id = t.user_id"
_AT_ANY_DEPTH = f"""
    WITH RECURSIVE places (group_id, user_id) AS (
        {_DIRECTLY} JOIN groups g ON g.id = m.group_id AND g.deleted_at IS NULL WHERE t.cycle_id = :cycle
        UNION SELECT e.group_id, p.user_id FROM places p JOIN ({NOW}) e ON e.nested_id = p.group_id
    ) SELECT group_id, user_id FROM places"""
_CONTAINING_WHAT_CHANGED = above(f"""
    SELECT c.group_id FROM changes c WHERE {_RANGE} AND c.group_id IS NOT NULL
    AND c.kind IN ('member_added', 'member_removed', 'group_nested', 'group_unnested', 'group_deleted')""")


def group_parameters(job: Job, cycle: Cycle) -> dict[str, object]:
    """Return what the statements about groups are bound to."""
    return {
        "app": job.app_id,
        "job": job.id,
        "identity": job.target_identity,
        "since": cycle.since or 0,
        "head": cycle.head,
        "cycle": cycle.id,
        "begun": to_text(cycle.begun_at),
        "all_users": ALL_USERS_GROUP_ID,
    }


def groups_in_turn(job: Job, cycle: Cycle) -> str:
    """Return the query for the ids of the groups whose turn it is, in their order."""
    wanted = "g.deleted_at IS NULL" if job.settings.scope is Scope.ALL else _ASSIGNED
    of_interest = f"(({wanted}) OR {_LINKED})"
    if cycle.kind is CycleKind.PLAN:
        return _OF_THE_PLAN
    if not cycle.kind.has_turns:
        return f"SELECT g.id FROM groups g WHERE {of_interest} ORDER BY g.id"
    nested = ""
    if job.settings.nested_groups is NestedGroups.EXPAND:
        nested = f"UNION SELECT g.id FROM groups g WHERE g.id IN ({_CONTAINING_WHAT_CHANGED}) AND {of_interest}"
    return f"""
        SELECT g.id FROM groups g JOIN changes c ON c.group_id = g.id
        WHERE {_RANGE} AND ((c.kind NOT IN ('assigned', 'unassigned') AND {of_interest})
                            OR (c.kind IN ('assigned', 'unassigned') AND c.app_id = :app))
        {nested} UNION {_of_users_to_come(job)} UNION {_of_users_to_go()}
        UNION SELECT e.group_id FROM group_escrows e WHERE e.job_id = :job AND e.next_attempt_at <= :due_by
        UNION {_OF_WHAT_IS_HELD}
        UNION SELECT d.group_id FROM due_groups d WHERE d.job_id = :job
        UNION SELECT o.user_id FROM operations o WHERE {_OF_THIS_CYCLE}
        ORDER BY 1"""


def _of_users_to_come(job: Job) -> str:
    """The linked groups of users of this cycle whose account is not written as a member yet."""
    places = f"{_DIRECTLY} WHERE t.cycle_id = :cycle"
    if job.settings.nested_groups is NestedGroups.EXPAND:
        places = _AT_ANY_DEPTH
    return f"""
        SELECT m.group_id FROM ({places}) m
        JOIN group_links gl ON {_LINK_OF_GROUP} AND gl.group_id = m.group_id
        JOIN links l ON {_LINK_OF_USER} AND l.user_id = m.user_id AND l.is_active
        LEFT JOIN written_memberships w ON w.link_id = gl.id AND w.user_id = m.user_id
        WHERE coalesce(w.account_id, '') <> l.account_id OR NOT w.is_certain"""


def _of_users_to_go() -> str:
    """The groups in which a user of this cycle was written as a member whose account is not active any more."""
    return f"""
        SELECT gl.group_id FROM turns t JOIN written_memberships w ON w.user_id = t.user_id
        JOIN group_links gl ON {_LINK_OF_GROUP} AND gl.id = w.link_id
        JOIN links l ON {_LINK_OF_USER} AND l.user_id = t.user_id AND NOT l.is_active AND l.account_id = w.account_id
        WHERE t.cycle_id = :cycle"""
