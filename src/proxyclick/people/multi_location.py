"""At which locations is a provisioned user, and which is their home: multi-location mapping (spec/proxyclick.md, 1.3)?

What is left open there is decided in docs/decisions/0068-who-is-at-which-location.md.
"""

from collections.abc import Collection
from dataclasses import dataclass

from instep.scim.values import fold
from proxyclick.people.person import User, city_of

Location = int
"""The number of a location."""


@dataclass(frozen=True, slots=True)
class AllUsers:
    """Everyone whom the integration provisions."""


@dataclass(frozen=True, slots=True)
class Conditions:
    """Those in one of the cities who speak one of the languages; a criterion without values asks nothing."""

    cities: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()


Who = AllUsers | Conditions


@dataclass(frozen=True, slots=True)
class Provisioned:
    """A further location for which provisioning is switched on, and for whom."""

    location: Location
    who: Who = AllUsers()


@dataclass(frozen=True, slots=True)
class MultiLocationMapping:
    """Where an integration provisions: everyone into its main location, and some or all into further ones.

    `home` is the home location that is forced upon whoever is there, if one is.
    """

    main: Location
    further: tuple[Provisioned, ...] = ()
    home: Location | None = None

    @property
    def locations(self) -> frozenset[Location]:
        """Every location that is provisioned into, for whomever."""
        return frozenset({self.main, *(each.location for each in self.further)})


@dataclass(frozen=True, slots=True)
class Presence:
    """One location of a user; `by_mapping` that this integration brought them, `kept` that an administrator gave them
    a user group there beside Default."""

    location: Location
    by_mapping: bool
    kept: bool


@dataclass(frozen=True, slots=True)
class Placement:
    """What makes a user's locations those of the mapping."""

    joined: frozenset[Location]
    left: frozenset[Location]
    home: Location


def wanted_locations(user: User, mapping: MultiLocationMapping) -> frozenset[Location]:
    """The locations that the mapping has for a user."""
    return frozenset({mapping.main, *(each.location for each in mapping.further if _is_meant(user, each.who))})


def place(
    user: User, mapping: MultiLocationMapping, current: Collection[Presence] = (), home: Location | None = None
) -> Placement:
    """Where a user joins and leaves, and their home location from now on.

    Only a location to which this integration brought them is left, and none where an administrator gave them a user
    group. A home location that is not forced stays for as long as the user is there.
    """
    wanted = wanted_locations(user, mapping)
    at = frozenset(presence.location for presence in current)
    left = frozenset(each.location for each in current if each.by_mapping and not each.kept) - wanted
    then = (at | wanted) - left
    return Placement(joined=wanted - at, left=left, home=_home(mapping, then, home))


def _home(mapping: MultiLocationMapping, then: frozenset[Location], before: Location | None) -> Location:
    choices = (mapping.home, before, mapping.main)
    return next(choice for choice in choices if choice is not None and choice in then)


def _is_meant(user: User, who: Who) -> bool:
    match who:
        case AllUsers():
            return True
        case Conditions(cities, languages):
            return (not cities or _in_city(user, cities)) and (not languages or _speaks(user, languages))


def _in_city(user: User, cities: Collection[str]) -> bool:
    return _comparable(city_of(user)) in {_comparable(city) for city in cities}


def _speaks(user: User, languages: Collection[str]) -> bool:
    """Whether one of the languages is the user's: `en` is also that of somebody with `en-GB`, but not the reverse."""
    spoken = preferred_language(user)
    return any(spoken == wanted or spoken.startswith(wanted + "-") for wanted in map(_language, languages))


def preferred_language(user: User) -> str:
    """The first of the languages in `preferredLanguage`, which may be a list such as `da, en-gb;q=0.8`."""
    return _language(user.get("preferredLanguage", "").partition(",")[0].partition(";")[0])


def _language(text: str) -> str:
    return fold(text.strip().replace("_", "-"))


def _comparable(text: str) -> str:
    return fold(" ".join(text.split()))
