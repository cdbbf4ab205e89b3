"""Is this what was agreed to? Who is decided otherwise by now is left as they are, or held anew."""

from collections.abc import Sequence
from dataclasses import replace

from instep.cycle.ports import Agreed
from instep.cycle.run import Run
from instep.cycle.turns import Turn
from instep.ledger.plans import PlannedOperation
from instep.rules.planning.plan import Nothing, Operation, OperationKind, Reason


class Agreement:
    """Lets those operations pass that are in the plan; of anybody else nothing is sent."""

    def __init__(self, run: Run) -> None:
        self._run = run

    async def admit(self, turns: Sequence[Turn]) -> None:
        """Take away the operations that are not in the plan, or not like this."""
        wanted = [turn for turn in turns if turn.operation is not None]
        if not wanted:
            return
        run = self._run
        agreed = await run.call(run.ledger.agreed, run.job, run.cycle, {turn.user.id for turn in wanted})
        for turn in wanted:
            _compare(turn, agreed.get(turn.user.id, ()))


def _compare(turn: Turn, agreed: Sequence[Agreed]) -> None:
    operation = turn.operation
    same = next((each for each in agreed if operation is not None and is_same(each, operation)), None)
    if operation is not None and same is not None:
        turn.plan = replace(operation, kind=same.kind)
    else:
        turn.plan, turn.account = Nothing(Reason.NOT_AS_PLANNED), None


def is_agreed(turn: Turn, agreed: Sequence[Agreed]) -> bool:
    """Whether a turn's operation is one that was agreed to."""
    operation = turn.operation
    return operation is not None and any(is_same(each, operation) for each in agreed)


def is_same(agreed: Agreed, now: Operation | PlannedOperation) -> bool:
    """Whether an operation would send and change what was agreed.

    What is no longer known of the account, as after an interruption, does not make it another one.
    """
    return (
        _request(agreed.kind) == _request(now.kind)
        and agreed.account_id == now.account_id
        and agreed.after == now.after
        and all(agreed.before.get(name) == value for name, value in now.before.items())
    )


def _request(kind: OperationKind | None) -> OperationKind | None:
    """An account is enabled, disabled and otherwise changed by the same request."""
    return kind if kind in (OperationKind.CREATE, OperationKind.DELETE) else OperationKind.UPDATE
