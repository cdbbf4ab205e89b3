"""Do many processes on one PostgreSQL database exclude each other as SQLite's one writer does?"""

import threading
from collections.abc import Iterator

import pytest
from sqlalchemy import text

from fakes.postgresql import postgresql_url
from instep.admin.ports import JobIsRunning
from instep.store.database import Database
from instep.store.leases import LeaseTaken
from instep.store.postgresql.database import open_postgresql

ADD = text("INSERT INTO changes (at, kind, user_id, actor) VALUES ('2026', 'user_updated', 'u', 'tester')")
SEEN = text("SELECT count(*), coalesce(max(sequence), 0) FROM changes")


@pytest.fixture(autouse=True, scope="module")
def on_each_kind_of_database() -> None:
    """Here it is PostgreSQL alone."""


@pytest.fixture
def two() -> Iterator[tuple[Database, Database]]:
    """The same database, as two processes open it."""
    with postgresql_url() as url:
        one, other = open_postgresql(url), open_postgresql(url)
        yield one, other
        one.close()
        other.close()


def cut_off(database: Database) -> None:
    """End the sessions that hold leases, as the server does with one that is silent."""
    with database.write() as connection:
        held = "SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory' AND pid <> pg_backend_pid()"
        connection.execute(text(held))


def test_whoever_has_seen_a_sequence_has_seen_all_lower_ones(two: tuple[Database, Database]) -> None:
    def write(database: Database) -> None:
        for _ in range(40):
            with database.write() as connection:
                connection.execute(ADD)

    writers = [threading.Thread(target=write, args=(database,)) for database in (*two, *two)]
    for writer in writers:
        writer.start()
    while any(writer.is_alive() for writer in writers):
        with two[0].read() as connection:
            counted, head = connection.execute(SEEN).one()
            assert counted == head
    with two[0].read() as connection:
        assert connection.execute(SEEN).one() == (160, 160)


def test_the_ledgers_of_two_jobs_do_not_wait_for_each_other_and_those_of_one_do(
    two: tuple[Database, Database],
) -> None:
    one, other = two
    waited = threading.Event()

    def write_of_the_same() -> None:
        with other.write("a job"):
            waited.set()

    with one.write("a job"):
        with other.write("another job"), other.write():
            pass
        thread = threading.Thread(target=write_of_the_same)
        thread.start()
        assert not waited.wait(0.2)
    thread.join()
    assert waited.is_set()


def test_a_lease_is_one_processs_and_one_threads_at_a_time(two: tuple[Database, Database]) -> None:
    one, other = two
    with one.leases.hold("a job", "a job"):
        assert one.leases.is_held("a job")
        assert other.leases.is_held("a job")
        for each in two:
            with pytest.raises(LeaseTaken), each.leases.hold("a job", "a job"):
                pass
    assert not other.leases.is_held("a job")
    with other.leases.hold("a job", "a job"):
        pass


def test_whoever_lost_a_lease_writes_nothing_more_under_it_and_others_go_on(two: tuple[Database, Database]) -> None:
    one, other = two
    with one.leases.hold("a job", "a job"):
        with one.write("a job", ("a job",)) as connection:
            connection.execute(ADD)
        cut_off(other)
        with other.leases.hold("a job", "a job"):
            with pytest.raises(JobIsRunning), one.write("a job", ("a job",)) as connection:
                connection.execute(ADD)
            with other.write("a job", ("a job",)) as connection:
                connection.execute(ADD)
    with one.leases.hold("a job", "a job"), one.write("a job", ("a job",)) as connection:
        connection.execute(ADD)
    with one.read() as connection:
        assert connection.execute(SEEN).one()[0] == 3
