"""Is the console safe to leave open in a browser, and does /healthz tell the truth?"""

import re
from collections.abc import Iterator

import pytest

from console.console_site import Site
from fakes.administrator import Administrator, administrator
from fakes.console_browser import ConsoleBrowser
from instep.runtime.pulse import Pulse
from instep.runtime.supervision import WorkerHealth, WorkerState


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Administrator]:
    with administrator(tmp_path_factory.mktemp("installed")) as found:
        yield found


@pytest.fixture
def site(installed: Administrator) -> Site:
    return Site(installed)


@pytest.mark.parametrize("path", ["/"])
def test_a_page_lets_nothing_in_from_elsewhere(site: Site, path: str) -> None:
    answer = site.get(path)
    policy = answer.headers["content-security-policy"]
    assert policy.startswith("default-src 'none'")
    assert "unsafe" not in policy
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["cache-control"] == "no-store"
    assert " style=" not in answer.text
    assert " on" not in " ".join(re.findall(r"<[^>]*>", answer.text))
    assert all(address.startswith(("/", "#")) for address in re.findall(r'(?:href|src)="([^"]*)"', answer.text))


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1.evil.example", "[::1", "127.0.0.1@evil.example", ""])
@pytest.mark.parametrize("path", ["/", "/live"])
def test_a_foreign_name_for_this_machine_is_turned_away(site: Site, path: str, host: str) -> None:
    assert site.get(path, Host=host).status_code == 403


@pytest.mark.parametrize("host", ["127.0.0.1:8480", "localhost:1", "[::1]:8480", "LOCALHOST"])
def test_loopback_names_are_taken(site: Site, host: str) -> None:
    assert site.get("/", Host=host).status_code == 200


def test_only_reading_is_possible(site: Site) -> None:
    assert site.client.post("/").status_code == 405
    assert site.client.delete("/live").status_code == 405


def test_health_is_good_while_both_processes_work(site: Site) -> None:
    answer = site.get("/healthz")
    assert answer.status_code == 200
    assert answer.json() == {
        "ok": True,
        "database": True,
        "worker": True,
        "worker_state": "working",
        "worker_process_id": 4711,
        "worker_restarts": 0,
        "heartbeat_age_seconds": 0.2,
        "problems": [],
    }


@pytest.mark.parametrize(
    ("health", "problem"),
    [
        (WorkerHealth(WorkerState.ENDED, 1, 2.0, 0, Pulse()), "has ended"),
        (WorkerHealth(WorkerState.STUCK, 1, 31.0, 0, Pulse()), "no sign of life for 31 seconds"),
        (WorkerHealth(WorkerState.STARTING, 1, None, 2, Pulse()), "is starting again"),
        (WorkerHealth(WorkerState.WORKING, 1, 0.1, 0, Pulse(fault="the database cannot be read (X)")), "cannot look"),
    ],
)
def test_health_says_what_is_wrong_with_the_worker(site: Site, health: WorkerHealth, problem: str) -> None:
    site.health = health
    answer = site.get("/healthz")
    assert answer.status_code == 503
    assert answer.json()["worker"] is False
    assert problem in answer.json()["problems"][0]


def test_a_first_start_is_no_fault(site: Site) -> None:
    site.health = WorkerHealth(WorkerState.STARTING, 1, None, 0, Pulse())
    assert site.get("/healthz").status_code == 200


def test_a_database_that_was_taken_away_is_told(site: Site) -> None:
    database = site.admin.instep.settings.database_path
    database.rename(database.with_suffix(".away"))
    answer = site.get("/healthz")
    assert (answer.status_code, answer.json()["database"], answer.json()["worker"]) == (503, False, True)
    assert answer.json()["problems"] == ["The database cannot be read."]
    database.with_suffix(".away").rename(database)
    assert site.get("/healthz").status_code == 200


def test_an_address_without_a_page_is_answered_by_one(site: Site) -> None:
    root = site.signed_in()
    missing = root.get("/users/nobody/at/all")
    assert (missing.status_code, "There is no such page" in missing.text) == (404, True)
    assert 'href="/apps"' in missing.text  # the menu is there
    only_a_form = root.get("/sign-out")
    assert (only_a_form.status_code, "takes a form and is no page" in only_a_form.text) == (405, True)
    nobody = ConsoleBrowser(site.new_client())
    assert "Sign in" in nobody.get("/nowhere").text
    assert 'href="/apps"' not in nobody.get("/nowhere").text
    assert "/my/sign-in" in nobody.get("/my/nowhere").text


def test_what_was_removed_cannot_be_shown(site: Site) -> None:
    assert "This cannot be shown" in site.signed_in().get("/users/nobody").text
