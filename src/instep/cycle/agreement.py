"""Is this what was agreed to? A plan is applied exactly: who is decided otherwise by now is left as they are."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import replace

from instep.cycle.compiled import compile_job
from instep.cycle.conductor import Ports, conduct, ignore_progress
from instep.cycle.ports import Agreed
from instep.cycle.run import Progress, Run
from instep.cycle.turns import Turn
from instep.ledger.cycles import CycleSummary
from instep.ledger.jobs import Job
from instep.ledger.plans import Plan
from instep.ledger.schema import Schema
from instep.rules.planning.plan import Nothing, Operation, OperationKind, Reason


async def apply_plan_cycle(
    job: Job, schema: Schema, ports: Ports, plan: Plan, actor: str, watch: Callable[[Progress], None] = ignore_progress
) -> CycleSummary:
    """Carry out a plan, or go on with that; every user of it is decided again, as at the moment of the plan.

    Nothing is judged by a budget: the plan as a whole was approved. The watermark stays where it is.
    """
    compiled = compile_job(job, schema, plan.planned_at)
    begun = await asyncio.to_thread(ports.ledger.begin_plan, job, plan.id, ports.clock(), ports.new_id(), actor)
    cycle, counts = begun
    run = Run(job, compiled, cycle, counts, ports.feed, ports.ledger, ports.target, ports.clock, watch, ports.clock())
    run.gate = Agreement(run)
    return await conduct(run)


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


def is_same(agreed: Agreed, now: Operation) -> bool:
    """Whether an operation would send and change what was agreed.

    What is no longer known of the account, as after an interruption, does not make it another one.
    """
    return (
        _request(agreed.kind) == _request(now.kind)
        and agreed.account_id == now.account_id
        and agreed.after == now.after
        and all(agreed.before.get(name) == value for name, value in now.before.items())
    )


def _request(kind: OperationKind) -> OperationKind:
    """An account is enabled, disabled and otherwise changed by the same request."""
    return kind if kind in (OperationKind.CREATE, OperationKind.DELETE) else OperationKind.UPDATE
