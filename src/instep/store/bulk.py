"""How are many rows inserted by few statements, beside the event loop?

One statement for many rows: while the database works on it, Python's other threads run; row by row, each row would wait
for them. A JSON value expanded by SQLite does the same, and cost half as much again (bench/README.md). To PostgreSQL
rows are copied, unless some may be there already.
"""

from collections.abc import Collection, Mapping, Sequence
from itertools import chain
from typing import Any

import orjson
from sqlalchemy import Connection, Table, insert, text

from instep.store.postgresql import is_postgresql
from instep.store.postgresql.copying import copy_rows

ROWS_A_STATEMENT = 500


def insert_rows(connection: Connection, into: str, rows: Sequence[tuple[Any, ...]], on_conflict: str = "") -> None:
    """Insert rows of equal width: `into` is the table with its columns, `on_conflict` the statement's end.

    Full portions share one statement's text, so that it is prepared once.
    """
    if is_postgresql(connection) and not on_conflict:
        copy_rows(connection, into, rows)
        return
    mark = "%s" if is_postgresql(connection) else "?"
    for start in range(0, len(rows), ROWS_A_STATEMENT):
        portion = rows[start : start + ROWS_A_STATEMENT]
        row = f"({', '.join([mark] * len(portion[0]))})"
        statement = f"INSERT INTO {into} VALUES {', '.join([row] * len(portion))} {on_conflict}"
        connection.exec_driver_sql(statement, tuple(chain.from_iterable(portion)))


def insert_records(connection: Connection, table: Table, records: Sequence[Mapping[str, Any]]) -> None:
    """Insert rows that have the same columns; none may be there already."""
    if not records:
        return
    if is_postgresql(connection):
        names = list(records[0])
        copy_rows(connection, f"{table.name} ({', '.join(names)})", [tuple(map(r.get, names)) for r in records])
    else:
        connection.execute(insert(table), [*records])


def next_numbers(connection: Connection, table: str, count: int) -> Sequence[int]:
    """Return numbers for so many new rows of a table, ascending; without gaps where no other process writes."""
    if is_postgresql(connection):
        drawn = text(f"SELECT nextval('{table}_id_seq') FROM generate_series(1, :count)")
        return connection.execute(drawn, {"count": count}).scalars().all()
    first = int(connection.execute(text(f"SELECT coalesce(max(id), 0) + 1 FROM {table}")).scalar_one())
    return range(first, first + count)


def json_text(document: Mapping[str, Any]) -> str:
    """Return a document as it is kept."""
    return orjson.dumps(document).decode() if document else "{}"


def ids_text(ids: Collection[str]) -> str:
    """Return ids as the JSON text that `json_each` expands."""
    return orjson.dumps(list(ids)).decode()
