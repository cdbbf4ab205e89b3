"""Which pages does the console have, and how are they kept safe?"""

from collections.abc import Callable
from importlib.resources import files

from jinja2 import Environment, PackageLoader, select_autoescape
from starlette.requests import Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from instep.scim.values import fold
from proxyclick.console.rows import row_of
from proxyclick.store.resources import ScopedTable

PER_PAGE = 50
_LONGEST_SEARCH = 200
_HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none';"
        " frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
}
_ASSETS = {"console.css": "text/css", "mark.svg": "image/svg+xml"}


class Console:
    """The pages over the tenant's users; `profile` and `site` are shown at the foot."""

    def __init__(self, users: ScopedTable, profile: str, site: str) -> None:
        self._users, self._profile, self._site = users, profile, site
        templates = Environment(loader=PackageLoader(__package__), autoescape=select_autoescape(default=True))
        self._users_page = templates.get_template("users.html")

    def routes(self) -> list[BaseRoute]:
        """The routes of all pages and their assets."""
        return [
            Route("/", self.home),
            Route("/users", _local(self.users)),
            *(Route(f"/assets/{name}", _asset(name, kind)) for name, kind in _ASSETS.items()),
        ]

    def home(self, _: Request) -> Response:
        """The console begins with the users."""
        return RedirectResponse("/users", headers=_HEADERS)

    def users(self, request: Request) -> Response:
        """The users, those whose name, e-mail or title has the text `q`, a page at a time."""
        text = request.query_params.get("q", "").strip()[:_LONGEST_SEARCH]
        total, found = self._users.count(), self._users.count(fold(text))
        pages = max(1, -(-found // PER_PAGE))
        page = min(_page_number(request.query_params.get("page", "1")), pages)
        records = self._users.page((page - 1) * PER_PAGE, PER_PAGE, fold(text))
        html = self._users_page.render(
            rows=[row_of(record) for record in records],
            text=text,
            total=total,
            found=found,
            page=page,
            pages=pages,
            first=(page - 1) * PER_PAGE + 1,
            profile=self._profile,
            scim_address=f"{self._site}/scim/v2",
        )
        return Response(html, media_type="text/html", headers=_HEADERS)


def _page_number(text: str) -> int:
    return max(1, int(text)) if text.isascii() and text.isdigit() and len(text) < 10 else 1


def _local(page: Callable[[Request], Response]) -> Callable[[Request], Response]:
    """Only for a browser that names this machine: else a foreign page could have its own name lead here."""

    def answer(request: Request) -> Response:
        if request.url.hostname not in ("127.0.0.1", "localhost", "::1"):
            return PlainTextResponse("Open the console by its loopback address.", 403, _HEADERS)
        return page(request)

    return answer


def _asset(name: str, kind: str) -> Callable[[Request], Response]:
    content = files(__package__).joinpath("assets", name).read_bytes()
    headers = {"X-Content-Type-Options": "nosniff", "Cache-Control": "max-age=3600"}

    def answer(_: Request) -> Response:
        return Response(content, media_type=kind, headers=headers)

    return answer
