"""How is single sign-on of a location set up: what the identity provider is told, and what it has told?"""

import asyncio
from dataclasses import asdict, dataclass
from datetime import datetime

from cryptography import x509
from starlette.responses import Response
from starlette.routing import BaseRoute

from instep.saml.certificates import fingerprint, is_valid_at
from proxyclick.admin.acting import NotAllowed, Refused
from proxyclick.admin.sign_on_settings import OwnKey, end_sign_on, save_sign_on
from proxyclick.console.asking import Asked
from proxyclick.console.desk import UNPROCESSABLE, Desk, Form
from proxyclick.console.doors import Doors
from proxyclick.integrations.sign_on_keys import make_key
from proxyclick.integrations.single_sign_on import Addresses, RequestMethod, SignOnForm, SignOnSettings
from proxyclick.people.identifiers import identifier
from proxyclick.people.user_groups import Right
from proxyclick.store.sign_on import SignOns

PATH = "/settings/integrations/sso"
_SAVED = "Single sign-on was saved. People of this location find Sign in with SSO on the sign-in page."


@dataclass(frozen=True, slots=True)
class TrustedCertificate:
    """What the page tells of a certificate."""

    name: str
    until: str
    is_good: bool
    fingerprint: str


class SignOnSettingsPage:
    """The page of the integration SAML / Microsoft Entra ID; for administrators of the location."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def routes(self, doors: Doors) -> list[BaseRoute]:
        """Their routes."""
        right = Right.MANAGE_INTEGRATIONS
        return [
            doors.route(PATH, self.settings, self.save, right=right),
            doors.route(f"{PATH}/end", action=self.end, right=right),
        ]

    def settings(self, asked: Asked) -> Response:
        """What is set, and what to tell the identity provider."""
        found = SignOns(self._desk.reading.users.connection).settings(asked.actor.location)
        return self._page(asked, found, Form(_values(found)))

    async def save(self, asked: Asked) -> Response:
        """Saves the changes, or shows them again with what is wrong."""
        sign_ons, actor = self._desk.accounts.sign_ons, asked.actor
        typed = {name: asked.field(name).strip() for name in ("method", "issuer", "endpoint", "logout", "certificate")}
        company = identifier("CO", actor.location)
        own = OwnKey(*await asyncio.to_thread(make_key, company, self._desk.writing.now))
        form = SignOnForm(**typed)
        outcome = await self._desk.write(lambda: save_sign_on(self._desk.writing, sign_ons, actor, form, own))
        if isinstance(outcome, NotAllowed):
            return self._desk.refusal(asked, outcome)
        if isinstance(outcome, Refused):
            return self._page(asked, sign_ons.settings(actor.location), Form(typed, outcome.errors), UNPROCESSABLE)
        return self._desk.frame.redirect(asked, PATH, _SAVED)

    async def end(self, asked: Asked) -> Response:
        """Ends single sign-on of the location."""
        sign_ons, actor = self._desk.accounts.sign_ons, asked.actor
        problem = await self._desk.write(lambda: end_sign_on(self._desk.writing, sign_ons, actor))
        if problem is not None:
            return self._desk.refusal(asked, problem)
        return self._desk.frame.redirect(asked, "/settings/integrations", "Single sign-on was ended at this location.")

    def _page(self, asked: Asked, found: SignOnSettings | None, form: Form, status: int = 200) -> Response:
        return self._desk.frame.page(
            asked,
            "sign_on_settings.html",
            status,
            form=form,
            page=PATH,
            is_set=found is not None,
            addresses=Addresses(self._desk.frame.site, identifier("CO", asked.actor.location)),
            methods=[(method.value, method.value) for method in RequestMethod],
            certificates=[_told(each, self._desk.reading.now) for each in (found.trusted() if found else ())],
        )


def _values(found: SignOnSettings | None) -> dict[str, str]:
    if found is None:
        return asdict(SignOnForm(RequestMethod.HTTP_REDIRECT, "", "", ""))
    return asdict(SignOnForm(found.method, found.issuer, found.endpoint, found.certificates, found.logout))


def _told(certificate: x509.Certificate, now: datetime) -> TrustedCertificate:
    until = f"{certificate.not_valid_after_utc:%Y-%m-%d}"
    try:
        name = certificate.subject.rfc4514_string()
    except ValueError:
        name = "Without a readable name"
    return TrustedCertificate(name[:200], until, is_valid_at(certificate, now), fingerprint(certificate))
