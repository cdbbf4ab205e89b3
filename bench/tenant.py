"""How many requests a second does the tenant answer, with 100,000 users stored, beside a bare stub and scim2-server?

The load comes from wrk on a core of its own, whose own CPU is shown; the server has the other core. Each row is
measured between two runs of the stub. `python -m bench tenant [USERS]`.
"""

import asyncio
import json
import os
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import aiohttp
import orjson

from bench.servers import free_port, served_tenant
from bench.walks import walk_while_others_write
from instep.scim.messages import MEDIA_TYPE, USER_URN

USERS = 100_000
USERS_OF_SCIM2_SERVER = 1_000  # it looks through all of them for each request
SERVER_CORE, LOAD_CORE = 0, 1
SECONDS = 5
CONNECTIONS = (64, 8)
OPERATIONS = ("post", "filter", "patch", "list")
LOAD = Path(__file__).parent / "load"


@dataclass(frozen=True, slots=True)
class Served:
    """A provider to be measured: its process, where it is, what opens it, how many users it has, and their ids."""

    process: int
    url: str
    token: str
    users: int
    ids: Path


@dataclass(frozen=True, slots=True)
class Rate:
    """What one run has shown; times in microseconds, `cpu` the server's for a request, `load_cpu` a share of a core."""

    a_second: float
    cpu: float
    p50: int
    p99: int
    load_cpu: float
    failed: int


def main(arguments: Sequence[str] = ()) -> int:
    """Measure every operation at each number of connections, then walk through all while others write."""
    if shutil.which("wrk") is None:
        sys.exit("The load comes from wrk, which is not installed: apt-get install wrk")
    users = int(arguments[0]) if arguments else USERS
    with tempfile.TemporaryDirectory() as folder, ExitStack() as stack:
        scratch = Path(folder)
        ours = stack.enter_context(_tenant(scratch, users))
        stub = stack.enter_context(_stub(scratch, users))
        theirs = stack.enter_context(_scim2_server(scratch))
        print("| operation | connections | stub/s | tenant/s | ratio | CPU, stub | tenant | p50 ms | p99 ms |", end="")
        print(" wrk's core | scim2-server/s |\n|---" + "|--:" * 10 + "|")
        for number, (operation, connections) in enumerate((o, c) for o in OPERATIONS for c in CONNECTIONS):
            before = _load(stub, operation, connections, f"a{number}")
            rate = _load(ours, operation, connections, f"b{number}")
            after = _load(stub, operation, connections, f"c{number}")
            other = _load(theirs, operation, connections, f"d{number}")
            bare = statistics.mean((before.a_second, after.a_second))
            print(
                f"| {operation} | {connections} | {bare:,.0f} | {rate.a_second:,.0f} | {rate.a_second / bare:.2f} "
                f"| {(before.cpu + after.cpu) / 2:.0f} us | {rate.cpu:.0f} us "
                f"| {rate.p50 / 1000:.1f} | {rate.p99 / 1000:.1f} | {rate.load_cpu:.0%} | {other.a_second:,.0f} |",
                flush=True,
            )
            if rate.failed:
                print(f"FAILED: {rate.failed} requests of {operation} at {connections}")
        print(asyncio.run(walk_while_others_write(ours.url, ours.token)))
    return 0


def _load(served: Served, operation: str, connections: int, run: str) -> Rate:
    parts = urlsplit(served.url)
    environment = os.environ | {
        "TOLD": str(LOAD / "told.lua"),
        "BASE": parts.path,
        "TOKEN": served.token,
        "USERS": str(served.users),
        "IDS": str(served.ids),
        "RUN": run,
    }
    command = ["taskset", "-c", str(LOAD_CORE), "wrk", "-t1", f"-c{connections}", f"-d{SECONDS}s"]
    command += ["--timeout", "30s", "-s", str(LOAD / f"{operation}.lua"), f"{parts.scheme}://{parts.netloc}"]
    before, served_before = _cpu_of_children(), _cpu_of(served.process)
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
    cpu, served_cpu = _cpu_of_children() - before, _cpu_of(served.process) - served_before
    told = json.loads(done.stdout.strip().splitlines()[-1])
    seconds = told["microseconds"] / 1e6
    failed = told["refused"] + told["broken"]
    served_for = served_cpu / told["requests"] * 1e6
    return Rate(told["requests"] / seconds, served_for, told["p50"], told["p99"], cpu / seconds, failed)


def _cpu_of(process: int) -> float:
    fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _cpu_of_children() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


@contextmanager
def _tenant(scratch: Path, users: int) -> Iterator[Served]:
    with served_tenant(scratch / "tenant", SERVER_CORE) as (url, token, process):
        ids = asyncio.run(_create(url, token, users, 64))
        yield Served(process, url, token, users, _kept(ids, scratch / "ids"))


@contextmanager
def _stub(scratch: Path, users: int) -> Iterator[Served]:
    command = [sys.executable, "-m", "bench.bare_provider", str(port := free_port()), str(SERVER_CORE)]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout is not None
        process.stdout.readline()
        yield Served(process.pid, f"http://127.0.0.1:{port}/scim/v2", "-", users, scratch / "ids")
    finally:
        process.terminate()
        process.wait()


@contextmanager
def _scim2_server(scratch: Path) -> Iterator[Served]:
    port, token = free_port(), "a-secret-of-this-bench"
    serve = "from scim2_server.testserver.cli import main; main()"
    command = ["taskset", "-c", str(SERVER_CORE), sys.executable, "-c", serve, "--port", str(port)]
    process = subprocess.Popen(
        [*command, "--bearer-token", token], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        url = f"http://127.0.0.1:{port}"
        ids = asyncio.run(_create(url, token, USERS_OF_SCIM2_SERVER, 1))
        yield Served(process.pid, url, token, USERS_OF_SCIM2_SERVER, _kept(ids, scratch / "their-ids"))
    finally:
        process.terminate()
        process.wait()


def _kept(ids: Sequence[str], path: Path) -> Path:
    path.write_text("\n".join(ids))
    return path


async def _create(url: str, token: str, users: int, connections: int) -> list[str]:
    """Create users number by number; wait for a server that starts."""
    numbers, ids = iter(range(users)), []
    headers = {"Authorization": f"Bearer {token}", "Content-Type": MEDIA_TYPE}
    connector = aiohttp.TCPConnector(limit=connections)
    async with aiohttp.ClientSession(headers=headers, connector=connector) as session:
        await _wait_for(session, url)

        async def create_some() -> None:
            for number in numbers:
                async with session.post(f"{url}/Users", data=orjson.dumps(_user(number))) as response:
                    assert response.status == 201, await response.text()
                    ids.append(orjson.loads(await response.read())["id"])

        await asyncio.gather(*(create_some() for _ in range(connections)))
    return ids


async def _wait_for(session: aiohttp.ClientSession, url: str) -> None:
    for _ in range(200):
        try:
            async with session.get(f"{url}/ServiceProviderConfig"):
                return
        except aiohttp.ClientConnectorError:
            await asyncio.sleep(0.05)
    sys.exit(f"The server at {url} did not start.")


def _user(number: int) -> dict[str, object]:
    name = f"user.{number}@company.example"
    return {
        "schemas": [USER_URN],
        "userName": name,
        "active": True,
        "name": {"givenName": "Ada", "familyName": f"Lovelace {number}"},
        "displayName": f"Ada Lovelace {number}",
        "title": "Engineer",
        "emails": [{"type": "work", "value": name, "primary": True}],
    }
