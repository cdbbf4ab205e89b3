"""How is an operation of a plan written as a row, and read back?"""

from collections.abc import Sequence
from typing import Any

import orjson
from sqlalchemy import Connection, Row, text

from instep.ledger.plans import KeptOperation, PlannedMember, PlannedOperation, PlannedState
from instep.ledger.records import Action, SourceType, Status
from instep.rules.planning.plan import OperationKind
from instep.store.bulk import insert_rows, json_text


def insert_planned(connection: Connection, plan_id: int, operations: Sequence[PlannedOperation]) -> None:
    """Add operations to a plan, numbered in their order behind those that it has."""
    last = connection.execute(
        text("SELECT coalesce(max(number), 0) FROM planned_operations WHERE plan_id = :plan"), {"plan": plan_id}
    ).scalar_one()
    insert_rows(
        connection,
        """planned_operations (plan_id, number, source_type, user_id, user_name, member_id, member_name,
        member_account_id, kind, state, account_id, before, after, sequence, action, status, code, facts)""",
        [_row(plan_id, number, each) for number, each in enumerate(operations, int(last) + 1)],
    )


def read_planned(row: Row[Any]) -> KeptOperation:
    """Return the operation that a row keeps."""
    planned = PlannedOperation(
        user_id=row.user_id,
        user_name=row.user_name,
        kind=OperationKind(row.kind) if row.kind else None,
        account_id=row.account_id,
        before=orjson.loads(row.before),
        after=orjson.loads(row.after),
        sequence=row.sequence,
        action=Action(row.action),
        status=Status(row.status),
        code=row.code,
        facts=orjson.loads(row.facts),
        source_type=SourceType(row.source_type),
        member=_member(row),
    )
    return KeptOperation(row.number, planned, PlannedState(row.state), row.outcome)


def _member(row: Row[Any]) -> PlannedMember | None:
    if row.member_id is None:
        return None
    return PlannedMember(row.member_id, row.member_name, row.member_account_id)


def _first_state(planned: PlannedOperation) -> PlannedState:
    if planned.kind is not None:
        return PlannedState.PLANNED
    return PlannedState.WOULD_FAIL if planned.would_fail else PlannedState.LEFT_OUT


def _row(plan_id: int, number: int, planned: PlannedOperation) -> tuple[Any, ...]:
    member = planned.member
    return (
        plan_id,
        number,
        planned.source_type.value,
        planned.user_id,
        planned.user_name,
        member.user_id if member is not None else None,
        member.user_name if member is not None else None,
        member.account_id if member is not None else None,
        planned.kind.value if planned.kind is not None else "",
        _first_state(planned).value,
        planned.account_id,
        json_text(planned.before),
        json_text(planned.after),
        planned.sequence,
        planned.action.value,
        planned.status.value,
        planned.code,
        json_text(planned.facts),
    )
