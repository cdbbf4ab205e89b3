"""How is a group itself created or updated: written down, sent, followed up and linked, round after round?"""

import time
from collections.abc import Collection, Mapping, Sequence

from instep.cycle.claimed import wait_for_group_claims
from instep.cycle.groups.agreement import Gate
from instep.cycle.groups.compiled import CompiledGroups
from instep.cycle.groups.following import follow_up_group
from instep.cycle.groups.lookups import GroupLookups
from instep.cycle.groups.ports import GroupToSend, RecordedGroups
from instep.cycle.groups.recording import set_state
from instep.cycle.groups.requests import write_group
from instep.cycle.groups.turns import GroupTurn, open_group_turns
from instep.cycle.ports import AdministratorActed
from instep.cycle.run import Run
from instep.cycle.watching import heed
from instep.ledger.groups import GroupLink, GroupOperation
from instep.ledger.records import OperationState, Origin
from instep.rules.health.verdicts import Done, Failed, Uncertain
from instep.rules.planning.operations import Nothing, Operation, OperationKind, Problem

ROUNDS = 4
Turns = dict[str, GroupTurn]  # by the group's id


async def settle_groups(
    run: Run, groups: CompiledGroups, lookups: GroupLookups, turns: Turns, gate: Gate | None
) -> None:
    """Look groups up, create and update them; deletions are left for later. What came of it is in the ledger then."""
    open_ids: Collection[str] = turns.keys()
    for _ in range(ROUNDS):
        await lookups.settle([turns[i] for i in open_ids if turns[i].plan is None])
        stale = await write_groups_down(run, [turns[i] for i in open_ids if _is_to_be_written(turns[i])], gate)
        sent = [turns[i] for i in open_ids if _is_to_be_written(turns[i]) and i not in stale]
        await send_groups(run, groups, sent)
        again = await follow_up_group(run, groups, lookups, sent)
        await _link(run, [turns[i] for i in open_ids if i not in stale])
        if stale:
            await wait_for_group_claims(run, stale)  # stale is also what somebody provisions on demand
        turns.update(await decide_anew(run, groups, {i: turns[i] for i in stale}))
        open_ids = [*again, *stale]
        if run.stop is not None or not open_ids:
            return
    for i in open_ids:
        turns[i].plan = Problem("InternalError", "the group changed faster than could be followed")


async def decide_anew(run: Run, groups: CompiledGroups, turns: Mapping[str, GroupTurn]) -> Turns:
    """Decide again about groups that changed since."""
    if not turns or run.stop is not None:
        return {}
    batch = await run.call(run.feed.groups.some, run.job, run.cycle, list(turns))
    anew = {turn.group.id: turn for turn in open_group_turns(run.compiled, groups, batch)}
    for group_id, turn in anew.items():
        turn.operations = turns[group_id].operations
    return anew


async def write_down(
    run: Run, operations: Sequence[GroupToSend], decided_at: int
) -> tuple[Sequence[int], Collection[int]] | None:
    """Write operations down before they leave; None where an administrator acted meanwhile, and the run stops."""
    try:
        return await run.call(run.ledger.groups.record_sent, run.job, run.cycle, operations, decided_at, run.clock())
    except AdministratorActed:
        await heed(run)
        return None


def _is_to_be_written(turn: GroupTurn) -> bool:
    return turn.operation is not None and not turn.is_deletion and turn.verdict is None


async def write_groups_down(run: Run, turns: Sequence[GroupTurn], gate: Gate | None) -> Collection[str]:
    """Write the operations on the groups themselves down; return the groups that changed since they were decided.

    `gate` takes those away that may not be sent.
    """
    if gate is not None:
        await gate.admit(turns)
    planned: dict[int, list[tuple[GroupTurn, Operation]]] = {}
    for turn in turns:
        if turn.operation is not None:
            planned.setdefault(turn.decided_at, []).append((turn, turn.operation))
    stale: set[str] = set()
    for decided_at, several in planned.items():
        to_send = [GroupToSend(turn.group.id, _to_send(turn, operation)) for turn, operation in several]
        written = await write_down(run, to_send, decided_at)
        if written is None:
            return {turn.group.id for turn in turns}
        ids, changed = written
        for (turn, _), identifier in zip(several, ids, strict=True):
            turn.operations.append((identifier, OperationState.STALE if identifier in changed else OperationState.SENT))
            if identifier in changed:
                stale.add(turn.group.id)
    return stale


