"""What is set where Instep runs: the mail server, the sign-in provider; and do they work?"""

from dataclasses import dataclass

from starlette.responses import Response
from starlette.routing import BaseRoute

from instep.access.roles import Permission
from instep.access.sessions import ABSOLUTE, CONFIRMED_FOR, IDLE
from instep.admin.access.by_provider import Errand, Provider, ProviderFailed
from instep.console.access.provider import CALLBACK
from instep.console.asked import Asked
from instep.console.doors import Doors
from instep.console.frame import Frame
from instep.console.site import Site
from instep.notices.ports import MailNotTaken, MailServer
from instep.notices.smtp import PORTS, Security
from instep.notices.trying import compose_trial
from instep.settings import Settings

SETTINGS = "/settings"


@dataclass(frozen=True, slots=True)
class SettingsPages:
    """The page *Settings*, whose values come from the environment of `instep serve`."""

    settings: Settings
    frame: Frame
    site: Site
    mail_server: MailServer | None
    provider: Provider | None

    def routes(self, doors: Doors) -> list[BaseRoute]:
        """Their routes."""
        return [
            doors.page(SETTINGS, self.shown, Permission.READ_SETTINGS),
            doors.action("/settings/test-mail", self.test_mail, Permission.MANAGE_SETTINGS),
            doors.action("/settings/test-provider", self.test_provider, Permission.MANAGE_SETTINGS),
        ]

    def shown(self, asked: Asked) -> Response:
        """The page."""
        return self._page(asked)

    async def test_mail(self, asked: Asked) -> Response:
        """Send a mail to whoever asks, and say what the mail server answered."""
        if self.mail_server is None:
            return self._page(asked, mail_problem="No mail server is set: set INSTEP_SMTP_HOST.", status=409)
        recipient = asked.actor
        mail = compose_trial(self.settings.smtp_sender, recipient, self.frame.clock(), self.settings.console_url)
        try:
            await self.mail_server.send(mail)
        except MailNotTaken as problem:
            return self._page(asked, mail_problem=f"The mail was not sent. {problem}", status=502)
        return self.frame.redirect(asked, SETTINGS, f"The mail server has taken a test mail to {recipient}.")

    async def test_provider(self, asked: Asked) -> Response:
        """See whether the provider publishes what is needed to sign in."""
        if self.provider is None:
            return self._page(asked, provider_problem="No provider is set: set INSTEP_OIDC_ISSUER.", status=409)
        try:
            await self.provider.address(Errand(self._redirect_uri(asked), "test", "test", "test"))
        except ProviderFailed as failure:
            return self._page(asked, provider_problem=str(failure), status=502)
        return self.frame.redirect(asked, SETTINGS, f"{self.provider.name} answers as an OpenID Connect provider.")

    def _redirect_uri(self, asked: Asked) -> str:
        return f"{self.site.public_url or self.site.own_url(asked.request)}".rstrip("/") + CALLBACK

    def _page(self, asked: Asked, mail_problem: str = "", provider_problem: str = "", status: int = 200) -> Response:
        security = Security(self.settings.smtp_security)
        return self.frame.page(
            asked,
            "access/settings.html",
            status,
            title="Settings",
            settings=self.settings,
            smtp_port=self.settings.smtp_port or PORTS[security],
            mail_problem=mail_problem,
            provider=self.provider,
            provider_problem=provider_problem,
            redirect_uri=self._redirect_uri(asked),
            idle=IDLE,
            absolute=ABSOLUTE,
            confirmed_for=CONFIRMED_FOR,
        )
