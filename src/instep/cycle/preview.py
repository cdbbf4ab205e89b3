"""What would the next cycle do? The same cycle, over tables of its own, and no write reaches the target."""

from collections.abc import Callable
from dataclasses import replace

from instep.cycle.conductor import Ports, Retries, run_cycle
from instep.cycle.preview_target import PreviewTarget
from instep.cycle.run import Progress
from instep.ledger.cycles import CycleSummary
from instep.ledger.jobs import Job
from instep.ledger.schema import Schema


async def preview_cycle(
    job: Job, schema: Schema, ports: Ports, watch: Callable[[Progress], None], retries: Retries
) -> CycleSummary:
    """Run the job's next cycle, or what remains of its unfinished one, without a write.

    Feed and ledger must be those of a preview, which keep what the cycle writes to themselves.
    """
    return await run_cycle(job, schema, replace(ports, target=PreviewTarget(ports.target)), watch, retries)
