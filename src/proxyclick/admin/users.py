"""How are users added, edited, disabled and deleted by hand?"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from instep.scim.errors import InvalidValue
from instep.scim.patch import Operation
from instep.scim.values import fold
from proxyclick.admin.acting import Actor, NotAllowed, NotThere, Refused
from proxyclick.admin.changing import change, create
from proxyclick.admin.stores import Stores, read
from proxyclick.people.by_hand import Particulars, activation, edits, new_body, problems
from proxyclick.people.changes import changes_between
from proxyclick.people.keys import Keys
from proxyclick.people.person import person_of
from proxyclick.people.user_groups import Right, UserGroup
from proxyclick.store.history import Event, Kind
from proxyclick.store.resources import Record


@dataclass(frozen=True, slots=True)
class Added:
    """Somebody is a user of the location now; `was_elsewhere` when they were one of another location already."""

    id: str
    was_elsewhere: bool = False


@dataclass(frozen=True, slots=True)
class Edited:
    """The user is as the form says."""

    id: str


@dataclass(frozen=True, slots=True)
class Deleted:
    """Somebody is no user of the location any more; `is_elsewhere` when they are still one of another location."""

    name: str
    is_elsewhere: bool


def add_user(
    stores: Stores, actor: Actor, form: Particulars, groups: Collection[UserGroup] = ()
) -> Added | Refused | NotAllowed:
    """Makes a user of the actor's location, or brings somebody of another location of the organisation here."""
    if not actor.may(Right.CREATE_USERS):
        return NotAllowed(Right.CREATE_USERS)
    further = set(groups) - {UserGroup.DEFAULT}
    if further and not actor.may(Right.DEFINE_GROUPS):
        return NotAllowed(Right.DEFINE_GROUPS)
    if wrong := problems(form):
        return Refused(wrong)
    known = _holder(stores, actor, form.email)
    if known is not None and stores.users_at(actor.organisation, actor.location).at(known.number) is not None:
        return Refused({"email": f"{form.email} belongs to {person_of(read(known)).name} of this location already."})
    try:
        record = known or create(stores, actor, new_body(form))
    except InvalidValue as error:
        return Refused({"email": str(error)})
    return _arrived(stores, actor, record, further, was_elsewhere=known is not None)


def edit_user(
    stores: Stores, actor: Actor, user_id: str, form: Particulars, revision: int
) -> Edited | Refused | NotAllowed | NotThere:
    """Makes a user what the form says; refused when they have changed since the form was shown at `revision`."""
    found = _editable(stores, actor, user_id)
    if not isinstance(found, Record):
        return found
    if wrong := problems(form):
        return Refused(wrong)
    if found.revision != revision:
        return Refused({"": "This user was changed in the meantime. Look at what is here now, and save again."})
    return _changed(stores, actor, found, edits(read(found), form), "Edited by hand")


def set_active(stores: Stores, actor: Actor, user_id: str, *, active: bool) -> Edited | Refused | NotAllowed | NotThere:
    """Enables or disables somebody at all of their locations; who is disabled keeps everything but their access."""
    found = _editable(stores, actor, user_id)
    if not isinstance(found, Record):
        return found
    if not active and (refused := _indispensable(stores, actor, found, "disable")):
        return refused
    what = "Enabled by hand" if active else "Disabled by hand"
    return _changed(stores, actor, found, activation(active=active), what)


def delete_user(stores: Stores, actor: Actor, user_id: str) -> Deleted | Refused | NotAllowed | NotThere:
    """Takes somebody from the actor's location and its user groups; who is at no other is no user any more."""
    found = _editable(stores, actor, user_id)
    if not isinstance(found, Record):
        return found
    if refused := _indispensable(stores, actor, found, "delete"):
        return refused
    user = read(found)
    gone = stores.users_at(actor.organisation, actor.location).delete(found.number)
    what = "Deleted by hand" if gone else f"Taken from {_location_name(stores, actor)} by hand"
    changes = changes_between(user, {}) if gone else ()
    stores.history.add(found.number, Event(stores.now, what, actor.name, changes=changes))
    stores.note(actor, "Deleted a user", person_of(user).email)
    return Deleted(person_of(user).name, is_elsewhere=not gone)


def user_at(stores: Stores, actor: Actor, user_id: str) -> Record | None:
    """The user of an id, if they are at the actor's location."""
    return stores.users_at(actor.organisation, actor.location).get(user_id)


def _editable(stores: Stores, actor: Actor, user_id: str) -> Record | NotAllowed | NotThere:
    if not actor.may(Right.EDIT_USERS):
        return NotAllowed(Right.EDIT_USERS)
    return user_at(stores, actor, user_id) or NotThere()


def _changed(
    stores: Stores, actor: Actor, found: Record, operations: Sequence[Operation], what: str
) -> Edited | Refused:
    try:
        outcome = change(stores, actor, found, operations, what)
    except InvalidValue as error:
        return Refused({"": str(error)})
    return outcome if isinstance(outcome, Refused) else Edited(found.id)


def _holder(stores: Stores, actor: Actor, email: str) -> Record | None:
    """Who of the organisation has an e-mail address."""
    everyone = stores.everyone(actor.organisation)
    address = fold(email)
    number = everyone.holder(Keys(address, address, (), None, ""))
    return None if number is None else everyone.at(number)


def _arrived(
    stores: Stores, actor: Actor, record: Record, groups: Collection[UserGroup], *, was_elsewhere: bool
) -> Added:
    stores.presence.join(record.number, (actor.location,), None)
    stores.groups.add(actor.location, record.number, groups)
    what = f"Added to {_location_name(stores, actor)} by hand"
    changes = () if was_elsewhere else changes_between({}, read(record))
    kind = Kind.CHANGED if was_elsewhere else Kind.CREATED
    stores.history.add(record.number, Event(stores.now, what, actor.name, changes, kind))
    stores.note(actor, "Added a user", person_of(read(record)).email)
    return Added(record.id, was_elsewhere)


def _indispensable(stores: Stores, actor: Actor, found: Record, verb: str) -> Refused | None:
    if found.number == actor.user:
        return Refused({"": f"You cannot {verb} yourself: ask another administrator."})
    if stores.groups.active_in(actor.location, UserGroup.ADMINISTRATORS) == [found.number]:
        name = person_of(read(found)).name
        return Refused({"": f"{name} is the only active administrator of this location: make somebody else one first."})
    return None


def _location_name(stores: Stores, actor: Actor) -> str:
    location = stores.organisations.location(actor.location)
    return location.name if location else "this location"
