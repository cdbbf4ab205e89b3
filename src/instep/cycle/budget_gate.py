"""May this create or update be sent now, as the whole of its cycle was judged?"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace

from instep.cycle.agreement import is_agreed
from instep.cycle.holding import hold_turn
from instep.cycle.ports import Recorded
from instep.cycle.recording import count_what_was_recorded
from instep.cycle.run import Run
from instep.cycle.turns import Turn
from instep.rules.health.budgets import Budgeted, Judgement, subject_of
from instep.rules.planning.plan import OperationKind


class BudgetGate:
    """Lets what was approved pass, and as much else as the judgement leaves room for; the rest is held.

    So what came up after the plan was judged cannot pass the budget, either.
    """

    def __init__(self, run: Run, judgements: Mapping[Budgeted, Judgement]) -> None:
        self._run = run
        self._judgements = judgements
        self._passed: Counter[Budgeted] = Counter()
        self._under_way: set[tuple[Budgeted, str, bool]] = set()  # who passed, and may be decided again

    async def admit(self, turns: Sequence[Turn]) -> None:
        """Hold the operations that may not be sent; their turns are over, and have no plan any more."""
        run = self._run
        judged = [turn for turn in turns if turn.operation and subject_of(turn.operation.kind) in self._judgements]
        if not judged:
            return
        self._under_way = {each for each in self._under_way if each[1] in run.under_way}
        approved = await run.call(run.ledger.approved, run.job, {turn.user.id for turn in judged})
        others = [turn for turn in judged if not is_agreed(turn, approved.get(turn.user.id, ()))]
        if held := [turn for turn in others if turn.operation and not self._has_room(turn, turn.operation.kind)]:
            await self._hold(held)

    def _has_room(self, turn: Turn, kind: OperationKind) -> bool:
        """Take a place for a turn; whoever is decided again for the same keeps the place."""
        budgeted = subject_of(kind)
        who = (budgeted, turn.user.id, turn.is_for_reference)
        if who in self._under_way:
            return True
        judgement = self._judgements[budgeted]
        if judgement.is_over or self._passed[budgeted] + judgement.spent >= judgement.limit:
            return False
        self._passed[budgeted] += 1
        self._under_way.add(who)
        return True

    async def _hold(self, turns: Sequence[Turn]) -> None:
        run, recorded = self._run, Recorded()
        operations = [(turn, turn.operation) for turn in turns if turn.operation is not None]
        self._count_in(Counter(subject_of(operation.kind) for _, operation in operations))
        for turn, operation in operations:
            hold_turn(turn, operation, run.judgements[subject_of(operation.kind)], recorded, run.counts)
            turn.plan, turn.account = None, None
        count_what_was_recorded(recorded, run.counts)
        await run.call(run.ledger.record, run.job, run.cycle, recorded, run.counts, None, run.clock())

    def _count_in(self, newly: Mapping[Budgeted, int]) -> None:
        """Judge what came up since the plan together with what passed: it is why this is held."""
        for budgeted, number in newly.items():
            judgement = self._judgements[budgeted]
            if not judgement.is_over:
                self._run.judgements[budgeted] = replace(judgement, planned=self._passed[budgeted] + number)
