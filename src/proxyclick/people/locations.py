"""What is a location: a physical site of an organisation?"""

from dataclasses import dataclass

from proxyclick.people.identifiers import identifier, number_of
from proxyclick.people.visits import WITH_ON_SITE, WITHOUT_ON_SITE, StatusFlow

_PREFIX = "CO"


@dataclass(frozen=True, slots=True)
class Location:
    """A location; Proxyclick's API calls it a company, whence its id CO-A000.

    `on_site` tells whether its visits have the status On-site.
    """

    number: int
    organisation: int
    name: str
    city: str
    country: str
    timezone: str
    language: str
    created_at: str
    on_site: bool = False

    @property
    def id(self) -> str:
        """What it is called from outside."""
        return identifier(_PREFIX, self.number)

    @property
    def status_flow(self) -> StatusFlow:
        """The statuses that its visits go through."""
        return WITH_ON_SITE if self.on_site else WITHOUT_ON_SITE


def location_number(location_id: str) -> int | None:
    """The number of a location's id; None for what is the id of none."""
    return number_of(_PREFIX, location_id)
