"""What became of the operations whose outcome an interruption hid? Asked of the target before anything else."""

from collections.abc import Sequence
from dataclasses import replace

from instep.cycle.lookups import Lookups
from instep.cycle.ports import Batch, Recorded
from instep.cycle.recording import record_turn
from instep.cycle.run import Run
from instep.cycle.turns import Turn, open_turn
from instep.ledger.records import Link, OpenOperation, OperationState, Origin
from instep.rules.health.verdicts import Done
from instep.rules.matching.match import Account, Matched, match
from instep.rules.planning.plan import Operation, OperationKind
from instep.rules.source_user import Presence, SourceUser


async def resolve_open_operations(run: Run, lookups: Lookups) -> None:
    """Link each account that an unrecorded create made; every other operation is decided again.

    A create that is not at the target is forgotten: the user is decided again in this cycle, or the next. What an
    update or a disable would have written is no longer known of the account, so that deciding again writes it.
    """
    recorded = Recorded()
    operations = await run.call(run.ledger.open_operations, run.job)
    await _doubt(run, [o for o in operations if o.kind is not OperationKind.CREATE], recorded)
    for operation in operations:
        if run.stop is not None:
            break
        if operation.kind is OperationKind.CREATE:
            run.counts.reads_because["whether a create had its effect"] += 1
            await _resolve_create(run, lookups, operation, recorded)
    run.count_requests()
    if recorded.operations:
        await run.call(run.ledger.record, run.job, run.cycle, recorded, run.counts, None, run.clock())


async def _doubt(run: Run, operations: Sequence[OpenOperation], recorded: Recorded) -> None:
    """Forget what these operations may have changed: without a read, a link must not claim it.

    Otherwise someone who has become again what the link says would be found to be so already, and left as written.
    """
    if not operations:
        return
    batch: Batch = await run.call(run.feed.some, run.job, run.cycle, {operation.user_id for operation in operations})
    links = dict(batch.links)
    for operation in operations:
        recorded.operations.append((operation.id, OperationState.STALE))
        link = links.get(operation.user_id)
        if link is None or link.account_id != operation.account_id:
            continue
        is_deleted = operation.kind is OperationKind.DELETE
        known = {n: v for n, v in link.last_written.items() if n not in operation.after and not is_deleted}
        is_active = link.is_active or operation.kind is OperationKind.ENABLE
        links[link.user_id] = replace(link, last_written=known, is_active=is_active)
    recorded.links.extend(links.values())


async def _resolve_create(run: Run, lookups: Lookups, operation: OpenOperation, recorded: Recorded) -> None:
    turn, is_logged = await _turn_of(run, operation)
    found = await lookups.find(turn)
    if found is None:
        return  # no usable answer: the operation stays open
    ids = {account.id for _, accounts in found for account in accounts}
    decided = match(operation.user_id, found, await run.owners(ids))
    claimed = isinstance(decided, Matched) and run.claim(decided.account.id, operation.user_id)
    if not isinstance(decided, Matched) or not claimed or turn.link is not None:
        recorded.operations.append((operation.id, OperationState.FAILED))
        return
    if is_logged:  # as one who failed, as far as could be told then
        _link_only(operation, decided.account, recorded)
    else:
        _link(run, turn, operation, decided.account, recorded)


def _link(run: Run, turn: Turn, operation: OpenOperation, account: Account, recorded: Recorded) -> None:
    """Finish the create as if its answer had come, if the account says what was sent; otherwise link it only."""
    as_sent = all(account.values.get(name) == value for name, value in operation.after.items())
    if as_sent and operation.cycle_id == run.cycle.id:
        turn.plan = Operation(OperationKind.CREATE, None, {}, operation.after, leaves_active=True)
        turn.verdict = Done({"id": account.id})
        turn.operations = [(operation.id, OperationState.SENT)]
        record_turn(turn, recorded, run.counts, run.clock())
        return
    _link_only(operation, account, recorded)


def _link_only(operation: OpenOperation, account: Account, recorded: Recorded) -> None:
    known = {name: value for name, value in account.values.items() if name in operation.after}
    is_active = account.values.get("active") is not False
    recorded.links.append(Link(operation.user_id, account.id, is_active, Origin.CREATED, known))  # type: ignore[arg-type]
    recorded.operations.append((operation.id, OperationState.DONE))


async def _turn_of(run: Run, operation: OpenOperation) -> tuple[Turn, bool]:
    """The user as they are now, looked for by the values that the create carried; and whether the log has them."""
    batch: Batch = await run.call(run.feed.some, run.job, run.cycle, [operation.user_id])
    user = batch.users[0] if batch.users else SourceUser(operation.user_id, Presence.PURGED, {}, None, (), False)
    turn = open_turn(run.compiled, user, batch)
    turn.wanted = operation.after
    return turn, operation.user_id in batch.logged
