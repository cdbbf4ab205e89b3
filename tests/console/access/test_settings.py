"""What do Settings show, and do their buttons tell the truth?"""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from pydantic import SecretStr

from console.console_site import Site
from fakes.administrator import Administrator
from fakes.mail_server import MailServerThatSays, mail_server


@pytest.fixture(scope="module")
def server() -> Iterator[MailServerThatSays]:
    with mail_server() as found:
        yield found


def site_with(admin: Administrator, **settings: object) -> Site:
    changed = admin.instep.settings.model_copy(update=settings)
    return Site(replace(admin, instep=replace(admin.instep, settings=changed)))


def test_where_nothing_is_set_it_is_said_what_to_set(admin: Administrator, site: Site) -> None:
    page = site.signed_in().get("/settings").text
    assert "INSTEP_SMTP_HOST" in page
    assert "INSTEP_OIDC_ISSUER" in page
    assert "/settings/test-mail" not in page


def test_a_test_mail_reaches_whoever_asks_for_it(admin: Administrator, server: MailServerThatSays) -> None:
    server.taken.clear()
    site = site_with(
        admin,
        smtp_host="127.0.0.1",
        smtp_port=server.port,
        smtp_security="none",
        console_url="https://instep.corp.example",
    )
    browser = site.signed_in()
    done = browser.follow(browser.post("/settings/test-mail"))
    assert "taken a test mail to global-administrator@corp.example" in done.text
    [message] = server.taken
    assert message["To"] == "global-administrator@corp.example"
    assert "https://instep.corp.example/settings" in message.get_content()


def test_a_mail_server_that_does_not_take_it_is_quoted(admin: Administrator) -> None:
    site = site_with(admin, smtp_host="127.0.0.1", smtp_port=9, smtp_security="none")
    answer = site.signed_in().post("/settings/test-mail")
    assert (answer.status_code, "The mail was not sent. 127.0.0.1" in answer.text) == (502, True)


def test_a_button_of_what_is_not_set_says_so(site: Site) -> None:
    browser = site.signed_in()
    assert browser.post("/settings/test-mail").status_code == 409
    assert browser.post("/settings/test-provider").status_code == 409


def test_a_provider_that_is_away_is_said_to_be(admin: Administrator) -> None:
    site = site_with(admin, oidc_issuer="http://127.0.0.1:9", oidc_client_id="instep")
    browser = site.signed_in()
    answer = browser.post("/settings/test-provider")
    assert (answer.status_code, "127.0.0.1:9 cannot be reached" in answer.text) == (502, True)
    assert browser.get("/sign-in/provider").status_code == 502


def test_no_secret_is_shown(admin: Administrator) -> None:
    secret = SecretStr("hunter2-and-more")
    site = site_with(
        admin,
        smtp_host="mail.example",
        smtp_username="me",
        smtp_password=secret,
        oidc_issuer="https://login.example",
        oidc_client_secret=secret,
    )
    page = site.signed_in().get("/settings").text
    assert "hunter2" not in page
    assert "is set" in page
