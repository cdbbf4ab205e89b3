"""At which routes does a monitor ask, and who may (decision 89)?"""

import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass

from prometheus_client import CollectorRegistry, GCCollector, PlatformCollector, ProcessCollector
from prometheus_client.exposition import choose_encoder
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import BaseRoute, Route
from starlette.types import ASGIApp

from instep.access.graph_permissions import LOGS_READ
from instep.admin.access.programs import program_of
from instep.monitoring.collecting import JobsAndDirectory, WorkerProcess
from instep.monitoring.readiness import Readiness
from instep.monitoring.requests import CountedRequests
from instep.runtime.supervision import WorkerHealth
from instep.scim.headers import bearer_token
from instep.wiring import Instep


class Monitoring:
    """The metrics of one server, and the routes at which they are read."""

    def __init__(self, instep: Instep, worker: Callable[[], WorkerHealth]) -> None:
        self._registry = CollectorRegistry(auto_describe=False)
        self._jobs_and_directory = JobsAndDirectory(instep)
        self._registry.register(self._jobs_and_directory)
        self._registry.register(WorkerProcess(worker))
        ProcessCollector(registry=self._registry)
        ProcessCollector(namespace="instep_worker", pid=lambda: worker().process_id or 0, registry=self._registry)
        PlatformCollector(registry=self._registry)
        GCCollector(registry=self._registry)
        self._metrics = _Metrics(instep, self._registry)
        self._readiness = Readiness(instep, worker)

    def prepare(self) -> None:
        """Count in a thread what is kept from then on, so that the first monitor need not wait for it."""
        threading.Thread(target=self._count, daemon=True, name="metrics are prepared").start()

    def _count(self) -> None:
        with suppress(Exception):  # nobody waits for this: whoever asks meets the same fault, and is told
            list(self._jobs_and_directory.collect())

    def routes(self) -> list[BaseRoute]:
        """Return the routes."""
        return [Route("/metrics", self._metrics.answer), Route("/readyz", self._readiness.answer)]

    def counting(self, app: ASGIApp, routes: list[BaseRoute]) -> ASGIApp:
        """Return an application that answers as another one does, and counts."""
        return CountedRequests(app, routes, self._registry)


@dataclass(frozen=True, slots=True)
class _Metrics:
    instep: Instep
    registry: CollectorRegistry

    def answer(self, request: Request) -> Response:
        """Answer with all metrics, in the form that the client prefers; runs in a thread."""
        token = bearer_token(request.headers.get("authorization", ""))
        program = None if token is None else program_of(self.instep.access, token)
        if program is None:
            return PlainTextResponse(
                "Send an API token that may read reports as 'Authorization: Bearer <token>' (instep tokens add).\n",
                401,
                {"WWW-Authenticate": 'Bearer realm="Instep"'},
            )
        if not program.permissions.intersection(LOGS_READ):
            needed = "read_reports, which a Reports Reader has"
            return PlainTextResponse(f"The token of {program.name} may not do this: it needs {needed}.\n", 403)
        encode, content_type = choose_encoder(request.headers.get("accept", ""))
        return Response(encode(self.registry), headers={"Content-Type": content_type, "Cache-Control": "no-store"})
