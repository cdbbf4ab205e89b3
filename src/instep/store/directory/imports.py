"""Where does a file stay between its reading and the last of its rows?"""

from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, func, insert, select, update

from instep.clock import from_text, to_text
from instep.directory.imports import PastImport, ReadRow, StagedImport, StagedRow
from instep.directory.users import User
from instep.store.database import Database
from instep.store.directory.import_batch import Batch, good_rows
from instep.store.directory.import_check import PREVIEWED, Check
from instep.store.directory.import_records import import_from_row, import_to_record, report_from_json
from instep.store.directory.import_staging import drop_staged, stage_rows
from instep.store.directory.lease import import_lease
from instep.store.directory.reading import Reading
from instep.store.directory.records import user_from_row
from instep.store.leases import IMPORT
from instep.store.tables.directory import imports, staged_removals, staged_rows, users


class ImportStore:
    """instep.directory.ports.Imports over a database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def lease(self) -> AbstractContextManager[None]:
        """Hold the right to import; raise ImportRunning where another process has it."""
        return import_lease(self._database)

    def abandon_unread(self, now: datetime) -> None:
        """Forget files whose reading was interrupted; only the holder of the lease may know that."""
        with self._database.write(under=(IMPORT,)) as connection:
            for import_id in connection.execute(select(imports.c.id).where(imports.c.state == PREVIEWED)).scalars():
                drop_staged(connection, import_id)
            query = select(imports.c.id).where(imports.c.state == "reading")
            for import_id in connection.execute(query).scalars().all():
                _abandon(connection, import_id, to_text(now))

    def are_left_over(self) -> bool:
        """Say whether an import was begun and has come to no end, or is under way."""
        begun = imports.c.state.in_(("reading", "staged"))
        previews = select(staged_rows.c.import_id).join(imports, imports.c.id == staged_rows.c.import_id)
        with self._database.read() as connection:
            if connection.execute(select(imports.c.id).where(begun).limit(1)).first() is not None:
                return True
            return connection.execute(previews.where(imports.c.state == PREVIEWED).limit(1)).first() is not None

    def unfinished(self) -> list[StagedImport]:
        """Return the imports that were checked and not applied to their end, the oldest first."""
        with self._database.read() as connection:
            query = select(imports).where(imports.c.state == "staged").order_by(imports.c.begun_at, imports.c.id)
            return [import_from_row(row) for row in connection.execute(query)]

    def begin(self, staged: StagedImport) -> None:
        """Note that a file is being read."""
        with self._database.write(under=(IMPORT,)) as connection:
            connection.execute(insert(imports).values(import_to_record(staged)))

    def stage(self, import_id: str, rows: Sequence[ReadRow]) -> None:
        """Keep rows as they were read."""
        with self._database.write(under=(IMPORT,)) as connection:
            stage_rows(connection, import_id, rows)

    def discard(self, import_id: str, now: datetime) -> None:
        """Forget a file that turned out to be unreadable."""
        with self._database.write(under=(IMPORT,)) as connection:
            _abandon(connection, import_id, to_text(now))

    def judged_rows(self, import_id: str, after_line: int, limit: int) -> list[StagedRow]:
        """Return rows that were not found bad, after a line."""
        with self._database.read() as connection:
            return good_rows(connection, import_id, after_line, limit)

    def users(self, user_ids: Sequence[str]) -> dict[str, User]:
        """Return those of these users that there are, live or soft-deleted."""
        with self._database.read() as connection:
            return Reading(connection).users_with_ids(user_ids)

    def judged_removals(self, import_id: str, limit: int) -> tuple[int, list[User]]:
        """Return how many users would be removed, and the first of them."""
        mine = staged_removals.c.import_id == import_id
        query = select(users).join(staged_removals, staged_removals.c.user_id == users.c.id).where(mine)
        with self._database.read() as connection:
            counted = connection.execute(select(func.count()).select_from(staged_removals).where(mine)).scalar_one()
            return counted, [user_from_row(row) for row in connection.execute(query.limit(limit))]

    def drop_judged(self, import_id: str) -> None:
        """Delete everything that a preview has staged."""
        with self._database.write(under=(IMPORT,)) as connection:
            drop_staged(connection, import_id)

    def past(self, limit: int) -> list[PastImport]:
        """Return the latest imports, whatever became of them, but no previews."""
        query = select(imports).where(imports.c.state != PREVIEWED).order_by(imports.c.begun_at.desc(), imports.c.id)
        with self._database.read() as connection:
            return [_past(row) for row in connection.execute(query.limit(limit))]

    @contextmanager
    def checking(self, import_id: str) -> Iterator[Check]:
        """Open the judgement of a staged file."""
        with self._database.write(under=(IMPORT,)) as connection:
            yield Check(connection, import_id)

    @contextmanager
    def applying(self, staged: StagedImport) -> Iterator[Batch]:
        """Open the next step of applying."""
        with self._database.write(under=(IMPORT,)) as connection:
            yield Batch(connection, staged)

    def count_rows_left(self, import_id: str) -> int:
        """Return how many rows and removals are still to be applied."""
        with self._database.read() as connection:
            cursor = select(imports.c.cursor).where(imports.c.id == import_id).scalar_subquery()
            rows = select(func.count()).where(staged_rows.c.import_id == import_id, staged_rows.c.state == "good")
            removals = select(func.count()).where(staged_removals.c.import_id == import_id)
            left = connection.execute(rows.where(staged_rows.c.line > cursor)).scalar_one()
            return left + connection.execute(removals).scalar_one()


def _past(row: Row[Any]) -> PastImport:
    ended_at = from_text(row.ended_at) if row.ended_at else None
    return PastImport(row.state, row.actor, from_text(row.begun_at), ended_at, report_from_json(row.result))


def _abandon(connection: Connection, import_id: str, ended_at: str) -> None:
    drop_staged(connection, import_id)
    mine = update(imports).where(imports.c.id == import_id)
    connection.execute(mine.values(state="abandoned", ended_at=ended_at))
