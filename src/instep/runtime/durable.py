"""How does a cycle that was begun go on after its process has died? As a durable workflow (DBOS), kept in a file."""

import asyncio
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from uuid import uuid4

from dbos import DBOS, DBOSConfig, SetWorkflowID

# The ledger, not the workflow, knows how far a cycle is; so any version of Instep can go on with one of any other.
_VERSION = "1"
_ALONE = "worker"
KEPT_FOR = timedelta(days=7)
_FORGOTTEN_AT_ONCE = 500


class DurableCycles:
    """Runs cycles as workflows of one step each. Whatever was begun and not ended is begun again by `open`.

    A step may so run twice: a cycle looks into the ledger for what is done, and goes on from there; and should two
    processes think that it is theirs, the job's lease lets one of them. There is one of these in a process, as DBOS has
    one registry.
    """

    def __init__(self, url: str, executor: str = _ALONE) -> None:
        """`url` is SQLAlchemy's for the workflows' file, or for a database in which they have a schema of their own.

        `executor` is who runs them: where there are several at a time, each has another name.
        """
        self._url, self.executor = url, executor

    def open(self, run: Callable[[str], Awaitable[None]]) -> None:
        """Begin to take cycles, and go on with those that a process left behind; `run` runs the cycle of a job."""
        DBOS.destroy(destroy_registry=True)
        DBOS(config=_configuration(self._url, self.executor))

        @DBOS.step(name="run the cycle")
        async def step(job_id: str) -> None:
            await run(job_id)

        @DBOS.workflow(name="cycle", max_recovery_attempts=None)
        async def cycle(job_id: str) -> None:
            await step(job_id)

        self._cycle = cycle
        DBOS.launch()

    async def run(self, job_id: str) -> None:
        """Run a cycle, and return when it has ended."""
        with SetWorkflowID(f"cycle of {job_id}, {uuid4()}"):
            handle = await DBOS.start_workflow_async(self._cycle, job_id)
        await handle.get_result()

    async def tend(self) -> None:
        """Go on with what others left behind: who is alone has done so when it began."""

    def executors_at_work(self) -> set[str]:
        """Return who has begun cycles that have not ended."""
        begun = DBOS.list_workflows(status="PENDING", load_input=False, load_output=False)
        return {each.executor_id for each in begun if each.executor_id is not None}

    def take_over(self, executor: str) -> None:
        """Begin those cycles again that another one has begun and not ended; it must not live any more."""
        # Private in DBOS 3, whose vendor sells the recovery across machines; guarded by the executor's name.
        DBOS._recover_pending_workflows([executor])

    def forget(self, now: datetime) -> int:
        """Throw away what is known of cycles that ended long ago, and return of how many; the ledger knows them all."""
        before, forgotten = (now - KEPT_FOR).isoformat(), 0
        while True:
            ended = DBOS.list_workflows(
                completed_before=before, limit=_FORGOTTEN_AT_ONCE, load_input=False, load_output=False
            )
            if ended:
                DBOS.delete_workflows([each.workflow_id for each in ended])
            forgotten += len(ended)
            if len(ended) < _FORGOTTEN_AT_ONCE:
                return forgotten

    def close(self) -> None:
        """Let go of the file; a cycle under way is left for the next `open`. To be called in the event loop."""
        DBOS.destroy(workflow_completion_timeout_sec=0, destroy_registry=True)
        # DBOS puts its own threads in the place of the loop's, and ends them: others still call `asyncio.to_thread`.
        asyncio.get_running_loop().set_default_executor(ThreadPoolExecutor())


def _configuration(url: str, executor: str) -> DBOSConfig:
    return DBOSConfig(
        name="instep",
        system_database_url=url,
        application_version=_VERSION,
        executor_id=executor,
        console_log_level="ERROR",
        scheduler_polling_interval_sec=3600.0,  # runtime/schedule.py knows when a job is due
    )
