"""How does a change get into the log, and how far does the log reach?"""

from collections.abc import Iterable

from sqlalchemy import Connection, func, select

from instep.directory.changes import Change
from instep.store.bulk import insert_records
from instep.store.directory.records import change_to_record
from instep.store.tables.directory import changes as log


def record_changes(connection: Connection, changes: Iterable[Change], actor: str) -> None:
    """Append to the change log, in the order given; the transaction is the one of the write itself."""
    insert_records(connection, log, [change_to_record(change, actor) for change in changes])


def head_of_log(connection: Connection) -> int:
    """Return the sequence number of the last change, 0 where there is none."""
    head: int | None = connection.execute(select(func.max(log.c.sequence))).scalar()
    return head or 0
