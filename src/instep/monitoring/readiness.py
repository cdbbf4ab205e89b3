"""Is the service ready: is there a database of this version, and does the process live that runs the cycles?"""

from collections.abc import Callable
from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from instep.runtime.supervision import WorkerHealth, WorkerState
from instep.wiring import Instep


@dataclass(frozen=True, slots=True)
class Readiness:
    """What `/readyz` answers; open to everyone, so that nothing in it names an application or a person."""

    instep: Instep
    worker: Callable[[], WorkerHealth]

    def answer(self, _: Request) -> Response:
        """Answer 200 while everything is there that the service needs, else 503 with what lacks."""
        checks = {"database": self._database(), "migrations": self._migrations(), "worker": self._worker()}
        reasons = [reason for reason in checks.values() if reason is not None]
        said = {
            "ready": not reasons,
            "checks": {name: reason is None for name, reason in checks.items()},
            "reasons": reasons,
        }
        return JSONResponse(said, 503 if reasons else 200, {"Cache-Control": "no-store"})

    def _database(self) -> str | None:
        settings = self.instep.settings
        if settings.database is None and not settings.database_path.exists():
            return "The database file is gone; put it back, or restore a backup, and start the service again."
        try:
            self.instep.jobs.head()
        except Exception as error:
            return f"The database cannot be read ({type(error).__name__}); look at the disk, and at the service's log."
        return None

    def _migrations(self) -> str | None:
        try:
            is_current = self.instep.measures.are_tables_current()
        except Exception:
            return "The version of the database's tables cannot be read."
        return None if is_current else "The database's tables are of another version: restart the service of this one."

    def _worker(self) -> str | None:
        health = self.worker()
        if health.state is WorkerState.STARTING and not health.restarts:
            return "The worker process, which runs the cycles, is starting."
        return health.problem
