"""How is somebody made an administrator of a location, or put into another of its user groups?"""

from collections.abc import Collection
from dataclasses import dataclass

from proxyclick.admin.acting import Actor, NotAllowed, NotThere, Refused
from proxyclick.admin.stores import Stores, read
from proxyclick.admin.users import user_at
from proxyclick.people.person import person_of
from proxyclick.people.user_groups import GroupChange, Right, UserGroup, group_change
from proxyclick.store.history import Event


@dataclass(frozen=True, slots=True)
class GroupsSet:
    """Somebody is in the groups that were wanted."""

    change: GroupChange


def set_groups(
    stores: Stores, actor: Actor, user_id: str, wanted: Collection[UserGroup]
) -> GroupsSet | Refused | NotAllowed | NotThere:
    """Makes the user groups of somebody at the actor's location those that are wanted; Default is always one.

    Refused where the location would be left without an active administrator.
    """
    if not actor.may(Right.DEFINE_GROUPS):
        return NotAllowed(Right.DEFINE_GROUPS)
    found = user_at(stores, actor, user_id)
    if found is None:
        return NotThere()
    change = group_change(stores.groups.groups_of(actor.location, found.number), wanted)
    last = stores.groups.active_in(actor.location, UserGroup.ADMINISTRATORS) == [found.number]
    if last and UserGroup.ADMINISTRATORS in change.left:
        return Refused(
            {"groups": "This is the only active administrator of the location: make somebody else one first."}
        )
    if change.joined or change.left:
        stores.groups.add(actor.location, found.number, change.joined)
        stores.groups.remove(actor.location, found.number, change.left)
        stores.history.add(found.number, Event(stores.now, _told(change), actor.name))
        stores.note(actor, _told(change), person_of(read(found)).email)
    return GroupsSet(change)


def _told(change: GroupChange) -> str:
    joined = [f"put into {group}" for group in sorted(change.joined)]
    left = [f"taken out of {group}" for group in sorted(change.left)]
    text = ", ".join([*joined, *left])
    return text[:1].upper() + text[1:]
