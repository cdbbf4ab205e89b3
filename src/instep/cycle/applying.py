"""How is a plan applied: by a cycle of its own, exactly, whatever the budgets say?"""

import asyncio
from collections.abc import Callable

from instep.cycle.agreement import Agreement
from instep.cycle.compiled import compile_job
from instep.cycle.conductor import Ports, conduct, ignore_progress
from instep.cycle.reversal import Reversal
from instep.cycle.run import Progress, Run
from instep.ledger.cycles import CycleSummary
from instep.ledger.jobs import Job
from instep.ledger.plans import Plan
from instep.ledger.schema import Schema


async def apply_plan_cycle(
    job: Job, schema: Schema, ports: Ports, plan: Plan, actor: str, watch: Callable[[Progress], None] = ignore_progress
) -> CycleSummary:
    """Carry out a plan, or go on with that; every user of it is decided again, as at the moment of the plan.

    Of a plan that undoes a cycle, what it has is written instead, where the account is still what it was made for.
    Nothing is judged by a budget: the plan as a whole was approved. The watermark stays where it is.
    """
    compiled = compile_job(job, schema, plan.planned_at)
    begun = await asyncio.to_thread(ports.ledger.begin_plan, job, plan.id, ports.clock(), ports.new_id(), actor)
    cycle, counts = begun
    run = Run(job, compiled, cycle, counts, ports.feed, ports.ledger, ports.target, ports.clock, watch, ports.clock())
    run.undoes = plan.undoes
    run.gate = Agreement(run) if plan.undoes is None else Reversal(run)
    return await conduct(run)
