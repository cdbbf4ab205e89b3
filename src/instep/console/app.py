"""Which pages does Instep serve, and is it healthy?"""

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from instep.wiring import Instep, open_instep


def create_app() -> Starlette:
    """Return the application over the installation that the settings name; for the server to call by name."""

    @asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        with open_instep() as instep:
            app.state.instep = instep
            yield

    return Starlette(routes=[Route("/healthz", healthz)], lifespan=lifespan)


def healthz(request: Request) -> Response:
    """Answer 200 while the database can be read and the process that runs the cycles lives, else 503."""
    instep: Instep = request.app.state.instep
    works = {"database": _database_works(instep), "worker": _worker_lives()}
    return JSONResponse({"ok": all(works.values()), **works}, 200 if all(works.values()) else 503)


def _database_works(instep: Instep) -> bool:
    try:
        instep.jobs.head()
    except Exception:
        return False
    return True


def _worker_lives() -> bool:
    """A process that ended and was not waited for still has its number: ask what it is."""
    pid = os.environ.get("INSTEP_WORKER_PID", "")
    if not pid.isdigit():
        return False
    try:
        os.kill(int(pid), 0)
    except OSError:
        return False
    return True
