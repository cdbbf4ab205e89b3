"""How are groups in groups followed, downwards and upwards? SQL that ends although groups may contain each other."""

_RANGE = "c.sequence > :since AND c.sequence <= :head"

NOW = "SELECT n.group_id, n.nested_id FROM nestings n JOIN groups g ON g.id = n.nested_id AND g.deleted_at IS NULL"
# With what ended in the range, and deleted groups: for whoever is no longer what they were through them.
NOW_AND_LATELY = f"""
    SELECT n.group_id, n.nested_id FROM nestings n
    UNION ALL SELECT c.group_id, c.nested_id FROM changes c WHERE {_RANGE} AND c.kind = 'group_unnested'"""


def below(groups: str, nestings: str = NOW) -> str:
    """Return the query for these groups and all groups in them, at any depth."""
    return f"""
        WITH RECURSIVE below (id) AS (
            {groups} UNION SELECT e.nested_id FROM below b JOIN ({nestings}) e ON e.group_id = b.id
        ) SELECT id FROM below"""


def above(groups: str, nestings: str = NOW_AND_LATELY) -> str:
    """Return the query for these groups and all groups that contain them, at any depth."""
    return f"""
        WITH RECURSIVE above (id) AS (
            {groups} UNION SELECT e.group_id FROM above b JOIN ({nestings}) e ON e.nested_id = b.id
        ) SELECT id FROM above"""
