"""How do the members of groups come to be as they should: differences alone, in as few requests as possible?

Each round writes down, sends and records the next difference of every group that still has one; the groups go side by
side, the requests about one group in turn. What is taken out goes first.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

from instep.cycle.claimed import wait_for_group_claims
from instep.cycle.groups.admission import Admission, Portion
from instep.cycle.groups.following import vanished
from instep.cycle.groups.ports import GroupToSend, RecordedGroups, Side
from instep.cycle.groups.removals import extent_of
from instep.cycle.groups.requests import Written, write_members
from instep.cycle.groups.sending import write_down
from instep.cycle.groups.turns import GroupTurn
from instep.cycle.run import Run
from instep.cycle.vanishing import confirm_group_gone
from instep.ledger.groups import GroupOperation
from instep.ledger.jobs import Vanished
from instep.ledger.records import OperationState
from instep.rules.health.verdicts import Done, Failed, NotThere, Uncertain, Verdict, judge_read
from instep.rules.planning.memberships import Membership
from instep.rules.planning.operations import OperationKind, Problem
from instep.scim.dialects.dialect import MemberRemoval

LEAST_A_ROUND = 500  # members of one group that are written down together
TOO_OFTEN_STALE = 4


@dataclass(slots=True)
class _Progress:
    """How far one group's members are compared: on which sides still, and after whom."""

    turn: GroupTurn
    sides: list[Side]
    after: str = ""
    decided_at: int = 0
    times_stale: int = 0
    is_lost: bool = False

    @property
    def is_over(self) -> bool:
        return not self.sides or self.turn.problem is not None or self.is_lost


@dataclass(frozen=True, slots=True)
class _Step:
    """The next difference of one group; `last` is the user after whom it goes on, None where the side is through."""

    progress: _Progress
    operation: GroupOperation
    last: str | None
    portion: Portion


async def write_memberships(
    run: Run, turns: Iterable[GroupTurn], sides: Sequence[Side], admission: Admission
) -> list[GroupTurn]:
    """Bring the members of linked groups to what they should be; return the groups that turned out to be gone.

    `admission` says who may come and go now.
    """
    going_on = [_Progress(turn, list(sides)) for turn in turns]
    lost: list[GroupTurn] = []
    while going_on and run.stop is None:
        steps = [step for each in going_on if (step := await _next_step(run, each, admission)) is not None]
        await _take(run, [step for step in steps if len(step.operation.members)])
        for step in steps:
            if not len(step.operation.members):
                _go_on(step)
        lost += [each.turn for each in going_on if each.is_lost]
        going_on = [each for each in going_on if not each.is_over]
    return lost


async def _next_step(run: Run, progress: _Progress, admission: Admission) -> _Step | None:
    if progress.is_over or run.stop is not None:
        return None
    turn, side = progress.turn, progress.sides[0]
    limit = max(LEAST_A_ROUND, run.compiled.dialect.members_per_request)
    progress.decided_at = await run.call(run.feed.head)
    rows: Sequence[Membership] = await run.call(
        run.feed.groups.memberships,
        run.job,
        run.cycle,
        turn.group.id,
        side,
        extent_of(run, turn),
        progress.after,
        limit,
    )
    last = rows[-1].user_id if len(rows) == limit else None
    portion = await admission.members(turn, side, rows)
    kind = OperationKind.ADD_MEMBERS if side is Side.WANTED else OperationKind.REMOVE_MEMBERS
    operation = GroupOperation(kind, turn.resource_id, {}, {}, portion.members, portion.people)
    return _Step(progress, operation, last, portion)


async def _read(run: Run, turn: GroupTurn) -> Verdict:
    """Read whether a group is there."""
    run.counts.reads_because["whether a group is gone"] += 1
    verdict = judge_read(await run.target.groups.read(turn.resource_id))
    run.take_notice(verdict)
    return await confirm_group_gone(run, turn, turn.resource_id, verdict)


def _go_on(step: _Step) -> None:
    """The step is done, or there was nothing to do: on to the next users, or to the other side."""
    progress = step.progress
    progress.turn.held += step.portion.held
    progress.turn.later += step.portion.later
    if step.last is not None:
        progress.after = step.last
    else:
        progress.sides.pop(0)
        progress.after = ""


