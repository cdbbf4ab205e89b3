"""Which files do the pages need besides themselves? All of them our own, none from elsewhere."""

from collections.abc import Callable
from importlib.resources import files

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

_KINDS = {".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}


def asset_routes() -> list[BaseRoute]:
    """A route for each file in the folder `assets`; readable by everyone, as the sign-in page needs them."""
    folder = files(__package__).joinpath("assets")
    names = sorted(item.name for item in folder.iterdir())
    return [Route(f"/assets/{name}", _asset(folder.joinpath(name).read_bytes(), name)) for name in names]


def _asset(content: bytes, name: str) -> Callable[[Request], Response]:
    kind = _KINDS[name[name.rindex(".") :]]
    headers = {"X-Content-Type-Options": "nosniff", "Cache-Control": "max-age=3600"}

    def answer(_: Request) -> Response:
        return Response(content, media_type=kind, headers=headers)

    return answer
