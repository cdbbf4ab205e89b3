"""What follows when a write did not simply work: a read that tells, and perhaps another operation for the same user?"""

from collections.abc import Sequence
from dataclasses import replace

from instep.cycle.lookups import Lookups
from instep.cycle.run import Run
from instep.cycle.turns import Turn, adopt, settle
from instep.cycle.vanishing import confirm_account_gone
from instep.cycle.walk import account_of
from instep.ledger.jobs import Vanished
from instep.ledger.records import OperationState, Origin
from instep.rules.health.verdicts import NOT_UNDERSTOOD, Conflict, Done, Failed, NotThere, Uncertain, judge_read
from instep.rules.matching.match import LinkedToAnother, Matched, NoMatch, match
from instep.rules.planning.plan import Nothing, Operation, OperationKind, Problem


async def follow_up(run: Run, lookups: Lookups, turns: Sequence[Turn]) -> list[Turn]:
    """Read the target for each turn that needs it; return those with a further operation to record and send."""
    unsettled = [turn for turn in turns if type(turn.verdict) is not Done and turn.verdict is not None]
    again: list[Turn] = []

    async def one(turn: Turn) -> None:
        if run.stop is None and await _needs_another(run, lookups, turn):
            again.append(turn)

    await run.side_by_side(one, unsettled)
    return again


async def _needs_another(run: Run, lookups: Lookups, turn: Turn) -> bool:
    operation = turn.operation
    if operation is None:
        return False
    match turn.verdict:
        case Conflict(detail) if operation.kind is OperationKind.CREATE:
            run.counts.reads_because["a create was refused as a duplicate"] += 1
            return await _after_conflict(run, lookups, turn, detail)
        case Uncertain(code, detail) if operation.kind is OperationKind.CREATE:
            run.counts.reads_because["whether a create had its effect"] += 1
            return await _after_uncertain_create(run, lookups, turn, operation, Failed(code, detail))
        case Uncertain(code, detail):
            turn.verdict = Failed(code, detail)
            _leave(turn, OperationState.UNKNOWN)
            return False
        case Failed(_, detail) if (alone := _disable_alone(run, operation)) is not None:
            _leave(turn, OperationState.FAILED)
            turn.plan, turn.refused = alone, detail
            return _further(turn)
        case NotThere(detail):
            run.counts.reads_because["whether an account is gone"] += 1
            return await _after_not_there(run, lookups, turn, operation, detail)
        case _:
            return False


def _disable_alone(run: Run, operation: Operation) -> Operation | None:
    """Return what disables the account and changes nothing else: a leaver must go, whatever else is refused."""
    disabling = {n: v for n, v in operation.after.items() if n in run.compiled.mappings.soft_delete_targets}
    if operation.kind is not OperationKind.DISABLE or len(disabling) == len(operation.after):
        return None
    before = {name: value for name, value in operation.before.items() if name in disabling}
    return replace(operation, before=before, after=disabling)


async def _after_conflict(run: Run, lookups: Lookups, turn: Turn, detail: str) -> bool:
    """Look the user up and link them in this same cycle (design.md 4, number 2)."""
    _leave(turn, OperationState.FAILED)
    turn.plan = None
    await lookups.settle_by_filter(turn)
    if isinstance(turn.plan, Operation) and turn.plan.kind is OperationKind.CREATE:
        turn.plan = Problem("EntryConflict", f"the target refused the create ({detail}), and no account matches")
    return _further(turn)


