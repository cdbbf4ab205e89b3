"""Into which further locations does an integration provision, and how does an administrator change that?"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from proxyclick.admin.acting import Actor, NotAllowed, NotThere, Refused
from proxyclick.admin.stores import Stores
from proxyclick.people.by_hand import LONGEST, is_language
from proxyclick.people.locations import Location
from proxyclick.people.multi_location import AllUsers, Conditions, MultiLocationMapping, Provisioned, Who
from proxyclick.people.user_groups import Right, may

_MOST_VALUES = 100


@dataclass(frozen=True, slots=True)
class Choice:
    """What the form says of one further location that is switched on; values as typed, with commas between."""

    is_for_all: bool
    cities: str = ""
    languages: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    """One further location on the page; `who` None: switched off. `may_change`: the actor administers it."""

    location: Location
    who: Who | None
    may_change: bool


@dataclass(frozen=True, slots=True)
class MappingShown:
    """The multi-location mapping of an installation, as its page shows it."""

    main: Location
    rows: tuple[Row, ...]
    home: Location | None


@dataclass(frozen=True, slots=True)
class MappingSaved:
    """The mapping holds from the next create or update on."""

    mapping: MultiLocationMapping


def shown_mapping(stores: Stores, actor: Actor, installation: int) -> MappingShown | NotThere:
    """The mapping of an installation at the actor's location."""
    mapping = _mapping_at(stores, actor, installation)
    if mapping is None:
        return NotThere()
    by_number = {location.number: location for location in stores.organisations.locations(actor.organisation)}
    who = {each.location: each.who for each in mapping.further}
    rows = tuple(
        Row(location, who.get(number), _administers(stores, actor, number))
        for number, location in by_number.items()
        if number != mapping.main
    )
    return MappingShown(by_number[mapping.main], rows, by_number.get(-1 if mapping.home is None else mapping.home))


def save_mapping(
    stores: Stores, actor: Actor, installation: int, choices: Mapping[int, Choice], home: int | None
) -> MappingSaved | Refused | NotAllowed | NotThere:
    """Switches on exactly the locations that have a choice, of those that the actor administers; others stay.

    Errors are by `cities-N` and `languages-N`, N being the number of the location, and `home`.
    """
    if not actor.may(Right.MANAGE_INTEGRATIONS):
        return NotAllowed(Right.MANAGE_INTEGRATIONS)
    current = _mapping_at(stores, actor, installation)
    if current is None:
        return NotThere()
    errors: dict[str, str] = {}
    further = [each for each in current.further if not _administers(stores, actor, each.location)]
    for location in stores.organisations.locations(actor.organisation):
        chosen = choices.get(location.number)
        if chosen is not None and location.number != current.main and _administers(stores, actor, location.number):
            further.append(Provisioned(location.number, _who(location.number, chosen, errors)))
    mapping = MultiLocationMapping(current.main, tuple(sorted(further, key=lambda each: each.location)), home)
    if home is not None and home not in mapping.locations:
        errors["home"] = "The home location must be one that is provisioned: switch it on, or choose another."
    if errors:
        return Refused(errors)
    stores.mappings.save(installation, mapping)
    stores.reach_changed()
    stores.note(actor, "Changed a multi-location mapping", _told(stores, mapping))
    return MappingSaved(mapping)


def _mapping_at(stores: Stores, actor: Actor, installation: int) -> MultiLocationMapping | None:
    mapping = stores.mappings.of(installation)
    return mapping if mapping is not None and mapping.main == actor.location else None


def _administers(stores: Stores, actor: Actor, location: int) -> bool:
    return may(stores.groups.groups_of(location, actor.user), Right.MANAGE_INTEGRATIONS)


def _who(location: int, chosen: Choice, errors: dict[str, str]) -> Who:
    if chosen.is_for_all:
        return AllUsers()
    cities, languages = _values(chosen.cities), _values(chosen.languages)
    if not cities and not languages:
        errors[f"cities-{location}"] = "Enter a city or a language, or choose all users."
    if len(cities) > _MOST_VALUES or any(len(city) > LONGEST or not city.isprintable() for city in cities):
        errors[f"cities-{location}"] = f"Enter at most {_MOST_VALUES} names of cities, with commas between."
    wrong = [language for language in languages if not is_language(language)]
    if wrong or len(languages) > _MOST_VALUES:
        named = wrong[0][:30] if wrong else "This"
        errors[f"languages-{location}"] = f"{named} is no language: write codes such as en, fr-BE, with commas between."
    return Conditions(cities, languages)


def _values(text: str) -> tuple[str, ...]:
    """The values between commas, each once, in the order in which they were typed."""
    values: Sequence[str] = [" ".join(part.split()) for part in text.split(",")]
    return tuple(dict.fromkeys(value for value in values if value))


def _told(stores: Stores, mapping: MultiLocationMapping) -> str:
    names = {each.number: each.name for each in map(stores.organisations.location, mapping.locations) if each}
    further = [f"{names.get(each.location, '')} ({_told_who(each.who)})" for each in mapping.further]
    home = "" if mapping.home is None else f"; home location {names.get(mapping.home, '')}"
    return f"{names.get(mapping.main, '')}; {', '.join(further) or 'no further location'}{home}"


def _told_who(who: Who) -> str:
    match who:
        case AllUsers():
            return "all users"
        case Conditions(cities, languages):
            criteria = (("city", cities), ("language", languages))
            return " and ".join(f"{name} {' or '.join(values)}" for name, values in criteria if values)
