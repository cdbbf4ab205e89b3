"""Who gets to a page of the console, and who is sent away? A route is made by a door, or there is none."""

import inspect
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from enum import Enum
from typing import cast
from urllib.parse import urlsplit

import structlog
from starlette.concurrency import run_in_threadpool
from starlette.requests import ClientDisconnect, Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from proxyclick.accounts.secret_values import draw, is_csrf_token
from proxyclick.admin.signing_in import AccountStores, SignedIn, signed_in
from proxyclick.console.asking import Asked, FormTooLarge, read_form
from proxyclick.console.frame import Frame, security_headers
from proxyclick.people.user_groups import Right

PageAnswer = Callable[[Asked], Response | Awaitable[Response]]
"""Only reads. Runs in a thread, but where it waits for what is to come: then in the event loop."""
ActionAnswer = Callable[[Asked], Awaitable[Response]]
"""Runs in the event loop; writes through the group commit."""

_LOOPBACK = ("127.0.0.1", "localhost", "::1")
_LONGEST_ADDRESS = 45
_SAME_SITE = frozenset({"same-origin", "none"})
_log = structlog.get_logger()


class Forms(Enum):
    """Whose forms a door takes."""

    OWN = "those of the console's own pages, which carry the token of the session"
    MESSAGES = "those of other sites, as what they bring is signed, and is believed only for that"


@dataclass(frozen=True, slots=True)
class Door:
    """What answers GET, POST or both at a path, and who may; `is_open` also for those who are not signed in."""

    doors: "Doors"
    page: PageAnswer | None
    action: ActionAnswer | None
    right: Right | None
    is_open: bool
    forms: Forms = Forms.OWN

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answers one request; nothing that it brings makes this raise."""
        request = Request(scope, receive)
        try:
            response = await self.doors.answer(self, request)
        except ClientDisconnect:
            return
        except FormTooLarge:
            response = PlainTextResponse("This is more than any form here holds.", 413, security_headers())
        except Exception:
            _log.exception("page failed", method=request.method, path=request.url.path)
            response = PlainTextResponse("The tenant failed; its log says why.", 500, security_headers())
        await response(scope, receive, send)


class Doors:
    """Makes the routes of the console. Deny by default: a page without `is_open` is for those who are signed in."""

    def __init__(self, stores: AccountStores, frame: Frame) -> None:
        self._stores, self._frame = stores, frame

    def route(
        self,
        path: str,
        page: PageAnswer | None = None,
        action: ActionAnswer | None = None,
        *,
        right: Right | None = None,
        is_open: bool = False,
    ) -> Route:
        """A page, an action, or both at one path; for whoever has the right at their location."""
        methods = [method for method, answer in (("GET", page), ("POST", action)) if answer is not None]
        # Starlette lets an instance of a class answer every method, so these are given.
        return Route(path, Door(self, page, action, right, is_open), methods=methods)

    def message_route(self, path: str, page: PageAnswer | None = None, action: ActionAnswer | None = None) -> Route:
        """A path to which other sites bring signed messages, by an address or a form; for everybody."""
        methods = [method for method, answer in (("GET", page), ("POST", action)) if answer is not None]
        return Route(path, Door(self, page, action, None, is_open=True, forms=Forms.MESSAGES), methods=methods)

    async def answer(self, door: Door, request: Request) -> Response:
        """Lets a request through a door, or says why not."""
        if not self._is_known_name(request):
            return PlainTextResponse("Open the console by its own address.", 403, security_headers())
        asked = self._asked(request)
        is_action = request.method not in ("GET", "HEAD")
        if is_action:
            asked.form = await read_form(asked.request)
        if is_action and door.forms is Forms.OWN and (problem := self._problem_with_form(asked)):
            return self._frame.page(asked, "refused.html", 403, title="Please try again", reason=problem)
        if not door.is_open and asked.signed_in is None:
            return self._frame.redirect(asked, "/sign-in")
        if not door.is_open and not asked.may(door.right):
            return refused_for_right(self._frame, asked, door.right)
        if asked.signed_in is not None:
            await self._note_use(asked.signed_in)
        if is_action:
            return await cast(ActionAnswer, door.action)(asked)
        if inspect.iscoroutinefunction(door.page):
            return await cast(ActionAnswer, door.page)(asked)
        return await run_in_threadpool(cast(Callable[[Asked], Response], door.page), asked)

    def _asked(self, request: Request) -> Asked:
        cookie = request.cookies.get(self._frame.cookie_name, "")
        address = self._address(request)
        found = signed_in(self._stores, cookie) if cookie else None
        return Asked(request, cookie or draw(), not cookie, address, found)

    def _is_known_name(self, request: Request) -> bool:
        """A foreign page could have its own name lead to this machine, and then read what is here."""
        return request.url.hostname in (*_LOOPBACK, urlsplit(self._frame.site).hostname)

    def _address(self, request: Request) -> str:
        """From which network address a request comes; as the proxy says it where there is one."""
        forwarded = request.headers.get("x-forwarded-for", "").rpartition(",")[2].strip()
        if forwarded and self._frame.is_secure and request.url.scheme == "http":  # a proxy has ended TLS
            return forwarded[:_LONGEST_ADDRESS]
        return request.client.host if request.client else ""

    def _problem_with_form(self, asked: Asked) -> str | None:
        headers = asked.request.headers
        origin = headers.get("origin")
        own = {self._frame.site, f"{asked.request.url.scheme}://{headers.get('host', '')}"}
        if headers.get("sec-fetch-site", "none") not in _SAME_SITE or (origin is not None and origin not in own):
            return "This form was sent by a page of another site, so nothing was done."
        if asked.is_new_cookie or not is_csrf_token(asked.field("csrf_token"), asked.cookie):
            return "This form is too old, or was made for another session, so nothing was done. Go back and reload it."
        return None

    async def _note_use(self, who: SignedIn) -> None:
        now, stores = self._stores.now(), self._stores
        if who.session.is_to_be_noted(now):
            await stores.commits.write(lambda: stores.sessions.note_use(who.session.digest, now))


def refused_for_right(frame: Frame, asked: Asked, right: Right | None) -> Response:
    """The page for somebody whose user groups at the location do not have a right."""
    reason = f"Your user groups at this location do not have the right “{right}”."
    return frame.page(asked, "refused.html", 403, title="You may not do this", reason=reason)
