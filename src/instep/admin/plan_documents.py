"""How is a planned operation written down for a machine: as a JSON object, or as a row of a table?"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict
from typing import Any

import orjson

from instep.ledger.planned_groups import together
from instep.ledger.planned_wording import failing_attribute, planned_reason, what_to_do
from instep.ledger.plans import KeptOperation, PlannedMember, PlannedOperation
from instep.ledger.records import SourceType

HEADING = (
    "number",
    "operation",
    "state",
    "held",
    "type",
    "name",
    "id",
    "accountId",
    "member",
    "memberId",
    "before",
    "after",
    "reason",
    "attribute",
    "whatToDo",
)


def planned_as_document(several: Sequence[PlannedOperation]) -> dict[str, Any]:
    """Return a planned operation as one JSON object; `operation` is null where none would be sent.

    Members who come to one group, or leave it, are one operation. Of somebody who would fail, `attribute` is the target
    attribute at which, or "".
    """
    planned, members = several[0], members_of(several)
    whose = "group" if planned.source_type is SourceType.GROUP else "user"
    of_members = {"members": [asdict(member) for member in members]} if members else {}
    return {
        "operation": planned.kind.value if planned.kind is not None else None,
        "held": planned.is_held,
        "type": planned.source_type.value,
        f"{whose}_id": planned.user_id,
        whose: planned.user_name,
        "account_id": planned.account_id,
        "before": dict(planned.before),
        "after": dict(planned.after),
        **of_members,
        "code": planned.code,
        "reason": planned_reason(planned, members),
        **({"attribute": failing_attribute(planned), "what_to_do": what_to_do(planned)} if planned.would_fail else {}),
    }


def kept_as_document(several: Sequence[KeptOperation]) -> dict[str, Any]:
    """Return an operation of a plan as one JSON object; its number is that of the first of members together."""
    kept = several[0]
    return {
        "number": kept.number,
        **planned_as_document([each.planned for each in several]),
        "sequence": kept.planned.sequence,
        "state": kept.state.value,
        "outcome": kept.outcome,
    }


def kept_as_row(kept: KeptOperation) -> Sequence[str]:
    """Return the cells below HEADING; values before and after are JSON objects."""
    planned, member = kept.planned, kept.planned.member
    return (
        str(kept.number),
        planned.kind.value if planned.kind is not None else "",
        kept.state.value,
        "true" if planned.is_held else "false",
        planned.source_type.value,
        planned.user_name,
        planned.user_id,
        planned.account_id or "",
        member.user_name if member is not None else "",
        member.user_id if member is not None else "",
        orjson.dumps(dict(planned.before)).decode(),
        orjson.dumps(dict(planned.after)).decode(),
        planned_reason(planned, [member] if member is not None else []),
        failing_attribute(planned),
        what_to_do(planned),
    )


def kept_together(kept: Iterable[KeptOperation]) -> Iterator[list[KeptOperation]]:
    """Yield operations of a plan as people read them: the members of a group together."""
    return together(kept, lambda each: (each.planned, (each.state, each.outcome)))


def members_of(several: Sequence[PlannedOperation]) -> list[PlannedMember]:
    """Return the members whom operations on a group are about."""
    return [each.member for each in several if each.member is not None]
