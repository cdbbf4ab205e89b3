"""Which integrations can be had, and how is one installed: Browse Marketplace, Install now, Start integration?"""

from starlette.responses import Response
from starlette.routing import BaseRoute

from proxyclick.admin.integrations import Asking, CannotBe, IntegrationStores, install
from proxyclick.console.asking import Asked
from proxyclick.console.desk import UNPROCESSABLE, Desk
from proxyclick.console.doors import Doors
from proxyclick.console.shown_once import ShownOnce
from proxyclick.console.sign_on_settings_page import PATH as SIGN_ON_PATH
from proxyclick.integrations.marketplace import Category, Offer, offer_of, offers
from proxyclick.people.user_groups import Right

PATH = "/settings/integrations/marketplace"


class MarketplacePages:
    """The pages of the Marketplace; only administrators of the location get to them."""

    def __init__(self, desk: Desk, stores: IntegrationStores, once: ShownOnce) -> None:
        self._desk, self._stores, self._once = desk, stores, once

    def routes(self, doors: Doors) -> list[BaseRoute]:
        """Their routes."""
        right = Right.MANAGE_INTEGRATIONS
        return [
            doors.route(PATH, self.browse, right=right),
            doors.route(f"{PATH}/{{offer}}", self.offer, right=right),
            doors.route(f"{PATH}/{{offer}}/install", self.choose, self.start, right=right),
        ]

    def browse(self, asked: Asked) -> Response:
        """All offers, those of a category, and of these those with a text."""
        text = asked.query("q")
        category = next((each for each in Category if each.value == asked.query("category")), None)
        found = offers(text, category)
        return self._desk.frame.page(
            asked, "marketplace.html", offers=found, text=text, category=category, categories=list(Category)
        )

    def offer(self, asked: Asked) -> Response:
        """One offer, with the button to install it."""
        return self._page(asked, "offer.html")

    def choose(self, asked: Asked) -> Response:
        """What of the offer is wanted."""
        return self._page(asked, "install.html", problem="")

    async def start(self, asked: Asked) -> Response:
        """Installs it at the location, and leads to where it is listed; its settings show the token, once.

        Single sign-on has nothing to install: it leads to where it is set up.
        """
        offer, location = offer_of(asked.path("offer")), self._desk.writing.organisations.location(asked.actor.location)
        if offer is None or location is None:
            return self._desk.not_there(asked)
        if asked.field("use") == "sign-on" and Category.SINGLE_SIGN_ON in offer.categories:
            return self._desk.frame.redirect(asked, SIGN_ON_PATH)
        integration = offer.integration
        if integration is None or asked.field("use") != "provisioning":
            return self._page(asked, "install.html", UNPROCESSABLE, problem=f"Choose {' or '.join(offer.categories)}.")
        asking = Asking(asked.actor.name, location, asked.address)
        issued = await self._desk.write(lambda: install(self._stores, asking, integration))
        if isinstance(issued, CannotBe):
            return self._page(asked, "install.html", UNPROCESSABLE, problem=issued.reason)
        self._once.keep(asked.session.digest, issued)
        notice = f"{offer.title} was installed at {location.name}. Its settings have what the identity provider needs."
        return self._desk.frame.redirect(asked, "/settings/integrations", notice)

    def _page(self, asked: Asked, template: str, status: int = 200, **values: str) -> Response:
        offer: Offer | None = offer_of(asked.path("offer"))
        if offer is None:
            return self._desk.not_there(asked)
        return self._desk.frame.page(asked, template, status, offer=offer, **values)
