"""What has a cycle done to accounts, for whoever wants it undone?"""

from collections.abc import Sequence

import orjson
from sqlalchemy import Connection, text

from instep.admin.ports import CycleReport, LeftOpen
from instep.rules.planning.operations import OperationKind
from instep.rules.planning.reverse import Written

_OF_CYCLE = "o.id >= :first AND o.cycle_id = :cycle"
_WRITTEN = f"""
    SELECT o.user_id, o.kind, o.before, o.after, coalesce(o.account_id, (
        SELECT l.account_id FROM provisioning_log l WHERE l.user_id = o.user_id AND l.cycle_id = o.cycle_id
        AND l.source_type = 'User' ORDER BY l.id DESC LIMIT 1)) AS account_id
    FROM operations o
    WHERE {_OF_CYCLE} AND o.state = 'done' AND o.source_type = 'User' AND o.user_id IN (
        SELECT DISTINCT o.user_id FROM operations o
        WHERE {_OF_CYCLE} AND o.state = 'done' AND o.source_type = 'User' AND o.user_id > :after
        ORDER BY o.user_id LIMIT :limit)
    ORDER BY o.user_id, o.id"""
_OPEN = f"""
    SELECT count(CASE WHEN o.source_type = 'Group' AND o.state = 'done' THEN 1 END) AS of_groups,
        count(CASE WHEN o.source_type = 'User' AND o.state = 'unknown' THEN 1 END) AS unknown
    FROM operations o WHERE {_OF_CYCLE}"""


def written_in(connection: Connection, cycle: CycleReport, after: str, limit: int) -> Sequence[Written]:
    """Return what was done of so many users whose ids follow one: all of each, in its order.

    A create says which account came of it, as long as the log does.
    """
    if cycle.first_operation is None:
        return []
    bound = {"first": cycle.first_operation, "cycle": cycle.id, "after": after, "limit": limit}
    return [
        Written(row.user_id, OperationKind(row.kind), row.account_id, orjson.loads(row.before), orjson.loads(row.after))
        for row in connection.execute(text(_WRITTEN), bound)
    ]


def left_open_in(connection: Connection, cycle: CycleReport) -> LeftOpen:
    """Return how much else a cycle has sent."""
    if cycle.first_operation is None:
        return LeftOpen()
    row = connection.execute(text(_OPEN), {"first": cycle.first_operation, "cycle": cycle.id}).one()
    return LeftOpen(int(row.of_groups), int(row.unknown))
