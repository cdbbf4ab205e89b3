"""Is this what was agreed to about a group? Where a plan is applied, nothing else is done to it or to its members."""

from collections.abc import Sequence
from typing import Protocol

from instep.cycle.agreement import is_same
from instep.cycle.groups.admission import Portion
from instep.cycle.groups.ports import AgreedMember, Side
from instep.cycle.groups.turns import GroupTurn, leave_unlinked
from instep.cycle.ports import Agreed
from instep.cycle.run import Run
from instep.ledger.groups import GroupOperation
from instep.rules.planning.memberships import Members, Membership, plan_memberships
from instep.rules.planning.operations import Nothing, OperationKind, Reason


class Gate(Protocol):
    """Decides of operations on groups themselves which may be sent in this run."""

    async def admit(self, turns: Sequence[GroupTurn]) -> None:
        """Give another plan to those turns whose operation may not be sent."""


class GroupAgreement:
    """Lets those operations on groups pass that are in the plan; nothing is judged by a budget."""

    def __init__(self, run: Run) -> None:
        self._run = run

    async def admit(self, turns: Sequence[GroupTurn]) -> None:
        """Take away the operations on groups themselves that are not in the plan, or not like this."""
        wanted = [turn for turn in turns if turn.operation is not None]
        if not wanted:
            return
        run = self._run
        agreed = await run.call(run.ledger.groups.agreed, run.job, run.cycle, {turn.group.id for turn in wanted})
        for turn in wanted:
            _compare(turn, agreed.get(turn.group.id, ()))

    async def members(self, turn: GroupTurn, side: Side, rows: Sequence[Membership]) -> Portion:
        """Return those memberships that the plan adds to this group of the target, or takes out of it."""
        plan = plan_memberships(rows, None)
        kind, different = OperationKind.ADD_MEMBERS, plan.add
        if side is Side.UNWANTED:
            kind, different = OperationKind.REMOVE_MEMBERS, plan.remove
        if not len(different):
            return Portion(different)
        run, group_id = self._run, turn.group.id
        user_ids = {user_id for user_id, _ in different.accounts}
        agreed = await run.call(run.ledger.groups.agreed_members, run.job, run.cycle, group_id, user_ids)
        same = (pair for pair in different.accounts if AgreedMember(kind, turn.resource_id, *pair) in agreed)
        return Portion(Members(tuple(same)))


def _compare(turn: GroupTurn, agreed: Sequence[GroupOperation]) -> None:
    if is_agreed(turn, agreed):
        return
    turn.plan = Nothing(Reason.NOT_AS_PLANNED)
    leave_unlinked(turn)


def is_agreed(turn: GroupTurn, agreed: Sequence[GroupOperation]) -> bool:
    """Whether what is to be done to a group itself is what was agreed to."""
    now = turn.operation
    return now is not None and any(is_same(Agreed(o.kind, o.resource_id, o.before, o.after), now) for o in agreed)
