"""Does the connection to an application work, and if not, what was sent, what was answered, and what is to be done?"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from instep.admin.ports import Door
from instep.cycle.probing import ask_for_nobody
from instep.directory.applications import App
from instep.ledger.jobs import dialect_of
from instep.rules.health.outcomes import Exchange
from instep.rules.health.verdicts import CredentialsRefused, Done, Misconfigured, Stopping, Unavailable

if TYPE_CHECKING:
    from instep.admin.provisioning import Service


class ConnectionRefused(Exception):
    """Test Connection failed; the message says what the target answered and what to do."""


@dataclass(frozen=True, slots=True)
class Trouble:
    """Why a connection does not work, and what to do about it."""

    detail: str
    advice: str

    def __str__(self) -> str:
        return f"{self.detail}. {self.advice}"


@dataclass(frozen=True, slots=True)
class ConnectionTest:
    """A connection that was tried: the requests with their answers, and the trouble; None where it works."""

    app_name: str
    host: str
    exchanges: Sequence[Exchange]
    trouble: Trouble | None

    @property
    def works(self) -> bool:
        """Whether provisioning can use it."""
        return self.trouble is None

    @property
    def sentence(self) -> str:
        """Say how it went."""
        if self.trouble is None:
            return f"The supplied credentials are authorized to enable provisioning of {self.app_name}."
        return f"The connection to {self.app_name} at {self.host} does not work: {self.trouble}"


async def try_connection(service: "Service", app: App, door: Door) -> ConnectionTest:
    """Ask for a user who cannot exist; only 200 with an empty list is good (engine.md 10.3).

    Raises ConnectionRefused where there is nothing to ask with.
    """
    attribute, exchanges = _matching_attribute(service, app), list[Exchange]()
    dialect = dialect_of(door.tenant_url, door.settings)
    async with service.open_target(replace(door, tell=exchanges.append)) as target:
        verdict = await ask_for_nobody(target, dialect, attribute, service.new_id())
    host = urlsplit(door.tenant_url).netloc
    return ConnectionTest(app.name, host, tuple(exchanges), _trouble(verdict, attribute))


async def test_connection(service: "Service", app: App, door: Door) -> None:
    """The same for whoever only wants to know whether it works. Raises ConnectionRefused where it does not."""
    tried = await try_connection(service, app, door)
    if not tried.works:
        raise ConnectionRefused(tried.sentence)


def _matching_attribute(service: "Service", app: App) -> str:
    matching = [m for m in service.applications.schema(app.id).users.mappings if m.matching_priority]
    if not matching:
        raise ConnectionRefused(f"{app.name} has no matching attribute; give one mapping a matching precedence.")
    return min(matching, key=lambda mapping: mapping.matching_priority).target


def _trouble(verdict: Done | Stopping, attribute: str) -> Trouble | None:
    match verdict:
        case Done():
            return None
        case CredentialsRefused(detail, "InsufficientRights"):
            return Trouble(
                f"the Secret Token is known, but may not read users ({detail})",
                "Give the account that issued it Admin permissions.",
            )
        case CredentialsRefused(detail):
            return Trouble(
                f"the Secret Token was refused ({detail})", "Check it, and that its account has Admin permissions."
            )
        case Misconfigured("NotFound", detail):
            return Trouble(f"there is no SCIM service at this Tenant URL ({detail})", "Check the URL.")
        case Misconfigured("NotScim", detail):
            return Trouble(detail, "Check that the Tenant URL is the base of the SCIM service.")
        case Misconfigured("NoFilter", detail):
            return Trouble(
                f"{detail}; matching users by {attribute} would be impossible", "Ask whoever runs it to filter."
            )
        case Misconfigured(_, detail):
            return Trouble(detail, "Check the Tenant URL.")
        case Unavailable(_, detail):
            return Trouble(detail, "Check the Tenant URL and that the application is running.")
