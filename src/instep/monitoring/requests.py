"""How many requests does the server answer, how, and how quickly? Counted by the route's template, never by an id."""

import time
from collections.abc import Iterable
from typing import Any

from prometheus_client import CollectorRegistry, Counter, Histogram
from starlette.routing import BaseRoute, Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

UNMATCHED = "(no route)"
_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
_BUCKETS = (0.005, 0.025, 0.1, 0.5, 2.5, 10.0)


class CountedRequests:
    """An ASGI application around another one, whose requests it counts, with the time until an answer begins."""

    def __init__(self, app: ASGIApp, routes: Iterable[BaseRoute], registry: CollectorRegistry) -> None:
        self._app = app
        self._templates = _templates(routes)
        labels = ("route", "method")
        self._answered = Counter(
            "instep_http_requests", "Requests that were answered.", (*labels, "status"), registry=registry
        )
        self._seconds = Histogram(
            "instep_http_request_duration_seconds",
            "Time until an answer begins.",
            labels,
            registry=registry,
            buckets=_BUCKETS,
        )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer as the application does."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        begun = time.perf_counter()

        async def counting(message: Message) -> None:
            if message["type"] == "http.response.start":
                self._count(scope, message["status"], time.perf_counter() - begun)
            await send(message)

        await self._app(scope, receive, counting)

    def _count(self, scope: Scope, status: int, seconds: float) -> None:
        route = self._templates.get(_key(scope.get("endpoint")), UNMATCHED)
        method = scope["method"] if scope["method"] in _METHODS else "other"
        self._answered.labels(route, method, str(status)).inc()
        self._seconds.labels(route, method).observe(seconds)


def _templates(routes: Iterable[BaseRoute]) -> dict[Any, str]:
    """The template of each endpoint; of one that has several routes the first, and one for all files of the console."""
    found: dict[Any, str] = {}
    for route in routes:
        if isinstance(route, Route):
            path = "/assets/{file}" if route.path.startswith("/assets/") else route.path
            found.setdefault(_key(route.endpoint), path)
    return found


def _key(endpoint: Any) -> Any:
    """Bound methods are made anew each time they are named; what is bound stays the same."""
    return (id(endpoint.__self__), endpoint.__func__) if hasattr(endpoint, "__self__") else id(endpoint)
