"""How is a page put together: the menu around it, its security headers, and what to tell after an action?

How a page is made. Its module has a function `routes(doors, ...)`, which app.py collects; a door calls it with an
`Asked`, and the page answers with one of the three methods of the Frame:

- `frame.page(asked, "users/list.html", title="Users", ...)`: a whole page. Its template extends `layout.html`, fills
  `main` and what else it needs of `crumbs`, `commands`, `tabs`, `about`; and is made of the macros in
  `templates/components/` (`page.html`: crumbs, command bar, tabs, badges, notices, empty state, confirmation;
  `forms.html` with a `Form` of forms.py; `lists.html` with a `ListPage` of lists.py; `icons.html`).
- `frame.fragment(asked, "users/found.html", ...)`: a part, for htmx to put into a page that is there already.
- `frame.redirect(asked, "/users", "Ada Lovelace was created.")`: after an action that worked; the next page tells it.
  One that was refused answers with its page again: `frame.page(..., http_status=422, form=form)`.

What moves is sent by live.py: as events, which the browser makes the page alike to without a jump.
Nothing is styled or run inline: styles are in assets/console.css, scripts in assets/, loaded with the page's nonce.
"""

import secrets
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from instep.clock import Clock
from instep.console.assets import Assets
from instep.console.menu import menu_of, place_in_menu
from instep.console.paths import in_path
from instep.console.phrases import FILTERS, counted, distance

_MOST_NOTICES = 1_000


class Asked(Protocol):
    """What a frame needs to know of who asks."""

    @property
    def request(self) -> Request:
        """The request."""

    @property
    def csrf_token(self) -> str:
        """What every form of the answer carries."""

    @property
    def name(self) -> str:
        """The display name of who is signed in; "" if nobody is."""

    @property
    def person_name(self) -> str:
        """The display name of the person on the pages for people; "" if nobody is signed in there."""

    @property
    def session_key(self) -> bytes:
        """What tells this session from others; b"" if nobody is signed in."""

    def may(self, permission: str) -> bool:
        """Whether who asks has a permission."""


@dataclass(slots=True)
class Frame:
    """Renders pages."""

    assets: Assets
    clock: Clock
    _notices: OrderedDict[bytes, str] = field(default_factory=OrderedDict)
    _templates: Environment = field(init=False)

    def __post_init__(self) -> None:
        """Find the templates."""
        self._templates = Environment(
            loader=PackageLoader(__package__),
            autoescape=select_autoescape(default=True),
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self._templates.filters.update(FILTERS)
        self._templates.filters["in_path"] = in_path
        self._templates.filters["away"] = lambda at: distance(at, self.clock())
        self._templates.globals.update(counted=counted, asset=self.assets.address)

    def page(self, asked: Asked, template: str, /, http_status: int = 200, **values: Any) -> Response:
        """A page within the layout."""
        nonce = secrets.token_urlsafe(16)
        html = self.html(template, **self._around(asked), nonce=nonce, **values)
        return Response(html, http_status, security_headers(nonce), "text/html")

    def posting_page(self, asked: Asked, template: str, /, action: str, **values: Any) -> Response:
        """A page with a form that goes to another site by itself: to this address, and to no other one."""
        nonce = secrets.token_urlsafe(16)
        html = self.html(template, **self._around(asked), nonce=nonce, action=action, **values)
        return Response(html, 200, security_headers(nonce, action.partition("?")[0]), "text/html")

    def fragment(self, asked: Asked, template: str, /, http_status: int = 200, **values: Any) -> Response:
        """A part of a page that is there already."""
        html = self.html(template, csrf_token=asked.csrf_token, may=asked.may, **values)
        return Response(html, http_status, security_headers(), "text/html")

    def html(self, template: str, /, **values: Any) -> str:
        """What a template makes of these values."""
        return self._templates.get_template(template).render(**values)

    def redirect(self, asked: Asked, path: str, notice: str = "") -> Response:
        """To another page, where a notice tells what was done. Only to paths of this site."""
        if notice and asked.session_key:
            self._notices[asked.session_key] = notice
            if len(self._notices) > _MOST_NOTICES:
                self._notices.popitem(last=False)
        return RedirectResponse(path, 303, security_headers())

    def _around(self, asked: Asked) -> Mapping[str, Any]:
        path = asked.request.url.path
        return {
            "csrf_token": asked.csrf_token,
            "actor": asked.name,
            "person_name": asked.person_name,
            "may": asked.may,
            "menu": list(menu_of(asked.may)),
            "here": place_in_menu(path),
            "path": path,
            "notice": self._notices.pop(asked.session_key, "") if asked.session_key else "",
        }


def security_headers(nonce: str = "", form_action: str = "'self'") -> dict[str, str]:
    """What keeps a page safe in a browser; scripts run only with the nonce, which every page draws anew.

    `form_action` is where its forms may go, as a policy writes it: an address has no query there.
    """
    scripts = f" script-src 'nonce-{nonce}'; connect-src 'self';" if nonce else ""
    return {
        "Content-Security-Policy": (
            # Tabler draws the marks of its fields as data: pictures.
            f"default-src 'none';{scripts} style-src 'self'; img-src 'self' data:; form-action {form_action};"
            " base-uri 'none'; frame-ancestors 'none'"
        ),
        "X-Content-Type-Options": "nosniff",
        "X-Frame-Options": "DENY",
        "Referrer-Policy": "same-origin",  # with "no-referrer", browsers send no Origin that could be compared
        "Cross-Origin-Opener-Policy": "same-origin",
        "Cache-Control": "no-store",
    }
