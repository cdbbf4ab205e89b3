"""Who of those who differ may come to a group now, and who may leave it?"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from instep.cycle.groups.ports import AgreedMember, Side
from instep.cycle.groups.removals import Removals
from instep.cycle.groups.turns import GroupTurn
from instep.cycle.run import Run
from instep.rules.planning.memberships import Members, Membership, plan_memberships
from instep.rules.planning.operations import OperationKind


@dataclass(frozen=True, slots=True)
class Portion:
    """What may be written of some memberships of a group.

    `people` are those whom it takes out, as far as that counts as a removal. `held` are those who stay, with their
    accounts, as a budget is exceeded; `later` counts those whom the next cycle takes out.
    """

    members: Members
    people: tuple[str, ...] = ()
    held: Sequence[tuple[str, str]] = ()
    later: int = 0


class Admission(Protocol):
    """Decides of members who differ from what was last written which may be written in this run."""

    async def members(self, turn: GroupTurn, side: Side, rows: Sequence[Membership]) -> Portion:
        """Return what may be written of these memberships of one group, all of one side."""


@dataclass(frozen=True, slots=True)
class JudgedMembers:
    """Lets everyone come, and those leave whom the judgement lets go, or who were approved."""

    run: Run
    removals: Removals

    async def members(self, turn: GroupTurn, side: Side, rows: Sequence[Membership]) -> Portion:
        """Return what may be written of these memberships of one group."""
        if side is Side.WANTED or not rows:
            return Portion(plan_memberships(rows, ()).add)
        approved = await self._approved(turn, rows)
        plan = plan_memberships(rows, {*self.removals.may_leave, *approved})
        leaving = {user_id for user_id, _ in plan.remove.accounts}
        people = tuple(row.user_id for row in rows if row.is_active and row.user_id in leaving - approved)
        staying = [(row.user_id, row.written) for row in rows if row.written is not None and row.user_id not in leaving]
        held = [pair for pair in staying if pair[0] in self.removals.people]
        return Portion(plan.remove, people, held, len(staying) - len(held))

    async def _approved(self, turn: GroupTurn, rows: Sequence[Membership]) -> set[str]:
        run, user_ids = self.run, {row.user_id for row in rows if row.is_active}
        agreed = await run.call(run.ledger.groups.approved_members, run.job, turn.group.id, user_ids)
        same = {AgreedMember(OperationKind.REMOVE_MEMBERS, turn.resource_id, r.user_id, r.written or "") for r in rows}
        return {each.user_id for each in same.intersection(agreed)}
