"""Which pages does Instep serve, how are they kept safe, and is it healthy?"""

from collections.abc import Callable
from datetime import datetime
from importlib.resources import files
from urllib.parse import urlsplit

from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from instep.console.phrases import FILTERS, counted, distance
from instep.console.status_page import Status
from instep.runtime.supervision import WorkerHealth
from instep.wiring import Instep

_HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; img-src 'self';"
        " form-action 'none'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
}
_ASSETS = {"console.css": "text/css", "live.js": "text/javascript", "mark.svg": "image/svg+xml"}
_LOOPBACK = ("127.0.0.1", "localhost", "::1")


def create_app(instep: Instep, worker: Callable[[], WorkerHealth]) -> Starlette:
    """Return the application over an open installation; `worker` tells how the process is that runs the cycles."""
    pages = Pages(instep, worker)
    return Starlette(
        routes=[
            Route("/", _local(pages.status)),
            Route("/status", _local(pages.fragment)),
            Route("/healthz", pages.healthz),
            *(Route(f"/assets/{name}", _asset(name, kind)) for name, kind in _ASSETS.items()),
        ],
    )


class Pages:
    """The status page, whole or only the part that moves, and the health of the service."""

    def __init__(self, instep: Instep, worker: Callable[[], WorkerHealth]) -> None:
        self._instep, self._worker = instep, worker
        self._status = Status(instep, worker)
        templates = Environment(
            loader=PackageLoader(__package__),
            autoescape=select_autoescape(default=True),
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        templates.filters.update(FILTERS)
        templates.globals["counted"] = counted
        self._whole, self._part = templates.get_template("page.html"), templates.get_template("status.html")

    def status(self, _: Request) -> Response:
        """The page."""
        return self._rendered(self._whole.render)

    def fragment(self, _: Request) -> Response:
        """What of the page moves."""
        return self._rendered(self._part.render)

    def healthz(self, _: Request) -> Response:
        """Answer 200 while the database can be read and the process that runs the cycles works, else 503."""
        health = self._worker()
        works = {"database": _database_works(self._instep), "worker": health.problem is None}
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

    def _rendered(self, render: Callable[..., str]) -> Response:
        page = self._status.page()

        def away(at: datetime) -> str:
            return distance(at, page.now)

        return Response(render(page=page, away=away), media_type="text/html", headers=_HEADERS)


def _database_works(instep: Instep) -> bool:
    """An open file can still be read after it was taken away: ask for its name too."""
    try:
        instep.jobs.head()
    except Exception:
        return False
    return instep.settings.database_path.exists()


def _rounded(seconds: float | None) -> float | None:
    return None if seconds is None else round(seconds, 1)


def _local(page: Callable[[Request], Response]) -> Callable[[Request], Response]:
    """Only for a browser that names this machine: else a foreign page could have its own name lead here."""

    def answer(request: Request) -> Response:
        if _host_name(request.headers.get("host", "")) not in _LOOPBACK:
            return PlainTextResponse("Open the console by its loopback address.", 403, _HEADERS)
        return page(request)

    return answer


def _host_name(host: str) -> str | None:
    try:
        return urlsplit(f"//{host}").hostname
    except ValueError:
        return None


def _asset(name: str, kind: str) -> Callable[[Request], Response]:
    content = files(__package__).joinpath("assets", name).read_bytes()
    headers = {"X-Content-Type-Options": "nosniff", "Cache-Control": "no-cache"}

    def answer(_: Request) -> Response:
        return Response(content, media_type=kind, headers=headers)

    return answer
