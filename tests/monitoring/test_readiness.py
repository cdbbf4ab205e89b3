"""Does the service say what lacks where it is not ready, so that a person can read it?"""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import text
from starlette.requests import Request

from instep.monitoring.readiness import Readiness
from instep.runtime.pulse import Pulse
from instep.runtime.supervision import WorkerHealth, WorkerState
from instep.store.database import open_sqlite
from instep.wiring import Instep, open_instep

WORKING = WorkerHealth(WorkerState.WORKING, 1, 0.1, 0, Pulse())
REQUEST = Request({"type": "http", "method": "GET", "path": "/readyz", "headers": []})


@pytest.fixture
def instep(tmp_path: Path) -> Iterator[Instep]:
    with open_instep(tmp_path / "data") as found:
        yield found


def reasons(instep: Instep, health: WorkerHealth = WORKING) -> list[str]:
    answer = Readiness(instep, lambda: health).answer(REQUEST)
    said = json.loads(bytes(answer.body))
    assert answer.status_code == (503 if said["reasons"] else 200)
    assert said["ready"] is (not said["reasons"])
    return list(said["reasons"])


def test_a_service_with_all_that_it_needs_is_ready(instep: Instep):
    assert reasons(instep) == []


@pytest.mark.parametrize(
    ("health", "reason"),
    [
        (WorkerHealth(WorkerState.STARTING, 1, None, 0, Pulse()), "is starting"),
        (WorkerHealth(WorkerState.STARTING, 1, None, 2, Pulse()), "has ended and is starting again"),
        (WorkerHealth(WorkerState.ENDED, None, 1.0, 1, Pulse()), "has ended"),
        (WorkerHealth(WorkerState.STUCK, 1, 45.0, 0, Pulse()), "no sign of life for 45 seconds"),
    ],
)
def test_a_service_without_its_worker_is_not(instep: Instep, health: WorkerHealth, reason: str):
    (said,) = reasons(instep, health)
    assert reason in said


def test_a_database_that_was_taken_away_is_missed(instep: Instep):
    instep.settings.database_path.unlink()
    assert any("The database file is gone" in reason for reason in reasons(instep))


def test_tables_of_another_version_are_noticed(instep: Instep):
    other = open_sqlite(instep.settings.database_path)
    with other.write() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    other.close()
    (said,) = reasons(instep)
    assert "another version" in said
