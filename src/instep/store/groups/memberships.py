"""Which memberships of one group differ from what was last written? The SQL of both sides."""

from instep.cycle.groups.ports import Extent, Side

_LINK = """JOIN group_links gl ON gl.job_id = :job AND gl.target_identity = :identity AND gl.group_id = :group"""
_ACCOUNT = "l.job_id = :job AND l.target_identity = :identity"
_MEMBERS = "SELECT m.user_id FROM memberships m WHERE m.group_id = :group"
_TOUCHED = """
    SELECT t.user_id FROM turns t WHERE t.cycle_id = :cycle
    UNION SELECT c.user_id FROM changes c WHERE c.sequence > :since AND c.sequence <= :head
          AND c.kind IN ('member_added', 'member_removed') AND c.group_id = :group"""


def memberships_that_differ(side: Side, extent: Extent) -> str:
    """Return the query for (user, wanted account, written account, is certain, is active) after a user."""
    return _wanted(extent) if side is Side.WANTED else _unwanted(extent)


def _wanted(extent: Extent) -> str:
    """Active accounts that are not written as members, or not for certain."""
    among = f"AND m.user_id IN ({_TOUCHED})" if extent is Extent.TOUCHED else ""
    return f"""
        SELECT m.user_id, l.account_id, w.account_id, coalesce(w.is_certain, 1), 1
        FROM ({_MEMBERS} AND m.user_id > :after {among}) m {_LINK}
        JOIN links l ON {_ACCOUNT} AND l.user_id = m.user_id AND l.is_active
        LEFT JOIN written_memberships w ON w.link_id = gl.id AND w.user_id = m.user_id
        WHERE w.account_id IS NOT l.account_id OR NOT w.is_certain
        ORDER BY m.user_id LIMIT :limit"""


def _unwanted(extent: Extent) -> str:
    """Linked accounts that are written as members, and are inactive or whose user is no member any more."""
    among = f"AND w.user_id IN ({_TOUCHED})" if extent is Extent.TOUCHED else ""
    return f"""
        SELECT w.user_id, NULL, w.account_id, w.is_certain, l.is_active
        FROM written_memberships w {_LINK} AND w.link_id = gl.id
        JOIN links l ON {_ACCOUNT} AND l.user_id = w.user_id AND l.account_id = w.account_id
        WHERE w.user_id > :after {among}
          AND (NOT l.is_active OR NOT EXISTS (SELECT 1 FROM ({_MEMBERS}) d WHERE d.user_id = w.user_id))
        ORDER BY w.user_id LIMIT :limit"""


PEOPLE = f"""
    SELECT DISTINCT w.user_id FROM group_links gl JOIN written_memberships w ON w.link_id = gl.id
    JOIN links l ON {_ACCOUNT} AND l.user_id = w.user_id AND l.account_id = w.account_id AND l.is_active
    WHERE gl.job_id = :job AND gl.target_identity = :identity
      AND gl.group_id IN (SELECT value FROM json_each(:ids))"""
