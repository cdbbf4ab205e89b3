"""Where in the provisioning log does a period begin? Rows are numbered in the order of time, so halving finds it."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from sqlalchemy import ColumnElement, Connection, func, literal_column, select, text, union_all

from instep.admin.ports import LogQuery
from instep.clock import from_text, to_text
from instep.store.tables.jobs import former_jobs, jobs
from instep.store.tables.ledger import cycles, provisioning_log

# Cycles of several jobs write at once, each with the moment at which its batch was finished: rows next to each other
# may be some seconds out of order.
_OUT_OF_ORDER = timedelta(minutes=5)
_EARLIEST = datetime.min.replace(tzinfo=UTC) + _OUT_OF_ORDER
_LATEST = datetime.max.replace(tzinfo=UTC) - _OUT_OF_ORDER


def first_at(connection: Connection, table: str, column: str, moment: str) -> int:
    """Return the number from which on no row of a table is older than a moment; at most that of the newest row."""
    lowest, highest = _ends(connection, table)
    at_or_after = text(f"SELECT {column} FROM {table} WHERE id >= :id ORDER BY id LIMIT 1")
    while lowest < highest:
        middle = (lowest + highest) // 2
        if connection.execute(at_or_after, {"id": middle}).scalar_one() < moment:
            lowest = middle + 1
        else:
            highest = middle
    return int(lowest)


def places(connection: Connection, query: LogQuery) -> range:
    """Return the numbers among which all entries are that a query asks for, by its period and its cycle."""
    lowest, highest = _ends(connection, "provisioning_log")
    if not highest:
        return range(0)
    since, until = query.since, query.until
    if query.cycle_id is not None:
        row = connection.execute(
            select(cycles.c.begun_at, cycles.c.ended_at).where(cycles.c.id == query.cycle_id)
        ).first()
        if row is not None:
            since = max(from_text(row.begun_at), since or from_text(row.begun_at))
            until = from_text(row.ended_at) if until is None and row.ended_at is not None else until
    if since is not None:
        lowest = _place(connection, max(since, _EARLIEST) - _OUT_OF_ORDER)
    if until is not None:
        highest = min(highest, _place(connection, min(until, _LATEST) + _OUT_OF_ORDER))
    if query.before is not None:
        highest = min(highest, query.before - 1)
    return range(lowest, highest + 1)


def _ends(connection: Connection, table: str) -> tuple[int, int]:
    """The lowest number and the highest, 0 without any; asked one by one, as SQLite goes through all rows for both."""
    ends = (f"(SELECT coalesce({end}(id), 0) FROM {table})" for end in ("min", "max"))
    lowest, highest = connection.execute(text(f"SELECT {', '.join(ends)}")).one()
    return int(lowest), int(highest)


def _place(connection: Connection, moment: datetime) -> int:
    return first_at(connection, "provisioning_log", "at", to_text(moment))


def conditions(query: LogQuery) -> Iterator[ColumnElement[bool]]:
    """Yield what must hold of each entry."""
    log = provisioning_log
    equal = (
        (log.c.id, query.entry_id),
        (log.c.action, query.action),
        (log.c.user_id, query.user_id),
        (log.c.account_id, query.account_id),
        (log.c.job_id, query.job_id),
        (log.c.cycle_id, query.cycle_id),
        (func.lower(log.c.code), query.code and query.code.lower()),
    )
    for column, value in equal:
        if value is not None:
            yield column == value
    if query.status is not None:
        word: ColumnElement[str] = literal_column(
            f"'{query.status.value}'"
        )  # written out, as the condition of an index is
        yield log.c.status == word
    if query.app_id is not None:
        of_app = (select(table.c.id).where(table.c.app_id == query.app_id) for table in (jobs, former_jobs))
        yield log.c.job_id.in_(union_all(*of_app))
    if query.named is not None:
        yield log.c.user_name.icontains(query.named, autoescape=True)
    if query.since is not None:
        yield log.c.at >= to_text(query.since)
    if query.until is not None:
        yield log.c.at < to_text(query.until)
    if query.before is not None:
        yield log.c.id < query.before
    if query.first is not None:
        yield log.c.id >= query.first
