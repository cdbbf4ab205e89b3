"""How is a planned operation shown: what, to whom, which values, and why?"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from instep.admin.plans import PlanRefused, find_plan
from instep.console.apps.desk import Desk
from instep.console.asked import Asked
from instep.directory.applications import App
from instep.ledger.planned_wording import failing_attribute, planned_reason, what_to_do
from instep.ledger.plans import KeptOperation, Plan, PlannedState
from instep.ledger.records import SourceType
from instep.rules.planning.operations import OperationKind

KINDS: Mapping[OperationKind, tuple[str, str]] = {
    OperationKind.CREATE: ("Create", "good"),
    OperationKind.UPDATE: ("Update", "busy"),
    OperationKind.ENABLE: ("Enable", "good"),
    OperationKind.DISABLE: ("Disable", "warn"),
    OperationKind.DELETE: ("Delete", "bad"),
    OperationKind.ADD_MEMBERS: ("Add member", "good"),
    OperationKind.REMOVE_MEMBERS: ("Remove member", "warn"),
}
STATES: Mapping[PlannedState, tuple[str, str]] = {
    PlannedState.PLANNED: ("Planned", "plain"),
    PlannedState.DONE: ("Done", "good"),
    PlannedState.FAILED: ("Failed", "bad"),
    PlannedState.STALE: ("Dropped as stale", "plain"),
    PlannedState.REJECTED: ("Rejected", "plain"),
    PlannedState.LEFT_OUT: ("Left out", "warn"),
    PlannedState.WOULD_FAIL: ("Would fail", "bad"),
}
_LONGEST_NUMBER = 18  # digits


@dataclass(frozen=True, slots=True)
class OperationShown:
    """One line of a plan; `changes` are target attribute, old and new value.

    Of somebody who would fail, `attribute` is at which target attribute, and `what_to_do` about it; else they are "".
    """

    number: int
    kind: tuple[str, str]
    state: tuple[str, str]
    user_id: str | None
    name: str
    member: str | None
    account_id: str | None
    changes: Sequence[tuple[str, str | None, str]]
    reason: str
    attribute: str
    what_to_do: str


def plan_at(desk: Desk, asked: Asked, app: App) -> Plan:
    """Return the plan that an address names. Raises PlanRefused."""
    number = asked.path("plan")
    if not (number.isascii() and number.isdecimal() and len(number) <= _LONGEST_NUMBER):
        raise PlanRefused(f"{app.name} has no plan {number[:40]}.")
    return find_plan(desk.instep.service, app, int(number))


def show_operation(kept: KeptOperation) -> OperationShown:
    """Return an operation as a page shows it."""
    planned = kept.planned
    member = planned.member
    kind = KINDS[planned.kind] if planned.kind is not None else ("None", "plain")
    return OperationShown(
        number=kept.number,
        kind=kind,
        state=STATES[kept.state],
        user_id=planned.user_id if planned.source_type is SourceType.USER else None,
        name=planned.user_name,
        member=member.user_name if member is not None else None,
        account_id=planned.account_id,
        changes=[
            (name, _text(planned.before[name]) if name in planned.before else None, _text(value))
            for name, value in planned.after.items()
        ],
        reason=planned_reason(planned, [member] if member is not None else []),
        attribute=failing_attribute(planned),
        what_to_do=what_to_do(planned),
    )


def _text(value: object) -> str:
    return "(cleared)" if value is None else str(value)
