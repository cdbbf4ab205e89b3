"""What became of the operations on groups whose outcome an interruption hid?

Nothing is asked here: a group is looked for before it is created, so that one that was created is found then; a group
that was changed is written again; and a member whom an operation was about is taken for doubtful, which costs a request
that changes nothing where it was done.
"""

from dataclasses import replace

from instep.cycle.groups.ports import GroupState, RecordedGroups
from instep.cycle.run import Run
from instep.ledger.groups import OpenGroupOperation
from instep.ledger.records import OperationState
from instep.rules.planning.operations import OperationKind

_OF_MEMBERS = frozenset({OperationKind.ADD_MEMBERS, OperationKind.REMOVE_MEMBERS})


async def doubt_open_operations(run: Run) -> None:
    """Forget what operations without an outcome may have changed, so that it is decided and written again."""
    operations = await run.call(run.ledger.groups.open_operations, run.job)
    if not operations:
        return
    batch = await run.call(run.feed.groups.some, run.job, run.cycle, {o.group_id for o in operations})
    states = {state.group.id: state for state in batch.states}
    recorded = RecordedGroups()
    for each in operations:
        recorded.operations.append((each.id, OperationState.STALE))
        state = states.get(each.group_id)
        if state is None or state.link is None:
            continue
        if each.operation.kind in _OF_MEMBERS:
            recorded.doubted += [(each.group_id, *pair) for pair in each.operation.members.accounts]
            recorded.compared.append((each.group_id, False))
        else:
            _doubt(state, each, recorded)
    await run.call(run.ledger.groups.record, run.job, run.cycle, recorded, run.counts, run.clock())


def _doubt(state: GroupState, each: OpenGroupOperation, recorded: RecordedGroups) -> None:
    link = state.link
    if link is not None and link.resource_id == each.operation.resource_id:
        after = each.operation.after
        known = {name: value for name, value in link.last_written.items() if name not in after}
        known |= {name: "" for name, value in after.items() if value is None}  # whether it was cleared nobody knows
        recorded.links.append(replace(link, last_written=known))
