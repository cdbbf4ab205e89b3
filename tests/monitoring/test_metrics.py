"""Does a monitor learn how provisioning is doing, and nobody else? Asked of a service that runs, over HTTP."""

import time
from collections.abc import Iterator
from datetime import timedelta

import httpx2
import pytest
from prometheus_client.parser import text_string_to_metric_families

from fakes.administrator import Administrator, administrator
from fakes.administrators import administrator_with
from fakes.served_instep import ServedInstep, served_instep
from fakes.served_tenant import served_tenant
from instep.access.roles import Permission, Role
from instep.admin.access.tokens import issue_token
from instep.wiring import Instep

PATIENCE_SECONDS = 60


# The clock of the installation in these tests is some months behind that of the service.
def token(instep: Instep, *permissions: Permission) -> str:
    owner = administrator_with(instep.access, Role.GLOBAL_ADMINISTRATOR)
    return issue_token(instep.access, owner, "Prometheus", permissions, timedelta(days=366), "the tests").secret


@pytest.fixture(scope="module")
def admin(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Administrator]:
    """Two people have accounts, one of them an inactive one; whoever came since has none yet."""
    with (
        served_tenant(tmp_path_factory.mktemp("tenant")) as tenant,
        administrator(tmp_path_factory.mktemp("monitored")) as found,
    ):
        found.hires("ada", "bob")
        found.connects(tenant.tenant_url, tenant.secret_token)
        found.assigns_everyone()
        found.provisions()
        found.disables("bob")
        found.provisions()
        found.hires("eve")
        yield found


@pytest.fixture(scope="module")
def served(admin: Administrator) -> Iterator[ServedInstep]:
    """The service, ready; until then it says why it is not."""
    with served_instep(admin.instep.settings.data_directory) as found:
        began = time.monotonic()
        while (answer := ask(found, "/readyz")).status_code == 503 and time.monotonic() - began < PATIENCE_SECONDS:
            assert answer.json()["reasons"] == ["The worker process, which runs the cycles, is starting."]
            time.sleep(0.1)
        yield found


def ask(served: ServedInstep, path: str, secret: str | None = None, **headers: str) -> httpx2.Response:
    if secret is not None:
        headers["Authorization"] = f"Bearer {secret}"
    return httpx2.get(f"{served.url}{path}", headers=headers, trust_env=False, timeout=30)


def samples(answer: httpx2.Response) -> dict[str, list[tuple[dict[str, str], float]]]:
    assert answer.status_code == 200, answer.text
    found: dict[str, list[tuple[dict[str, str], float]]] = {}
    for family in text_string_to_metric_families(answer.text):
        for sample in family.samples:
            found.setdefault(sample.name, []).append((sample.labels, sample.value))
    return found


def test_the_service_is_ready_once_its_worker_is(served: ServedInstep) -> None:
    answer = ask(served, "/readyz")
    assert answer.status_code == 200
    assert answer.json() == {
        "ready": True,
        "checks": {"database": True, "migrations": True, "worker": True},
        "reasons": [],
    }


def test_metrics_are_for_those_who_may_read_reports(admin: Administrator, served: ServedInstep) -> None:
    assert ask(served, "/metrics").status_code == 401
    assert ask(served, "/metrics").headers["www-authenticate"] == 'Bearer realm="Instep"'
    assert ask(served, "/metrics", "instep_wrong").status_code == 401
    refused = ask(served, "/metrics", token(admin.instep, Permission.MANAGE_USERS))
    assert (refused.status_code, "read_reports" in refused.text) == (403, True)
    assert ask(served, "/metrics", token(admin.instep, Permission.READ_REPORTS)).status_code == 200


def test_the_directory_and_requests_are_counted_by_the_template_of_their_route(
    admin: Administrator, served: ServedInstep
) -> None:
    secret = token(admin.instep, Permission.READ_REPORTS, Permission.READ_DIRECTORY)
    for path in ("/scim/v2/Users/one-id", "/scim/v2/Users/another-id", "/no/such/page", "/v1.0/users/ada"):
        ask(served, path, secret)
    found = samples(ask(served, "/metrics", secret))
    assert found["instep_directory_users"] == [({}, 3.0)]
    assert found["instep_worker_up"] == [({}, 1.0)]
    assert found["process_open_fds"][0][1] > 0
    assert found["instep_worker_process_resident_memory_bytes"][0][1] > 0
    requests = {(each["route"], each["method"], each["status"]): n for each, n in found["instep_http_requests_total"]}
    assert requests["/scim/v2/Users/{id}", "GET", "404"] == 2
    assert requests["(no route)", "GET", "404"] == 1
    assert requests["/v1.0/{rest:path}", "GET", "200"] == 1
    assert not any("one-id" in route for route, _, _ in requests)


def test_a_job_is_told_by_the_name_of_its_application(admin: Administrator, served: ServedInstep) -> None:
    secret = token(admin.instep, Permission.READ_REPORTS)
    found = samples(ask(served, "/metrics", secret))
    job = {"app": "Proxyclick", "job_id": admin.job.id}

    def of(name: str, **labels: str) -> float:
        (value,) = [value for each, value in found[name] if each == job | labels]
        return value

    assert {each["state"] for each, value in found["instep_job_state"] if value} == {"paused"}
    assert (of("instep_job_links"), of("instep_job_links_active")) == (2, 1)
    assert (of("instep_job_escrows"), of("instep_job_held", subject="removals")) == (0, 0)
    assert of("instep_job_changes_behind") == 1
    assert of("instep_job_log_entries_total", action="create", status="success") == 2
    assert of("instep_job_log_entries_total", action="disable", status="success") == 1
    assert of("instep_job_last_cycle_requests", method="PATCH") == 1
    assert of("instep_job_last_cycle_succeeded") == 1
    assert of("instep_job_seconds_since_cycle") > 0
    assert found["instep_outbox_mails"] == [({}, 0.0)]


def test_no_secret_and_nobody_is_in_the_metrics(admin: Administrator, served: ServedInstep) -> None:
    secret = token(admin.instep, Permission.READ_REPORTS)
    text = ask(served, "/metrics", secret).text
    assert not [each for each in (secret, "pxk_", "instep_at_", "@corp.example", admin.job.tenant_url) if each in text]


def test_openmetrics_is_spoken_to_who_prefers_it(admin: Administrator, served: ServedInstep) -> None:
    secret = token(admin.instep, Permission.READ_REPORTS)
    answer = ask(served, "/metrics", secret, Accept="application/openmetrics-text; version=1.0.0")
    assert answer.headers["content-type"].startswith("application/openmetrics-text")
    assert answer.text.endswith("# EOF\n")
