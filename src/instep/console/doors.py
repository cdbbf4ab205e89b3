"""Who gets to a page of the console, and who is sent away? A route is made by a door, or there is none.

How to make routes. A group of pages has a `routes(doors: Doors, ...) -> list[BaseRoute]`, which app.py collects:

    return [
        doors.page("/users", pages.list, Permission.READ_DIRECTORY),
        doors.action("/users/new", pages.create, Permission.MANAGE_USERS),
        doors.upload("/imports", pages.read, Permission.MANAGE_USERS),
        doors.dangerous_action("/apps/{app}/restart", pages.restart, Permission.MANAGE_PROVISIONING),
        doors.live("/apps/{app}/provisioning/live", pages.live, Permission.READ_REPORTS),
        doors.message("/saml/{app}/login", pages.sign_in, ANY_PERSON),
    ]

Every one names the permission that it wants (instep.access.roles), or `SIGNED_IN`; for people of the directory, who
have sessions of their own, it is `PERSON` or `ANY_PERSON`. A page and the action at the same
path are two doors, whose permissions may differ. What answers is a function of one `Asked` (asked.py), which says who
acts (`asked.actor`), what they may (`asked.may`), and what they typed (`asked.field`). A plain function runs in a
thread and may read and write the store; a coroutine function runs in the event loop, and must not.

The door has looked before it is called: that the request names this site; of an action, that its form has the token
of the session (`csrf_token` of the page, as a field or the header `X-CSRF-Token`) and comes from this site; that
somebody is signed in, is enabled and has the permission; of a *dangerous* action, that they have shown who they are in
the last five minutes. Else the form is kept here, they are asked, and it is done then: the page need not know.
A refusal of a use case that nothing else catches (instep.wiring.REFUSALS) is a page that says so.
tests/console/test_doors.py goes through all routes, and tests/console/route_table.py says who may what: a new route
needs its line there.
"""

import inspect
from collections.abc import AsyncIterable, AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from enum import Enum, auto
from typing import Any, cast
from urllib.parse import quote

import structlog
from starlette.concurrency import run_in_threadpool
from starlette.requests import ClientDisconnect, Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response, StreamingResponse
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from instep.access.roles import Permission, roles_with
from instep.access.secret_values import draw, is_csrf_token
from instep.admin.access.people import note_person_use, signed_in_person
from instep.admin.access.ports import Access
from instep.admin.access.signing_in import note_use, signed_in
from instep.console.asked import (
    LARGEST_FORM_BYTES,
    LARGEST_UPLOAD_BYTES,
    Asked,
    FormNotUnderstood,
    FormTooLarge,
    read_form,
)
from instep.console.frame import Frame, security_headers
from instep.console.kept_forms import KeptForm, KeptForms
from instep.console.site import Site
from instep.wiring import REFUSALS

Answer = Callable[[Asked], Response | Awaitable[Response]]
Events = Callable[[Asked], Response]
"""Returns the stream of instep.console.live."""

SIGNED_OUT = "event: signed-out\ndata: \n\n"
"""The last event of a live page whose session is over."""
SIGN_IN = "/sign-in"
PEOPLE_SIGN_IN = "/my/sign-in"
CONFIRM = "/confirm"
_SAME_SITE = frozenset({"same-origin", "none"})
_log = structlog.get_logger()


class Who(Enum):
    """For whom a door is, beside those with a permission."""

    SIGNED_IN = auto()
    """Whoever is signed in, whatever their roles."""
    EVERYBODY = auto()
    """Also whoever is not signed in."""
    PERSON = auto()
    """Whoever is signed in to My apps: a user of the directory."""
    ANY_PERSON = auto()
    """Whoever comes to the pages for people, signed in or not."""


SIGNED_IN, EVERYBODY, PERSON, ANY_PERSON = Who


class Kind(Enum):
    """What is behind a door."""

    PAGE = auto()
    ACTION = auto()
    DANGEROUS_ACTION = auto()
    UPLOAD = auto()
    MESSAGE = auto()
    LIVE = auto()


