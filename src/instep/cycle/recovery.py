"""What became of the operations whose outcome an interruption hid? Asked of the target before anything else."""

import asyncio
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace

from instep.cycle.lookups import Lookups
from instep.cycle.ports import Batch, Recorded
from instep.cycle.recording import record_turn
from instep.cycle.run import BATCH_SIZE, Run
from instep.cycle.turns import Turn, open_turn
from instep.ledger.cycles import Counts
from instep.ledger.records import Link, OpenOperation, OperationState, Origin
from instep.rules.health.verdicts import Done
from instep.rules.matching.match import Account, Matched, match
from instep.rules.planning.plan import Operation, OperationKind
from instep.rules.source_user import Presence, SourceUser

LOOK_AGAIN_AFTER_SECONDS = 0.05


async def resolve_open_operations(run: Run, lookups: Lookups) -> None:
    """Link each account that an unrecorded create made; every other operation is decided again.

    A create that is not at the target is forgotten: the user is decided again in this cycle, or the next. What an
    update or a disable would have written is no longer known of the account, so that deciding again writes it.
    """
    while True:
        operations = await run.call(run.ledger.open_operations, run.job)
        if not await resolve(run, lookups, operations):
            return
        await asyncio.sleep(LOOK_AGAIN_AFTER_SECONDS)  # someone is provisioned on demand, which settles theirs


async def resolve(run: Run, lookups: Lookups, operations: Sequence[OpenOperation]) -> Collection[str]:
    """Find out what became of these operations and record it.

    Return whose outcome somebody else finds out, who provisions them on demand: then nothing was recorded.
    """
    recorded, done = Recorded(), Counts()
    await _doubt(run, [o for o in operations if o.kind is not OperationKind.CREATE], recorded)
    creates = [o for o in operations if o.kind is OperationKind.CREATE]
    for start in range(0, len(creates), BATCH_SIZE):
        if run.stop is None:
            await _resolve_creates(run, lookups, creates[start : start + BATCH_SIZE], recorded, done)
    run.count_requests()
    if not recorded.operations:
        return ()
    run.counts.add(done)
    claimed = await run.call(run.ledger.record, run.job, run.cycle, recorded, run.counts, None, run.clock())
    if claimed:
        run.counts.take_back(done)
    return claimed


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
        # Nobody knows whether what was to be cleared is: an empty text differs from that, and from every value.
        known |= {name: "" for name, value in operation.after.items() if value is None}
        is_active = link.is_active or operation.kind is OperationKind.ENABLE
        links[link.user_id] = replace(link, last_written=known, is_active=is_active)
    recorded.links.extend(links.values())


async def _resolve_creates(
    run: Run, lookups: Lookups, operations: Sequence[OpenOperation], recorded: Recorded, done: Counts
) -> None:
    """Look for all these accounts at once; an operation without a usable answer stays open."""
    run.counts.reads_because["whether a create had its effect"] += len(operations)
    latest = {operation.user_id: operation for operation in operations}
    recorded.operations.extend((o.id, OperationState.STALE) for o in operations if o is not latest[o.user_id])
    turns, logged = await _turns_of(run, latest)
    found = await lookups.find_all(turns)
    ids = {account.id for several in found.values() for _, accounts in several or () for account in accounts}
    owners = await run.owners(ids)
    for turn in turns:
        if (accounts := found.get(turn.user.id)) is not None:
            operation, decided = latest[turn.user.id], match(turn.user.id, accounts, owners)
            if (
                not isinstance(decided, Matched)
                or turn.link is not None
                or not run.claim(decided.account.id, turn.user.id)
            ):
                recorded.operations.append((operation.id, OperationState.FAILED))
            elif turn.user.id in logged:  # as one who failed, as far as could be told then
                _link_only(operation, decided.account, recorded)
            else:
                _link(run, turn, operation, decided.account, recorded, done)


def _link(run: Run, turn: Turn, operation: OpenOperation, account: Account, recorded: Recorded, done: Counts) -> None:
    """Finish the create as if its answer had come, if the account says what was sent; otherwise link it only."""
    as_sent = all(account.values.get(name) == value for name, value in operation.after.items())
    if as_sent and operation.cycle_id == run.cycle.id:
        turn.plan = Operation(OperationKind.CREATE, None, {}, operation.after, leaves_active=True)
        turn.verdict = Done({"id": account.id})
        turn.operations = [(operation.id, OperationState.SENT)]
        record_turn(turn, recorded, done, run.clock())
        return
    _link_only(operation, account, recorded)


def _link_only(operation: OpenOperation, account: Account, recorded: Recorded) -> None:
    known = {name: value for name, value in account.values.items() if name in operation.after}
    is_active = account.values.get("active") is not False
    recorded.links.append(Link(operation.user_id, account.id, is_active, Origin.CREATED, known))  # type: ignore[arg-type]
    recorded.operations.append((operation.id, OperationState.DONE))


async def _turns_of(run: Run, operations: Mapping[str, OpenOperation]) -> tuple[list[Turn], Collection[str]]:
    """The users as they are now, looked for by the values that their creates carried; and whom the log has already."""
    batch: Batch = await run.call(run.feed.some, run.job, run.cycle, operations.keys())
    users = {user.id: user for user in batch.users}
    turns = []
    for user_id, operation in operations.items():
        user = users.get(user_id) or SourceUser(user_id, Presence.PURGED, {}, None, (), False)
        turn = open_turn(run.compiled, user, batch)
        turn.wanted = operation.after
        turns.append(turn)
    return turns, batch.logged
