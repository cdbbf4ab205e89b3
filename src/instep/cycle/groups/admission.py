"""Who of those who differ may come to a group now, and who may leave it?"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from instep.cycle.groups.ports import Side
from instep.cycle.groups.removals import Removals
from instep.cycle.groups.turns import GroupTurn
from instep.rules.planning.memberships import Members, Membership, plan_memberships


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
    """Lets everyone come, and those leave whom the judgement lets go."""

    removals: Removals

    async def members(self, turn: GroupTurn, side: Side, rows: Sequence[Membership]) -> Portion:
        """Return what may be written of these memberships of one group."""
        plan = plan_memberships(rows, self.removals.may_leave)
        if side is Side.WANTED:
            return Portion(plan.add)
        leaving = {user_id for user_id, _ in plan.remove.accounts}
        people = tuple(row.user_id for row in rows if row.is_active and row.user_id in leaving)
        staying = [(row.user_id, row.written) for row in rows if row.written is not None and row.user_id not in leaving]
        held = [pair for pair in staying if pair[0] in self.removals.people]
        return Portion(plan.remove, people, held, len(staying) - len(held))