def _to_send(turn: GroupTurn, operation: Operation) -> GroupOperation:
    return GroupOperation(operation.kind, operation.account_id, operation.before, operation.after, people=turn.people)


async def send_groups(run: Run, groups: CompiledGroups, turns: Sequence[GroupTurn]) -> None:
    """Send the operations on the groups themselves, side by side."""

    async def one(turn: GroupTurn) -> None:
        if run.stop is None and turn.operation is not None:
            sent_at = time.perf_counter()
            turn.verdict = await write_group(run, groups, _to_send(turn, turn.operation))
            turn.duration_ms += round((time.perf_counter() - sent_at) * 1000)
            run.take_notice(turn.verdict)

    await run.side_by_side(one, turns)


async def _link(run: Run, turns: Sequence[GroupTurn]) -> None:
    """Link what was created, updated or found; an answer with the id of another group is not believed."""
    created = {i: turn for turn in turns if (i := _answered_id(turn)) is not None}
    owners = await run.call(run.ledger.groups.owners, run.job, list(created)) if created else {}
    for resource_id, owner_id in owners.items():
        turn = created[resource_id]
        if owner_id != turn.group.id:
            detail = f"the target answered with the group {resource_id}, which is the one of another, {owner_id}"
            turn.verdict = Failed("SystemForCrossDomainIdentityManagementBadResponse", detail)
            set_state(turn, OperationState.FAILED)
    recorded = RecordedGroups()
    for turn in turns:
        _link_one(turn, recorded)
        _settle_states(run, turn, recorded)
    if recorded.operations or recorded.links or recorded.unlinked:
        await run.call(run.ledger.groups.record, run.job, run.cycle, recorded, run.counts, run.clock())


def _answered_id(turn: GroupTurn) -> str | None:
    is_create = turn.operation is not None and turn.operation.kind is OperationKind.CREATE
    if is_create and isinstance(turn.verdict, Done) and turn.verdict.resource is not None:
        return str(turn.verdict.resource["id"])
    return None


def _link_one(turn: GroupTurn, recorded: RecordedGroups) -> None:
    if turn.is_gone and turn.link is None:
        recorded.unlinked.append(turn.group.id)
    if isinstance(turn.plan, Nothing) and turn.matched_by is not None and turn.link is not None:
        recorded.links.append(turn.link)
    elif isinstance(turn.verdict, Done) and turn.operation is not None and not turn.is_deletion:
        turn.link = _written_link(turn, turn.operation)
        recorded.links.append(turn.link)


def _written_link(turn: GroupTurn, operation: Operation) -> GroupLink:
    known = turn.link.last_written if turn.link is not None else {}
    values = {name: value for name, value in {**known, **operation.after}.items() if value is not None}
    if turn.link is None:
        return GroupLink(turn.group.id, _answered_id(turn) or "", Origin.CREATED, values)
    return GroupLink(turn.group.id, turn.link.resource_id, turn.link.origin, values, turn.link.is_compared)


def _settle_states(run: Run, turn: GroupTurn, recorded: RecordedGroups) -> None:
    """Give what was sent its final state; what was not, as the run stops, never left."""
    if isinstance(turn.verdict, Done):
        set_state(turn, OperationState.DONE)
    elif turn.verdict is not None:
        set_state(turn, OperationState.UNKNOWN if isinstance(turn.verdict, Uncertain) else OperationState.FAILED)
    elif run.stop is not None:
        set_state(turn, OperationState.STALE)
    recorded.operations.extend(turn.operations)
