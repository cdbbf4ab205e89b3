"""Who of those who differ may come to a group now, and who may leave it?"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Protocol

from instep.cycle.groups.ports import AgreedMember, Side
from instep.cycle.groups.removals import Removals
from instep.cycle.groups.turns import GroupTurn, HeldMember
from instep.cycle.run import Run
from instep.rules.health.budgets import Budgeted
from instep.rules.planning.memberships import Members, Membership, plan_memberships
from instep.rules.planning.operations import OperationKind

Pair = tuple[str, str]  # user, account


@dataclass(frozen=True, slots=True)
class Portion:
    """What may be written of some memberships of a group.

    `people` are those whom it takes out, as far as that counts as a removal. `held` are those who may not come or go
    as a budget is exceeded; `later` counts those whom the next cycle takes out.
    """

    members: Members
    people: tuple[str, ...] = ()
    held: Sequence[HeldMember] = ()
    later: int = 0


class Admission(Protocol):
    """Decides of members who differ from what was last written which may be written in this run."""

    async def members(self, turn: GroupTurn, side: Side, rows: Sequence[Membership]) -> Portion:
        """Return what may be written of these memberships of one group, all of one side."""


@dataclass(frozen=True, slots=True)
class JudgedMembers:
    """Lets those come and leave whom the judgements let, or who were approved."""

    run: Run
    removals: Removals

    async def members(self, turn: GroupTurn, side: Side, rows: Sequence[Membership]) -> Portion:
        """Return what may be written of these memberships of one group."""
        if side is Side.WANTED:
            return await self._coming(turn, plan_memberships(rows, None).add)
        return await self._leaving(turn, rows)

    async def _coming(self, turn: GroupTurn, different: Members) -> Portion:
        if not self._holds_memberships() or not len(different):
            return Portion(different)
        kind = OperationKind.ADD_MEMBERS
        approved = await self._approved(turn, kind, different.accounts)
        come = tuple(pair for pair in different.accounts if pair in approved)
        held = [HeldMember(*pair, kind, Budgeted.MEMBERSHIPS) for pair in different.accounts if pair not in approved]
        return Portion(Members(come), held=held)

    async def _leaving(self, turn: GroupTurn, rows: Sequence[Membership]) -> Portion:
        """Whose account is not active any more leaves in any case: there is nothing to lose."""
        kind, active = OperationKind.REMOVE_MEMBERS, {row.user_id for row in rows if row.is_active}
        different = plan_memberships(rows, None).remove.accounts
        approved = await self._approved(turn, kind, [pair for pair in different if pair[0] in active])
        go, people, later = [], [], 0
        held: list[HeldMember] = []
        for pair in different:
            if pair[0] not in active or pair in approved:
                go.append(pair)
            elif (of := self._held_by(pair[0])) is not None:
                held.append(HeldMember(*pair, kind, of))
            elif pair[0] in self.removals.may_leave:
                go.append(pair)
                people.append(pair[0])
            else:
                later += 1
        return Portion(Members(tuple(go)), tuple(people), held, later)

    def _held_by(self, user_id: str) -> Budgeted | None:
        """Which budget keeps a user in a group; nobody who came up after it was judged is held."""
        if user_id not in self.removals.people:
            return None
        if user_id not in self.removals.may_leave:
            return Budgeted.PEOPLE
        judgement = self.run.judgements.get(Budgeted.MEMBERSHIPS)
        is_kept = judgement is not None and judgement.is_over and not judgement.needs_approval
        return Budgeted.MEMBERSHIPS if is_kept else None

    def _holds_memberships(self) -> bool:
        judgement = self.run.judgements.get(Budgeted.MEMBERSHIPS)
        return judgement is not None and judgement.is_over

    async def _approved(self, turn: GroupTurn, kind: OperationKind, pairs: Sequence[Pair]) -> Collection[Pair]:
        if not pairs:
            return ()
        run, user_ids = self.run, {user_id for user_id, _ in pairs}
        agreed = await run.call(run.ledger.groups.approved_members, run.job, turn.group.id, user_ids)
        return {pair for pair in pairs if AgreedMember(kind, turn.resource_id, *pair) in agreed}
