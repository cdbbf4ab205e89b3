"""How do many rows get to a PostgreSQL server? By COPY: no statement is parsed that grows with them."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection


def copy_rows(connection: Connection, into: str, rows: Sequence[tuple[Any, ...]]) -> None:
    """Append rows in the transaction of the connection; `into` is the table with its columns."""
    if not rows:
        return
    raw: Any = connection.connection.driver_connection
    with raw.cursor() as cursor, cursor.copy(f"COPY {into} FROM STDIN") as copy:
        for row in rows:
            copy.write_row(row)
