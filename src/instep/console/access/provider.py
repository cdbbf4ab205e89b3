"""How does a browser get to the OpenID Connect provider and back, and what follows?

A browser is sent there by a link, never as the answer to a form: the page's policy (form-action) would hold it back.
"""

from dataclasses import dataclass

from starlette.concurrency import run_in_threadpool
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute

from instep.access.refusals import AccessRefused
from instep.admin.access.by_provider import (
    Claims,
    Errand,
    Provider,
    ProviderFailed,
    confirm_by_provider,
    connect_provider,
    sign_in_by_provider,
)
from instep.admin.access.ports import Access
from instep.admin.access.signing_in import sign_out
from instep.console.access.errands import Errands, Purpose, ToConfirm, ToConnect, ToSignIn
from instep.console.access.paths import own_path
from instep.console.asked import Asked
from instep.console.doors import CONFIRM, EVERYBODY, SIGNED_IN, Doors
from instep.console.frame import Frame
from instep.console.site import Site

START, CALLBACK, CONNECT = "/sign-in/provider", "/sign-in/callback", "/account/provider"
_LOST = "This browser was not sent to the provider lately, or came back already, or Instep was restarted. Begin again."
_REFUSED_THERE = "The provider did not let you in: {error}. Nothing was done."
_LONGEST_ERROR = 60


@dataclass(frozen=True, slots=True)
class ProviderPages:
    """The way there and back. There are none of these routes without a provider."""

    access: Access
    provider: Provider
    frame: Frame
    site: Site
    errands: Errands

    def routes(self, doors: Doors) -> list[BaseRoute]:
        """Their routes."""
        return [
            doors.page(START, self.start, EVERYBODY),
            doors.page(CALLBACK, self.come_back, EVERYBODY),
            doors.dangerous_action(CONNECT, self.connect, SIGNED_IN),
        ]

    async def start(self, asked: Asked) -> Response:
        """Send a browser there: to sign in, or to confirm."""
        form = asked.query("confirm")
        try:
            if form:
                errand = self._begin(asked, ToConfirm(form))
                return RedirectResponse(await self.provider.address_to_confirm(errand), 303)
            errand = self._begin(asked, ToSignIn(own_path(asked.query("next", 2_000))))
            return RedirectResponse(await self.provider.address(errand), 303)
        except ProviderFailed as failure:
            return self._failed(asked, str(failure))

    async def connect(self, asked: Asked) -> Response:
        """Show the way there to whoever wants to sign in by the provider from now on."""
        try:
            address = await self.provider.address(self._begin(asked, ToConnect()))
        except ProviderFailed as failure:
            return self._failed(asked, str(failure))
        title = f"Connect {self.provider.name}"
        return self.frame.page(asked, "access/connect.html", title=title, address=address, provider=self.provider.name)

    async def come_back(self, asked: Asked) -> Response:
        """See who has come back, and do what they were sent for."""
        found = self.errands.end(asked.cookie, asked.query("state"))
        if found is None:
            return self._refused(asked, _LOST, 409)
        errand, purpose = found
        if (error := asked.query("error")) or not asked.query("code", 4_000):
            return self._refused(asked, _REFUSED_THERE.format(error=_code(error)), 403)
        if asked.query("iss") not in ("", self.provider.issuer):  # RFC 9207: the answer of another provider
            return self._refused(asked, "This is the answer of another provider. Nothing was done.", 403)
        try:
            claims = await self.provider.claims(errand, asked.query("code", 4_000))
            return await run_in_threadpool(self._arrived, asked, purpose, claims)
        except ProviderFailed as failure:
            return self._failed(asked, str(failure))
        except AccessRefused as refusal:
            return self._refused(asked, str(refusal), 403)

    def _arrived(self, asked: Asked, purpose: Purpose, claims: Claims) -> Response:
        who = asked.signed_in
        if isinstance(purpose, ToSignIn):
            secret = sign_in_by_provider(self.access, claims, asked.browser)
            if who is not None:
                sign_out(self.access, who)
            response = self.frame.redirect(asked, purpose.next_path)
            self.site.keep_cookie(asked.request, response, secret)
            return response
        if who is None:
            raise AccessRefused("Your session has ended meanwhile. Sign in, and do it again.")
        if isinstance(purpose, ToConfirm):
            confirm_by_provider(self.access, who, claims)
            return self.frame.redirect(asked, f"{CONFIRM}?form={purpose.form}")
        connect_provider(self.access, who, claims)
        return self.frame.redirect(asked, "/account", f"You can sign in by {self.provider.name} from now on.")

    def _begin(self, asked: Asked, purpose: Purpose) -> Errand:
        return self.errands.begin(asked.cookie, f"{self.site.own_url(asked.request)}{CALLBACK}", purpose)

    def _failed(self, asked: Asked, why: str) -> Response:
        name = self.provider.name
        reason = f"{name} cannot be used at this moment. {why} Try again, or sign in by a password."
        return self.frame.page(asked, "access/refused.html", 502, title="Please try again", reason=reason)

    def _refused(self, asked: Asked, reason: str, status: int) -> Response:
        return self.frame.page(asked, "access/refused.html", status, title="You are not signed in", reason=reason)


def _code(error: str) -> str:
    """An error code of the provider, such as access_denied; anything else is not repeated."""
    is_code = error.isascii() and error.replace("_", "").isalnum() and len(error) <= _LONGEST_ERROR
    return error if is_code else "it gives no reason"
