"""Who made this user entitled to an application, when, through what, and who ended it? The change log, replayed."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TypeAlias

from instep.directory.changes import ChangeKind, RecordedChange
from instep.directory.groups import ALL_USERS_GROUP_ID
from instep.ledger.jobs import NestedGroups

Roles: TypeAlias = dict[str, RecordedChange]  # role id -> the change that assigned it


@dataclass(frozen=True, slots=True)
class HeldRole:
    """A role that a user holds: `path` are the groups from the user's own to the assigned one; none if it is direct.

    `joined` is the membership in the first of them; All users has none.
    """

    role_id: str
    assigned: RecordedChange
    path: tuple[str, ...] = ()
    joined: RecordedChange | None = None


@dataclass(frozen=True, slots=True)
class Entitlement:
    """The roles that a user holds at a moment; if none, the change that took the last one, if there ever was one."""

    held: tuple[HeldRole, ...]
    lost: RecordedChange | None


@dataclass(slots=True)
class _World:
    direct: Roles = field(default_factory=dict)
    of_groups: dict[str, Roles] = field(default_factory=dict)
    memberships: dict[str, RecordedChange] = field(default_factory=dict)
    parents: dict[str, set[str]] = field(default_factory=dict)  # group -> the groups that it is in
    deleted: set[str] = field(default_factory=set)

    def apply(self, recorded: RecordedChange) -> None:
        change = recorded.change
        group = change.group_id or ""
        match change.kind:
            case ChangeKind.ASSIGNED:
                roles = self.direct if change.user_id is not None else self.of_groups.setdefault(group, {})
                roles[_role(recorded)] = recorded
            case ChangeKind.UNASSIGNED if change.user_id is not None:
                self.direct.clear()
            case ChangeKind.UNASSIGNED:
                self.of_groups.pop(group, None)
            case ChangeKind.MEMBER_ADDED:
                self.memberships[group] = recorded
            case ChangeKind.MEMBER_REMOVED:
                self.memberships.pop(group, None)
            case ChangeKind.GROUP_NESTED:
                self.parents.setdefault(change.nested_id or "", set()).add(group)
            case ChangeKind.GROUP_UNNESTED:
                self.parents.get(change.nested_id or "", set()).discard(group)
            case ChangeKind.GROUP_DELETED:
                self.deleted.add(group)
            case ChangeKind.USER_PURGED:
                self.direct.clear()
                self.memberships.clear()

    def held(self, nested: Mapping[str, set[str]]) -> Iterable[HeldRole]:
        for role_id, assigned in self.direct.items():
            yield HeldRole(role_id, assigned)
        for role_id, assigned in self.of_groups.get(ALL_USERS_GROUP_ID, {}).items():
            yield HeldRole(role_id, assigned, (ALL_USERS_GROUP_ID,))
        for own, joined in self.memberships.items():
            for path in _paths(own, nested, self.deleted):
                for role_id, assigned in self.of_groups.get(path[-1], {}).items():
                    yield HeldRole(role_id, assigned, path, joined)


def entitlement(
    of_user: Sequence[RecordedChange],
    of_groups: Sequence[RecordedChange],
    app_id: str,
    nesting: NestedGroups,
    until: datetime,
) -> Entitlement:
    """Replay assignments and memberships up to a moment."""
    relevant = (each for each in (*of_user, *of_groups) if each.change.app_id in (None, app_id))
    world, lost = _World(), None
    held: tuple[HeldRole, ...] = ()
    for recorded in sorted(relevant, key=lambda each: each.sequence):
        if recorded.change.at > until:
            break
        world.apply(recorded)
        before, held = held, tuple(world.held(world.parents if nesting is NestedGroups.EXPAND else {}))
        if before and not held:
            lost = recorded
    return Entitlement(held, None if held else lost)


def _role(recorded: RecordedChange) -> str:
    return str((recorded.change.attributes or {}).get("appRole", (None, ""))[1])


def _paths(own: str, parents: Mapping[str, set[str]], deleted: set[str]) -> Iterable[tuple[str, ...]]:
    """Every group that is reached, by its shortest way; a deleted one ends the way."""
    seen: set[str] = {own}
    pending: list[tuple[str, ...]] = [(own,)]
    while pending:
        path = pending.pop(0)
        if path[-1] in deleted:
            continue
        yield path
        for above in sorted(parents.get(path[-1], set()) - seen):
            seen.add(above)
            pending.append((*path, above))
