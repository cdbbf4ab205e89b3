"""How does a visit go: expected, perhaps on site, checked in, checked out (spec/proxyclick.md, 4)?"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from proxyclick.people.identifiers import identifier

ID_PREFIX = "VI"


class VisitStatus(StrEnum):
    """Where a visitor is in their visit."""

    EXPECTED = "Expected"
    ON_SITE = "On-site"
    CHECKED_IN = "Checked-in"
    CHECKED_OUT = "Checked-out"


StatusFlow = Sequence[VisitStatus]

WITHOUT_ON_SITE: StatusFlow = (VisitStatus.EXPECTED, VisitStatus.CHECKED_IN, VisitStatus.CHECKED_OUT)
WITH_ON_SITE: StatusFlow = tuple(VisitStatus)
"""For a location that has switched On-site on; a visitor may still be checked in at once."""


@dataclass(frozen=True, slots=True)
class Appointment:
    """Who visits whom, where and when. `host` and `created_by` are numbers of users.

    The host's name is kept as it was: a visit outlives the user.
    """

    location: int
    visitor: str
    company: str
    visitor_email: str
    host: int
    host_name: str
    expected_at: datetime
    created_by: int


@dataclass(frozen=True, slots=True)
class Visit:
    """An appointment of one visitor with one host, and how far it is; `since` says when it came to its status."""

    number: int
    appointment: Appointment
    status: VisitStatus
    since: datetime

    @property
    def id(self) -> str:
        """What addresses call the visit."""
        return identifier(ID_PREFIX, self.number)


def following(status: VisitStatus, flow: StatusFlow) -> tuple[VisitStatus, ...]:
    """The statuses that may come next, the usual one first. Nobody leaves who has not come."""
    order = list(VisitStatus)
    later = tuple(each for each in flow if order.index(each) > order.index(status))
    arrived = order.index(status) >= order.index(VisitStatus.CHECKED_IN)
    return later if arrived else tuple(each for each in later if each is not VisitStatus.CHECKED_OUT)
