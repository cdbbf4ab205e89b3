"""Which route is a request for? Found in a table where that suffices, and else by trying one pattern after another."""

from collections.abc import Sequence

from starlette.routing import BaseRoute, Route, Router
from starlette.types import ASGIApp, Receive, Scope, Send

from proxyclick.scim_api.endpoint import Endpoint

_OF_EACH = "/{id}"


class DirectRouter(Router):
    """A router that knows the SCIM endpoints without a pattern; those of one resource by what is before its id."""

    def __init__(self, routes: Sequence[BaseRoute]) -> None:
        super().__init__(routes)
        scim = [route for route in routes if isinstance(route, Route) and isinstance(route.endpoint, Endpoint)]
        self._exact: dict[str, ASGIApp] = {route.path: route.endpoint for route in scim if "{" not in route.path}
        self._of_each: dict[str, ASGIApp] = {
            route.path.removesuffix(_OF_EACH): route.endpoint for route in scim if route.path.endswith(_OF_EACH)
        }

    async def app(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Hands a request to its endpoint."""
        path = scope["path"] if scope["type"] == "http" and not scope.get("root_path") else ""
        endpoint = self._exact.get(path)
        if endpoint is None:
            before, _, last = path.rpartition("/")
            endpoint = self._of_each.get(before) if last else None
            if endpoint is None:
                await super().app(scope, receive, send)
                return
            scope["path_params"] = {"id": last}
        else:
            scope["path_params"] = {}
        scope["router"] = self
        await endpoint(scope, receive, send)
