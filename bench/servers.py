"""The programs that a comparison needs beside it, each a process of its own, ended when it is over."""

import json
import os
import shutil
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from bench.company import write_company
from bench.measured import prepare
from instep.wiring import open_instep

STUB_CORE = 1
CLIENT_CORE = 0
TOKEN = "bench-token"


@contextmanager
def stub(port: int = 0) -> Iterator[str]:
    """Serve the bare stub on a core of its own; yield its Tenant URL. Without a port it takes a free one."""
    port = port or free_port()
    process = subprocess.Popen(
        [sys.executable, "-m", "bench.stub", str(port), str(STUB_CORE)], stdout=subprocess.PIPE, text=True
    )
    try:
        assert process.stdout is not None
        process.stdout.readline()
        yield f"http://127.0.0.1:{port}/scim/v2"
    finally:
        process.terminate()
        process.wait()


@contextmanager
def tenant(data: Path) -> Iterator[tuple[str, str]]:
    """Serve a Proxyclick tenant; yield its Tenant URL and Secret Token."""
    with served_tenant(data) as (url, token, _):
        yield url, token


@contextmanager
def served_tenant(data: Path, core: int = -1) -> Iterator[tuple[str, str, int]]:
    """Serve a Proxyclick tenant, on a core of its own where one is given; yield Tenant URL, Secret Token, process."""
    command = [sys.executable, "-m", "proxyclick.cli"]
    process = subprocess.Popen(
        [*command, "serve", "--port", "0", "--data", str(data), "--json"], stdout=subprocess.PIPE, text=True
    )
    if core >= 0:
        os.sched_setaffinity(process.pid, {core})
    try:
        assert process.stdout is not None
        process.stdout.readline()
        installed = subprocess.run(
            [*command, "integrations", "install", "entra", "--json", "--data", str(data)],
            capture_output=True,
            text=True,
            check=True,
        )
        answer = json.loads(installed.stdout)
        yield answer["tenant_url"], answer["secret_token"], process.pid
    finally:
        process.terminate()
        process.wait()


def directory_of(people: int, folder: Path) -> Path:
    """Make a data directory whose directory has so many people; return it."""
    data = folder / f"directory-{people}"
    csv = folder / f"{people}.csv"
    write_company(csv, people)
    subprocess.run(
        [sys.executable, "-m", "instep.cli.main", "users", "import", str(csv), "--data", str(data), "--json"],
        check=True,
        capture_output=True,
    )
    return data


def measure(what: str, directory: Path, tenant_url: str, token: str, core: int, scratch: Path) -> dict[str, Any]:
    """Run one measured process on a fresh copy of a directory; return what it printed."""
    data = scratch / "run"
    shutil.rmtree(data, ignore_errors=True)
    shutil.copytree(directory, data)
    with open_instep(data) as instep:
        prepare(instep, tenant_url, token)
    measured = run_measured(what, data, tenant_url, token, core)
    shutil.rmtree(data)
    return measured


def run_measured(what: str, data: Path, tenant_url: str, token: str, core: int) -> dict[str, Any]:
    """Run one measured process on an installation that is prepared; return what it printed."""
    command = [sys.executable, "-m", "bench.measured", what, str(data), tenant_url, token, str(core)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    measured: dict[str, Any] = json.loads(done.stdout)
    return measured


def free_port() -> int:
    """Return a port that nobody listens on."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])
