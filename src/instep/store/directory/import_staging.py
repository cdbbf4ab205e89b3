"""Where do the rows of a file lie until they are applied?"""

from collections.abc import Sequence

from sqlalchemy import Connection, delete

from instep.directory.imports import ReadRow
from instep.directory.users import name_key
from instep.store.bulk import insert_records
from instep.store.directory.import_records import row_to_record
from instep.store.tables.directory import staged_managers, staged_removals, staged_rows


def stage_rows(connection: Connection, import_id: str, rows: Sequence[ReadRow]) -> None:
    """Keep rows as they were read, and apart from them the managers that they name."""
    insert_records(connection, staged_rows, [row_to_record(import_id, row) for row in rows])
    managers = [
        {"import_id": import_id, "line": row.line, "manager": row.manager, "manager_key": name_key(row.manager)}
        for row in rows
        if row.manager is not None
    ]
    insert_records(connection, staged_managers, managers)


def drop_staged(connection: Connection, import_id: str) -> None:
    """Delete everything that an import has staged."""
    for table in (staged_rows, staged_managers, staged_removals):
        connection.execute(delete(table).where(table.c.import_id == import_id))
