"""What is left of an import whose process is killed at any instant, and who finishes it?"""

import os
import random
import signal
from collections.abc import Callable
from datetime import UTC, datetime
from itertools import count
from multiprocessing import get_context
from pathlib import Path
from shutil import copy

import pytest
from sqlalchemy import event

from instep.admin import imports
from instep.connectors.sources.csv.users_file import CsvUsersFile
from instep.directory.imports import ImportMode, ImportOptions
from instep.store.database import open_sqlite
from instep.store.directory import DirectoryStore
from instep.store.tables import metadata

KILLS = 12
SEED = random.randrange(1_000_000)


def import_until(database_path: Path, file: Path, kill_at: int, tell: Callable[[int], None]) -> None:
    """Import in this process, which is killed right before its n-th SQL statement or commit (0: never)."""
    imports.ROWS_A_BATCH = 20
    database = open_sqlite(database_path)
    metadata.create_all(database.engine)
    executed = count(1)

    def kill(*_: object) -> None:
        if next(executed) == kill_at:
            os.kill(os.getpid(), signal.SIGKILL)

    event.listen(database.engine, "before_cursor_execute", kill)
    event.listen(database.engine, "commit", kill)
    ids = (f"import-{os.getpid()}-{number}" for number in count())
    importing = imports.Importing(DirectoryStore(database), lambda: datetime(2026, 1, 2, tzinfo=UTC), lambda: next(ids))
    imports.import_users(importing, CsvUsersFile(file), ImportOptions(ImportMode.SNAPSHOT), "tester")
    tell(next(executed))


def run(database: Path, file: Path, kill_at: int) -> tuple[int | None, int]:
    """Return the exit code of an import in a process of its own, and how many statements it took."""
    fork = get_context("fork")
    statements = fork.Value("i", 0)

    def tell(number: int) -> None:
        statements.value = number

    process = fork.Process(target=import_until, args=(database, file, kill_at, tell))
    process.start()
    process.join(timeout=60)
    return process.exitcode, statements.value


def contents(path: Path) -> dict[str, list[tuple[object, ...]]]:
    database = open_sqlite(path)
    try:
        with database.read() as connection:
            return {
                what: [tuple(row) for row in connection.exec_driver_sql(query)]
                for what, query in {
                    "users": "SELECT * FROM users ORDER BY id",
                    "changes": "SELECT kind, user_id, attributes, actor FROM changes ORDER BY sequence",
                    "staged": "SELECT * FROM staged_rows",
                    "removed": "SELECT sum(json_extract(result, '$.removed')) FROM imports",
                }.items()
            }
    finally:
        database.close()


def company(people: range, department: str) -> str:
    heading = "id,userPrincipalName,displayName,department,manager\n"
    return (
        heading + "".join(f"u{n},u{n}@x,User {n},{department},u{n + 1}\n" for n in people) + f"u{people.stop},m@x,M,,\n"
    )


@pytest.fixture(scope="module")
def story(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path, int, object]:
    """A directory with a first company, a second file, the statements that it takes, and what must come of it."""
    folder = tmp_path_factory.mktemp("story")
    first, second = folder / "first.csv", folder / "second.csv"
    first.write_text(company(range(1, 200), "Sales"))
    second.write_text(company(range(8, 230), "Law"))
    before, after = folder / "before.db", folder / "after.db"
    assert run(before, first, 0)[0] == 0
    open_sqlite(before).close()
    copy(before, after)
    statements = run(after, second, 0)[1]
    return before, second, statements, contents(after)


@pytest.mark.parametrize("nth", range(KILLS))
def test_a_killed_import_is_finished_by_the_next_as_if_nothing_had_happened(story, tmp_path, nth):
    before, file, statements, expected = story
    kill_at = 1 + (random.Random(SEED).randrange(statements) + nth * statements // KILLS) % (statements - 1)
    database = tmp_path / "instep.db"
    copy(before, database)
    assert run(database, file, kill_at)[0] == -signal.SIGKILL, SEED
    assert run(database, file, 0)[0] == 0, SEED
    left = contents(database)
    assert left["changes"] == expected["changes"], SEED
    assert left == expected, SEED
