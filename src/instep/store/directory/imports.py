"""Where does a file stay between its reading and the last of its rows?"""

from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from datetime import datetime

from sqlalchemy import Connection, func, insert, select, update

from instep.clock import to_text
from instep.directory.imports import ReadRow, StagedImport
from instep.store.database import Database
from instep.store.directory.import_batch import Batch
from instep.store.directory.import_check import Check
from instep.store.directory.import_records import import_from_row, import_to_record
from instep.store.directory.import_staging import drop_staged, stage_rows
from instep.store.directory.lease import import_lease
from instep.store.tables.directory import imports, staged_removals, staged_rows


class ImportStore:
    """instep.directory.ports.Imports over a database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def lease(self) -> AbstractContextManager[None]:
        """Hold the right to import; raise ImportRunning where another process has it."""
        return import_lease(self._database)

    def abandon_unread(self, now: datetime) -> None:
        """Forget files whose reading was interrupted; only the holder of the lease may know that."""
        with self._database.write() as connection:
            query = select(imports.c.id).where(imports.c.state == "reading")
            for import_id in connection.execute(query).scalars().all():
                _abandon(connection, import_id, to_text(now))

    def unfinished(self) -> list[StagedImport]:
        """Return the imports that were checked and not applied to their end, the oldest first."""
        with self._database.read() as connection:
            query = select(imports).where(imports.c.state == "staged").order_by(imports.c.begun_at, imports.c.id)
            return [import_from_row(row) for row in connection.execute(query)]

    def begin(self, staged: StagedImport) -> None:
        """Note that a file is being read."""
        with self._database.write() as connection:
            connection.execute(insert(imports).values(import_to_record(staged)))

    def stage(self, import_id: str, rows: Sequence[ReadRow]) -> None:
        """Keep rows as they were read."""
        with self._database.write() as connection:
            stage_rows(connection, import_id, rows)

    def discard(self, import_id: str, now: datetime) -> None:
        """Forget a file that turned out to be unreadable."""
        with self._database.write() as connection:
            _abandon(connection, import_id, to_text(now))

    @contextmanager
    def checking(self, import_id: str) -> Iterator[Check]:
        """Open the judgement of a staged file."""
        with self._database.write() as connection:
            yield Check(connection, import_id)

    @contextmanager
    def applying(self, staged: StagedImport) -> Iterator[Batch]:
        """Open the next step of applying."""
        with self._database.write() as connection:
            yield Batch(connection, staged)

    def count_rows_left(self, import_id: str) -> int:
        """Return how many rows and removals are still to be applied."""
        with self._database.read() as connection:
            cursor = select(imports.c.cursor).where(imports.c.id == import_id).scalar_subquery()
            rows = select(func.count()).where(staged_rows.c.import_id == import_id, staged_rows.c.state == "good")
            removals = select(func.count()).where(staged_removals.c.import_id == import_id)
            left = connection.execute(rows.where(staged_rows.c.line > cursor)).scalar_one()
            return left + connection.execute(removals).scalar_one()


def _abandon(connection: Connection, import_id: str, ended_at: str) -> None:
    drop_staged(connection, import_id)
    mine = update(imports).where(imports.c.id == import_id)
    connection.execute(mine.values(state="abandoned", ended_at=ended_at))
