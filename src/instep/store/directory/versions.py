"""Which change of the log was the last one about a user or a group?"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from sqlalchemy import ColumnElement, Connection, func, select

from instep.clock import from_text
from instep.directory.changes import ChangeKind
from instep.directory.versions import Version
from instep.store.tables.directory import changes, groups

_OF_USERS: Final = (
    ChangeKind.USER_CREATED,
    ChangeKind.USER_UPDATED,
    ChangeKind.USER_DELETED,
    ChangeKind.USER_RESTORED,
)
_OF_GROUPS: Final = (
    ChangeKind.GROUP_CREATED,
    ChangeKind.GROUP_UPDATED,
    ChangeKind.GROUP_NESTED,
    ChangeKind.GROUP_UNNESTED,
    ChangeKind.MEMBER_ADDED,
    ChangeKind.MEMBER_REMOVED,
)


@dataclass(frozen=True, slots=True)
class LastChanges:
    """instep.directory.versions.Versions over one connection."""

    connection: Connection

    def of_users(self, ids: Sequence[str]) -> Mapping[str, Version]:
        """Return the versions of these users."""
        return self._last(changes.c.user_id, _OF_USERS, ids)

    def of_groups(self, ids: Sequence[str]) -> Mapping[str, Version]:
        """Return the versions of these groups; that a member was deleted or restored makes another one."""
        found = dict(self._last(changes.c.group_id, _OF_GROUPS, ids))
        came = select(groups.c.id, groups.c.members_sequence, groups.c.members_at)
        for row in self.connection.execute(came.where(groups.c.id.in_(ids), groups.c.members_sequence.isnot(None))):
            if row.id not in found or found[row.id].sequence < row.members_sequence:
                found[row.id] = Version(row.members_sequence, from_text(row.members_at))
        return found

    def _last(
        self, whose: ColumnElement[str | None], kinds: Collection[ChangeKind], ids: Sequence[str]
    ) -> Mapping[str, Version]:
        about = whose.in_(ids), changes.c.kind.in_([kind.value for kind in kinds])
        last = select(func.max(changes.c.sequence)).where(*about).group_by(whose)
        query = select(whose.label("id"), changes.c.sequence, changes.c.at).where(changes.c.sequence.in_(last))
        rows = self.connection.execute(query)
        return {row.id: Version(row.sequence, from_text(row.at)) for row in rows}
