"""Where does a user come from, at which locations are they, and what has happened to them?"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from proxyclick.admin.acting import Actor
from proxyclick.admin.stores import Stores
from proxyclick.integrations.marketplace import INTEGRATIONS
from proxyclick.people.changes import Change
from proxyclick.people.locations import Location
from proxyclick.people.provenance import Origin, Provenance
from proxyclick.people.user_groups import UserGroup
from proxyclick.store.resources import Record


@dataclass(frozen=True, slots=True)
class Whereabouts:
    """One location of a user, with their user groups there; `by` is the integration that brought them, if one did."""

    location: Location
    is_home: bool
    by: str
    groups: frozenset[UserGroup]


@dataclass(frozen=True, slots=True)
class Happening:
    """One thing that happened to a user: what, who did it, what changed, and what else is to be known of it."""

    at: datetime
    what: str
    who: str
    changes: tuple[Change, ...]
    note: str = ""
    by_integration: bool = False


def integration_titles(stores: Stores) -> Mapping[int, str]:
    """What the integrations of all installations are called."""
    return {number: INTEGRATIONS[name].title for number, name in stores.installations.integrations().items()}


def provenance_of(stores: Stores, record: Record) -> Provenance:
    """Where a user comes from."""
    if record.installation is None:
        return Provenance(Origin.BY_HAND)
    origin = Origin.ADOPTED if stores.history.began_by_hand(record.number) else Origin.BY_INTEGRATION
    return Provenance(origin, integration_titles(stores).get(record.installation, "an integration"))


def whereabouts(stores: Stores, actor: Actor, record: Record) -> list[Whereabouts]:
    """The locations of a user, home first."""
    titles = integration_titles(stores)
    found = []
    for place in stores.presence.of(record.number, actor.organisation):
        location = stores.organisations.location(place.location)
        if location is not None:
            by = "" if place.installation is None else titles.get(place.installation, "an integration")
            groups = stores.groups.groups_of(place.location, record.number)
            found.append(Whereabouts(location, place.is_home, by, groups))
    return found


def history_of(stores: Stores, record: Record, limit: int) -> list[Happening]:
    """What people and integrations did to a user, the latest first. What only read the user is left out."""
    titles = integration_titles(stores)
    by_hand = [
        Happening(event.at, event.what, event.who, event.changes) for event in stores.history.of(record.number, limit)
    ]
    provisioned = [
        Happening(each.at, each.deed, titles.get(by, "an integration"), each.changes, each.note, by_integration=True)
        for by, each in stores.activity.changes_of(record.number, limit)
    ]
    return sorted([*by_hand, *provisioned], key=lambda happening: happening.at, reverse=True)[:limit]
