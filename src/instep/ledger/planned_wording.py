"""How is a planned operation said to a person: what would happen, to whom, why, and why it would be held?"""

from collections.abc import Iterator, Sequence

from instep.ledger.cycles import CycleSummary
from instep.ledger.error_codes import explained
from instep.ledger.held_wording import counted, over
from instep.ledger.planned_group_wording import planned_group_reason
from instep.ledger.plans import Plan, PlannedMember, PlannedOperation
from instep.ledger.records import SourceType, Status
from instep.ledger.undo_wording import WHAT_FOLLOWS, reversal_reason
from instep.ledger.wording import cause_in_words, reason
from instep.rules.health.budgets import Budgeted, Judgement
from instep.rules.planning.plan import OperationKind

_OF_ONE_CYCLE = (Budgeted.CREATES, Budgeted.UPDATES, Budgeted.MEMBERSHIPS)
_OF_GROUPS = (Budgeted.MEMBERSHIPS, Budgeted.PEOPLE, Budgeted.GROUPS)


def planned_reason(planned: PlannedOperation, members: Sequence[PlannedMember] = ()) -> str:
    """Return one sentence that says what would be done to this user's account, or this group, and why.

    `members` are those who come to the group, or leave it, together.
    """
    if planned.kind is None and planned.status is Status.WARNING:
        return reason(planned.as_entry())
    if planned.source_type is SourceType.GROUP:
        return planned_group_reason(planned, members)
    if planned.undoes is not None:
        return reversal_reason(planned)
    if planned.kind is None:
        return f"{planned.user_name}: {planned.facts.get('detail', planned.code)}."
    return f"{_what(planned)}{_why(planned)}{_held(planned)}."


def failing_attribute(planned: PlannedOperation) -> str:
    """Return the target attribute at which a user, or group, would fail; "" where it is none, or nobody would."""
    attribute = planned.facts.get("property") if planned.would_fail else None
    return attribute if isinstance(attribute, str) else ""


def what_to_do(planned: PlannedOperation) -> str:
    """Return what an administrator does about somebody who would fail; "" where nobody would."""
    return explained(planned.code).action if planned.would_fail else ""


def failures_in_words(plan: Plan) -> str:
    """Return one sentence that says how many of a plan would fail; "" where nobody would."""
    number = plan.failures
    if not number:
        return ""
    who = "1 would fail: nothing is sent for it" if number == 1 else f"{number:,} would fail: nothing is sent for them"
    return f"{who}, and the plan says why."


def judgement_reason(kind: Budgeted, judgement: Judgement) -> str:
    """Return one sentence that says how a kind of operation, such as removals, stands to its budget."""
    period = "in this cycle" if kind in _OF_ONE_CYCLE else "in the last 24 hours"
    before = f", after {judgement.spent} {period}" if judgement.spent else ""
    how_many = counted(kind.value, judgement.planned)
    if judgement.planned == 1:
        stands = "exceeds" if judgement.is_over else "is within"
    else:
        stands = "exceed" if judgement.is_over else "are within"
    if judgement.needs_approval:
        return f"{how_many}: {kind} of this application need an approval."
    if judgement.threshold is not None:
        return f"{how_many} in one cycle: the accidental deletion threshold of {judgement.threshold} is reached."
    return f"{how_many}{before} {stands} the budget of {judgement.limit}."


def held_in_words(summary: CycleSummary) -> Iterator[str]:
    """Yield a sentence for each kind that is over; none where all of it was approved, or none of it came up."""
    of_groups = summary.counts.of_groups
    are_held = {True: of_groups.groups_held + of_groups.memberships_held > 0, False: summary.counts.held > 0}
    for kind, judgement in summary.judgements.items():
        if judgement.is_over and are_held[kind in _OF_GROUPS]:
            yield f"Held: {judgement_reason(kind, judgement)}"


def undo_in_words(removals: Judgement | None, left_out: int, of_groups: int, unknown: int) -> Iterator[str]:
    """Yield what must be known before an undo is approved; `of_groups` and `unknown` are what it does not touch."""
    if removals is not None and removals.is_over:
        yield f"{judgement_reason(Budgeted.REMOVALS, removals)} To approve the plan is to agree to them."
    if left_out:
        yield f"For {counted('users', left_out)} nothing can be undone; it is said for each why."
    if unknown:
        yield f"Of {counted('requests', unknown)} it is not known whether it was done; that is not undone."
    if of_groups:
        yield f"{counted('operations', of_groups)} on groups and their members: those stay as they are."
    yield WHAT_FOLLOWS


def _what(planned: PlannedOperation) -> str:
    name, account = planned.user_name, planned.account_id
    match planned.kind:
        case OperationKind.CREATE:
            return f"{name} gets an account"
        case OperationKind.ENABLE:
            return f"{name}'s account {account} is enabled again"
        case OperationKind.DISABLE:
            return f"{name}'s account {account} is disabled"
        case OperationKind.DELETE:
            return f"{name}'s account {account} is deleted"
        case _:
            matched = planned.facts.get("matched_by")
            return f"{name}'s account {account}{f', matched by {matched},' if matched else ''} is updated"


def _why(planned: PlannedOperation) -> str:
    cause = cause_in_words(planned.facts)
    return f", because the user {cause}" if cause else ""


def _held(planned: PlannedOperation) -> str:
    if not planned.is_held:
        return ""
    return f"; this is held: {over(planned.facts)}"