@dataclass(frozen=True, slots=True)
class Door:
    """What answers a method at a path, and for whom."""

    doors: "Doors"
    kind: Kind
    answer: Answer | Events
    wants: Permission | Who

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request; nothing that it brings makes this raise."""
        request = Request(scope, receive)
        asked: Asked | None = None
        try:
            asked, response = await self.doors.answer(self, request)
        except ClientDisconnect:
            return
        except FormTooLarge:
            response = PlainTextResponse("This is more than any form here holds.", 413)
        except FormNotUnderstood:
            response = PlainTextResponse("This is not a form of this site.", 400)
        except Exception:
            _log.exception("page failed", method=request.method, path=request.url.path)
            response = PlainTextResponse("Instep failed; its log says why.", 500)
        for name, value in security_headers().items():
            response.headers.setdefault(name, value)
        await response(scope, receive, send)
        if asked is not None:
            await self.doors.after(self, asked)


class Doors:
    """Makes the routes of the console. Deny by default: every one says whom it lets in."""

    def __init__(self, access: Access, frame: Frame, site: Site) -> None:
        self._access, self._frame, self._site, self._peoples_site = access, frame, site, site.for_people
        self.kept_forms = KeptForms(access.clock)

    def page(self, path: str, answer: Answer, wants: Permission | Who) -> Route:
        """A page, or a part of one, that only reads."""
        return self._route(path, Kind.PAGE, answer, wants)

    def action(self, path: str, answer: Answer, wants: Permission | Who) -> Route:
        """What a form does, or asks."""
        return self._route(path, Kind.ACTION, answer, wants)

    def dangerous_action(self, path: str, answer: Answer, wants: Permission | Who) -> Route:
        """What a form does, for somebody who has confirmed lately that it is them."""
        return self._route(path, Kind.DANGEROUS_ACTION, answer, wants)

    def upload(self, path: str, answer: Answer, wants: Permission | Who) -> Route:
        """What a form with a file does; `asked.file` has it."""
        return self._route(path, Kind.UPLOAD, answer, wants)

    def message(self, path: str, answer: Answer, wants: Who) -> Route:
        """What a form of another site brings, as a protocol wants it. It has no token and comes without a cookie.

        So whoever is signed in is not known here: the answer leads to a page of this site, to which browsers bring it.
        """
        return self._route(path, Kind.MESSAGE, answer, wants)

    def live(self, path: str, events: Events, wants: Permission | Who) -> Route:
        """What moves on a page: a stream of instep.console.live, which ends with the session."""
        return self._route(path, Kind.LIVE, events, wants)

    async def answer(self, door: Door, request: Request) -> tuple[Asked | None, Response]:
        """Let a request through a door, or say why not."""
        if not self._site.is_own(request):
            return None, PlainTextResponse("Open the console by its own address.", 403)
        asked = await self._asked(door, request)
        response = await self._problem(door, asked) or await self._through(door, asked)
        # A message comes without the cookie that there is, which must not be replaced.
        if asked.is_new_cookie and door.kind is not Kind.MESSAGE and "set-cookie" not in response.headers:
            self._site_of(door).keep_cookie(request, response, asked.cookie)
        return asked, response

    async def resume(self, asked: Asked, kept: KeptForm) -> Response:
        """Do what a form was kept for, now that whoever sent it has confirmed who they are."""
        door = cast(Door, kept.door)
        again = asked.with_form(Request({**asked.request.scope, **kept.scope}), kept.form)
        return self._not_for(door, again) or await self._through(door, again)

    async def after(self, door: Door, asked: Asked) -> None:
        """Tidy up once the answer is sent: nobody waits for it. A live page alone does not keep a session alive."""
        if door.kind is not Kind.DANGEROUS_ACTION:
            await asked.form.close()
        try:
            if asked.signed_in is not None and door.kind is not Kind.LIVE:
                await run_in_threadpool(note_use, self._access, asked.signed_in)
            if asked.signed_in_person is not None:
                await run_in_threadpool(note_person_use, self._access, asked.signed_in_person)
        except Exception:
            _log.exception("the use of a session could not be noted")

    def _route(self, path: str, kind: Kind, answer: Answer | Events, wants: Permission | Who) -> Route:
        # Starlette lets an instance of a class answer every method, so they are given.
        method = "GET" if kind in (Kind.PAGE, Kind.LIVE) else "POST"
        return Route(path, Door(self, kind, answer, wants), methods=[method])

    def _site_of(self, door: Door) -> Site:
        return self._peoples_site if door.wants in (PERSON, ANY_PERSON) else self._site

    async def _asked(self, door: Door, request: Request) -> Asked:
        cookie = self._site_of(door).cookie_of(request)
        asked = Asked(request, cookie or draw(), not cookie, self._site.address(request), None)
        if not cookie:
            return asked
        if door.wants in (PERSON, ANY_PERSON):
            asked.signed_in_person = await run_in_threadpool(signed_in_person, self._access, cookie)
        else:
            asked.signed_in = await run_in_threadpool(signed_in, self._access, cookie)
        return asked

    async def _problem(self, door: Door, asked: Asked) -> Response | None:
        """What keeps a request out, if anything does: its form, then who sends it, then whether they confirmed."""
        if door.kind is Kind.MESSAGE:
            asked.form = await read_form(asked.request, LARGEST_FORM_BYTES)
        is_action = asked.request.method == "POST" and door.kind is not Kind.MESSAGE
        if is_action and (reason := await self._problem_with_form(door, asked)):
            return self._frame.page(asked, "access/refused.html", 403, title="Please try again", reason=reason)
        if response := self._not_for(door, asked):
            return response
        if door.kind is Kind.DANGEROUS_ACTION and not asked.session.is_confirmed(self._access.clock()):
            path = {name: asked.request.scope[name] for name in ("path", "raw_path", "path_params", "query_string")}
            kept = self.kept_forms.keep(asked.session_key, KeptForm(door, path, asked.form))
            return self._to(asked, f"{CONFIRM}?form={kept}")
        return None

    async def _problem_with_form(self, door: Door, asked: Asked) -> str | None:
        request, headers = asked.request, asked.request.headers
        origin = headers.get("origin")
        is_foreign = origin is not None and not self._site.is_own_origin(request, origin)
        if is_foreign or headers.get("sec-fetch-site", "none") not in _SAME_SITE:
            return "This form was sent by a page of another site, so nothing was done."
        # The files of somebody who is not let in anyway are not read.
        may_send_files = door.kind is Kind.UPLOAD and self._not_for(door, asked) is None
        asked.form = await read_form(request, LARGEST_UPLOAD_BYTES if may_send_files else LARGEST_FORM_BYTES)
        given = asked.field("csrf_token") or headers.get("x-csrf-token", "")
        if asked.is_new_cookie or not is_csrf_token(given, asked.cookie):
            return "This form is too old, or was made for another session, so nothing was done. Go back and reload it."
        return None

    def _not_for(self, door: Door, asked: Asked) -> Response | None:
        """Send somebody away who is not let through this door."""
        if door.wants in (EVERYBODY, ANY_PERSON):
            return None
        if door.wants is PERSON:
            return None if asked.signed_in_person is not None else self._to_sign_in(door, asked)
        if asked.signed_in is None:
            return self._to_sign_in(door, asked)
        if door.wants is SIGNED_IN or asked.may(cast(Permission, door.wants)):
            return None
        return self.refusal(asked, cast(Permission, door.wants))

    def refusal(self, asked: Asked, permission: Permission) -> Response:
        """The page for somebody whose roles do not allow something."""
        roles = " or ".join(roles_with(permission))
        reason = f"Your roles do not let you {permission.in_words}. Ask a Global Administrator for the role {roles}."
        return self._frame.page(asked, "access/refused.html", 403, title="You may not do this", reason=reason)

    def _to_sign_in(self, door: Door, asked: Asked) -> Response:
        """Whoever wanted to see a page is led back to it; what a form would have done is not done."""
        if door.kind is Kind.LIVE:
            return Response(status_code=204)  # a browser asks again for events otherwise, for ever
        page = PEOPLE_SIGN_IN if door.wants is PERSON else SIGN_IN
        if door.kind is Kind.PAGE and not asked.is_partial:
            return self._to(asked, sign_in_address(asked.request, page))
        return self._to(asked, page)

    def _to(self, asked: Asked, path: str) -> Response:
        """To another page, also where htmx asked for a part of one."""
        return Response(headers={"HX-Redirect": path}) if asked.is_partial else RedirectResponse(path, 303)

    async def _through(self, door: Door, asked: Asked) -> Response:
        try:
            if inspect.iscoroutinefunction(door.answer):
                response = cast(Response, await door.answer(asked))
            else:
                response = cast(Response, await run_in_threadpool(door.answer, asked))
        except REFUSALS as refusal:
            title = "This cannot be shown" if door.kind is Kind.PAGE else "This was not done"
            return self._frame.page(asked, "access/refused.html", 409, title=title, reason=str(refusal))
        if door.kind is Kind.LIVE and isinstance(response, StreamingResponse):
            response.body_iterator = self._while_let_in(door, asked, response.body_iterator)
        return response

    async def _while_let_in(self, door: Door, asked: Asked, events: AsyncIterable[Any]) -> AsyncIterator[Any]:
        async for event in events:
            asked.signed_in = await run_in_threadpool(signed_in, self._access, asked.cookie)
            if self._not_for(door, asked) is not None:
                yield SIGNED_OUT
                return
            yield event


def sign_in_address(request: Request, page: str = SIGN_IN) -> str:
    """The sign-in page, from which one comes back to what was asked for."""
    path = request.url.path + (f"?{request.url.query}" if request.url.query else "")
    return page if path == "/" else f"{page}?next={quote(path, safe='/')}"
