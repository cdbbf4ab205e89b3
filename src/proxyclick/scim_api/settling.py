"""At which locations is a user once an integration has created or changed them?"""

from collections.abc import Iterable

from proxyclick.integrations.scope import Caller
from proxyclick.people.multi_location import Placement, place
from proxyclick.people.multi_location import Presence as Present
from proxyclick.people.person import User
from proxyclick.store.organisations import Organisations
from proxyclick.store.presence import Presence


def settle(presence: Presence, organisations: Organisations, caller: Caller, number: int, user: User) -> Placement:
    """Brings a user where the caller's multi-location mapping wants them; to be called inside a transaction.

    User groups are not touched: whoever arrives is in Default, and where somebody has another group they stay. The
    activity of the integration tells who came where, and left which location.
    """
    places = presence.of(number, caller.scope.organisation)
    home = next((found.location for found in places if found.is_home), None)
    current = [
        Present(found.location, by_mapping=found.installation == caller.installation, kept=found.has_groups)
        for found in places
    ]
    placement = place(user, caller.mapping, current, home)
    presence.join(number, sorted(placement.joined), caller.installation)
    presence.leave(number, placement.left)
    if placement.home != home:
        presence.set_home(number, placement.home, caller.scope.organisation)
    if caller.exchange is not None:
        for verb, locations in (("Joined", placement.joined), ("Left", placement.left)):
            if locations:
                caller.exchange.remark(f"{verb} {_names(organisations, locations)}.")
    return placement


def _names(organisations: Organisations, locations: Iterable[int]) -> str:
    found = map(organisations.location, sorted(locations))
    return ", ".join(location.name for location in found if location is not None)
