"""What does "follow from then on" mean? `instep serve` runs, the directory changes, and the tenant follows."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import httpx2
import pytest

from fakes.administrator import Administrator, environment, types
from fakes.console_browser import browser_of
from fakes.served_tenant import ServedTenant
from instep.clock import system_clock
from instep.ledger.jobs import JobState

COMMAND = [sys.executable, "-m", "instep.cli.main", "serve", "--json"]
PATIENCE_SECONDS = 60


@dataclass
class Service:
    url: str
    data: Path
    process: subprocess.Popen[str]

    def health(self) -> httpx2.Response:
        return httpx2.get(f"{self.url}/healthz", trust_env=False, timeout=30)

    def worker(self) -> int:
        return int(self.health().json()["worker_process_id"])


@contextmanager
def serving(data: Path) -> Iterator[Service]:
    process = subprocess.Popen(
        [*COMMAND, "--port", "0", "--data", str(data)], stdout=subprocess.PIPE, text=True, env=environment()
    )
    assert process.stdout is not None
    try:
        yield Service(json.loads(process.stdout.readline())["url"], data, process)
    finally:
        process.terminate()
        process.wait(timeout=30)
        process.stdout.close()


@pytest.fixture
def service(connected: Administrator) -> Iterator[Service]:
    with serving(connected.instep.settings.data_directory) as found:
        yield found


def until(seen: Callable[[], Any], expected: Any) -> None:
    """Wait for what is to come; how fast it comes is measured elsewhere."""
    ends_at = time.monotonic() + PATIENCE_SECONDS
    while (now := seen()) != expected:
        assert time.monotonic() < ends_at, now
        time.sleep(0.05)


def starts(admin: Administrator) -> None:
    admin.instep.jobs.set_state(admin.job, JobState.ACTIVE, admin.clock(), "the administrator")


def accounts(tenant: ServedTenant) -> dict[str, bool]:
    return {account["userName"].partition("@")[0]: account["active"] for account in tenant.everyone()}


def is_alive(process_id: int) -> bool:
    try:
        os.kill(process_id, 0)
    except ProcessLookupError:
        return False
    state = Path(f"/proc/{process_id}/stat")
    return not (state.exists() and state.read_text().rpartition(")")[2].split()[0] == "Z")


def test_joiners_and_leavers_reach_the_tenant_without_any_further_command(
    connected: Administrator, tenant: ServedTenant, service: Service
) -> None:
    connected.assigns_everyone()
    starts(connected)
    connected.hires("ada", "bo")
    until(lambda: accounts(tenant), {"ada": True, "bo": True})

    outcome = types("users", "disable", "ada@corp.example", data=service.data)
    assert outcome.returncode == 0, outcome.stderr
    until(lambda: accounts(tenant), {"ada": False, "bo": True})

    connected.hires("cleo")
    until(lambda: accounts(tenant), {"ada": False, "bo": True, "cleo": True})


def test_a_killed_worker_is_noticed_and_replaced_and_following_goes_on(
    connected: Administrator, tenant: ServedTenant, service: Service
) -> None:
    connected.assigns_everyone()
    starts(connected)
    connected.hires("ada")
    until(lambda: accounts(tenant), {"ada": True})
    assert service.health().status_code == 200

    killed = service.worker()
    os.kill(killed, signal.SIGKILL)
    until(lambda: service.health().status_code, 503)
    said = service.health().json()
    assert (said["ok"], said["database"], said["worker"]) == (False, True, False)
    assert "worker process has ended" in said["problems"][0]
    with httpx2.Client(base_url=service.url, trust_env=False) as http:
        administrator, _ = browser_of(replace(connected.instep.access, clock=system_clock), http)
        assert "worker process has ended" in administrator.get("/").text

    until(lambda: service.health().status_code, 200)
    assert service.worker() != killed
    connected.disables("ada")
    until(lambda: accounts(tenant), {"ada": False})


def test_a_cycle_that_was_cut_off_is_gone_on_with_at_the_next_start(
    connected: Administrator, tenant: ServedTenant
) -> None:
    connected.assigns_everyone()
    connected.sets(rate="20")
    data = connected.instep.settings.data_directory
    with serving(data) as service:
        connected.hires(*(f"p{number:02}" for number in range(60)))
        starts(connected)
        until(lambda: len(accounts(tenant)) >= 5, True)
        begun = time.monotonic()
        service.process.terminate()
        assert service.process.wait(timeout=30) == 0
        assert time.monotonic() - begun < 15, "a running cycle is cut off, not waited for"
    assert len(accounts(tenant)) < 60
    connected.sets(rate="unlimited")
    with serving(data):
        until(lambda: len(accounts(tenant)), 60)
        until(
            lambda: {cycle.state.value for cycle in connected.instep.jobs.last_cycles(connected.job, 9)}, {"succeeded"}
        )
    assert len(connected.instep.jobs.last_cycles(connected.job, 9)) == 1


def test_the_worker_ends_with_its_parent_however_that_ends(tmp_path: Path) -> None:
    with serving(tmp_path) as service:
        until(lambda: service.health().json()["worker_state"], "working")
        worker = service.worker()
        service.process.send_signal(signal.SIGKILL)
        service.process.wait(timeout=30)
        until(lambda: is_alive(worker), False)


def test_ctrl_c_ends_both_processes_in_peace(tmp_path: Path) -> None:
    with serving(tmp_path) as service:
        worker = service.worker()
        service.process.send_signal(signal.SIGINT)
        assert service.process.wait(timeout=30) == 0
        assert not is_alive(worker)


def test_a_busy_port_is_refused_with_what_to_do(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        outcome = types("serve", "--port", str(port), data=tmp_path)
    assert outcome.returncode == 1
    assert outcome.stderr == (
        f"The port {port} is used by another program. Choose another with --port; --port 0 takes a free one.\n"
    )
    assert outcome.stdout == ""
