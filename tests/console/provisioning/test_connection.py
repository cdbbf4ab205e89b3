"""Is an application connected by its page: tested, saved by whoever has shown who they are, and never shown again?"""

from collections.abc import Iterator
from datetime import timedelta

import pytest

from fakes.administrator import Administrator
from fakes.console_browser import ConsoleBrowser
from fakes.faulty_target import FaultyTarget, answers, faulty_target
from instep.ledger.jobs import Job

SECRET = "pxk_0123456789abcdef"


@pytest.fixture
def target() -> Iterator[FaultyTarget]:
    with faulty_target() as found:
        found.token = SECRET
        yield found


def job(admin: Administrator) -> Job | None:
    return admin.instep.jobs.job_of(admin.app)


def saves(root: ConsoleBrowser, at: str, **fields: str) -> str:
    """What the page says after Save: credentials go on to the door of the dangerous, with the same form."""
    path = f"{at}/provisioning/connection"
    answer = root.post(path, **fields)
    if answer.status_code == 307:
        answer = root.post(answer.headers["location"], **fields)
    return answer.text if answer.status_code != 303 else root.follow(answer).text


def test_a_test_says_what_was_sent_and_answered_and_saves_nothing(
    root: ConsoleBrowser, admin: Administrator, at: str, target: FaultyTarget
) -> None:
    root.get(f"{at}/provisioning/connection")
    said = root.post(f"{at}/provisioning/connection/test", tenant_url=target.tenant_url, secret_token=SECRET)
    assert "The supplied credentials are authorized to enable provisioning of Proxyclick." in said.text
    assert "/Users?filter=userName" in said.text
    assert "HTTP 200" in said.text
    assert "Bearer (the Secret Token)" in said.text
    assert SECRET not in said.text
    assert job(admin) is None


def test_a_failure_says_what_to_do_with_the_hint_on_admin_permissions(
    root: ConsoleBrowser, at: str, target: FaultyTarget
) -> None:
    root.get(f"{at}/provisioning/connection")
    said = root.post(f"{at}/provisioning/connection/test", tenant_url=target.tenant_url, secret_token="wrong")
    assert said.status_code == 422
    assert "Test Connection failed" in said.text
    assert "answered HTTP 401" in said.text
    assert "ensure that your Proxyclick account has Admin permissions, and try again" in said.text
    target.goes_wrong(answers(404), "GET")
    said = root.post(f"{at}/provisioning/connection/test", tenant_url=target.tenant_url, secret_token=SECRET)
    assert "there is no SCIM service at this Tenant URL" in said.text


def test_htmx_gets_the_outcome_alone(root: ConsoleBrowser, at: str, target: FaultyTarget) -> None:
    root.get(f"{at}/provisioning/connection")
    root.http.headers["HX-Request"] = "true"
    said = root.post(f"{at}/provisioning/connection/test", tenant_url=target.tenant_url, secret_token=SECRET)
    assert "Test Connection succeeded" in said.text
    assert "<html" not in said.text
    refused = root.post(f"{at}/provisioning/connection/test", tenant_url="ftp://x", secret_token=SECRET)
    assert "must begin with https://" in refused.text


def test_a_connection_that_works_is_saved_with_who_is_told(
    root: ConsoleBrowser, admin: Administrator, at: str, target: FaultyTarget
) -> None:
    root.get(f"{at}/provisioning/connection")
    mail = {"notify": "it@corp.example", "notify_failures": "yes"}
    said = saves(root, at, tenant_url=target.tenant_url, secret_token=SECRET, **mail)
    assert "The connection was saved" in said
    saved = job(admin)
    assert saved is not None
    assert (saved.tenant_url, saved.settings.notify) == (target.tenant_url, ("it@corp.example",))
    assert saved.settings.notify_failures
    assert admin.instep.jobs.secret_token(saved) == SECRET
    page = root.get(f"{at}/provisioning/connection").text
    assert "A token is saved. It is not shown again" in page
    assert SECRET not in page


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"tenant_url": ""}, "Paste the Tenant URL"),
        ({"tenant_url": "http://foreign.example/scim"}, "must use https://"),
        ({"secret_token": ""}, "Paste the Secret Token"),
        ({"secret_token": "two words"}, "characters that no token has"),
        ({"notify": "nobody"}, "Write mail addresses"),
        ({"secret_token": "wrong"}, "Nothing was saved, as the test failed."),
    ],
)
def test_what_cannot_be_saved_is_told_and_nothing_is_saved(
    root: ConsoleBrowser, admin: Administrator, at: str, target: FaultyTarget, fields: dict[str, str], said: str
) -> None:
    root.get(f"{at}/provisioning/connection")
    typed = {"tenant_url": target.tenant_url, "secret_token": SECRET, "notify": ""}
    assert said in saves(root, at, **{**typed, **fields})
    assert job(admin) is None


def test_without_a_token_in_the_form_the_saved_one_stays(
    root: ConsoleBrowser, admin: Administrator, at: str, target: FaultyTarget
) -> None:
    admin.connects(target.tenant_url, SECRET)
    root.get(f"{at}/provisioning/connection")
    said = saves(root, at, tenant_url=target.tenant_url, notify="it@corp.example")
    assert "The notification settings of Proxyclick were saved" in said
    saves(root, at, tenant_url=f"{target.tenant_url}?aadOptscim062020", notify="it@corp.example")
    assert admin.job.tenant_url.endswith("?aadOptscim062020")
    assert admin.instep.jobs.secret_token(admin.job) == SECRET


def test_a_saved_token_is_never_sent_to_another_place(
    root: ConsoleBrowser, admin: Administrator, at: str, target: FaultyTarget
) -> None:
    admin.connects(target.tenant_url, SECRET)
    target.forget_arrivals()
    with faulty_target() as other:
        root.get(f"{at}/provisioning/connection")
        said = root.post(f"{at}/provisioning/connection/test", tenant_url=other.tenant_url)
        assert "paste its Secret Token, too" in said.text
        assert "paste its Secret Token, too" in saves(root, at, tenant_url=other.tenant_url)
        assert other.arrived() == []
    assert admin.job.tenant_url == target.tenant_url


def test_another_token_wants_a_confirmation_that_is_not_old(
    root: ConsoleBrowser, admin: Administrator, at: str, target: FaultyTarget
) -> None:
    admin.connects(target.tenant_url, SECRET)
    root.get(f"{at}/provisioning/connection")
    admin.clock.now += timedelta(minutes=6)
    credentials = f"{at}/provisioning/connection/credentials"
    asked = root.post(credentials, tenant_url=target.tenant_url, secret_token=SECRET)
    assert asked.status_code == 303
    assert asked.headers["location"].startswith("/confirm")
