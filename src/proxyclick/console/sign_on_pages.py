"""What do browsers bring and fetch when people sign in and out with their identity provider?"""

from collections.abc import Callable
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute

from instep.saml.bindings import Parameter, PostForm, Received, received_by_post, received_by_redirect
from instep.saml.metadata import written_service_provider
from instep.saml.refusals import NotBelieved, Reason, Refused
from instep.saml.writing import rendered
from proxyclick.accounts.throttle import Throttle
from proxyclick.admin.signing_in import AccountStores, sign_out
from proxyclick.admin.signing_off import read_answer, request_to_sign_out, sign_off
from proxyclick.admin.signing_on import NotSignedOn, SignOn, consume, refused, request_to_sign_in
from proxyclick.console.asking import Asked
from proxyclick.console.doors import Doors
from proxyclick.console.frame import Frame, security_headers
from proxyclick.console.own_paths import own_path
from proxyclick.integrations.single_sign_on import Addresses, service_provider
from proxyclick.people.locations import Location, location_number

PATH = "/saml"
HOME = "/users"
_FORBIDDEN, _NOT_FOUND = 403, 404
_RETURNED = "returned"
"""The field that a message has which our own page has sent once more: see `consume`."""


class SignOnPages:
    """What an identity provider and its users reach; messages are believed for their signatures."""

    def __init__(self, stores: AccountStores, frame: Frame) -> None:
        self._stores, self._frame, self._told = stores, frame, Throttle()

    def routes(self, doors: Doors) -> list[BaseRoute]:
        """Their routes, in the pattern of Proxyclick: init/COMPANY_ID and consume/COMPANY_ID."""
        return [
            doors.route("/sign-in/sso", self.choose, is_open=True),
            doors.message_route(f"{PATH}/init/{{company}}", self.init),
            doors.message_route(f"{PATH}/consume/{{company}}", action=self.consume),
            doors.message_route(f"{PATH}/logout/{{company}}", self.logout_by_redirect, self.logout_by_post),
            doors.route(f"{PATH}/metadata/{{company}}", self.metadata, is_open=True),
            doors.route("/sign-out", action=self.sign_out),
        ]

    async def choose(self, asked: Asked) -> Response:
        """Leads to the one location that has single sign-on; of several it asks for the Company ID, and names none."""
        there = self._stores.sign_ons.locations()
        number = location_number(asked.query("company").upper())
        if len(there) == 1:
            number = there[0]
        location = None if number is None else self._stores.kept.organisations.location(number)
        if location is not None and location.number in there:
            return self._frame.redirect(asked, f"{PATH}/init/{location.id}")
        problem = "No location with this Company ID has single sign-on." if asked.query("company") else ""
        form = {"values": {"company": asked.query("company")}, "errors": {"company": problem} if problem else {}}
        return self._frame.page(asked, "sign_on_choose.html", 422 if problem else 200, form=form)

    async def init(self, asked: Asked) -> Response:
        """Sends the browser to the identity provider with a request; to the start, for whoever is signed in."""
        sign_on = self._sign_on(asked)
        if sign_on is None:
            return self._no_sign_on(asked)
        target = own_path(asked.query("RelayState", 1000), self._frame.site)
        if asked.signed_in is not None:
            return self._frame.redirect(asked, target or HOME)
        return self._sent(asked, request_to_sign_in(sign_on, asked.cookie, target))

    async def consume(self, asked: Asked) -> Response:
        """Begins a session by a response. Only a path of this site is taken from its RelayState.

        A browser brings no cookie with a form of another site. Without its cookie nobody can tell whose request is
        answered, so our own page sends the form once more, and then the cookie comes along.
        """
        sign_on = self._sign_on(asked)
        if sign_on is None:
            return self._no_sign_on(asked)
        if asked.is_new_cookie and not asked.field(_RETURNED):
            fields = {name: asked.field(name) for name in (Parameter.RESPONSE.value, "RelayState")}
            return self._once_more(asked, sign_on, fields | {_RETURNED: "1"})
        received = _received(lambda: received_by_post(_fields(asked)), Parameter.RESPONSE)
        if isinstance(received, Refused):
            return self._refusal(asked, await refused(sign_on, received, asked.browser))
        outcome = await consume(sign_on, received, asked.cookie, asked.browser)
        if isinstance(outcome, NotSignedOn):
            return self._refusal(asked, outcome)
        if asked.signed_in is not None:
            await sign_out(self._stores, asked.signed_in)
        target = own_path(received.relay_state, self._frame.site) or HOME
        return self._frame.with_session(RedirectResponse(target, 303, security_headers()), outcome)

    async def logout_by_redirect(self, asked: Asked) -> Response:
        """Takes a request to sign out, or the answer to one, from an address."""
        query = asked.request.scope["query_string"].decode("latin-1")
        return await self._logout(asked, lambda: received_by_redirect(query))

    async def logout_by_post(self, asked: Asked) -> Response:
        """Takes a request to sign out, or the answer to one, from a form."""
        return await self._logout(asked, lambda: received_by_post(_fields(asked)))

    async def metadata(self, asked: Asked) -> Response:
        """What the identity provider is told about a location; there before anything is set, as that comes first."""
        location = self._location(asked)
        if location is None:
            return self._no_sign_on(asked)
        settings = self._stores.sign_ons.settings(location.number)
        document = rendered(written_service_provider(service_provider(self._addresses(location), settings)))
        headers = security_headers() | {"Content-Disposition": f'attachment; filename="{location.id}-metadata.xml"'}
        return Response(document, 200, headers, "application/samlmetadata+xml")

    async def sign_out(self, asked: Asked) -> Response:
        """Ends the session, and tells the identity provider by which it began."""
        leaving = self._request_to_sign_out(asked)
        if asked.signed_in is not None:
            await sign_out(self._stores, asked.signed_in)
        answer = self._frame.redirect(asked, "/sign-in") if leaving is None else self._left(asked, leaving)
        return self._frame.without_session(answer)

    async def _logout(self, asked: Asked, receive: Callable[[], Received]) -> Response:
        sign_on = self._sign_on(asked)
        if sign_on is None:
            return self._no_sign_on(asked)
        try:
            received = receive()
            if received.parameter is Parameter.RESPONSE:
                return self._signed_out(asked, everywhere=await run_in_threadpool(read_answer, sign_on, received))
            done = await sign_off(sign_on, received, asked.address)
        except NotBelieved as error:
            return self._refusal(asked, await refused(sign_on, error.refused, asked.browser))
        return self._signed_out(asked, everywhere=True) if done.answer is None else self._sent(asked, done.answer)

    def _request_to_sign_out(self, asked: Asked) -> str | PostForm | None:
        begun = self._stores.sign_ons.session(asked.session.digest) if asked.signed_in is not None else None
        location = None if begun is None else self._stores.kept.organisations.location(begun.location)
        sign_on = None if location is None else self._sign_on_at(location)
        return None if begun is None or sign_on is None else request_to_sign_out(sign_on, begun)

    def _sent(self, asked: Asked, bringing: str | PostForm) -> Response:
        if isinstance(bringing, str):
            return self._frame.leave(asked, bringing)
        return self._frame.hand_over(asked, "hand_over.html", bringing.action, fields=bringing.fields)

    def _left(self, asked: Asked, bringing: str | PostForm) -> Response:
        """After a form of our own, browsers follow no redirect to another site (form-action): a page leads there."""
        asked.signed_in = None
        if isinstance(bringing, str):
            return self._frame.page(asked, "leaving.html", address=bringing)
        return self._sent(asked, bringing)

    def _once_more(self, asked: Asked, sign_on: SignOn, fields: dict[str, str]) -> Response:
        asked.is_new_cookie = False  # a cookie set now would hide the one that the browser has and may not show
        return self._frame.hand_over(asked, "hand_over.html", sign_on.addresses.consume, fields=fields)

    def _signed_out(self, asked: Asked, *, everywhere: bool) -> Response:
        asked.signed_in = None
        return self._frame.page(asked, "signed_out.html", everywhere=everywhere)

    def _refusal(self, asked: Asked, why: NotSignedOn) -> Response:
        return self._frame.page(asked, "sign_on_refused.html", _FORBIDDEN, why=why)

    def _no_sign_on(self, asked: Asked) -> Response:
        why: dict[str, Any] = {"title": "No single sign-on here", "reason": "This location has no single sign-on."}
        return self._frame.page(asked, "refused.html", _NOT_FOUND, **why)

    def _sign_on(self, asked: Asked) -> SignOn | None:
        location = self._location(asked)
        return None if location is None else self._sign_on_at(location)

    def _sign_on_at(self, location: Location) -> SignOn | None:
        settings = self._stores.sign_ons.settings(location.number)
        if settings is None:
            return None
        return SignOn(self._stores, location, settings, self._addresses(location), self._told)

    def _location(self, asked: Asked) -> Location | None:
        number = location_number(asked.path("company"))
        return None if number is None or number >= 2**31 else self._stores.kept.organisations.location(number)

    def _addresses(self, location: Location) -> Addresses:
        return Addresses(self._frame.site, location.id)


def _fields(asked: Asked) -> list[tuple[str, str]]:
    return [(name, value) for name, value in asked.form.multi_items() if isinstance(value, str)]


def _received(receive: Callable[[], Received], wanted: Parameter) -> Received | Refused:
    try:
        received = receive()
    except NotBelieved as error:
        return error.refused
    if received.parameter is not wanted:
        return Refused(Reason.NOT_EXPECTED, f"There is no {wanted.value}.")
    return received
