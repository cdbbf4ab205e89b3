"""How is a page put together: the menus around it, its security headers, and what to tell after an action?"""

import secrets
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape
from starlette.responses import RedirectResponse, Response

from proxyclick.accounts.sessions import ABSOLUTE
from proxyclick.console.asking import Asked
from proxyclick.console.menu import MENU
from proxyclick.integrations.scope import Scope
from proxyclick.people.days import zone
from proxyclick.people.locations import Location
from proxyclick.store.organisations import Organisations
from proxyclick.store.resources import ResourceTable

_MOST_NOTICES = 1_000


@dataclass(slots=True)
class Frame:
    """Renders pages; `site` is the scheme, host and port at which the tenant is reached."""

    organisations: Organisations
    users: ResourceTable
    profile: str
    site: str
    _notices: OrderedDict[bytes, str] = field(default_factory=OrderedDict)
    _templates: Environment = field(init=False)

    def __post_init__(self) -> None:
        """Finds the templates."""
        self._templates = Environment(
            loader=PackageLoader(__package__),
            autoescape=select_autoescape(default=True),
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )

    @property
    def is_secure(self) -> bool:
        """Whether browsers speak HTTPS with the site."""
        return self.site.startswith("https:")

    @property
    def cookie_name(self) -> str:
        """The name of the session's cookie. Cookies are shared by all ports of a host: so it names the port."""
        return "__Host-proxyclick" if self.is_secure else f"proxyclick-{self.site.rpartition(':')[2]}"

    def page(self, asked: Asked, template: str, status: int = 200, **values: Any) -> Response:
        """A page within the layout."""
        nonce = secrets.token_urlsafe(16)
        html = self._templates.get_template(template).render(**self._around(asked), nonce=nonce, **values)
        return self._finished(asked, Response(html, status, security_headers(nonce), "text/html"))

    def hand_over(self, asked: Asked, template: str, action: str, **values: Any) -> Response:
        """A page whose one form brings something to an address elsewhere, by itself."""
        nonce = secrets.token_urlsafe(16)
        html = self._templates.get_template(template).render(
            **self._around(asked), nonce=nonce, action=action, **values
        )
        parts = urlsplit(action)
        # A browser applies form-action to where that site sends it on to, too, which may be any that signs people in.
        headers = security_headers(nonce, f"{parts.scheme}://{parts.netloc} https:")
        return self._finished(asked, Response(html, 200, headers, "text/html"))

    def leave(self, asked: Asked, address: str) -> Response:
        """To an address elsewhere, which somebody who may has set; never one that came with a request."""
        return self._finished(asked, RedirectResponse(address, 303, security_headers()))

    def fragment(self, template: str, **values: Any) -> str:
        """A part of a page that is there already."""
        return self._templates.get_template(template).render(**values)

    def redirect(self, asked: Asked, path: str, notice: str = "") -> Response:
        """To another page, where a notice tells what was done. Only to paths of this site."""
        if notice and asked.signed_in is not None:
            self._notices[asked.session.digest] = notice
            if len(self._notices) > _MOST_NOTICES:
                self._notices.popitem(last=False)
        return self._finished(asked, RedirectResponse(path, 303, security_headers()))

    def with_session(self, response: Response, secret: str) -> Response:
        """Lets the browser keep another secret: whoever knew the one before signing in knows nothing."""
        response.set_cookie(
            self.cookie_name,
            secret,
            max_age=int(ABSOLUTE.total_seconds()),
            secure=self.is_secure,
            httponly=True,
            samesite="lax",
        )
        return response

    def without_session(self, response: Response) -> Response:
        """Lets the browser forget the session."""
        response.delete_cookie(self.cookie_name, secure=self.is_secure, httponly=True, samesite="lax")
        return response

    def _around(self, asked: Asked) -> dict[str, Any]:
        path = asked.request.url.path
        here = next((entry.path for entry in MENU if path == entry.path or path.startswith(f"{entry.path}/")), "")
        around: dict[str, Any] = {
            "csrf_token": asked.csrf_token,
            "menu": [entry for entry in MENU if asked.may(entry.right)],
            "here": here,
            "path": path,
            "actor": None,
            "profile": self.profile,
            "scim_address": f"{self.site}/scim/v2",
            "notice": "",
        }
        if asked.signed_in is None:
            return around
        locations = self._locations(asked)
        return around | {
            "actor": asked.actor,
            "locations": locations,
            "location": next(each for each in locations if each.number == asked.actor.location),
            "local": _clock_of(locations, asked.actor.location),
            "notice": self._notices.pop(asked.session.digest, ""),
        }

    def _locations(self, asked: Asked) -> list[Location]:
        """Those of whoever is signed in, for the location menu."""
        organisation = asked.actor.organisation
        theirs = self.users.within(Scope(organisation, (), is_whole=True)).locations_of(asked.actor.user)
        return [location for location in self.organisations.locations(organisation) if location.number in theirs]

    def _finished(self, asked: Asked, response: Response) -> Response:
        return self.with_session(response, asked.cookie) if asked.is_new_cookie else response


def _clock_of(locations: list[Location], chosen: int) -> Callable[[datetime], str]:
    """How a moment is told at the location that is chosen."""
    at = zone(next(each.timezone for each in locations if each.number == chosen))
    return lambda moment: f"{moment.astimezone(at):%-d %b %Y, %H:%M}"


def security_headers(nonce: str = "", forms_to: str = "'self'") -> dict[str, str]:
    """What keeps a page safe in a browser; scripts run only with the nonce, which every page draws anew.

    `forms_to` says which sites forms may be sent to.
    """
    scripts = f" script-src 'nonce-{nonce}'; connect-src 'self';" if nonce else ""
    return {
        "Content-Security-Policy": (
            f"default-src 'none';{scripts} style-src 'self'; img-src 'self'; form-action {forms_to}; base-uri 'none';"
            " frame-ancestors 'none'"
        ),
        "X-Content-Type-Options": "nosniff",
        "X-Frame-Options": "DENY",
        "Referrer-Policy": "same-origin",  # with "no-referrer", browsers send no Origin that could be compared
        "Cross-Origin-Opener-Policy": "same-origin",
        "Cache-Control": "no-store",
    }
