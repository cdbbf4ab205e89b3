"""How much happened in which hour: counted as the provisioning log is written, read for charts?"""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

from sqlalchemy import ColumnElement, Connection, Table, func, select

from instep.ledger.activity import DurationCount, EntryCount, Step, is_drift
from instep.ledger.records import Action, LogEntry, Status
from instep.store.bulk import insert_rows
from instep.store.database import Database
from instep.store.tables.activity import hourly_durations, hourly_entries

_HOUR, _DAY = len("2026-11-23T14"), len("2026-11-23")
_ENTRIES = "hourly_entries (job_id, hour, action, status, code, entries, drifted)"
_MORE_ENTRIES = """ON CONFLICT (job_id, hour, action, status, code)
    DO UPDATE SET entries = hourly_entries.entries + excluded.entries,
    drifted = hourly_entries.drifted + excluded.drifted"""
_DURATIONS = "hourly_durations (job_id, hour, below_ms, operations)"
_MORE_DURATIONS = """ON CONFLICT (job_id, hour, below_ms)
    DO UPDATE SET operations = hourly_durations.operations + excluded.operations"""


def count_entries(connection: Connection, entries: Sequence[LogEntry], bound: Mapping[str, str]) -> None:
    """Add entries that are written in this transaction: a few rows, however many entries there are."""
    hour = bound["job"], bound["now"][:_HOUR]
    counted = Counter((entry.action.value, entry.status.value, entry.code) for entry in entries)
    drifted = Counter((entry.action.value, entry.status.value, entry.code) for entry in entries if is_drift(entry))
    rows = [(*hour, *kind, number, drifted[kind]) for kind, number in counted.items()]
    insert_rows(connection, _ENTRIES, rows, _MORE_ENTRIES)
    durations = Counter(entry.duration_ms.bit_length() for entry in entries if entry.action is not Action.OTHER)
    insert_rows(connection, _DURATIONS, [(*hour, 1 << bits, n) for bits, n in durations.items()], _MORE_DURATIONS)


class ActivityStore:
    """The counting half of instep.admin.ports.Jobs."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def entry_counts(self, job_id: str | None, since: datetime, step: Step) -> Sequence[EntryCount]:
        """Return how many entries each step since then has, of one job or of all."""
        table, begin = hourly_entries, _step(hourly_entries, step)
        kind = table.c.action, table.c.status, table.c.code
        sums = func.sum(table.c.entries), func.sum(table.c.drifted)
        query = select(begin, *kind, *sums).where(*_since(table, job_id, since)).group_by(begin, *kind)
        with self._database.read() as connection:
            return [
                EntryCount(_moment(row[0]), Action(row[1]), Status(row[2]), *row[3:])
                for row in connection.execute(query)
            ]

    def duration_counts(self, job_id: str | None, since: datetime, step: Step) -> Sequence[DurationCount]:
        """Return how long operations took in each step since then, of one job or of all."""
        table, begin = hourly_durations, _step(hourly_durations, step)
        query = select(begin, table.c.below_ms, func.sum(table.c.operations)).where(*_since(table, job_id, since))
        with self._database.read() as connection:
            rows = connection.execute(query.group_by(begin, table.c.below_ms))
            return [DurationCount(_moment(row[0]), row[1], row[2]) for row in rows]


def _step(table: Table, step: Step) -> ColumnElement[str]:
    return func.substr(table.c.hour, 1, _HOUR if step is Step.HOUR else _DAY)


def _since(table: Table, job_id: str | None, since: datetime) -> list[ColumnElement[bool]]:
    of_job = [] if job_id is None else [table.c.job_id == job_id]
    return [table.c.hour >= since.astimezone(UTC).isoformat()[:_HOUR], *of_job]


def _moment(step: str) -> datetime:
    return datetime.fromisoformat(step if len(step) == _DAY else f"{step}:00").replace(tzinfo=UTC)
