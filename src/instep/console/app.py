"""Which pages does Instep serve, how are they kept safe, and is it healthy?"""

from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import urlsplit

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from instep.console.assets import read_assets
from instep.console.frame import Asked, Frame, security_headers
from instep.console.home.pages import home_pages
from instep.runtime.supervision import WorkerHealth
from instep.wiring import Instep

_LOOPBACK = ("127.0.0.1", "localhost", "::1")


def create_app(instep: Instep, worker: Callable[[], WorkerHealth]) -> Starlette:
    """Return the application over an open installation; `worker` tells how the process is that runs the cycles.

    Raises IncompleteProgram where the console's styles and scripts are missing.
    """
    assets = read_assets()
    home = home_pages(instep, worker, Frame(assets, instep.clock))
    return Starlette(
        routes=[
            Route("/", _local(home.home)),
            Route("/live", _local(home.live)),
            Route("/healthz", Health(instep, worker).answer),
            *assets.routes(),
        ],
    )


@dataclass(frozen=True, slots=True)
class Health:
    """Whether the service is well, for a monitor."""

    instep: Instep
    worker: Callable[[], WorkerHealth]

    def answer(self, _: Request) -> Response:
        """Answer 200 while the database can be read and the process that runs the cycles works, else 503."""
        health = self.worker()
        works = {"database": _database_works(self.instep), "worker": health.problem is None}
        problems = [] if works["database"] else ["The database cannot be read."]
        if health.problem is not None:
            problems.append(health.problem)
        is_well = all(works.values())
        said = {
            "ok": is_well,
            **works,
            "worker_state": health.state.value,
            "worker_process_id": health.process_id,
            "worker_restarts": health.restarts,
            "heartbeat_age_seconds": _rounded(health.heartbeat_age_seconds),
            "problems": problems,
        }
        return JSONResponse(said, 200 if is_well else 503, {"Cache-Control": "no-store"})


@dataclass(frozen=True, slots=True)
class Anybody:
    """Whoever asks on this machine, as long as nobody signs in."""

    request: Request
    csrf_token: str = ""
    name: str = "Administrator"
    session_key: bytes = b""

    def may(self, permission: str) -> bool:
        """Whether they may do something: everything."""
        return bool(permission)


def _database_works(instep: Instep) -> bool:
    """An open file can still be read after it was taken away: ask for its name too."""
    try:
        instep.jobs.head()
    except Exception:
        return False
    return instep.settings.database_path.exists()


def _rounded(seconds: float | None) -> float | None:
    return None if seconds is None else round(seconds, 1)


def _local(page: Callable[[Asked], Response]) -> Callable[[Request], Response]:
    """Only for a browser that names this machine: else a foreign page could have its own name lead here."""

    def answer(request: Request) -> Response:
        if _host_name(request.headers.get("host", "")) not in _LOOPBACK:
            return PlainTextResponse("Open the console by its loopback address.", 403, security_headers())
        return page(Anybody(request))

    return answer


def _host_name(host: str) -> str | None:
    try:
        return urlsplit(f"//{host}").hostname
    except ValueError:
        return None
