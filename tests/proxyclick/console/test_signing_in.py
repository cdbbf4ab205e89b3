"""Who gets into the console, and who does not."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from fakes.console_visitor import ADMINISTRATOR, Visitor, administrator_of
from fakes.served_tenant import ServedTenant, run_command, served_tenant
from proxyclick.cli.administering import administrator_link
from proxyclick.settings import Settings

PASSWORD = "correct horse battery"


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServedTenant]:
    """A tenant in which Ada signs in with a password."""
    with served_tenant(tmp_path_factory.mktemp("console")) as served:
        add_administrator(served, "ada@corp.example")
        yield served


@pytest.fixture
def visitor(site: ServedTenant) -> Iterator[Visitor]:
    found = Visitor(site.site)
    yield found
    found.http.close()


def add_administrator(served: ServedTenant, email: str) -> None:
    link = administrator_link(Settings(data=served.data), email).removeprefix(served.site)
    visitor = Visitor(served.site)
    visitor.get(link)
    answer = visitor.post(link, first_name="Ada", last_name="Example", password=PASSWORD)
    assert (answer.status_code, answer.url.path) == (200, "/users")
    visitor.http.close()


def is_in(visitor: Visitor) -> bool:
    return visitor.get("/users").url.path == "/users"


def test_a_new_tenant_prints_a_link_that_makes_the_first_administrator_once(tmp_path: Path) -> None:
    with served_tenant(tmp_path) as served:
        assert served.first_link is not None
        link = served.first_link.removeprefix(served.site)
        first, second = Visitor(served.site), Visitor(served.site)
        assert first.get(link).status_code == second.get(link).status_code == 200
        person = {"email": "First@corp.example", "first_name": "Fi", "last_name": "Rst", "password": PASSWORD}
        short = first.post(link, **person | {"password": "too short"})
        assert (short.status_code, "Choose a password of 12 characters at least" in short.text) == (422, True)
        assert first.post(link, **person).url.path == "/users"
        assert "Administrators, Default at Main location" in first.get("/users").text
        again = second.post(link, **person | {"email": "second@corp.example"})
        assert (again.status_code, "used already" in again.text) == (404, True)
        assert is_in(Visitor(served.site)) is False
        later = Visitor(served.site)
        assert later.sign_in("first@corp.example", PASSWORD).url.path == "/users"
    with served_tenant(tmp_path) as served:
        assert served.first_link is None


def test_the_sign_in_page_does_not_say_what_was_wrong(site: ServedTenant, visitor: Visitor) -> None:
    site.create("without@corp.example")
    told = set()
    for email, password in (("ada@corp.example", "wrong"), ("nobody@x", PASSWORD), ("without@corp.example", PASSWORD)):
        answer = visitor.sign_in(email, password)
        assert answer.status_code == 403
        told |= set(re.findall(r'role="alert"><p>(.*?)</p>', answer.text))
    assert len(told) == 1
    assert not is_in(visitor)


def test_the_session_is_another_after_signing_in_and_gone_after_signing_out(visitor: Visitor) -> None:
    visitor.get("/sign-in")
    (before,) = visitor.http.cookies.jar
    assert visitor.sign_in("ADA@corp.example ", PASSWORD).url.path == "/users"
    (after,) = visitor.http.cookies.jar
    assert after.value != before.value
    assert after.has_nonstandard_attr("HttpOnly")
    assert after.get_nonstandard_attr("SameSite") == "lax"
    secret = str(after.value)
    assert visitor.post("/sign-out").url.path == "/sign-in"
    visitor.http.cookies.clear()
    visitor.http.cookies.set(after.name, secret)
    assert not is_in(visitor)


def test_a_session_that_a_visitor_chose_is_never_taken_over(site: ServedTenant, visitor: Visitor) -> None:
    visitor.get("/sign-in")
    (planted,) = visitor.http.cookies.jar
    visitor.sign_in("ada@corp.example", PASSWORD)
    other = Visitor(site.site)
    other.http.cookies.set(planted.name, str(planted.value))
    assert not is_in(other)


def test_after_ten_failures_even_the_password_is_not_looked_at(tmp_path: Path) -> None:
    with served_tenant(tmp_path) as served:
        add_administrator(served, "ada@corp.example")
        visitor = Visitor(served.site)
        answers = [visitor.sign_in("ada@corp.example", f"wrong {number}") for number in range(10)]
        throttled = visitor.sign_in("ada@corp.example", PASSWORD)
        assert throttled.status_code == 403
        refusals = {re.sub(r'value="[^"]*"', "", answer.text) for answer in (*answers, throttled)}
        assert len(refusals) == 1
        with administrator_of(served.site, served.data) as root:
            assert is_in(root)


def test_a_disabled_user_is_out_at_once_and_cannot_come_back(site: ServedTenant, visitor: Visitor) -> None:
    add_administrator(site, "leaver@corp.example")
    visitor.sign_in("leaver@corp.example", PASSWORD)
    assert is_in(visitor)
    (found,) = site.find('userName eq "leaver@corp.example"')
    site.patch(found["id"], {"op": "Replace", "path": "active", "value": "False"})
    assert not is_in(visitor)
    assert visitor.sign_in("leaver@corp.example", PASSWORD).status_code == 403
    site.patch(found["id"], {"op": "Replace", "path": "active", "value": "True"})
    assert visitor.sign_in("leaver@corp.example", PASSWORD).url.path == "/users"
    site.http.delete(f"/Users/{found['id']}")
    assert not is_in(visitor)


def test_ones_sessions_are_listed_and_ended_one_by_one(site: ServedTenant, visitor: Visitor) -> None:
    add_administrator(site, "many@corp.example")
    elsewhere = Visitor(site.site)
    elsewhere.http.headers["User-Agent"] = "Mozilla/5.0 (X11; Linux) Firefox/140"
    elsewhere.sign_in("many@corp.example", PASSWORD)
    visitor.sign_in("many@corp.example", PASSWORD)
    listed = visitor.get("/settings/sessions").text
    assert ("Firefox on Linux" in listed, "This one" in listed) == (True, True)
    rows = re.findall(r'<th scope="row">(.*?)</th>.*?name="session" value="([0-9a-f]+)"', listed, re.DOTALL)
    (other,) = [session for name, session in rows if name == "Firefox on Linux"]
    assert "The session was ended." in visitor.post("/settings/sessions", session=other).text
    assert not is_in(elsewhere)
    assert is_in(visitor)


def test_nobody_ends_the_session_of_somebody_else(site: ServedTenant, visitor: Visitor) -> None:
    visitor.sign_in("ada@corp.example", PASSWORD)
    own = re.findall(r'name="session" value="([0-9a-f]+)"', visitor.get("/settings/sessions").text)
    with administrator_of(site.site, site.data) as root:
        for session in own:
            root.post("/settings/sessions", session=session)
    assert is_in(visitor)


def test_a_forgotten_password_is_replaced_by_a_new_link_which_ends_all_sessions(
    site: ServedTenant, visitor: Visitor
) -> None:
    add_administrator(site, "forgetful@corp.example")
    visitor.sign_in("forgetful@corp.example", PASSWORD)
    printed = run_command("administrators", "add", "forgetful@corp.example", "--data", str(site.data)).stdout
    link = printed.splitlines()[0].removeprefix(site.site)
    other = Visitor(site.site)
    assert "First name" not in other.get(link).text
    assert other.post(link, email="ada@corp.example", password="another long password").url.path == "/users"
    assert not is_in(visitor)
    assert visitor.sign_in("forgetful@corp.example", "another long password").url.path == "/users"
    assert visitor.sign_in("ada@corp.example", PASSWORD).url.path == "/users"


def test_no_secret_of_the_console_is_kept(site: ServedTenant, visitor: Visitor) -> None:
    visitor.sign_in("ada@corp.example", PASSWORD)
    link = administrator_link(Settings(data=site.data), "somebody@corp.example")
    kept = b"".join(path.read_bytes() for path in site.data.iterdir())
    for secret in (*(str(cookie.value) for cookie in visitor.http.cookies.jar), link.rpartition("/")[2], PASSWORD):
        assert secret.encode() not in kept


@pytest.mark.parametrize(
    "arguments", [["no-address"], ["a@b.example", "--location", "CO-Z999"], ["a@b.example", "--location", "x"]]
)
def test_a_link_for_nobody_or_nowhere_is_refused(site: ServedTenant, arguments: list[str]) -> None:
    outcome = run_command("administrators", "add", *arguments, "--data", str(site.data))
    assert (outcome.returncode, "Traceback" in outcome.stderr, outcome.stdout) == (1, False, "")


def test_the_administrator_of_a_link_is_who_was_named(site: ServedTenant) -> None:
    with administrator_of(site.site, site.data) as root:
        assert ADMINISTRATOR in root.get("/users").text
