"""Which of the values that SelectUniqueValue gives has no account yet (mappings.md 4.2)?"""

from collections.abc import Sequence
from dataclasses import replace
from typing import Protocol

from instep.cycle.run import Run
from instep.cycle.turns import Turn
from instep.rules.mapping.wanted import MappingFailed, TargetValue
from instep.rules.matching.match import Account
from instep.rules.planning.plan import OperationKind, Problem


class Asks(Protocol):
    """Asks the target who has a value."""

    async def accounts_with(self, turn: Turn, attribute: str, value: str) -> Sequence[Account] | None:
        """Return the accounts, or None if there was no usable answer; the turn's plan then says why."""


async def choose_values(run: Run, lookups: Asks, turns: Sequence[Turn]) -> None:
    """Put into each planned create the first values that nobody has, by a filter for each that is tried."""
    if not run.compiled.mappings.choosing:
        return

    async def one(turn: Turn) -> None:
        if run.stop is None and turn.operation is not None and turn.operation.kind is OperationKind.CREATE:
            await _choose(run, lookups, turn)

    await run.side_by_side(one, turns)


async def _choose(run: Run, lookups: Asks, turn: Turn) -> None:
    compiled = run.compiled
    for target, give in compiled.mappings.choosing:
        try:
            candidates = give(turn.source, compiled.context)
        except MappingFailed as error:
            turn.plan = Problem(error.code, str(error), error.target)
            return
        if candidates and not await _first_free(run, lookups, turn, target, candidates):
            return


async def _first_free(run: Run, lookups: Asks, turn: Turn, target: str, candidates: Sequence[TargetValue]) -> bool:
    """Put the first free value into the plan; False if there is none, or no answer: the plan is another one then."""
    for value in candidates:
        if run.chosen.setdefault((target, str(value).casefold()), turn.user.id) != turn.user.id:
            continue  # another user gets it in this cycle
        run.counts.reads_because["whether a value is free"] += 1
        accounts = await lookups.accounts_with(turn, target, str(value))
        operation = turn.operation
        if accounts is None or operation is None:
            return False
        if not accounts:
            turn.plan = replace(operation, after={**operation.after, target: value})
            return True
    tried = ", ".join(map(str, candidates[:5]))
    turn.plan = Problem(
        "EntryConflict",
        f"{target}: there are accounts with each of the values to choose from ({tried}); add a rule to "
        "SelectUniqueValue that gives another one",
        target,
    )
    return False
