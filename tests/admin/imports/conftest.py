"""A directory on disk, into which texts are imported as files on a clock that the test moves."""

import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path

import pytest
from sqlalchemy import select

sys.path.insert(0, str(Path(__file__).parents[2]))

from fakes.installation import open_database
from instep.admin.imports import Importing, finish_imports, import_users
from instep.connectors.sources.csv.users_file import CsvUsersFile
from instep.directory.imports import ImportMode, ImportOptions, ImportReport
from instep.directory.users import User
from instep.store.database import Database
from instep.store.directory import DirectoryStore
from instep.store.tables.directory import changes, staged_managers, staged_removals, staged_rows


@dataclass
class Company:
    database: Database
    folder: Path
    now: datetime = datetime(2026, 1, 1, tzinfo=UTC)
    numbers: Iterator[int] = field(default_factory=lambda: count(1))

    @property
    def directory(self) -> DirectoryStore:
        return DirectoryStore(self.database)

    @property
    def importing(self) -> Importing:
        return Importing(self.directory, lambda: self.now, lambda: f"new-{next(self.numbers)}")

    def wait(self, **period: float) -> None:
        self.now += timedelta(**period)

    def merge(self, text: str | bytes, *, is_strict: bool = False) -> ImportReport:
        return self.take(text, ImportOptions(ImportMode.MERGE, is_strict))

    def snapshot(
        self, text: str | bytes, allow: int = 0, *, is_strict: bool = False, rows: int | None = None
    ) -> ImportReport:
        return self.take(text, ImportOptions(ImportMode.SNAPSHOT, is_strict, allow, rows))

    def take(self, text: str | bytes, options: ImportOptions) -> ImportReport:
        file = self.folder / "users.csv"
        file.write_bytes(text if isinstance(text, bytes) else text.encode())
        return import_users(self.importing, CsvUsersFile(file), options, "tester").report

    def finish(self) -> tuple[ImportReport, ...]:
        return finish_imports(self.importing)

    def people(self, count: int) -> str:
        return "id,userPrincipalName,displayName\n" + "".join(f"u{n},u{n}@x.example,User {n}\n" for n in range(count))

    def live(self) -> dict[str, User]:
        with self.directory.reading() as reading:
            return {user.id: user for user in reading.live_users()}

    def deleted(self) -> dict[str, User]:
        with self.directory.reading() as reading:
            return {user.id: user for user in reading.deleted_users()}

    def names(self) -> dict[str, str]:
        return {user.id: user.user_principal_name for user in self.live().values()}

    def log(self) -> list[tuple[str, str]]:
        with self.database.read() as connection:
            query = select(changes.c.kind, changes.c.user_id).order_by(changes.c.sequence)
            return [(kind, user_id) for kind, user_id in connection.execute(query)]

    def staged(self) -> int:
        with self.database.read() as connection:
            tables = (staged_rows, staged_managers, staged_removals)
            return sum(len(connection.execute(select(table)).all()) for table in tables)


@pytest.fixture(autouse=True, scope="module")
def on_each_kind_of_database(database_kind: str) -> str:
    """An import is judged by SQL."""
    return database_kind


@pytest.fixture
def company(tmp_path: Path) -> Iterator[Company]:
    with open_database(tmp_path) as database:
        yield Company(database, tmp_path)
