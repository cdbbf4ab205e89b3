"""How does a visit go: expected, perhaps on site, checked in, checked out (spec/proxyclick.md, 4)?"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


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
class Visit:
    """One appointment of one visitor with one host."""

    id: str
    visitor: str
    company: str
    visitor_email: str
    host_id: str
    host: str
    expected_at: datetime
    status: VisitStatus


def following(status: VisitStatus, flow: StatusFlow) -> tuple[VisitStatus, ...]:
    """The statuses that may come next, the usual one first. Nobody leaves who has not come."""
    order = list(VisitStatus)
    later = tuple(each for each in flow if order.index(each) > order.index(status))
    arrived = order.index(status) >= order.index(VisitStatus.CHECKED_IN)
    return later if arrived else tuple(each for each in later if each is not VisitStatus.CHECKED_OUT)
