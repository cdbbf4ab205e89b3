"""What do browser tests need: a browser, the pages of a service that follows a sample, and its tenant?"""

import asyncio
import sys
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import TypeVar

import pytest
import uvicorn
from playwright.sync_api import Browser, expect, sync_playwright

sys.path.insert(0, str(Path(__file__).parents[1]))

from browser.browsing import ARGUMENTS, Console
from browser.ensure_chromium import find_chromium
from fakes.administrator import Administrator, administrator, administrator_of
from fakes.faulty_target import faulty_target
from fakes.served_tenant import ServedTenant, served_tenant
from instep.admin import provisioning, users
from instep.admin.applications import add_app
from instep.clock import system_clock
from instep.console.app import create_app
from instep.directory.imports import ImportMode
from instep.ledger.cycles import CycleSummary
from instep.ledger.jobs import JobState
from instep.runtime.pulse import Pulse
from instep.runtime.supervision import WorkerHealth, WorkerState
from instep.wiring import Instep, open_instep

T = TypeVar("T")
expect.set_options(timeout=30_000)  # milliseconds: a busy machine is no failure
DEMO = Path(__file__).parents[2] / "demo"
ORGANISATION, JOINER = DEMO / "organisation.csv", DEMO / "joiner.csv"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """A browser is tried twice before a test has failed; who needed the second try is named at the end."""
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.flaky(reruns=1))


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """One browser for a module; while it lives, this thread has an event loop that nothing else can use."""
    program = find_chromium()
    if program is None:
        pytest.skip("NO BROWSER TEST RUNS: there is no Chromium on the PATH (python tests/browser/ensure_chromium.py)")
    with sync_playwright() as playwright:
        found = playwright.chromium.launch(executable_path=program, args=ARGUMENTS)
        yield found
        found.close()


@contextmanager
def served(instep: Instep) -> Iterator[Console]:
    """The console of an installation on a free port, beside a worker that is well."""
    app = create_app(instep, lambda: WorkerHealth(WorkerState.WORKING, 1, 0.2, 0, Pulse()))
    server = uvicorn.Server(uvicorn.Config(app, port=0, lifespan="off", log_config=None))
    thread = threading.Thread(target=server.run)
    thread.start()
    try:
        while not server.started:
            thread.join(0.01)
        yield Console(f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}", instep.access)
    finally:
        server.should_exit = True
        thread.join()


@pytest.fixture(scope="module")
def tenant(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServedTenant]:
    with served_tenant(tmp_path_factory.mktemp("proxyclick")) as found:
        yield found


@pytest.fixture(scope="module")
def empty_page(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Console]:
    """Home of a new installation."""
    with open_instep(tmp_path_factory.mktemp("new")) as instep, served(instep) as console:
        yield console


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory, tenant: ServedTenant) -> Iterator[Administrator]:
    """A started job that has provisioned the sample organisation, and a joiner, a mover and a leaver since."""
    folder = tmp_path_factory.mktemp("sample")
    with open_instep(folder / "instep") as instep:
        add_app(instep.applications, "proxyclick", None, instep.clock, instep.new_id, "the administrator")
    with administrator_of(folder / "instep", folder, system_clock) as admin:
        beside(admin.connects, tenant.tenant_url, tenant.secret_token)
        admin.assigns_everyone()
        admin.instep.jobs.set_state(admin.job, JobState.ACTIVE, system_clock(), "the administrator")
        admin.imports(ORGANISATION.read_bytes(), ImportMode.MERGE)
        provision(admin)
        admin.imports(JOINER.read_bytes(), ImportMode.MERGE)
        change_people(admin)
        provision(admin)
        yield admin


@pytest.fixture(scope="module")
def sample_page(sample: Administrator) -> Iterator[Console]:
    with served(sample.instep) as console:
        yield console


@pytest.fixture(scope="module")
def quarantined_page(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Console]:
    """Home of a started job whose Secret Token was refused a moment ago."""
    with faulty_target() as target, administrator(tmp_path_factory.mktemp("quarantined")) as admin:
        beside(admin.connects, target.tenant_url, target.token)
        admin.assigns_everyone()
        admin.hires("ada", "bo")
        admin.instep.jobs.set_state(admin.job, JobState.ACTIVE, admin.clock(), "the administrator")
        target.token = "another"
        provision(admin)
        admin.clock.now += timedelta(minutes=12)
        with served(admin.instep) as console:
            yield console


def change_people(admin: Administrator) -> None:
    """Somebody moves to another department, and somebody leaves."""
    directory, now = admin.instep.directory, admin.clock()
    users.set_user(directory, "soren.kjaergaard@larkspur.example", {"jobTitle": "Sales Engineer"}, "admin", now)
    users.disable_user(directory, "thaddeus.merriwether@larkspur.example", "admin", now)


def provision(admin: Administrator) -> CycleSummary:
    """Run one cycle to its end."""
    return beside(lambda: asyncio.run(provisioning.provision(admin.instep.service, admin.app)))


def beside(function: Callable[..., T], *arguments: object) -> T:
    """Call what needs an event loop of its own, in a thread: this one has the browser's."""
    with ThreadPoolExecutor(1) as threads:
        return threads.submit(function, *arguments).result()
