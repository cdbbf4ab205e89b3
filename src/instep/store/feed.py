"""How does a cycle read the directory: pages of users with their roles, links and escrows, each at one moment?"""

from collections.abc import Collection, Mapping, Sequence
from types import MappingProxyType
from typing import Any

import orjson
from sqlalchemy import Connection, text

from instep.clock import from_text
from instep.cycle.ports import Batch
from instep.ledger.cycles import Cycle
from instep.ledger.jobs import Job
from instep.ledger.records import Escrow, Link, Origin
from instep.store.bulk import ids_text as ids_text
from instep.store.database import Database
from instep.store.groups.feed import StoredGroupFeed
from instep.store.protections import protected_users
from instep.store.references import managers_to_come, owing_references, target_parameters
from instep.store.rejections import rejected_users
from instep.store.source_users import source_users
from instep.store.turns import entering, entitlement, parameters, touched

_USER = "u.id, u.attributes, u.manager_id, u.deleted_at"
_TURN_USER = "t.user_id, u.attributes, u.manager_id, u.deleted_at"
_AMONG = "IN (SELECT value FROM json_each(:ids))"


class StoredFeed:
    """The feed port over the database; every method is one short read transaction."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self.groups = StoredGroupFeed(database)

    def head(self) -> int:
        """Return the sequence of the newest change."""
        with self._database.read() as connection:
            return head(connection)

    def walk(self, job: Job, cycle: Cycle, after: str | None, limit: int) -> Batch:
        """Return the next users of the cycle after one, by id."""
        with self._database.read() as connection:
            return self._batch(connection, job, cycle, _walk_query(connection, job, cycle), after, limit)

    def linked(self, job: Job, cycle: Cycle, after: str | None, limit: int) -> Batch:
        """Return the next users of the cycle that have a link, purged ones included."""
        # Where it is the turn of few, theirs are looked up: SQLite would go through all links.
        whose, of_cycle = ("turns t CROSS JOIN links l", "t") if cycle.kind.has_turns else ("links l", "l")
        among = "AND t.cycle_id = :cycle AND l.user_id = t.user_id" if cycle.kind.has_turns else ""
        query = f"""
            SELECT l.user_id, u.attributes, u.manager_id, u.deleted_at
            FROM {whose} LEFT JOIN users u ON u.id = l.user_id
            WHERE l.job_id = :job AND l.target_identity = :identity {among} AND {of_cycle}.user_id > :after
            ORDER BY {of_cycle}.user_id LIMIT :limit"""
        with self._database.read() as connection:
            return self._batch(connection, job, cycle, query, after, limit)

    def linked_and_changed(
        self, job: Job, cycle: Cycle, since: int, head: int, under_way: Collection[str] = ()
    ) -> Batch:
        """Return the users touched by changes after `since` up to `head` who are linked, or of those under way."""
        with self._database.read() as connection:
            query = f"""
                SELECT {_TURN_USER} FROM ({touched(job, entitlement(connection, job))}) t
                LEFT JOIN links l ON l.job_id = :job AND l.target_identity = :identity AND l.user_id = t.user_id
                LEFT JOIN users u ON u.id = t.user_id
                WHERE l.user_id IS NOT NULL OR t.user_id IN (SELECT i.value FROM json_each(:under_way) i)
                ORDER BY t.user_id"""
            of_whom = {**parameters(job, since, head), "under_way": ids_text(under_way)}
            rows = connection.execute(text(query), of_whom).all()
            return _read_batch(connection, job, cycle, rows, None)

    def some(self, job: Job, cycle: Cycle, user_ids: Collection[str]) -> Batch:
        """Return these users as they are now."""
        query = """
            SELECT i.value, u.attributes, u.manager_id, u.deleted_at FROM json_each(:ids) i
            LEFT JOIN users u ON u.id = i.value ORDER BY i.value"""
        with self._database.read() as connection:
            rows = connection.execute(text(query), {"ids": ids_text(user_ids)}).all()
            return _read_batch(connection, job, cycle, rows, None)

    def managers_to_come(self, job: Job, cycle: Cycle) -> Mapping[str, str | None]:
        """Return the managers without an account of whose reports it is the turn, each with their own manager."""
        with self._database.read() as connection:
            query = managers_to_come(cycle.kind, entitlement(connection, job))
            rows = connection.execute(text(query), {**parameters(job, 0, 0), "cycle": cycle.id})
            return {row[0]: row[1] for row in rows}

    def owing_references(self, job: Job, cycle: Cycle, targets: Sequence[str], after: str | None, limit: int) -> Batch:
        """Return the next users whose account does not say their manager's account in one of these targets."""
        with self._database.read() as connection:
            query = owing_references(cycle.kind, targets)
            return self._batch(connection, job, cycle, query, after, limit, target_parameters(targets))

    def count(self, job: Job, cycle: Cycle) -> int:
        """Return how many users the cycle walks through."""
        return self._count(job, cycle, "")

    def count_unlinked(self, job: Job, cycle: Cycle) -> int:
        """Return how many of them have no link yet."""
        unlinked = """NOT EXISTS (SELECT 1 FROM links k WHERE k.job_id = :job AND k.target_identity = :identity
                      AND k.user_id = u.id) AND u.deleted_at IS NULL"""
        return self._count(job, cycle, f" AND {unlinked}")

    def _count(self, job: Job, cycle: Cycle, condition: str) -> int:
        with self._database.read() as connection:
            if cycle.kind.has_turns:
                joined = "JOIN users u ON u.id = t.user_id" if condition else ""
                query = f"SELECT count(*) FROM turns t {joined} WHERE t.cycle_id = :cycle{condition}"
            else:
                query = f"SELECT count(*) FROM users u WHERE {entering(entitlement(connection, job))}{condition}"
            values = {**parameters(job, 0, 0), "cycle": cycle.id}
            return int(connection.execute(text(query), values).scalar_one())

    def _batch(
        self,
        connection: Connection,
        job: Job,
        cycle: Cycle,
        query: str,
        after: str | None,
        limit: int,
        further: Mapping[str, str] = MappingProxyType({}),
    ) -> Batch:
        values = {**parameters(job, 0, 0), "cycle": cycle.id, "after": after or "", "limit": limit, **further}
        rows = connection.execute(text(query), values).all()
        return _read_batch(connection, job, cycle, rows, rows[-1][0] if len(rows) == limit else None)


