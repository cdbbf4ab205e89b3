"""Does a cycle go on after its process was killed, and is it begun once only?"""

import asyncio
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from instep.runtime.durable import KEPT_FOR, DurableCycles
from instep.store.database import make_sqlite_file

SRC = Path(__file__).parents[2] / "src"
# Begins the cycle of each job named, ends those called "short", and stays in the others until it is killed.
PROCESS = """
import asyncio, sys
from instep.runtime.durable import DurableCycles

async def run(job_id):
    print(job_id, flush=True)
    if job_id != "short":
        await asyncio.Event().wait()

async def main():
    cycles = DurableCycles(sys.argv[1])
    cycles.open(run)
    await asyncio.gather(*map(cycles.run, sys.argv[2:]))

asyncio.run(main())
"""


@pytest.fixture
def url(tmp_path: Path) -> str:
    path = tmp_path / "workflows.db"
    make_sqlite_file(path)
    return f"sqlite:///{path}"


@contextmanager
def killed_at_the_end(url: str, *jobs: str) -> Iterator[None]:
    """A process that runs the cycles of jobs, all of them begun."""
    command, environment = [sys.executable, "-c", PROCESS, url, *jobs], os.environ | {"PYTHONPATH": str(SRC)}
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment)
    assert process.stdout is not None
    try:
        begun = {process.stdout.readline().strip() for _ in jobs}
        assert begun == set(jobs)
        yield
    finally:
        process.kill()
        process.wait()
        process.stdout.close()


class Cycles:
    """What runs in this process; of the job "long", a cycle that never ends."""

    def __init__(self, url: str) -> None:
        self.ran: list[str] = []
        self.under_way: list[asyncio.Task[Any]] = []
        self.durable = DurableCycles(url)

    async def run(self, job_id: str) -> None:
        self.ran.append(job_id)
        if job_id == "long":
            task = asyncio.current_task()
            assert task is not None
            self.under_way.append(task)
            await asyncio.Event().wait()

    async def __aenter__(self) -> "Cycles":
        self.durable.open(self.run)
        return self

    async def __aexit__(self, *_: object) -> None:
        for task in self.under_way:
            task.cancel()
        await asyncio.gather(*self.under_way, return_exceptions=True)
        self.durable.close()

    async def come_to(self, number: int) -> None:
        async with asyncio.timeout(30):
            while len(self.ran) < number:  # noqa: ASYNC110
                await asyncio.sleep(0.02)


async def test_what_a_killed_process_was_running_goes_on_in_the_next_and_what_had_ended_does_not(url: str) -> None:
    with killed_at_the_end(url, "short", "first", "second"):
        await asyncio.sleep(0.5)  # the short one's end is written
    async with Cycles(url) as cycles:
        await cycles.come_to(2)
        await cycles.durable.run("third")
        assert sorted(cycles.ran) == ["first", "second", "third"]
    async with Cycles(url) as cycles:
        await cycles.durable.run("fourth")
        assert cycles.ran == ["fourth"]


async def test_a_cycle_that_is_cut_off_in_peace_goes_on_in_the_next_process_and_threads_are_still_to_be_had(
    url: str,
) -> None:
    async with Cycles(url) as cycles:
        waiting = asyncio.create_task(cycles.durable.run("long"))
        await cycles.come_to(1)
        waiting.cancel()
    assert await asyncio.to_thread(len, "abc") == 3
    async with Cycles(url) as cycles:
        await cycles.come_to(1)
        assert cycles.ran == ["long"]


async def test_cycles_that_ended_long_ago_are_forgotten(url: str) -> None:
    async with Cycles(url) as cycles:
        for number in range(3):
            await cycles.durable.run(f"job {number}")
        now = datetime.now(UTC)
        assert await asyncio.to_thread(cycles.durable.forget, now) == 0
        assert await asyncio.to_thread(cycles.durable.forget, now + KEPT_FOR + timedelta(minutes=1)) == 3
        assert await asyncio.to_thread(cycles.durable.forget, now + KEPT_FOR + timedelta(minutes=1)) == 0
