"""How does a Global Administrator register programs that call the API?"""

import re

import pytest

from console.console_site import Site
from fakes.administrator import Administrator
from fakes.console_browser import ConsoleBrowser
from instep.access.clients import RegisteredClient
from instep.access.roles import Role
from instep.admin.access.clients import TokenRequest, client_of, issue_access_token

NEW: dict[str, str | list[str]] = {"name": "Terraform", "permissions": ["User.Read.All"], "days": "90"}
SECRET = r"<code>([\w-]{43,})</code>"


@pytest.fixture
def root(site: Site) -> ConsoleBrowser:
    return site.signed_in()


def the_client(admin: Administrator) -> RegisteredClient:
    (client,) = admin.instep.access.clients.all()
    return client


def lets_in(admin: Administrator, client: RegisteredClient, secret: str) -> str:
    """The access token that a secret gets; "" for none."""
    issued = issue_access_token(admin.instep.access, TokenRequest(client.id, secret))
    return issued.secret if issued is not None else ""


def secret_on(page: str) -> str:
    (found,) = re.findall(SECRET, page)
    return str(found)


def test_a_new_client_gets_a_secret_that_is_shown_once_and_works(admin: Administrator, root: ConsoleBrowser) -> None:
    answer = root.post("/clients/new", **NEW)
    secret = secret_on(root.follow(answer).text)
    assert secret not in root.follow(answer).text
    client = the_client(admin)
    assert (client.name, client.permissions) == ("Terraform", {"User.Read.All"})
    assert lets_in(admin, client, secret)
    page = root.get("/clients").text
    assert ("Terraform" in page, secret in page) == (True, False)


def test_another_secret_ends_the_one_before(admin: Administrator, root: ConsoleBrowser) -> None:
    first = secret_on(root.follow(root.post("/clients/new", **NEW)).text)
    client = the_client(admin)
    token = lets_in(admin, client, first)
    second = secret_on(root.follow(root.post(f"/clients/{client.id}/secret", days="30")).text)
    assert client_of(admin.instep.access, token) is None
    assert not lets_in(admin, client, first)
    assert lets_in(admin, client, second)


def test_a_deleted_client_is_refused(admin: Administrator, root: ConsoleBrowser) -> None:
    secret = secret_on(root.follow(root.post("/clients/new", **NEW)).text)
    client = the_client(admin)
    answer = root.post(f"/clients/{client.id}/delete")
    assert "is refused now" in root.follow(answer).text
    assert not lets_in(admin, client, secret)
    gone = root.get(f"/clients/{client.id}")
    assert (gone.status_code, "no such client" in gone.text) == (409, True)


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"name": ""}, "Give the client a name"),
        ({"permissions": []}, "Say what the client may do"),
        ({"permissions": ["Everything.All"]}, "There is no permission"),
        ({"days": "732"}, "731 days at most"),
        ({"days": "0"}, "731 days at most"),
        ({"days": "many"}, "731 days at most"),
        ({"days": "9" * 30}, "731 days at most"),
    ],
)
def test_a_client_that_makes_no_sense_is_refused_and_what_was_typed_is_kept(
    admin: Administrator, root: ConsoleBrowser, typed: dict[str, str | list[str]], said: str
) -> None:
    wanted = {**NEW, **typed}
    answer = root.post("/clients/new", **wanted)
    assert (answer.status_code, said in answer.text) == (422, True)
    assert f'value="{wanted["days"]}"' in answer.text
    assert admin.instep.access.clients.all() == []


def test_a_secret_for_too_long_is_refused_and_the_one_before_stays(admin: Administrator, root: ConsoleBrowser) -> None:
    secret = secret_on(root.follow(root.post("/clients/new", **NEW)).text)
    client = the_client(admin)
    answer = root.post(f"/clients/{client.id}/secret", days="5000")
    assert (answer.status_code, "731 days at most" in answer.text) == (422, True)
    assert lets_in(admin, client, secret)


def test_whoever_only_reads_administrators_is_offered_nothing_to_change(
    admin: Administrator, site: Site, root: ConsoleBrowser
) -> None:
    root.post("/clients/new", **NEW)
    reader = site.signed_in(Role.APPLICATION_ADMINISTRATOR)
    one = reader.get(f"/clients/{the_client(admin).id}").text
    assert ("Terraform" in one, "Make another secret" in one, '/delete"' in one) == (True, False, False)
    assert "New client" not in reader.get("/clients").text
