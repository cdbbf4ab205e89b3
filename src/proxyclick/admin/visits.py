"""How is a visit announced, seen, moved on and taken out of the Logbook?"""

from dataclasses import dataclass, replace
from datetime import date, datetime

from proxyclick.admin.acting import Actor, NotAllowed, NotThere, Refused
from proxyclick.admin.stores import Stores, read
from proxyclick.admin.users import user_at
from proxyclick.people.by_hand import LONGEST
from proxyclick.people.days import day_span, moment, parsed_day, parsed_time, today, zone
from proxyclick.people.locations import Location
from proxyclick.people.person import person_of
from proxyclick.people.rules import is_email
from proxyclick.people.user_groups import Right
from proxyclick.people.visits import Appointment, Visit, VisitStatus, following
from proxyclick.store.resources import Record


@dataclass(frozen=True, slots=True)
class VisitForm:
    """What the form of a visit says, as it was typed; `host` is the id of a user."""

    visitor: str
    host: str
    day: str
    time: str
    company: str = ""
    visitor_email: str = ""


def create_visit(stores: Stores, actor: Actor, form: VisitForm) -> Visit | Refused | NotAllowed:
    """Announces a visitor at the actor's location. A host is an active user of it, and nobody else."""
    if not actor.may(Right.CREATE_VISITS):
        return NotAllowed(Right.CREATE_VISITS)
    host = user_at(stores, actor, form.host)
    expected_at = _expected_at(stores, actor, form)
    errors = _text_problems(form) | _host_problem(actor, form, host)
    if host is None or errors or not isinstance(expected_at, datetime):
        return Refused(errors | (expected_at if isinstance(expected_at, dict) else {}))
    appointment = Appointment(
        location=actor.location,
        visitor=form.visitor,
        company=form.company,
        visitor_email=form.visitor_email,
        host=host.number,
        host_name=person_of(read(host)).name,
        expected_at=expected_at,
        created_by=actor.user,
    )
    return stores.visits.add(appointment, stores.now)


def logbook(stores: Stores, actor: Actor, day: date) -> list[Visit]:
    """The visits of a day at the actor's location: all of them, or those to or from the actor, as their rights are."""
    start, end = day_span(day, zone(place_of(stores, actor).timezone))
    return [visit for visit in stores.visits.between(actor.location, start, end) if _sees(actor, visit)]


def day_there(stores: Stores, actor: Actor) -> date:
    """The day that it is at the actor's location."""
    return today(stores.now, zone(place_of(stores, actor).timezone))


def place_of(stores: Stores, actor: Actor) -> Location:
    """The location at which the actor acts."""
    found = stores.organisations.location(actor.location)
    if found is None:
        raise LookupError(f"there is no location {actor.location}")
    return found


def sees_everything(actor: Actor) -> bool:
    """Whether the actor sees all visits of the day."""
    return actor.may(Right.CHANGE_VISIT_STATUS)


def move_on(
    stores: Stores, actor: Actor, visit_id: str, status: VisitStatus
) -> Visit | Refused | NotAllowed | NotThere:
    """Notes that a visitor has come, is checked in, or has left."""
    if not actor.may(Right.CHANGE_VISIT_STATUS):
        return NotAllowed(Right.CHANGE_VISIT_STATUS)
    found = stores.visits.get(visit_id, actor.location)
    if found is None:
        return NotThere()
    if status not in following(found.status, place_of(stores, actor).status_flow):
        return Refused({"": f"{found.appointment.visitor} is {found.status} now and cannot become {status}."})
    stores.visits.set_status(found.number, status, stores.now)
    return replace(found, status=status, since=stores.now)


def delete_visit(stores: Stores, actor: Actor, visit_id: str) -> Visit | NotAllowed | NotThere:
    """Takes a visit that the actor sees out of the Logbook."""
    if not actor.may(Right.DELETE_VISITS):
        return NotAllowed(Right.DELETE_VISITS)
    found = stores.visits.get(visit_id, actor.location)
    if found is None or not _sees(actor, found):
        return NotThere()
    stores.visits.delete(found.number)
    return found


def _sees(actor: Actor, visit: Visit) -> bool:
    own = actor.user in (visit.appointment.host, visit.appointment.created_by)
    return own or sees_everything(actor)


def _text_problems(form: VisitForm) -> dict[str, str]:
    errors = {}
    if not form.visitor:
        errors["visitor"] = "Enter the name of the visitor."
    for name in ("visitor", "company", "visitor_email"):
        value = getattr(form, name)
        if len(value) > LONGEST or not value.isprintable():
            errors[name] = f"This is longer than {LONGEST} characters, or has some that cannot be shown."
    if form.visitor_email and not is_email(form.visitor_email):
        errors["visitor_email"] = f"{form.visitor_email} is no e-mail address: write it like name@company.example."
    return errors


def _host_problem(actor: Actor, form: VisitForm, host: Record | None) -> dict[str, str]:
    if not form.host:
        return {"host": "Choose a host: type the first three letters of their name."}
    if host is None:
        return {"host": "That is nobody of this location: choose a host from the list."}
    person = person_of(read(host))
    if not person.active:
        return {"host": f"{person.name} is not active and cannot be a host: choose somebody else."}
    if host.number != actor.user and not actor.may(Right.CREATE_VISITS_FOR_OTHERS):
        return {"host": "Your user groups let you announce your own visitors only: choose yourself as the host."}
    return {}


def _expected_at(stores: Stores, actor: Actor, form: VisitForm) -> datetime | dict[str, str]:
    day, time = parsed_day(form.day), parsed_time(form.time)
    errors = {}
    if day is None:
        errors["day"] = "Enter a day, such as 2026-11-23."
    elif day < day_there(stores, actor):
        errors["day"] = "This day is over: visits are announced for today or later."
    if time is None:
        errors["time"] = "Enter a time of day, such as 14:30."
    if day is None or time is None or errors:
        return errors
    return moment(day, time, zone(place_of(stores, actor).timezone))
