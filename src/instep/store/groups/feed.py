"""How does a cycle read the directory's groups: whose turn it is, as they are now, and which members differ?"""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

import orjson
from sqlalchemy import Connection, text

from instep.clock import from_text, to_text
from instep.cycle.groups.ports import Extent, GroupBatch, GroupState, Side
from instep.directory.applications import DEFAULT_ACCESS_ROLE_ID
from instep.ledger.cycles import Cycle, CycleKind
from instep.ledger.groups import GroupLink
from instep.ledger.jobs import Job, NestedGroups
from instep.ledger.plans import PlanState
from instep.ledger.records import Escrow, Origin
from instep.rules.planning.memberships import Membership
from instep.rules.planning.operations import OperationKind
from instep.rules.source_group import SourceGroup
from instep.rules.source_user import Presence
from instep.store.bulk import ids_text
from instep.store.database import Database
from instep.store.directory.change_log import head_of_log
from instep.store.groups.memberships import IS_NESTED_OTHERWISE, NOT_REJECTED, PEOPLE, memberships_that_differ
from instep.store.groups.rejections import ITSELF, standing_rejections
from instep.store.groups.turns import WRITTEN_IN_THIS_CYCLE, group_parameters, groups_in_turn
from instep.store.source_users import attributes_from, enabled_roles

USERS_COMPARED_ONE_BY_ONE = 1_000  # beyond so many users of a cycle, all members of a group are compared at once
_AMONG = "IN (SELECT value FROM json_each(:ids))"