def head(connection: Connection) -> int:
    """Return the sequence of the newest change, 0 before the first."""
    return int(connection.execute(text("SELECT coalesce(max(sequence), 0) FROM changes")).scalar_one())


def link_from(row: Any) -> Link:
    """Return the link in a row of user_id, account_id, is_active, origin, last_written."""
    return Link(row[0], row[1], bool(row[2]), Origin(row[3]), orjson.loads(row[4]))


def _walk_query(connection: Connection, job: Job, cycle: Cycle) -> str:
    if cycle.kind.has_turns:
        return f"""
            SELECT {_TURN_USER} FROM turns t LEFT JOIN users u ON u.id = t.user_id
            WHERE t.cycle_id = :cycle AND t.user_id > :after ORDER BY t.user_id LIMIT :limit"""
    condition = entering(entitlement(connection, job))
    return f"SELECT {_USER} FROM users u WHERE u.id > :after AND {condition} ORDER BY u.id LIMIT :limit"


def _read_batch(connection: Connection, job: Job, cycle: Cycle, rows: Sequence[Any], last: str | None) -> Batch:
    if not rows:
        return Batch((), {}, {}, (), {}, head(connection), last)
    ids = [row[0] for row in rows]
    managers = {row[2] for row in rows if row[2] is not None}
    query = f"""
        SELECT user_id FROM provisioning_log
        WHERE cycle_id = :cycle AND source_type = 'User' AND user_id {_AMONG}"""
    logged = connection.execute(text(query), {"cycle": cycle.id, "ids": ids_text(ids)})
    return Batch(
        users=source_users(connection, job, rows),
        links=_links(connection, job, ids),
        managers={user: link.account_id for user, link in _links(connection, job, managers).items()},
        logged={row[0] for row in logged},
        escrowed=_escrows(connection, job, ids),
        head=head(connection),
        last=last,
        rejected=rejected_users(connection, job, ids),
        protected=protected_users(connection, job, ids),
    )


def _links(connection: Connection, job: Job, ids: Collection[str]) -> Mapping[str, Link]:
    if not ids:
        return {}
    query = f"""
        SELECT user_id, account_id, is_active, origin, last_written FROM links
        WHERE job_id = :job AND target_identity = :identity AND user_id {_AMONG}"""
    values = {"job": job.id, "identity": job.target_identity, "ids": ids_text(ids)}
    return {row[0]: link_from(row) for row in connection.execute(text(query), values)}


def _escrows(connection: Connection, job: Job, ids: Sequence[str]) -> Mapping[str, Escrow]:
    query = f"""
        SELECT user_id, since, attempts, next_attempt_at, code, facts FROM escrows
        WHERE job_id = :job AND user_id {_AMONG}"""
    rows = connection.execute(text(query), {"job": job.id, "ids": ids_text(ids)})
    return {
        row[0]: Escrow(row[0], from_text(row[1]), row[2], from_text(row[3]), row[4], orjson.loads(row[5]))
        for row in rows
    }
