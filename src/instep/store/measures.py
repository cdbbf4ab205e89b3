"""What is counted for a monitor? A few queries for all jobs together, each answered from an index."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final

import orjson
from sqlalchemy import Connection, bindparam, false, func, select, text

from instep.clock import from_text
from instep.ledger.jobs import Job
from instep.ledger.measures import EndedCycle, JobMeasures, Measures
from instep.store.database import Database
from instep.store.feed import head
from instep.store.migrations import is_up_to_date
from instep.store.tables.ledger import links

EntryKind = tuple[str, str, str]
"""Job, action, status."""

LinkCounts = Mapping[tuple[str, str], tuple[int, int]]
"""Job and target identity -> how many links, and how many of them are inactive."""

_OF_TARGETS: Final = links.c.job_id, links.c.target_identity
_LINKS: Final = select(*_OF_TARGETS, func.count()).group_by(*_OF_TARGETS)
# Left to itself, SQLite reads all the rows, with what was last written.
_INACTIVE: Final = _LINKS.where(links.c.is_active == false()).with_hint(links, "INDEXED BY ix_links_inactive", "sqlite")
_GROUPS: Final = text("SELECT job_id, target_identity, count(*) FROM group_links GROUP BY job_id, target_identity")
_ESCROWS: Final = text("SELECT job_id, count(*) FROM escrows GROUP BY job_id")
_GROUP_ESCROWS: Final = text("SELECT job_id, count(*) FROM group_escrows GROUP BY job_id")
_HELD: Final = text(
    """SELECT h.job_id, p.subject, count(*) FROM holds h JOIN plans p ON p.id = h.plan_id
       WHERE p.state IN ('planned', 'approved') GROUP BY h.job_id, p.subject
       UNION ALL SELECT h.job_id, h.subject, count(*) FROM held_groups h JOIN plans p ON p.id = h.plan_id
       WHERE p.state IN ('planned', 'approved') GROUP BY h.job_id, h.subject"""
)
_CYCLES: Final = text(
    """SELECT c.job_id, c.kind, c.state, c.begun_at, c.ended_at, c.counts FROM jobs j JOIN cycles c ON c.id = (
           SELECT id FROM cycles WHERE job_id = j.id AND ended_at IS NOT NULL AND kind <> 'on demand'
           ORDER BY begun_at DESC LIMIT 1)"""
)
_USERS: Final = text("SELECT count(*) FROM users")
_DELETED_USERS: Final = text("SELECT count(*) FROM users WHERE deleted_at IS NOT NULL")
_LIVE_GROUPS: Final = text("SELECT count(*) FROM groups WHERE deleted_at IS NULL")
_MAILS: Final = text("SELECT count(*), min(at) FROM mails WHERE state = 'queued'")
_ENTRIES: Final = "SELECT job_id, action, status, sum(entries) FROM hourly_entries WHERE {} GROUP BY 1, 2, 3"
_BEFORE: Final = text(_ENTRIES.format("hour < :hour"))
_IN: Final = text(_ENTRIES.format("job_id IN :jobs AND hour = :hour")).bindparams(bindparam("jobs", expanding=True))


class MeasureStore:
    """Counts of a moment."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def are_tables_current(self) -> bool:
        """Say whether the tables are those of this version."""
        return is_up_to_date(self._database)

    def link_counts(self) -> LinkCounts:
        """Return how many links there are; some 0.05 s for 300,000, and everything else is much less."""
        with self._database.read() as connection:
            inactive = {(row[0], row[1]): int(row[2]) for row in connection.execute(_INACTIVE)}
            linked = {(row[0], row[1]): int(row[2]) for row in connection.execute(_LINKS)}
        return {target: (number, inactive.get(target, 0)) for target, number in linked.items()}

    def of(self, jobs: Sequence[Job], links: LinkCounts) -> Measures:
        """Return what is counted of these jobs and of the directory."""
        with self._database.read() as connection:
            mails = connection.execute(_MAILS).one()
            deleted = _count(connection, _DELETED_USERS)
            return Measures(
                jobs=_of_jobs(connection, jobs, links),
                head=head(connection),
                users=_count(connection, _USERS) - deleted,
                deleted_users=deleted,
                groups=_count(connection, _LIVE_GROUPS),
                queued_mails=int(mails[0]),
                oldest_queued_mail_at=None if mails[1] is None else from_text(mails[1]),
            )

    def entries_before(self, hour: str) -> Mapping[EntryKind, int]:
        """Return how many entries were logged before an hour, such as 2026-11-23T14."""
        with self._database.read() as connection:
            return {(row[0], row[1], row[2]): int(row[3]) for row in connection.execute(_BEFORE, {"hour": hour})}

    def entries_in(self, hour: str, job_ids: Sequence[str]) -> Mapping[EntryKind, int]:
        """Return how many entries these jobs have logged in an hour."""
        with self._database.read() as connection:
            rows = connection.execute(_IN, {"hour": hour, "jobs": list(job_ids)})
            return {(row[0], row[1], row[2]): int(row[3]) for row in rows}


def _of_jobs(connection: Connection, jobs: Sequence[Job], links: LinkCounts) -> dict[str, JobMeasures]:
    escrows, group_escrows = _waiting(connection, _ESCROWS), _waiting(connection, _GROUP_ESCROWS)
    groups = {(row[0], row[1]): int(row[2]) for row in connection.execute(_GROUPS)}
    held: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for row in connection.execute(_HELD):
        held[row[0]][row[1]] += int(row[2])
    cycles = {row.job_id: _ended(row) for row in connection.execute(_CYCLES)}

    def of(job: Job) -> JobMeasures:
        target = job.id, job.target_identity
        linked, inactive = links.get(target, (0, 0))
        return JobMeasures(
            links=linked,
            active_links=linked - inactive,
            linked_groups=groups.get(target, 0),
            escrows=escrows[job.id],
            group_escrows=group_escrows[job.id],
            held=dict(held[job.id]),
            last_cycle=cycles.get(job.id),
        )

    return {job.id: of(job) for job in jobs}


def _waiting(connection: Connection, query: Any) -> Counter[str]:
    return Counter({row[0]: int(row[1]) for row in connection.execute(query)})


def _ended(row: Any) -> EndedCycle:
    requests = orjson.loads(row.counts).get("requests", {})
    begun_at: datetime = from_text(row.begun_at)
    return EndedCycle(row.kind, row.state, begun_at, from_text(row.ended_at), requests)


def _count(connection: Connection, query: Any) -> int:
    return int(connection.execute(query).scalar_one())