async def _after_uncertain_create(run: Run, lookups: Lookups, turn: Turn, operation: Operation, failed: Failed) -> bool:
    """Ask whether the account is there now; a create is never repeated blindly."""
    found = await lookups.find(turn)
    if found is None:
        _leave(turn, OperationState.UNKNOWN)
        return False
    ids = {account.id for _, accounts in found for account in accounts}
    decided = match(turn.user.id, found, await run.owners(ids))
    if isinstance(decided, Matched) and not run.claim(decided.account.id, turn.user.id):
        decided = LinkedToAnother(decided.account, decided.attribute, run.claims[decided.account.id])
    if isinstance(decided, NoMatch):
        turn.verdict = failed
        _leave(turn, OperationState.FAILED)
        return False
    _leave(turn, OperationState.DONE if isinstance(decided, Matched) else OperationState.FAILED)
    settle(run.compiled, turn, decided)
    if isinstance(turn.plan, Nothing) and isinstance(decided, Matched):
        turn.plan, turn.origin = operation, Origin.CREATED
        turn.verdict = Done({"id": decided.account.id})
        return False
    return _further(turn)


async def _after_not_there(run: Run, lookups: Lookups, turn: Turn, operation: Operation, detail: str) -> bool:
    """A 404 to a write is "gone" only when a read says so (design.md 4, number 6)."""
    if operation.kind is OperationKind.CREATE:
        turn.verdict = Failed("SystemForCrossDomainIdentityManagementBadResponse", detail)
        return False
    account_id = operation.account_id or ""
    verdict = judge_read(await run.target.read(account_id))
    run.take_notice(verdict)
    is_leaver = operation.kind is OperationKind.DELETE or turn.standing.is_soft_deleted
    if is_leaver or run.job.settings.vanished is Vanished.RECREATE:  # else somebody looks for the account anyway
        verdict = await confirm_account_gone(run, turn, account_id, verdict)
    match verdict:
        case NotThere():
            return await _after_gone(run, lookups, turn, operation)
        case Done(resource) if (account := account_of(run.compiled, resource)) is not None:
            if account.id != operation.account_id:
                asked = f"asked for the account {operation.account_id}, the target answered with {account.id}"
                turn.verdict = Failed(NOT_UNDERSTOOD, f"{detail}; {asked}")
                return False
            if operation.kind is OperationKind.DELETE:
                turn.verdict = Failed("SystemForCrossDomainIdentityManagementBadResponse", detail)
                return False
            _leave(turn, OperationState.FAILED)
            turn.verdict = Failed(
                "SystemForCrossDomainIdentityManagementBadResponse", f"{detail}, though {account.id} is there"
            )
            return False
        case _:
            turn.verdict = Failed(getattr(verdict, "code", "InvalidAnchor"), getattr(verdict, "detail", detail))
            return False


async def _after_gone(run: Run, lookups: Lookups, turn: Turn, operation: Operation) -> bool:
    """The account was deleted in the target: a leaver is done; of anyone else the job's settings say what follows."""
    if operation.kind is OperationKind.DELETE or turn.standing.is_soft_deleted:
        turn.is_gone = True
        turn.verdict = Done(None)
        return False
    if run.job.settings.vanished is Vanished.REPORT:
        turn.verdict = Failed("InvalidAnchor", f"the account {operation.account_id} is not in the application any more")
        return False
    _leave(turn, OperationState.STALE)
    await replace_vanished(run, lookups, turn)
    return _further(turn)


async def replace_vanished(run: Run, lookups: Lookups, turn: Turn) -> None:
    """Plan another account for a user whose account is gone: one that matches, or a new one."""
    turn.is_gone = True
    turn.vanished_id = turn.link.account_id if turn.link is not None else turn.vanished_id
    turn.link, turn.plan = None, None
    if run.job.settings.vanished is Vanished.RECREATE:
        settle(run.compiled, turn, NoMatch())
    else:
        await lookups.settle_by_filter(turn)


def _further(turn: Turn) -> bool:
    turn.verdict = None
    return isinstance(turn.plan, Operation)


def _leave(turn: Turn, state: OperationState) -> None:
    """Give the operation that was sent last its final state."""
    if turn.operations:
        turn.operations[-1] = (turn.operations[-1][0], state)


__all__ = ["adopt", "follow_up"]
