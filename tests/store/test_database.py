"""What does a commit promise, and who can read the file?"""

import threading
from pathlib import Path

import pytest

from instep.store.database import Database, open_sqlite


@pytest.fixture
def database(tmp_path: Path):
    opened = open_sqlite(tmp_path / "deep" / "instep.db")
    with opened.write() as connection:
        connection.exec_driver_sql("CREATE TABLE t (n INTEGER)")
    yield opened
    opened.close()


def count(database: Database) -> int:
    with database.read() as connection:
        return int(connection.exec_driver_sql("SELECT count(*) FROM t").scalar_one())


def test_the_file_is_its_owners_only(database: Database, tmp_path: Path) -> None:
    for file in (tmp_path / "deep").iterdir():
        assert file.stat().st_mode & 0o077 == 0, file.name


def test_what_is_committed_survives_a_power_cut_as_far_as_sqlite_can_promise_it(database: Database) -> None:
    with database.read() as connection:
        pragmas = {name: connection.exec_driver_sql(f"PRAGMA {name}").scalar_one() for name in (
            "journal_mode", "synchronous", "foreign_keys")}  # fmt: skip
    assert pragmas == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1}


def test_an_error_takes_everything_of_its_transaction_back(database: Database) -> None:
    def fail() -> None:
        with database.write() as connection:
            connection.exec_driver_sql("INSERT INTO t VALUES (1)")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()
    assert count(database) == 0


def test_a_reader_sees_one_state_while_others_write(database: Database) -> None:
    with database.read() as connection:
        before = connection.exec_driver_sql("SELECT count(*) FROM t").scalar_one()
        with database.write() as writer:
            writer.exec_driver_sql("INSERT INTO t VALUES (1)")
        assert connection.exec_driver_sql("SELECT count(*) FROM t").scalar_one() == before
    assert count(database) == 1


def test_writers_of_many_threads_wait_for_each_other_and_lose_nothing(database: Database) -> None:
    def write() -> None:
        for _ in range(10):
            with database.write() as connection:
                number = connection.exec_driver_sql("SELECT count(*) FROM t").scalar_one()
                connection.exec_driver_sql("INSERT INTO t VALUES (?)", (number,))

    threads = [threading.Thread(target=write) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with database.read() as connection:
        rows = connection.exec_driver_sql("SELECT n FROM t").scalars().all()
    assert sorted(rows) == list(range(60))
