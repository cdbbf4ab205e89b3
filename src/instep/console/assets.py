"""At which addresses does a browser get the styles, scripts and pictures, and may it keep them?

An address has the hash of what is there: it never changes its content, so that browsers keep it for good. What others
wrote is in `assets/vendor/`, which `make setup` fills and wheels contain (`python -m assets`, package-lock.json).
"""

import gzip
from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256
from importlib.resources import files

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from instep.wiring import IncompleteProgram

_KINDS = {"css": "text/css", "js": "text/javascript", "svg": "image/svg+xml"}
_STYLES = ("console.css", "apps.css", "mappings.css")
_SCRIPTS = ("theme.js", "console.js", "alike.js", "submit.js", "builder.js", "charts.js")
_OURS = (*_STYLES, *_SCRIPTS, "mark.svg")
_VENDORED = ("tabler.min.css", "htmx.min.js", "sse.min.js", "uPlot.iife.min.js", "uPlot.min.css")
_FOR_GOOD = "public, max-age=31536000, immutable"
_HEADERS = {"X-Content-Type-Options": "nosniff", "Cache-Control": _FOR_GOOD, "Vary": "Accept-Encoding"}
_HASH_CHARACTERS = 16
_WORTH_COMPRESSING_BYTES = 2_000


@dataclass(frozen=True, slots=True)
class Asset:
    """One file; `compressed` is None where that would not be worth it."""

    name: str
    address: str
    kind: str
    content: bytes
    compressed: bytes | None

    async def answer(self, request: Request) -> Response:
        """Send it, smaller to browsers that take that."""
        if self.compressed is not None and "gzip" in request.headers.get("accept-encoding", ""):
            return Response(self.compressed, 200, {**_HEADERS, "Content-Encoding": "gzip"}, self.kind)
        return Response(self.content, 200, _HEADERS, self.kind)


@dataclass(frozen=True, slots=True)
class Assets:
    """All files by their name, such as `console.css` or `htmx.min.js`."""

    by_name: dict[str, Asset]

    def address(self, name: str) -> str:
        """The address of a file. Raises KeyError where there is none of that name."""
        return self.by_name[name].address

    def routes(self) -> Iterator[Route]:
        """What answers; open to everybody, for the page of signing in needs it."""
        for asset in self.by_name.values():
            yield Route(asset.address, asset.answer)


def read_assets() -> Assets:
    """Read the files of the program. Raises IncompleteProgram where those of others were not put there."""
    paths = {**{name: (name,) for name in _OURS}, **{name: ("vendor", name) for name in _VENDORED}}
    return Assets({name: _read(name, path) for name, path in paths.items()})


def _read(name: str, path: tuple[str, ...]) -> Asset:
    try:
        content = files(__package__).joinpath("assets", *path).read_bytes()
    except FileNotFoundError:
        message = f"The console's file {'/'.join(path)} is missing. Run 'make setup' in the checkout, which fetches it."
        raise IncompleteProgram(message) from None
    kind = _KINDS[name.rpartition(".")[2]]
    smaller = gzip.compress(content, 6, mtime=0) if len(content) > _WORTH_COMPRESSING_BYTES else None
    digest = sha256(content).hexdigest()[:_HASH_CHARACTERS]
    return Asset(name, f"/assets/{digest}/{name}", kind, content, smaller)