class StoredGroupFeed:
    """The groups' feed over the database; every method is one short read transaction."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def touched(self, job: Job, cycle: Cycle, escrows_due_by: datetime) -> Sequence[str]:
        """Return the groups whose turn it is, in their order."""
        values = {**group_parameters(job, cycle), "due_by": to_text(escrows_due_by)}
        with self._database.read() as connection:
            return [row[0] for row in connection.execute(text(groups_in_turn(job, cycle)), values)]

    def some(self, job: Job, cycle: Cycle, group_ids: Collection[str]) -> GroupBatch:
        """Return these groups as they are now; those that the directory never heard of are left out."""
        query = (
            f"SELECT g.id, g.display_name, g.attributes, g.deleted_at FROM groups g WHERE g.id {_AMONG} ORDER BY g.id"
        )
        values = {**group_parameters(job, cycle), "ids": ids_text(group_ids)}
        with self._database.read() as connection:
            links, escrows = _links(connection, values), _escrows(connection, values)
            logged, roles = _logged(connection, values), _roles(connection, job, values)
            written, rejected = _written(connection, values), standing_rejections(connection, job, group_ids)
            states = [
                GroupState(
                    group=_group(row, *roles.get(row[0], ((), False))),
                    link=links.get(row[0]),
                    escrow=escrows.get(row[0]),
                    is_logged=row[0] in logged,
                    is_rejected=(row[0], ITSELF) in rejected,
                    **written.get(row[0], {}),
                )
                for row in connection.execute(text(query), values)
            ]
            return GroupBatch(states, head_of_log(connection))

    def memberships(
        self, job: Job, cycle: Cycle, group_id: str, side: Side, extent: Extent, after: str, limit: int
    ) -> Sequence[Membership]:
        """Return the next memberships of a linked group that differ from what was last written, by user."""
        values = {**group_parameters(job, cycle), "group": group_id, "after": after, "limit": limit}
        with self._database.read() as connection:
            held = _states_of_holds(connection, values)
            is_compared_whole = bool(held) and cycle.kind is not CycleKind.ON_DEMAND
            if extent is Extent.TOUCHED and (is_compared_whole or _concerns_all(connection, job, cycle, values)):
                extent = Extent.WHOLE
            left = PlanState.REJECTED.value in held and extent is not Extent.PLANNED
            query = memberships_that_differ(job, side, extent, NOT_REJECTED[side] if left else "")
            rows = connection.execute(text(query), values)
            return [Membership(row[0], row[1], row[2], bool(row[3]), bool(row[4])) for row in rows]

    def written_accounts(self, job: Job, group_id: str) -> Sequence[str]:
        """Return the accounts that were written as members of a linked group."""
        query = """
            SELECT w.account_id FROM group_links gl JOIN written_memberships w ON w.link_id = gl.id
            WHERE gl.job_id = :job AND gl.target_identity = :identity AND gl.group_id = :group ORDER BY w.account_id"""
        values = {"job": job.id, "identity": job.target_identity, "group": group_id}
        with self._database.read() as connection:
            return [row[0] for row in connection.execute(text(query), values)]

    def people_in(self, job: Job, group_ids: Collection[str]) -> Collection[str]:
        """Return the users whose active accounts were written as members of these groups."""
        values = {"job": job.id, "identity": job.target_identity, "ids": ids_text(group_ids)}
        with self._database.read() as connection:
            return {row[0] for row in connection.execute(text(PEOPLE), values)}


def _group(row: Any, roles: tuple[str, ...], has_default_access: bool) -> SourceGroup:  # noqa: FBT001
    group_id, display_name, attributes, deleted_at = row
    presence = Presence.LIVE if deleted_at is None else Presence.PURGED
    return SourceGroup(group_id, presence, display_name, attributes_from(attributes), roles, has_default_access)


def _concerns_all(connection: Connection, job: Job, cycle: Cycle, values: Mapping[str, object]) -> bool:
    """Whether all members are to be compared, although they were before."""
    if not cycle.kind.has_turns or _users_of(connection, cycle) > USERS_COMPARED_ONE_BY_ONE:
        return True
    if job.settings.nested_groups is not NestedGroups.EXPAND:
        return False
    return connection.execute(text(IS_NESTED_OTHERWISE), values).first() is not None


def _users_of(connection: Connection, cycle: Cycle) -> int:
    query = "SELECT count(*) FROM (SELECT 1 FROM turns WHERE cycle_id = :cycle LIMIT :most)"
    values = {"cycle": cycle.id, "most": USERS_COMPARED_ONE_BY_ONE + 1}
    return int(connection.execute(text(query), values).scalar_one())


def _states_of_holds(connection: Connection, values: Mapping[str, object]) -> Collection[str]:
    """Return the states of the sets that hold something of a group, if any do: then all its members are compared."""
    query = """SELECT DISTINCT p.state FROM held_groups h JOIN plans p ON p.id = h.plan_id
               WHERE h.job_id = :job AND h.group_id = :group"""
    return {row[0] for row in connection.execute(text(query), values)}


def _links(connection: Connection, values: Mapping[str, object]) -> Mapping[str, GroupLink]:
    query = f"""
        SELECT group_id, resource_id, origin, last_written, is_compared FROM group_links
        WHERE job_id = :job AND target_identity = :identity AND group_id {_AMONG}"""
    rows = connection.execute(text(query), values)
    return {row[0]: GroupLink(row[0], row[1], Origin(row[2]), orjson.loads(row[3]), bool(row[4])) for row in rows}


def _escrows(connection: Connection, values: Mapping[str, object]) -> Mapping[str, Escrow]:
    query = f"""
        SELECT group_id, since, attempts, next_attempt_at, code, facts FROM group_escrows
        WHERE job_id = :job AND group_id {_AMONG}"""
    return {row[0]: escrow_from(row) for row in connection.execute(text(query), values)}


def escrow_from(row: Any) -> Escrow:
    """Return the escrow in a row of id, since, attempts, next_attempt_at, code, facts."""
    return Escrow(row[0], from_text(row[1]), row[2], from_text(row[3]), row[4], orjson.loads(row[5]))


def _logged(connection: Connection, values: Mapping[str, object]) -> Collection[str]:
    query = f"""
        SELECT user_id FROM provisioning_log WHERE cycle_id = :cycle AND source_type = 'Group' AND user_id {_AMONG}"""
    return {row[0] for row in connection.execute(text(query), values)}


def _written(connection: Connection, values: Mapping[str, object]) -> Mapping[str, dict[str, int]]:
    """Return how many members this cycle has added to each group and taken out of it so far."""
    written: dict[str, dict[str, int]] = {}
    for group_id, kind, number in connection.execute(text(WRITTEN_IN_THIS_CYCLE), values):
        written.setdefault(group_id, {})["added" if kind == OperationKind.ADD_MEMBERS else "removed"] = number
    return written


def _roles(
    connection: Connection, job: Job, values: Mapping[str, object]
) -> Mapping[str, tuple[tuple[str, ...], bool]]:
    """Return the names of the enabled roles that each group holds, and whether Default Access is among them."""
    enabled = enabled_roles(connection, job)
    held: dict[str, list[str]] = {}
    query = f"SELECT principal_id, role_id FROM assignments WHERE app_id = :app AND principal_id {_AMONG}"
    for group_id, role_id in connection.execute(text(query), values):
        held.setdefault(group_id, []).append(role_id)
    return {
        group_id: (
            tuple(enabled[role]["displayName"] for role in roles if role in enabled),
            DEFAULT_ACCESS_ROLE_ID in roles,
        )
        for group_id, roles in held.items()
    }
