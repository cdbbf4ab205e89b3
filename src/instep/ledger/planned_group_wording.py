"""How is what is planned for a group said to a person?"""

from collections.abc import Sequence

from instep.ledger.group_wording import group_cause
from instep.ledger.held_wording import over
from instep.ledger.plans import PlannedMember, PlannedOperation
from instep.rules.planning.operations import OperationKind

MOST_NAMED = 5


def planned_group_reason(planned: PlannedOperation, members: Sequence[PlannedMember]) -> str:
    """Return one sentence that says what would be done to this group, or to these members of it."""
    if planned.kind is None:
        return f"The group {planned.user_name}: {planned.facts.get('detail', planned.code)}."
    held = f"; this is held: {over(planned.facts)}" if planned.is_held else ""
    return f"{_what(planned, members)}{_why(planned)}{held}."


def not_as_planned(planned: PlannedOperation, members: Sequence[PlannedMember]) -> str:
    """Say that these members are not added, or taken out, as the plan has it."""
    what = "added to" if planned.kind is OperationKind.ADD_MEMBERS else "taken out of"
    are = "is" if len(members) == 1 else "are"
    return f"{members_in_words(members)} {are} not {what} the group {planned.user_name}: that would be otherwise now"


def members_in_words(members: Sequence[PlannedMember]) -> str:
    """Name the members, the first few of many."""
    names = ", ".join(member.user_name for member in members[:MOST_NAMED])
    more = len(members) - MOST_NAMED
    return f"{names} and {more} more" if more > 0 else names


def _what(planned: PlannedOperation, members: Sequence[PlannedMember]) -> str:
    name = planned.user_name
    many = "1 member is" if len(members) == 1 else f"{len(members)} members are"
    match planned.kind:
        case OperationKind.CREATE:
            return f"The group {name} is created"
        case OperationKind.DELETE:
            return f"The group {name} ({planned.account_id}) is deleted"
        case OperationKind.ADD_MEMBERS:
            return f"{many} added to the group {name}: {members_in_words(members)}"
        case OperationKind.REMOVE_MEMBERS:
            return f"{many} taken out of the group {name}: {members_in_words(members)}"
        case _:
            return f"The group {name} ({planned.account_id}) is updated"


def _why(planned: PlannedOperation) -> str:
    cause = group_cause(planned.facts) if planned.kind is OperationKind.DELETE else ""
    return f", because it {cause}" if cause else ""
