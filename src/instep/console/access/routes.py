"""Which pages are there about administrators, and of what are they made?"""

from starlette.routing import BaseRoute

from instep.console.access.account import AccountPages
from instep.console.access.administrators import AdministratorPages
from instep.console.access.authenticator import AuthenticatorPages
from instep.console.access.clients import ClientPages
from instep.console.access.errands import Errands
from instep.console.access.provider import ProviderPages
from instep.console.access.second_step import SecondStepPages
from instep.console.access.settings import SettingsPages
from instep.console.access.sign_in import SignInPages
from instep.console.access.welcome import WelcomePages
from instep.console.doors import Doors
from instep.console.frame import Frame
from instep.console.site import Site
from instep.wiring import Instep


def access_routes(instep: Instep, frame: Frame, site: Site, doors: Doors) -> list[BaseRoute]:
    """Return their routes; those of the OpenID Connect provider only where one is set."""
    access, provider = instep.access, instep.provider()
    name = "" if provider is None else provider.name
    routes = [
        *SignInPages(access, frame, site, doors, name).routes(),
        *SecondStepPages(access, frame, site).routes(doors),
        *WelcomePages(access, frame, site).routes(doors),
        *AccountPages(access, frame, name).routes(doors),
        *AuthenticatorPages(access, frame).routes(doors),
        *AdministratorPages(access, frame, site).routes(doors),
        *ClientPages(access, frame).routes(doors),
        *SettingsPages(instep.settings, frame, site, instep.mail_server(), provider).routes(doors),
    ]
    if provider is not None:
        routes += ProviderPages(access, provider, frame, site, Errands(access.clock)).routes(doors)
    return routes
