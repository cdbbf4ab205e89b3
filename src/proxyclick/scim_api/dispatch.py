"""Which route is a request for? Found in a table where that suffices, and else by trying one pattern after another."""

from collections.abc import Sequence

from starlette.routing import BaseRoute, Route, Router
from starlette.types import Receive, Scope, Send

from proxyclick.scim_api.endpoint import Endpoint

_OF_EACH = "/{id}"


class DirectRouter(Router):
    """A router that knows the SCIM endpoints without a pattern; those of one resource by what is before its id."""

    def __init__(self, routes: Sequence[BaseRoute]) -> None:
        super().__init__(routes)
        scim = [(route.path, route.endpoint) for route in routes if isinstance(route, Route)]
        known = [(path, endpoint) for path, endpoint in scim if isinstance(endpoint, Endpoint)]
        self._exact = {path: endpoint for path, endpoint in known if "{" not in path}
        self._of_each = {path.removesuffix(_OF_EACH): endpoint for path, endpoint in known if path.endswith(_OF_EACH)}

    def direct(self, path: str) -> tuple[Endpoint, str] | None:
        """The SCIM endpoint of a path, and the id of the resource or ""; None where patterns have to be tried."""
        endpoint = self._exact.get(path)
        if endpoint is not None:
            return endpoint, ""
        before, _, last = path.rpartition("/")
        endpoint = self._of_each.get(before) if last else None
        return None if endpoint is None else (endpoint, last)

    async def app(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Hands a request to its endpoint."""
        path = scope["path"] if scope["type"] == "http" and not scope.get("root_path") else ""
        found = self.direct(path)
        if found is None:
            await super().app(scope, receive, send)
            return
        endpoint, resource_id = found
        scope["path_params"] = {"id": resource_id} if resource_id else {}
        scope["router"] = self
        await endpoint(scope, receive, send)