async def _take(run: Run, steps: Sequence[_Step]) -> None:
    if not steps:
        return
    to_send = [GroupToSend(step.progress.turn.group.id, step.operation) for step in steps]
    written = await write_down(run, to_send, min(step.progress.decided_at for step in steps))
    if written is None:
        return
    ids, stale = written
    recorded = RecordedGroups()
    sent = [(step, identifier) for step, identifier in zip(steps, ids, strict=True) if identifier not in stale]

    async def one(pair: tuple[_Step, int]) -> None:
        step, identifier = pair
        if run.stop is not None:
            recorded.operations.append((identifier, OperationState.STALE))
            return
        read = partial(_read, run, step.progress.turn)
        result = await write_members(run, step.operation, await _staying(run, step), read)
        run.take_notice(result.verdict)
        _record(run, step, identifier, result, recorded)

    await run.side_by_side(one, sent)
    run.count_requests()
    await run.call(run.ledger.groups.record, run.job, run.cycle, recorded, run.counts, run.clock())
    run.report()
    await _follow_stale(
        run, {s.progress.turn.group.id: s.progress for s, i in zip(steps, ids, strict=True) if i in stale}
    )


async def _follow_stale(run: Run, stale: Mapping[str, _Progress]) -> None:
    """Go on when nobody provisions these groups on demand; one that has become another in the target is lost."""
    if not stale:
        return
    await wait_for_group_claims(run, stale.keys())
    batch = await run.call(run.feed.groups.some, run.job, run.cycle, list(stale))
    there = {state.group.id: state.link.resource_id for state in batch.states if state.link is not None}
    for group_id, progress in stale.items():
        _note_stale(progress)
        progress.is_lost = there.get(group_id) != progress.turn.resource_id


def _note_stale(progress: _Progress) -> None:
    progress.times_stale += 1
    if progress.times_stale >= TOO_OFTEN_STALE:
        progress.turn.problem = Problem("InternalError", "the group changed faster than could be followed")


async def _staying(run: Run, step: _Step) -> Sequence[str]:
    """The members that remain, where the dialect takes members out by writing all that stay."""
    is_removal = step.operation.kind is OperationKind.REMOVE_MEMBERS
    if not is_removal or run.compiled.dialect.member_removal is not MemberRemoval.REPLACE_ALL:
        return ()
    there = await run.call(run.feed.groups.written_accounts, run.job, step.progress.turn.group.id)
    leaving = set(step.operation.members.account_ids)
    return [account_id for account_id in there if account_id not in leaving]


def _record(run: Run, step: _Step, identifier: int, result: Written, recorded: RecordedGroups) -> None:
    turn, group_id, members = step.progress.turn, step.progress.turn.group.id, step.operation.members
    if turn.member_operation is None:
        turn.member_operation = identifier
    match result.verdict:
        case Done():
            turn.refused |= result.refused
            taken = [pair for pair in members.accounts if pair[0] not in result.refused]
            _note_taken(run, turn, step.operation.kind, taken, recorded)
            recorded.operations.append((identifier, OperationState.DONE if taken else OperationState.FAILED))
            _go_on(step)
        case NotThere() if run.job.settings.vanished is Vanished.REPORT:
            recorded.operations.append((identifier, OperationState.FAILED))
            turn.problem = Problem("InvalidAnchor", vanished(turn))
        case NotThere():
            recorded.operations.append((identifier, OperationState.FAILED))
            recorded.unlinked.append(group_id)
            step.progress.is_lost = True
        case verdict:
            recorded.operations.append((identifier, OperationState.UNKNOWN))
            recorded.doubted += [(group_id, *pair) for pair in members.accounts]
            if isinstance(verdict, Uncertain | Failed):
                turn.problem = Problem(verdict.code, verdict.detail)


def _note_taken(
    run: Run, turn: GroupTurn, kind: OperationKind, taken: Sequence[tuple[str, str]], recorded: RecordedGroups
) -> None:
    if kind is OperationKind.ADD_MEMBERS:
        recorded.written += [(turn.group.id, user_id, account_id) for user_id, account_id in taken]
        turn.added += len(taken)
        run.counts.of_groups.memberships_added += len(taken)
    else:
        recorded.taken_out += [(turn.group.id, user_id) for user_id, _ in taken]
        turn.removed += len(taken)
        run.counts.of_groups.memberships_removed += len(taken)
