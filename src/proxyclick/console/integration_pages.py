"""What is installed, with which Tenant URL and Secret Token, and how is the token rotated and revoked?"""

from datetime import timedelta

from starlette.responses import Response
from starlette.routing import BaseRoute

from proxyclick.admin.integrations import Asking, CannotBe, IntegrationStores, revoke, rotate
from proxyclick.clock import timestamp
from proxyclick.console.asking import Asked
from proxyclick.console.desk import UNPROCESSABLE, Desk
from proxyclick.console.doors import Doors
from proxyclick.console.shown_once import ShownOnce
from proxyclick.integrations.marketplace import INTEGRATIONS, MOST_TOKENS, Installation, tenant_url
from proxyclick.people.user_groups import Right
from proxyclick.store.audit import AuditLog
from proxyclick.store.installations import Installations
from proxyclick.store.sign_on import SignOns

PATH = "/settings/integrations"
OVERLAPS = {
    "0": ("ends at once", timedelta()),
    "1h": ("stays good for an hour", timedelta(hours=1)),
    "24h": ("stays good for a day", timedelta(days=1)),
    "7d": ("stays good for a week", timedelta(days=7)),
    "30d": ("stays good for 30 days", timedelta(days=30)),
}
_AUDIT_LINES = 200


class IntegrationPages:
    """The list of integrations, the settings of one, and the audit log; for administrators of the location."""

    def __init__(self, desk: Desk, stores: IntegrationStores, once: ShownOnce) -> None:
        self._desk, self._stores, self._once = desk, stores, once

    def routes(self, doors: Doors) -> list[BaseRoute]:
        """Their routes."""
        right = Right.MANAGE_INTEGRATIONS
        return [
            doors.route(PATH, self.integrations, right=right),
            doors.route(f"{PATH}/{{installation:int}}", self.settings, right=right),
            doors.route(f"{PATH}/{{installation:int}}/rotate", action=self.rotate, right=right),
            doors.route(f"{PATH}/{{installation:int}}/revoke", action=self.revoke, right=right),
            doors.route("/settings/audit", self.audit, right=right),
        ]

    def integrations(self, asked: Asked) -> Response:
        """What is installed at the location."""
        return self._desk.frame.page(
            asked,
            "integrations.html",
            installed=self._reading().at(asked.actor.location),
            sign_on=SignOns(self._desk.reading.users.connection).settings(asked.actor.location),
            now=self._now(),
        )

    def settings(self, asked: Asked) -> Response:
        """Where the integration is reached, and with which tokens."""
        found = installation_of(asked, self._reading())
        return self._desk.not_there(asked) if found is None else self._settings_page(asked, found)

    async def rotate(self, asked: Asked) -> Response:
        """Issues another token."""
        found, asking = installation_of(asked, self._stores.installations), self._asking(asked)
        overlap = OVERLAPS.get(asked.field("keep_old"))
        if found is None or asking is None or overlap is None:
            return self._desk.not_there(asked)
        issued = await self._desk.write(lambda: rotate(self._stores, asking, found, overlap[1]))
        if isinstance(issued, CannotBe):
            return self._settings_page(asked, found, issued.reason)
        self._once.keep(asked.session.digest, issued)
        return self._desk.frame.redirect(asked, f"{PATH}/{found.number}", "A new token was issued.")

    async def revoke(self, asked: Asked) -> Response:
        """Ends a token at once."""
        found, asking = installation_of(asked, self._stores.installations), self._asking(asked)
        if found is None or asking is None:
            return self._desk.not_there(asked)
        prefix = asked.field("token")
        problem = await self._desk.write(lambda: revoke(self._stores, asking, found, prefix))
        if problem is not None:
            return self._settings_page(asked, found, problem.reason)
        return self._desk.frame.redirect(asked, f"{PATH}/{found.number}", "The token was revoked: it is refused now.")

    def audit(self, asked: Asked) -> Response:
        """What administrators of the location have done."""
        log = AuditLog(self._desk.reading.users.connection)
        return self._desk.frame.page(asked, "audit.html", entries=log.at(asked.actor.location, _AUDIT_LINES))

    def _settings_page(self, asked: Asked, found: Installation, problem: str = "") -> Response:
        now = self._now()
        good = found.good_tokens(now)
        return self._desk.frame.page(
            asked,
            "integration.html",
            UNPROCESSABLE if problem else 200,
            installation=found,
            integration=INTEGRATIONS[found.integration],
            address=tenant_url(self._desk.frame.site),
            secret=self._once.take(asked.session.digest, found.number),
            good=good,
            may_rotate=len(good) < MOST_TOKENS,
            overlaps=OVERLAPS,
            problem=problem,
            now=now,
        )

    def _asking(self, asked: Asked) -> Asking | None:
        location = self._desk.writing.organisations.location(asked.actor.location)
        return None if location is None else Asking(asked.actor.name, location, asked.address)

    def _reading(self) -> Installations:
        return self._desk.reading.installations

    def _now(self) -> str:
        return timestamp(self._desk.reading.now)


def installation_of(asked: Asked, installations: Installations) -> Installation | None:
    """The installation that a path names, if it is at the location of whoever asks."""
    number = int(asked.path("installation"))
    found = installations.find(number) if number < 2**31 else None
    return found if found is not None and found.location == asked.actor.location else None
