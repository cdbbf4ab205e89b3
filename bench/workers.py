"""Does the total rate grow with the jobs, on PostgreSQL with 1, 2 and 4 workers?

Each job has a target of its own that takes 25 requests a second, and its rate is set to that. The rate is that of the
accounts made, from a job's first to its last.
`python -m bench workers [--people N]`.
"""

import argparse
import asyncio
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path

from aiohttp import web

from bench.databases import database, postgresql
from bench.loopback import served
from bench.served_instep import COMMAND
from bench.servers import TOKEN, directory_of
from bench.throttle import A_SECOND, LimitedTarget
from instep.admin.applications import Principal, add_app, assign, find_role
from instep.admin.provisioning import connect
from instep.admin.settings import change_settings
from instep.clock import system_clock
from instep.directory.applications import PrincipalType
from instep.directory.groups import ALL_USERS_GROUP_ID, ALL_USERS_NAME
from instep.wiring import Instep, new_id, open_instep

RESULT = Path(__file__).parent / "results" / "workers.md"
PEOPLE = 250
WORKERS = (1, 2, 4)
JOBS = (1, 4, 8)
MOST_SECONDS = 300.0
EVERYONE = Principal(PrincipalType.GROUP, ALL_USERS_GROUP_ID, ALL_USERS_NAME)


@dataclass(slots=True)
class Watched:
    """A limited target, and when it made which account."""

    target: LimitedTarget = field(default_factory=LimitedTarget)
    made_at: list[float] = field(default_factory=list)

    async def handle(self, request: web.Request) -> web.Response:
        """Answer one request."""
        answer = await self.target.handle(request)
        if answer.status == 201:
            self.made_at.append(time.monotonic())
        return answer

    def rate(self) -> float:
        """Accounts a second."""
        return (len(self.made_at) - 1) / (self.made_at[-1] - self.made_at[0])


def main(arguments: Sequence[str]) -> int:
    """Run each number of jobs on each number of workers, and write down the total rates."""
    ask = argparse.ArgumentParser(prog="python -m bench workers", description=__doc__)
    ask.add_argument("--people", type=int, default=PEOPLE)
    chosen = ask.parse_args(arguments)
    numbers, rows = count(), []
    with tempfile.TemporaryDirectory() as folder, postgresql(Path(folder)) as server:
        for jobs in JOBS:
            cells = []
            for workers in WORKERS:
                scratch = Path(folder) / f"{jobs}-{workers}"
                scratch.mkdir()
                with database(server, next(numbers)):
                    cells.append(_cell(scratch, chosen.people, jobs, workers))
                print(f"{jobs} jobs, {workers} workers: {cells[-1]}", flush=True)
            rows.append(f"| {jobs} | {jobs * A_SECOND} | {' | '.join(cells)} |")
    text = "\n".join(
        [
            "# Jobs on several workers",
            "",
            f"PostgreSQL and all else on {os.cpu_count()} cores, with a load of {os.getloadavg()[0]:.0f} at the end. "
            f"Each job makes {chosen.people:,}",
            f"accounts in a target of its own that takes {A_SECOND} requests a second. Accounts a second over all",
            "jobs, and how often targets asked for quiet. Again: `python -m bench workers`.",
            "",
            f"| jobs | at most | {' | '.join(f'workers: {workers}' for workers in WORKERS)} |",
            f"|--:|--:|{'---|' * len(WORKERS)}",
            *rows,
            "",
        ]
    )
    print(text)
    if chosen.people == PEOPLE:
        RESULT.write_text(text, encoding="utf-8")
    return 0


def _cell(scratch: Path, people: int, jobs: int, workers: int) -> str:
    targets = [Watched() for _ in range(jobs)]
    directory = directory_of(people, scratch)
    with ExitStack() as stack:
        addresses = [stack.enter_context(served(target.handle)) for target in targets]
        with open_instep(directory) as instep:
            for number, address in enumerate(addresses):
                _add(instep, f"Proxyclick {number}", f"{address}/scim/v2")
        for _ in range(workers):
            stack.enter_context(_worker(directory))
        for number in range(jobs):
            subprocess.run(
                [*COMMAND, "apps", "start", f"Proxyclick {number}", "--data", str(directory)],
                check=True,
                capture_output=True,
            )
        until = time.monotonic() + MOST_SECONDS
        while any(len(target.made_at) < people for target in targets) and time.monotonic() < until:
            time.sleep(0.5)
    if any(len(target.made_at) != people for target in targets):
        return f"not done: {[len(target.made_at) for target in targets]}"
    told = sum(target.target.told for target in targets)
    return f"{sum(target.rate() for target in targets):.0f} ({told} times told)"


def _add(instep: Instep, name: str, tenant_url: str) -> None:
    app, _ = add_app(instep.applications, "proxyclick", name, system_clock, new_id, "bench")
    assign(instep.applications, app, EVERYONE, find_role(app, "User"), system_clock, new_id, "bench")
    asyncio.run(connect(instep.service, app, tenant_url, TOKEN, "bench"))
    job = instep.jobs.job_of(app)
    assert job is not None
    instep.jobs.save_settings(job, change_settings(job.settings, {"rate": str(A_SECOND)}), instep.clock(), "bench")


@contextmanager
def _worker(data: Path) -> Iterator[None]:
    process = subprocess.Popen(
        [*COMMAND, "serve", "--role", "worker", "--data", str(data)],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        yield
    finally:
        process.terminate()
        process.wait()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
