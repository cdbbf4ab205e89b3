"""What became of the operations on groups whose outcome an interruption hid?

A group that may have been created is looked for, and linked if it is there. A group that was changed is written again,
and a member whom an operation was about is taken for doubtful: that costs a request, which changes nothing where it was
done.
"""

from collections.abc import Sequence
from dataclasses import replace

from instep.cycle.groups.compiled import CompiledGroups
from instep.cycle.groups.lookups import GroupLookups
from instep.cycle.groups.ports import GroupBatch, RecordedGroups
from instep.cycle.groups.turns import open_group_turns
from instep.cycle.run import Run
from instep.ledger.groups import GroupLink, OpenGroupOperation
from instep.ledger.records import OperationState, Origin
from instep.rules.matching.match import Matched
from instep.rules.planning.operations import OperationKind

_OF_MEMBERS = frozenset({OperationKind.ADD_MEMBERS, OperationKind.REMOVE_MEMBERS})


async def resolve_open_group_operations(run: Run, groups: CompiledGroups, lookups: GroupLookups) -> None:
    """Link each group that an unrecorded create made, and forget what other operations may have changed."""
    await resolve_group_operations(run, groups, lookups, await run.call(run.ledger.groups.open_operations, run.job))


async def resolve_group_operations(
    run: Run, groups: CompiledGroups, lookups: GroupLookups, operations: Sequence[OpenGroupOperation]
) -> None:
    """The same of some operations, the oldest first."""
    if not operations or run.stop is not None:
        return
    batch = await run.call(run.feed.groups.some, run.job, run.cycle, {o.group_id for o in operations})
    links = {state.group.id: state.link for state in batch.states if state.link is not None}
    recorded = RecordedGroups()
    creates: dict[str, OpenGroupOperation] = {}
    for each in reversed(operations):  # of several creates of a group, the last one tells
        link = links.get(each.group_id)
        is_create = each.operation.kind is OperationKind.CREATE and link is None
        if is_create and creates.setdefault(each.group_id, each) is each:
            continue
        recorded.operations.append((each.id, OperationState.STALE))
        if link is not None:
            links[each.group_id] = _doubt(link, each, recorded)
    recorded.links.extend(links.values())
    await _resolve_creates(run, groups, lookups, batch, creates, recorded)
    run.count_requests()
    await run.call(run.ledger.groups.record, run.job, run.cycle, recorded, run.counts, run.clock())


def _doubt(link: GroupLink, each: OpenGroupOperation, recorded: RecordedGroups) -> GroupLink:
    if each.operation.kind in _OF_MEMBERS:
        recorded.doubted += [(each.group_id, *pair) for pair in each.operation.members.accounts]
        return replace(link, is_compared=False)
    after = each.operation.after
    known = {name: value for name, value in link.last_written.items() if name not in after}
    known |= {name: "" for name, value in after.items() if value is None}  # whether it was cleared nobody knows
    return replace(link, last_written=known)


async def _resolve_creates(
    run: Run,
    groups: CompiledGroups,
    lookups: GroupLookups,
    batch: GroupBatch,
    creates: dict[str, OpenGroupOperation],
    recorded: RecordedGroups,
) -> None:
    """Look for these groups by what was sent; an operation without a usable answer stays open."""
    run.counts.reads_because["whether a create had its effect"] += len(creates)
    for turn in open_group_turns(run.compiled, groups, batch):
        operation = creates.pop(turn.group.id, None)
        if operation is None or run.stop is not None:
            continue
        turn.wanted = operation.operation.after
        decided = await lookups.match(turn)
        if isinstance(decided, Matched):
            known = {n: v for n, v in decided.account.values.items() if n in turn.wanted}
            recorded.links.append(GroupLink(turn.group.id, decided.account.id, Origin.CREATED, known))  # type: ignore[arg-type]
            recorded.operations.append((operation.id, OperationState.DONE))
        elif decided is not None:
            recorded.operations.append((operation.id, OperationState.FAILED))
    # Of those left the directory never heard.
    recorded.operations += [(each.id, OperationState.STALE) for each in creates.values()]
