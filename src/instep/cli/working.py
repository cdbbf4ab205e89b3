"""The process that runs the cycles: what `instep serve` starts, and keeps alive."""

import asyncio
import os
import sys
from collections.abc import Callable
from typing import TYPE_CHECKING, Annotated, Any

import typer

from instep.cli.directory import DataOption, open_directory

if TYPE_CHECKING:
    from instep.ledger.cycles import CycleSummary
    from instep.ledger.jobs import Job
    from instep.runtime.durable import DurableCycles
    from instep.runtime.pulse import Pulse
    from instep.runtime.worker import Worker
    from instep.wiring import Instep

TAKEN_FOR_DEAD = 3  # the exit code


def worker(
    *, data: DataOption = None, allowed_unless_set: Annotated[str | None, typer.Option(hidden=True)] = None
) -> None:
    """Run the started jobs until standard input ends (started by `instep serve`)."""
    from instep.cli.apps_run import run_in_loop

    log_to_stderr()
    with open_directory(data, allowed_unless_set) as instep:
        run_in_loop(lambda: _work(instep))


async def _work(instep: "Instep") -> None:
    from instep.runtime.ending import Ending
    from instep.runtime.sharing import TakenForDead

    ending = Ending()

    def tell(pulse: "Pulse") -> None:
        try:
            print(pulse.as_line(), flush=True)  # noqa: T201
        except BrokenPipeError:
            ending.begin()

    postman = instep.postman()
    async with asyncio.TaskGroup() as group:
        delivering = None if postman is None else group.create_task(postman.run_until(ending.stopped))
        try:
            await _worker(instep, tell).run_until(ending.stopped)
        except TakenForDead:
            os._exit(TAKEN_FOR_DEAD)  # at once: nothing that it still does counts
        if delivering is not None:
            delivering.cancel()


def _worker(instep: "Instep", tell: "Callable[[Pulse], None]") -> "Worker":
    from instep.admin.applications import find_app
    from instep.admin.ports import JobIsRunning
    from instep.admin.provisioning import provision_started
    from instep.ledger.cycles import CycleState
    from instep.runtime.worker import CannotRun, Work, Worker
    from instep.wiring import REFUSALS

    async def run(job: "Job") -> "CycleSummary":
        try:
            return await provision_started(instep.service, find_app(instep.applications, job.app_id))
        except JobIsRunning:
            raise
        except REFUSALS as refusal:
            raise CannotRun(str(refusal)) from refusal

    def is_unfinished(job: "Job") -> bool:
        return any(
            cycle.state in (CycleState.RUNNING, CycleState.INTERRUPTED) for cycle in instep.jobs.last_cycles(job, 1)
        )

    runner = _runner(instep)
    work = Work(instep.jobs.all, instep.jobs.head, is_unfinished, run, instep.clock, tell, runner)
    return Worker(work, _housekeeping(instep, runner))


def _runner(instep: "Instep") -> "DurableCycles":
    """Who begins the cycles: alone with a file of workflows, or one of several on the database that they share."""
    from instep.runtime.durable import DurableCycles
    from instep.runtime.sharing import SharedCycles
    from instep.store.database import make_sqlite_file
    from instep.store.leases import LeaseTaken

    if instep.settings.database is not None:
        return SharedCycles(instep.settings.database.get_secret_value(), instep.leases, LeaseTaken)
    workflows = instep.settings.workflows_path
    make_sqlite_file(workflows)
    return DurableCycles(f"sqlite:///{workflows}")


def _housekeeping(instep: "Instep", runner: "DurableCycles") -> Any:
    from instep.admin.imports import Importing, finish_imports
    from instep.admin.retention import all_logs, prune
    from instep.admin.sign_on.certificates import tell_of_expiring
    from instep.admin.users import purge_expired
    from instep.directory.errors import ImportRunning
    from instep.runtime.housekeeping import Chore, Housekeeping

    def finish() -> None:
        finish_imports(Importing(instep.directory, instep.clock, instep.new_id))

    def purge() -> None:
        purge_expired(instep.directory, instep.clock())

    def prune_logs() -> None:
        for _ in prune(instep.jobs, all_logs(instep.jobs), instep.clock):
            pass

    def tell_of_certificates() -> None:
        tell_of_expiring(instep.sign_on, {app.id: app for app in instep.applications.all()})

    return Housekeeping(
        [
            Chore("finish interrupted imports", finish, (ImportRunning,)),
            Chore("empty the recycle bin", purge),
            Chore("prune the provisioning log", prune_logs),
            Chore("encrypt Secret Tokens by the newest key", instep.jobs.seal_by_newest),
            Chore("tell of SAML certificates that expire", tell_of_certificates),
            Chore("forget the workflows of ended cycles", lambda: runner.forget(instep.clock())),
        ]
    )


def log_to_stderr() -> None:
    """Let the log of this process be lines of JSON on standard error."""
    import structlog

    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            structlog.processors.JSONRenderer(),
        ],
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
    )
