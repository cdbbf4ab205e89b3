"""What has become of members who were planned: whoever came or went as the plan says is done."""

from collections.abc import Sequence

import orjson
from sqlalchemy import Connection, text

from instep.cycle.groups.ports import RecordedGroups
from instep.ledger.cycles import Cycle
from instep.rules.planning.operations import OperationKind

Pairs = Sequence[tuple[str, str]]  # group, user


def settle_members(connection: Connection, cycle: Cycle, recorded: RecordedGroups) -> None:
    """Mark the members of the plan that the cycle applies who were written, in the transaction that says they were."""
    if cycle.plan_id is None:
        return
    written: Pairs = [(group_id, user_id) for group_id, user_id, _ in recorded.written]
    for kind, pairs in ((OperationKind.ADD_MEMBERS, written), (OperationKind.REMOVE_MEMBERS, recorded.taken_out)):
        if pairs:
            connection.execute(
                text("""UPDATE planned_operations SET state = 'done', outcome = 'EntryExportUpdate'
                        WHERE plan_id = :plan AND source_type = 'Group' AND state = 'planned' AND kind = :kind
                        AND (user_id, member_id) IN (
                            SELECT json_extract(value, '$[0]'), json_extract(value, '$[1]') FROM json_each(:pairs))"""),
                {"plan": cycle.plan_id, "kind": kind.value, "pairs": orjson.dumps(pairs).decode()},
            )
