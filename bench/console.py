"""How long does a page of the admin center take with 300,000 users and two million rows of log, idle and in a cycle?

`python -m bench console [DIR]`; the installation is made in DIR and kept there (by default in a folder that is thrown
away). Every page there is a route for is asked for, and some lists with their searches and their last pages.
"""

import http.client
import json
import re
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from starlette.routing import Route

from bench.large_company import ASSIGNED, FIRST_APP, SECOND_APP, make, user_id
from bench.servers import TOKEN, stub
from instep.access.roles import Role
from instep.access.sessions import SignInMethod
from instep.admin.access.administrators import add_administrator
from instep.admin.access.signing_in import Browser, begin_session
from instep.admin.ports import LogQuery
from instep.console.app import create_app
from instep.console.doors import Door, Kind
from instep.runtime.pulse import Pulse
from instep.runtime.supervision import WorkerHealth, WorkerState
from instep.wiring import Instep, open_instep

ROUNDS_IDLE, ROUNDS_BUSY = 7, 5
SLOW_MS = 200
STUB_PORT = 18_733  # the same every time: another address would be another target, with other accounts
NAME = "bench@company.example"
_PARAMETER = re.compile(r"\{(\w+)(?::\w+)?\}")
_MORE = (
    "/users?q=a",
    "/users?q=lindqvist",
    "/users?q=user.29999",
    "/users?q=nobody+at+all",
    "/users?status=disabled&department=department+7",
    '/users?before=[0,"zzz","zzz"]',
    "/users/suggestions?who=oscar",
    "/groups?q=later",
    '/groups/assigned/members?before=[0,"zzz","zzz"]',
    "/logs?status=failure",
)


@dataclass(frozen=True, slots=True)
class Page:
    """A page and how long each of its answers took, and how much CPU of the server, in milliseconds."""

    path: str
    status: int
    took: Sequence[float]
    cpu: Sequence[float]

    @property
    def median(self) -> float:
        """The median."""
        return statistics.median(self.took)


def main(arguments: Sequence[str]) -> int:
    """Make the installation, measure idle and while an initial cycle runs; 1 where a median is over the aim."""
    with tempfile.TemporaryDirectory() as folder, stub(STUB_PORT) as tenant_url:
        data = Path(arguments[0] if arguments else folder)
        make(data, tenant_url, TOKEN)
        _run(data, "stop", SECOND_APP)
        with open_instep(data) as instep:
            paths, cookie = _paths(instep), _session(instep)
        with _served(data) as (url, process):
            idle = _measure(url, process, cookie, paths, ROUNDS_IDLE)
            _run(data, "start", SECOND_APP)
            time.sleep(3)  # until the cycle writes
            busy = _measure(url, process, cookie, paths, ROUNDS_BUSY)
            done = _linked(data, SECOND_APP)
        _print(idle, busy)
        print(f"\nThe cycle had made {done:,} of {ASSIGNED:,} accounts when the last page was measured.")
        return int(any(page.median > SLOW_MS for page in (*idle, *busy)))


def _paths(instep: Instep) -> list[str]:
    """Every page there is, about people and things that there are."""
    app = next(each for each in instep.applications.all() if each.name == FIRST_APP)
    (entry,) = instep.jobs.log(LogQuery(limit=1))
    known = {"user": user_id(7), "group": "assigned", "app": app.id, "entry": str(entry.id), "whom": "users"}
    console = create_app(instep, lambda: WorkerHealth(WorkerState.WORKING, 1, 0.2, 0, Pulse()))
    found = [_filled(each.path, known) for each in console.routes if isinstance(each, Route) and _is_page(each)]
    return [*(path for path in found if path is not None), *_MORE]


def _is_page(route: Route) -> bool:
    if not isinstance(route.endpoint, Door) or route.endpoint.kind is not Kind.PAGE:
        return False
    return not any(part in route.path for part in ("download", ".csv", ".jsonl", "/sign-in", "/callback", "/confirm"))


def _filled(path: str, known: Mapping[str, str]) -> str | None:
    names = _PARAMETER.findall(path)
    return _PARAMETER.sub(lambda found: known[found[1]], path) if all(name in known for name in names) else None


def _session(instep: Instep) -> str:
    access = instep.access
    named = access.administrators.named(NAME)
    administrator = named or add_administrator(access, NAME, "Bench", [Role.GLOBAL_ADMINISTRATOR], "bench")
    return begin_session(access, administrator, SignInMethod.LOCAL, Browser("127.0.0.1", "bench"))


@contextmanager
def _served(data: Path) -> Iterator[tuple[str, int]]:
    command = [sys.executable, "-m", "instep.cli.main", "serve", "--port", "0", "--data", str(data), "--json"]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout is not None
        yield json.loads(process.stdout.readline())["url"], process.pid
    finally:
        process.terminate()
        process.wait()


def _run(data: Path, what: str, app: str) -> None:
    command = [sys.executable, "-m", "instep.cli.main", "apps", what, app, "--data", str(data)]
    subprocess.run(command, check=True, capture_output=True)


def _linked(data: Path, name: str) -> int:
    with open_instep(data) as instep:
        app = next(each for each in instep.applications.all() if each.name == name)
        job = instep.jobs.job_of(app)
        return 0 if job is None else instep.jobs.link_counts(job)[0]


def _measure(url: str, process: int, secret: str, paths: Sequence[str], rounds: int) -> list[Page]:
    """Ask for all pages in turn, so often; what is slow at one moment is not always the same page."""
    address = urlsplit(url).netloc
    connection = http.client.HTTPConnection(address)
    headers = {"Cookie": f"instep-{address.rpartition(':')[2]}={secret}"}
    took: dict[str, list[float]] = {path: [] for path in paths}
    cpu: dict[str, list[float]] = {path: [] for path in paths}
    statuses: dict[str, int] = {}
    for _ in range(rounds):
        for path in paths:
            used, began = _cpu_ms(process), time.perf_counter()
            connection.request("GET", path, headers=headers)
            answer = connection.getresponse()
            answer.read()
            took[path].append((time.perf_counter() - began) * 1000)
            cpu[path].append(_cpu_ms(process) - used)
            statuses[path] = answer.status
    return [Page(path, statuses[path], took[path], cpu[path]) for path in paths]


def _cpu_ms(process: int) -> float:
    """How much CPU all threads of a process have had; other programs on the machine do not add to it."""
    spent = 0
    for thread in Path(f"/proc/{process}/task").iterdir():
        try:
            spent += int((thread / "schedstat").read_text().split()[0])
        except OSError:  # it has ended meanwhile
            continue
    return spent / 1e6


def _print(idle: Sequence[Page], busy: Sequence[Page]) -> None:
    print("| page | idle, ms | of it CPU | in a cycle, ms | slowest then |\n|---|--:|--:|--:|--:|")
    for page, then in zip(idle, busy, strict=True):
        path = re.sub(r"[0-9a-f]{8}-[0-9a-f-]{27}", "…", page.path)
        said = "" if page.status == 200 else f" ({page.status})"
        numbers = (page.median, statistics.median(page.cpu), then.median, max(then.took))
        print(f"| `{path}`{said} | {' | '.join(f'{number:.0f}' for number in numbers)} |")
    for said, pages in (("idle", idle), ("in a cycle", busy)):
        medians = [page.median for page in pages]
        print(
            f"\nOf all pages {said}: the median {statistics.median(medians):.0f} ms, the slowest {max(medians):.0f} ms."
        )
