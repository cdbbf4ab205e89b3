"""Does the target work at all? One request that touches nobody (engine.md 10.3, 12.2)."""

from instep.cycle.ports import Target
from instep.cycle.run import Run
from instep.cycle.walk import ask_for_page
from instep.rules.health.connection import judge_connection, judge_first_page
from instep.rules.health.verdicts import Done, Stopping
from instep.scim.dialects import Dialect


async def probe(run: Run, nobody: str) -> Stopping | None:
    """Try the target before a quarantined job is; return what is wrong where the answer is not the right one."""
    if not run.compiled.mappings.matching:
        return None
    run.counts.reads_because["whether the target works again"] += 1
    verdict = await ask_for_nobody(run.target, run.compiled.dialect, run.compiled.mappings.matching[0], nobody)
    return None if isinstance(verdict, Done) else verdict


async def ask_for_nobody(target: Target, dialect: Dialect, attribute: str, nobody: str) -> Done | Stopping:
    """Ask for a user who cannot exist, or for the first page where the target cannot be asked for a user."""
    if dialect.can_filter(attribute):
        return judge_connection(await target.find(attribute, nobody))
    return judge_first_page(await ask_for_page(target, dialect))
