"""How do the groups of one cycle come to be in the target: leavers out first, then groups, members, deletions?"""

from collections.abc import AsyncIterator, Iterator, Sequence

from instep.cycle.batches import Batches
from instep.cycle.groups.admission import Admission, JudgedMembers
from instep.cycle.groups.agreement import GroupAgreement
from instep.cycle.groups.approval import gate_of
from instep.cycle.groups.compiled import CompiledGroups
from instep.cycle.groups.deletions import delete_or_hold
from instep.cycle.groups.judging import judge_memberships, judges_memberships
from instep.cycle.groups.lookups import GroupLookups
from instep.cycle.groups.members import write_memberships
from instep.cycle.groups.ports import RecordedGroups, Side
from instep.cycle.groups.recording import record_entry
from instep.cycle.groups.recovery import resolve_open_group_operations
from instep.cycle.groups.removals import Removals, find_removals, judge_removals
from instep.cycle.groups.sending import Turns, decide_anew, settle_groups
from instep.cycle.groups.turns import GroupTurn, open_group_turns
from instep.cycle.removals import remove_newer_leavers
from instep.cycle.run import Run
from instep.ledger.cycles import CycleKind
from instep.rules.planning.operations import Problem

GROUPS_AT_A_TIME = 100
ROUNDS = 3


class GroupProvisioning:
    """The groups' part of one cycle; each group has one turn in it, and one entry in the log."""

    def __init__(self, run: Run, groups: CompiledGroups) -> None:
        self._run = run
        self._groups = groups
        self._lookups = GroupLookups(run, groups)
        self._removals = Removals()
        self._agreement = GroupAgreement(run) if run.cycle.kind is CycleKind.PLAN else None
        self._gate = self._agreement or gate_of(run)
        self._admission: Admission = self._agreement or JudgedMembers(run, self._removals)
        self._early: dict[str, GroupTurn] = {}  # what came of a group before its turn

    async def resolve_open_operations(self) -> None:
        """Find out what an interruption hid, before anything is decided."""
        await resolve_open_group_operations(self._run, self._groups, self._lookups)

    async def remove_leavers(self) -> None:
        """Judge what is to be removed, and take out of groups whoever may be, before anything else is written."""
        run = self._run
        if run.stop is not None:
            return
        ids = await self._touched()
        if self._agreement is None:
            for part in _in_parts(ids):
                await find_removals(run, list((await self._open(part)).values()), self._removals)
            await judge_removals(run, self._removals)
        if run.job.settings.memberships is not None and self._agreement is None:
            return  # they are judged together with those who come, when that is known
        for part in _in_parts(ids):
            turns = [turn for turn in (await self._open(part)).values() if self._has_members(turn)]
            await write_memberships(run, turns, [Side.UNWANTED], self._admission)
            self._early.update((turn.group.id, turn) for turn in turns if _has_done_something(turn))

    async def provision(self, batches: Batches) -> None:
        """Bring groups and their members to what they should be; then delete the groups that are to go."""
        deletions: list[str] = []
        if self._run.stop is None:
            async for turns in self._settled():
                deletions += await self._fill(turns)
                await remove_newer_leavers(self._run, batches)
            for part in _in_parts(deletions):
                to_go = await self._open(part)
                await delete_or_hold(self._run, self._groups, self._lookups, to_go, self._removals, self._agreement)

    async def _touched(self) -> Sequence[str]:
        run = self._run
        return await run.call(run.feed.groups.touched, run.job, run.cycle, run.escrows_due_by)

    async def _open(self, group_ids: Sequence[str]) -> Turns:
        """Decide about these groups, but for those that have their entry in this cycle."""
        run = self._run
        if run.stop is not None:
            return {}
        batch = await run.call(run.feed.groups.some, run.job, run.cycle, group_ids)
        logged = {state.group.id for state in batch.states if state.is_logged}
        turns = open_group_turns(run.compiled, self._groups, batch)
        return {turn.group.id: turn for turn in turns if turn.group.id not in logged}

    def _has_members(self, turn: GroupTurn) -> bool:
        """Whether the members of this group are written: those of one that is out of scope stay as they are."""
        return (
            self._groups.writes_members
            and turn.link is not None
            and turn.standing.is_in_scope
            and turn.problem is None
            and (self._early.get(turn.group.id) is None or self._early[turn.group.id].problem is None)
        )

    async def _settled(self) -> AsyncIterator[Turns]:
        """Create and update the groups part by part; all of them, where it is judged then who comes and who goes."""
        run, parts = self._run, _in_parts(await self._touched())
        if self._agreement is not None or not judges_memberships(run.job.settings):
            for part in parts:
                yield await self._settle(part)
            return
        settled = [await self._settle(part) for part in parts]
        with_members = [turn for turns in settled for turn in turns.values() if self._has_members(turn)]
        await judge_memberships(run, with_members, self._removals)
        for turns in settled:
            yield turns

    async def _settle(self, group_ids: Sequence[str]) -> Turns:
        """Create and update some groups, but for those that are to be deleted."""
        turns = await self._open(group_ids)
        open_turns = {i: turn for i, turn in turns.items() if not turn.is_deletion}
        await settle_groups(self._run, self._groups, self._lookups, open_turns, self._gate)
        return {**turns, **open_turns}

    async def _fill(self, turns: Turns) -> list[str]:
        """Take members out of groups, and add them; return the groups that are to be deleted."""
        run = self._run
        open_turns = {i: turn for i, turn in turns.items() if not turn.is_deletion}
        for _ in range(ROUNDS):
            to_fill = [turn for turn in open_turns.values() if self._has_members(turn)]
            lost = await write_memberships(run, to_fill, [Side.UNWANTED, Side.WANTED], self._admission)
            if not lost:
                break
            open_turns = await decide_anew(run, self._groups, {turn.group.id: turn for turn in lost})
            await settle_groups(run, self._groups, self._lookups, open_turns, self._gate)
            turns.update(open_turns)
        else:
            for turn in open_turns.values():
                turn.problem = Problem("InternalError", "the group vanished faster than it could be made again")
        await self._record([turn for turn in turns.values() if not turn.is_deletion])
        return sorted(i for i, turn in turns.items() if turn.is_deletion)

    async def _record(self, turns: Sequence[GroupTurn]) -> None:
        """Record the entries of groups that are through."""
        run, recorded, now = self._run, RecordedGroups(), self._run.clock()
        if run.stop is not None:
            return
        for turn in turns:
            _join(turn, self._early.get(turn.group.id))
            record_entry(turn, recorded, run.counts.of_groups, now, run.judgements)
            if turn.link is not None and self._agreement is None:
                is_whole = not (turn.held or turn.later or turn.refused or turn.problem)
                recorded.compared.append((turn.group.id, is_whole and self._has_members(turn)))
        run.count_requests()
        await run.call(run.ledger.groups.record, run.job, run.cycle, recorded, run.counts, now)
        run.report()


def _in_parts(ids: Sequence[str]) -> Iterator[Sequence[str]]:
    for start in range(0, len(ids), GROUPS_AT_A_TIME):
        yield ids[start : start + GROUPS_AT_A_TIME]


def _has_done_something(turn: GroupTurn) -> bool:
    return turn.member_operation is not None or turn.problem is not None


def _join(turn: GroupTurn, early: GroupTurn | None) -> None:
    """Let the turn tell what went wrong before it began."""
    if early is not None:
        turn.refused = {**early.refused, **turn.refused}
        turn.problem = turn.problem or early.problem
        turn.member_operation = early.member_operation
