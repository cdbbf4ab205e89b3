"""Which memberships of one group differ from what was last written? The SQL of both sides."""

from instep.cycle.groups.ports import Extent, Side
from instep.ledger.jobs import Job, NestedGroups
from instep.store.groups.rejections import STANDING
from instep.store.nesting import NOW_AND_LATELY, below

_LINK = """JOIN group_links gl ON gl.job_id = :job AND gl.target_identity = :identity AND gl.group_id = :group"""
_ACCOUNT = "l.job_id = :job AND l.target_identity = :identity"
_RANGE = "c.sequence > :since AND c.sequence <= :head"
_DIRECT = "SELECT m.user_id FROM memberships m WHERE m.group_id = :group"
_ITSELF = "SELECT s.id FROM groups s WHERE s.id = :group"
_NESTED = f"SELECT DISTINCT m.user_id FROM memberships m WHERE m.group_id IN ({below(_ITSELF)})"
_INSIDE_LATELY = below(_ITSELF, NOW_AND_LATELY)

# Whether groups came into this one or went: then anyone may be a member, or no more.
IS_NESTED_OTHERWISE = f"""
    SELECT 1 FROM changes c WHERE {_RANGE} AND c.kind IN ('group_nested', 'group_unnested', 'group_deleted')
    AND c.group_id IN ({_INSIDE_LATELY}) LIMIT 1"""


_PLANNED = """
    SELECT p.member_id FROM cycles y JOIN planned_operations p ON p.plan_id = y.plan_id
    WHERE y.id = :cycle AND p.user_id = :group AND p.member_id IS NOT NULL AND p.state = 'planned'"""


# Who was held and rejected stays as they are, until something changes about them, or the group.
NOT_REJECTED = {
    Side.WANTED: f"""AND m.user_id NOT IN (SELECT member_id FROM (
        {STANDING} AND h.group_id = :group AND o.kind = 'add members'))""",
    Side.UNWANTED: f"""AND w.user_id NOT IN (SELECT member_id FROM (
        {STANDING} AND h.group_id = :group AND o.kind = 'remove members'))""",
}


def memberships_that_differ(job: Job, side: Side, extent: Extent, but: str) -> str:
    """Return the query for (user, wanted account, written account, is certain, is active) after a user.

    `but` is a further condition on the user.
    """
    expands = job.settings.nested_groups is NestedGroups.EXPAND
    members = _NESTED if expands else _DIRECT
    touched = _touched("c.group_id = :group" if not expands else f"c.group_id IN ({_INSIDE_LATELY})")
    among = {Extent.TOUCHED: touched, Extent.PLANNED: _PLANNED, Extent.WHOLE: None}[extent]
    return _wanted(members, among, but) if side is Side.WANTED else _unwanted(members, among, but)


def _touched(of_group: str) -> str:
    """The users of this cycle, and those whose membership changed in it."""
    return f"""
        SELECT t.user_id FROM turns t WHERE t.cycle_id = :cycle
        UNION SELECT c.user_id FROM changes c
        WHERE {_RANGE} AND c.kind IN ('member_added', 'member_removed') AND {of_group}"""


def _wanted(members: str, among: str | None, but: str) -> str:
    """Active accounts that are not written as members, or not for certain."""
    only = f"AND m.user_id IN ({among})" if among is not None else ""
    return f"""
        SELECT m.user_id, l.account_id, w.account_id, coalesce(w.is_certain, true), true
        FROM ({members} AND m.user_id > :after {only}) m {_LINK}
        JOIN links l ON {_ACCOUNT} AND l.user_id = m.user_id AND l.is_active
        LEFT JOIN written_memberships w ON w.link_id = gl.id AND w.user_id = m.user_id
        WHERE (coalesce(w.account_id, '') <> l.account_id OR NOT w.is_certain) {but}
        ORDER BY m.user_id LIMIT :limit"""


def _unwanted(members: str, among: str | None, but: str) -> str:
    """Linked accounts that are written as members, and are inactive or whose user is no member any more."""
    only = f"AND w.user_id IN ({among})" if among is not None else ""
    return f"""
        SELECT w.user_id, NULL, w.account_id, w.is_certain, l.is_active
        FROM written_memberships w {_LINK} AND w.link_id = gl.id
        JOIN links l ON {_ACCOUNT} AND l.user_id = w.user_id AND l.account_id = w.account_id
        WHERE w.user_id > :after {only} {but}
          AND (NOT l.is_active OR NOT EXISTS ({members} AND m.user_id = w.user_id))
        ORDER BY w.user_id LIMIT :limit"""


PEOPLE = f"""
    SELECT DISTINCT w.user_id FROM group_links gl JOIN written_memberships w ON w.link_id = gl.id
    JOIN links l ON {_ACCOUNT} AND l.user_id = w.user_id AND l.account_id = w.account_id AND l.is_active
    WHERE gl.job_id = :job AND gl.target_identity = :identity
      AND gl.group_id IN (SELECT value FROM json_each(:ids))"""
