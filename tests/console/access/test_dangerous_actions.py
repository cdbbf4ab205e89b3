"""Whoever has not shown lately who they are is asked again before what is dangerous, and then it is done as meant."""

import re
from datetime import timedelta

import pytest

from console.console_site import Site
from fakes.administrator import Administrator
from fakes.administrators import administrator_with
from fakes.console_browser import ConsoleBrowser
from instep.access.passwords import hashed
from instep.access.roles import Role
from instep.access.sessions import CONFIRMED_FOR
from instep.admin.access.administrators import disable_administrator
from instep.console.kept_forms import KEPT_FOR

PASSWORD = "four words are good"
BO = {"user_name": "bo@corp.example", "display_name": "Bo", "roles": "Reports Reader"}


@pytest.fixture
def root(admin: Administrator, site: Site) -> ConsoleBrowser:
    """A Global Administrator with a password, who signed in a while ago."""
    access = admin.instep.access
    me = administrator_with(access, Role.GLOBAL_ADMINISTRATOR)
    access.administrators.set_password(me, hashed(PASSWORD), b"", admin.clock(), "me")
    browser = site.signed_in()
    admin.clock.now += CONFIRMED_FOR
    return browser


def names(admin: Administrator) -> set[str]:
    return {each.user_name for each in admin.instep.access.administrators.all()}


def waiting(answer) -> str:
    """Where somebody is led who has to confirm; nothing of the form is in the address."""
    assert answer.status_code == 303
    assert re.fullmatch(r"/confirm\?form=[\w-]{43}", answer.headers["location"])
    return answer.headers["location"].removeprefix("/confirm?form=")


def test_after_the_password_the_action_is_done_at_once(admin: Administrator, root: ConsoleBrowser) -> None:
    answer = root.post("/administrators/new", **BO)
    key = waiting(answer)
    assert "bo@corp.example" not in names(admin)
    assert "Confirm that it is you" in root.follow(answer).text
    done = root.post("/confirm", form=key, password=PASSWORD)
    assert done.status_code == 303
    assert "bo@corp.example" in names(admin)
    assert "Bo is an administrator now" in root.follow(done).text


def test_for_five_minutes_nobody_is_asked_again(admin: Administrator, root: ConsoleBrowser) -> None:
    root.post("/confirm", form=waiting(root.post("/administrators/new", **BO)), password=PASSWORD)
    root.get("/")
    answer = root.post("/administrators/new", **{**BO, "user_name": "eve@corp.example"})
    assert answer.headers["location"].startswith("/administrators/")
    admin.clock.now += CONFIRMED_FOR
    waiting(root.post("/administrators/new", **{**BO, "user_name": "flo@corp.example"}))


def test_with_another_password_nothing_is_done_and_one_may_try_again(
    admin: Administrator, root: ConsoleBrowser
) -> None:
    key = waiting(root.post("/administrators/new", **BO))
    answer = root.post("/confirm", form=key, password="wrong")
    assert (answer.status_code, "That is not your password" in answer.text) == (403, True)
    assert "bo@corp.example" not in names(admin)
    assert root.post("/confirm", form=key, password=PASSWORD).status_code == 303
    assert root.post("/confirm", form=key, password=PASSWORD).status_code == 409  # once


def test_a_form_is_for_the_session_that_sent_it(admin: Administrator, site: Site, root: ConsoleBrowser) -> None:
    key = waiting(root.post("/administrators/new", **BO))
    other = site.signed_in()
    assert other.post("/confirm", form=key, password=PASSWORD).status_code == 409
    assert "bo@corp.example" not in names(admin)


def test_a_form_is_not_kept_for_long(admin: Administrator, root: ConsoleBrowser) -> None:
    key = waiting(root.post("/administrators/new", **BO))
    admin.clock.now += KEPT_FOR
    answer = root.post("/confirm", form=key, password=PASSWORD)
    assert (answer.status_code, "too much time has passed" in answer.text) == (409, True)


def test_what_somebody_may_not_do_any_more_is_not_done(admin: Administrator, root: ConsoleBrowser) -> None:
    access = admin.instep.access
    key = waiting(root.post("/administrators/new", **BO))
    administrator_with(access, Role.GLOBAL_ADMINISTRATOR, user_name="another@corp.example")
    me = access.administrators.named("global-administrator@corp.example")
    assert me is not None
    disable_administrator(access, me, "another")
    assert root.post("/confirm", form=key, password=PASSWORD).headers["location"].startswith("/sign-in")
    assert "bo@corp.example" not in names(admin)


def test_a_form_that_was_wrong_is_shown_again_with_what_was_typed(root: ConsoleBrowser) -> None:
    key = waiting(root.post("/administrators/new", **{**BO, "user_name": "no address"}))
    answer = root.post("/confirm", form=key, password=PASSWORD)
    assert answer.status_code == 422
    assert 'value="no address"' in answer.text
    assert "A user name is an e-mail address" in answer.text


def test_htmx_is_led_to_the_question_as_a_whole_page(root: ConsoleBrowser) -> None:
    answer = root.http.post(
        "/administrators/new", data={"csrf_token": root.csrf_token, **BO}, headers={"HX-Request": "true"}
    )
    assert answer.headers["hx-redirect"].startswith("/confirm?form=")


def test_somebody_without_a_password_is_told_what_to_do(admin: Administrator, site: Site) -> None:
    browser = site.signed_in()
    admin.clock.now += CONFIRMED_FOR + timedelta(minutes=1)
    answer = browser.post("/administrators/new", **BO)
    said = browser.follow(answer).text
    assert "one-time link" in said
    assert 'name="password"' not in said
