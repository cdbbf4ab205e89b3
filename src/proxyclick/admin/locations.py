"""How does an organisation get another location, and how is one changed?"""

from dataclasses import dataclass, replace

from proxyclick.admin.acting import Actor, NotAllowed, NotThere, Refused
from proxyclick.admin.stores import Stores
from proxyclick.clock import timestamp
from proxyclick.people.by_hand import LONGEST, is_language
from proxyclick.people.days import is_zone
from proxyclick.people.locations import Location, location_number
from proxyclick.people.user_groups import Right, UserGroup, may


@dataclass(frozen=True, slots=True)
class LocationForm:
    """What the form of a location says, as it was typed."""

    name: str
    city: str = ""
    country: str = ""
    timezone: str = "UTC"
    language: str = "en"
    on_site: bool = False


@dataclass(frozen=True, slots=True)
class Site:
    """A location as it is listed; `is_mine` when the actor is at it, `may_edit` when they administer it."""

    location: Location
    users: int
    is_mine: bool
    may_edit: bool


def sites(stores: Stores, actor: Actor) -> list[Site]:
    """The locations of the actor's organisation: all of them for an administrator, else the actor's own."""
    found = [_site(stores, actor, each) for each in stores.organisations.locations(actor.organisation)]
    return found if actor.may(Right.MANAGE_LOCATIONS) else [site for site in found if site.is_mine]


def add_location(stores: Stores, actor: Actor, form: LocationForm) -> Location | Refused | NotAllowed:
    """Makes a location, of which the actor is the first administrator."""
    if not actor.may(Right.MANAGE_LOCATIONS):
        return NotAllowed(Right.MANAGE_LOCATIONS)
    if wrong := _problems(stores, actor, form, besides=None):
        return Refused(wrong)
    number = stores.organisations.add_location(actor.organisation, form.name, timestamp(stores.now))
    location = _saved(stores, number, form)
    stores.presence.join(actor.user, [number], None)
    stores.groups.add(number, actor.user, {UserGroup.ADMINISTRATORS})
    stores.note(actor, "Added a location", location.name)
    return location


def edit_location(
    stores: Stores, actor: Actor, location_id: str, form: LocationForm
) -> Location | Refused | NotAllowed | NotThere:
    """Makes a location what the form says, for who is an administrator of that one."""
    found = location_of(stores, actor, location_id)
    if found is None:
        return NotThere()
    if not may_edit(stores, actor, found):
        return NotAllowed(Right.MANAGE_LOCATIONS)
    if wrong := _problems(stores, actor, form, besides=found.number):
        return Refused(wrong)
    stores.note(actor, "Edited a location", form.name)
    return _saved(stores, found.number, form)


def location_of(stores: Stores, actor: Actor, location_id: str) -> Location | None:
    """The location of an id, if it is one of the actor's organisation."""
    number = location_number(location_id)
    found = None if number is None else stores.organisations.location(number)
    return found if found is not None and found.organisation == actor.organisation else None


def may_edit(stores: Stores, actor: Actor, location: Location) -> bool:
    """Whether the actor administers a location, which need not be the one that is chosen."""
    return may(stores.groups.groups_of(location.number, actor.user), Right.MANAGE_LOCATIONS)


def form_of(location: Location) -> LocationForm:
    """What the form shows of a location."""
    return LocationForm(
        location.name, location.city, location.country, location.timezone, location.language, location.on_site
    )


def _site(stores: Stores, actor: Actor, location: Location) -> Site:
    groups = stores.groups.groups_of(location.number, actor.user)
    users = stores.organisations.users_at(location.number)
    return Site(location, users, is_mine=bool(groups), may_edit=may(groups, Right.MANAGE_LOCATIONS))


def _saved(stores: Stores, number: int, form: LocationForm) -> Location:
    found = stores.organisations.location(number)
    if found is None:
        raise LookupError(f"there is no location {number}")
    location = replace(
        found,
        name=form.name,
        city=form.city,
        country=form.country,
        timezone=form.timezone,
        language=form.language,
        on_site=form.on_site,
    )
    stores.organisations.save_location(location)
    stores.reach_changed()
    return location


def _problems(stores: Stores, actor: Actor, form: LocationForm, besides: int | None) -> dict[str, str]:
    errors = {
        name: f"This is longer than {LONGEST} characters, or has some that cannot be shown."
        for name in ("name", "city", "country")
        if len(getattr(form, name)) > LONGEST or not getattr(form, name).isprintable()
    }
    others = (each for each in stores.organisations.locations(actor.organisation) if each.number != besides)
    if not form.name:
        errors["name"] = "Enter a name, such as the city or the street."
    elif form.name.lower() in {each.name.lower() for each in others}:
        errors["name"] = f"There is a location {form.name} already: people could not tell the two apart."
    if not is_zone(form.timezone):
        errors["timezone"] = f"{form.timezone or 'An empty text'} is no time zone: choose one such as Europe/Brussels."
    if not is_language(form.language):
        errors["language"] = f"{form.language or 'An empty text'} is no language: write a code such as en or fr-BE."
    return errors
