"""Where does a user come from, at which locations are they, and what has happened to them?"""

from collections.abc import Mapping
from dataclasses import dataclass

from proxyclick.admin.acting import Actor
from proxyclick.admin.stores import Stores
from proxyclick.integrations.activity import Activity, Deed
from proxyclick.integrations.marketplace import INTEGRATIONS
from proxyclick.people.locations import Location
from proxyclick.people.provenance import Origin, Provenance
from proxyclick.people.user_groups import UserGroup
from proxyclick.store.activity import ActivityReader
from proxyclick.store.history import Event
from proxyclick.store.resources import Record

_TOLD = frozenset({Deed.CREATED, Deed.JOINED, Deed.UPDATED, Deed.DISABLED, Deed.ENABLED, Deed.LEFT})


@dataclass(frozen=True, slots=True)
class Whereabouts:
    """One location of a user, with their user groups there; `by` is the integration that brought them, if one did."""

    location: Location
    is_home: bool
    by: str
    groups: frozenset[UserGroup]


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


def history_of(stores: Stores, record: Record, limit: int) -> list[Event]:
    """What happened to a user by hand and by integrations, the latest first."""
    titles = integration_titles(stores)
    lines = ActivityReader(stores.users.connection).about(record.number, limit)
    by_integrations = [
        _event(line, titles.get(installation, "An integration")) for installation, line in lines if line.deed in _TOLD
    ]
    events = [*stores.history.of(record.number, limit), *by_integrations]
    return sorted(events, key=lambda event: event.at, reverse=True)[:limit]


def _event(line: Activity, integration: str) -> Event:
    what = f"{line.deed}. {line.note}" if line.note else str(line.deed)
    return Event(line.at, what, integration, line.changes, by_integration=True)
