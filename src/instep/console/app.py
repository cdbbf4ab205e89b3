"""Which pages does Instep serve, how are they kept safe, and is it healthy?"""

from collections.abc import Callable
from dataclasses import dataclass

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from instep.console.access.routes import access_routes
from instep.console.apps.desk import Desk
from instep.console.apps.routes import routes as app_routes
from instep.console.assets import read_assets
from instep.console.doors import Doors
from instep.console.filters.routes import routes as filter_routes
from instep.console.frame import Frame
from instep.console.groups.routes import routes as group_routes
from instep.console.home.pages import home_pages
from instep.console.home.status import Status
from instep.console.imports.routes import routes as import_routes
from instep.console.logs.routes import routes as log_routes
from instep.console.mappings.routes import routes as mapping_routes
from instep.console.mappings.weighings import Weighings
from instep.console.my.routes import routes as my_routes
from instep.console.nowhere import nowhere
from instep.console.on_demand.routes import routes as on_demand_routes
from instep.console.provisioning.routes import routes as provisioning_routes
from instep.console.sign_on.routes import routes as sign_on_routes
from instep.console.site import Site
from instep.console.users.routes import routes as user_routes
from instep.runtime.supervision import WorkerHealth
from instep.wiring import Instep


def create_app(instep: Instep, worker: Callable[[], WorkerHealth]) -> Starlette:
    """Return the application over an open installation; `worker` tells how the process is that runs the cycles.

    Raises IncompleteProgram where the console's styles and scripts are missing.
    """
    assets = read_assets()
    frame, site = Frame(assets, instep.clock), Site(instep.settings.console_url)
    doors, desk, weighings = Doors(instep.access, frame, site), Desk(instep, frame), Weighings()
    return Starlette(
        routes=[
            Route("/healthz", Health(instep, worker).answer),
            *assets.routes(),
            *access_routes(instep, frame, site, doors),
            *home_pages(instep, worker, frame).routes(doors),
            *user_routes(doors, instep, frame, site),
            *app_routes(doors, desk),
            *provisioning_routes(doors, desk, Status(instep, worker)),
            *group_routes(doors, instep, frame),
            *log_routes(doors, desk),
            *mapping_routes(doors, desk, weighings),
            *filter_routes(doors, desk, weighings),
            *import_routes(doors, instep, frame),
            *on_demand_routes(doors, desk),
            *sign_on_routes(doors, desk, site),
            *my_routes(doors, instep, frame, site),
        ],
        exception_handlers={**nowhere(doors, frame)},
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


def _database_works(instep: Instep) -> bool:
    """An open file can still be read after it was taken away: ask for its name too."""
    try:
        instep.jobs.head()
    except Exception:
        return False
    return instep.settings.database is not None or instep.settings.database_path.exists()


def _rounded(seconds: float | None) -> float | None:
    return None if seconds is None else round(seconds, 1)
