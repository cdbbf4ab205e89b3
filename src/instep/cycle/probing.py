"""Does the target work at all? One request that touches nobody, before a quarantined job is tried (engine.md 12.2)."""

from instep.cycle.run import Run
from instep.rules.health.connection import judge_connection
from instep.rules.health.verdicts import Done, Stopping


async def probe(run: Run, nobody: str) -> Stopping | None:
    """Ask for a user who cannot exist; return what is wrong where the answer is not the right one."""
    if not run.compiled.mappings.matching:
        return None
    run.counts.reads_because["whether the target works again"] += 1
    verdict = judge_connection(await run.target.find(run.compiled.mappings.matching[0], nobody))
    return None if isinstance(verdict, Done) else verdict
