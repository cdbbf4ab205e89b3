"""How is a user invited to the Dashboard: by a one-time link, with which they choose a password?"""

from dataclasses import dataclass

from proxyclick.accounts.links import Purpose
from proxyclick.admin.acting import Actor, NotAllowed, NotThere, Refused
from proxyclick.admin.administrators import issue_link
from proxyclick.admin.signing_in import AccountStores
from proxyclick.admin.stores import Stores, read
from proxyclick.admin.users import user_at
from proxyclick.people.person import person_of
from proxyclick.people.user_groups import Right, may
from proxyclick.store.history import Event
from proxyclick.store.resources import Record


@dataclass(frozen=True, slots=True)
class Invited:
    """The secret of the link, which is told this once."""

    secret: str


def invite_new(stores: AccountStores, actor: Actor, user_id: str) -> Invited | Refused | NotAllowed | NotThere:
    """Invites somebody whom the actor has just added; to be called in the same transaction.

    Whoever may create users may invite those. Nobody else could have given them anything yet that the link would open.
    """
    return _invite(stores, actor, user_id, Right.CREATE_USERS)


def invite(stores: AccountStores, actor: Actor, user_id: str) -> Invited | Refused | NotAllowed | NotThere:
    """Invites somebody who is there. As the link lets whoever has it act as the user, editors of users alone may.

    Refused for somebody inactive, for who can sign in already, and for who has a user group at a location where the
    actor may not give one.
    """
    return _invite(stores, actor, user_id, Right.EDIT_USERS)


def may_be_invited(stores: Stores, actor: Actor, record: Record) -> bool:
    """Whether the page of a user offers an invitation."""
    return actor.may(Right.EDIT_USERS) and _problem(stores, actor, record) is None


def _invite(
    stores: AccountStores, actor: Actor, user_id: str, right: Right
) -> Invited | Refused | NotAllowed | NotThere:
    if not actor.may(right):
        return NotAllowed(right)
    record = user_at(stores.kept, actor, user_id)
    if record is None:
        return NotThere()
    if problem := _problem(stores.kept, actor, record):
        return Refused({"": problem})
    person = person_of(read(record))
    names = (person.email, person.first_name, person.last_name)
    secret = issue_link(stores.links, Purpose.INVITATION, actor.location, stores.now(), *names)
    stores.kept.history.add(record.number, Event(stores.now(), "Invited to the Dashboard", actor.name))
    stores.kept.note(actor, "Invited a user", person.email)
    return Invited(secret)


def _problem(stores: Stores, actor: Actor, record: Record) -> str | None:
    person = person_of(read(record))
    if not person.active:
        return f"{person.name} is not active: make the user active first."
    if stores.accounts.has(record.number):
        return f"{person.name} can sign in already."
    for place in stores.presence.of(record.number, actor.organisation):
        held = stores.groups.groups_of(place.location, actor.user)
        if place.has_groups and not may(held, Right.DEFINE_GROUPS):
            return f"{person.name} has user groups at a location where you are no administrator: ask one of there."
    return None
