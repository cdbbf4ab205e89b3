"""Does an independent SCIM service understand each dialect, so that its accounts say what the directory says?"""

from collections.abc import Iterator
from pathlib import Path

import pytest

from fakes.administrator import administrator, requests, upn
from fakes.scim2_server import Scim2Server, scim2_server

ENTERPRISE = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"

# Those that ask of a service nothing that RFC 7644 does not have; Entra's own need a service that was built for Entra.
DIALECTS: dict[str, tuple[str, dict[str, str]]] = {
    "strict": ("rfc", {}),
    "PUT only": ("put-only", {}),
    "a nested value, lists whole": ("rfc", {"paths": "nested", "elements": "as-list"}),
    "an operation a request": ("rfc", {"operations_per_request": "1"}),
    "spaces as %20, read back": ("rfc", {"query_spaces": "percent", "read_back": "always"}),
    "bulk requests": ("rfc", {"writes_per_request": "50"}),
}


@pytest.fixture(scope="module")
def server() -> Iterator[Scim2Server]:
    with scim2_server() as served:
        yield served


@pytest.mark.parametrize("dialect", DIALECTS)
def test_accounts_follow_the_directory_in_each_dialect(tmp_path: Path, server: Scim2Server, dialect: str) -> None:
    name, switches = DIALECTS[dialect]
    for user in server.all("/Users"):
        server.http.delete(f"/Users/{user['id']}")
    with administrator(tmp_path, "custom-scim") as admin:
        admin.connects(server.tenant_url, server.secret_token)
        admin.sets(dialect=name)
        admin.speaks(**switches)
        admin.assigns_everyone()
        admin.hires("boss", mail="boss@corp.example")
        admin.hires("ada", mail="ada@corp.example", city="Gent", department="R&D", jobTitle="Engineer", mobile="1")
        assert admin.provisions().counts.created == 2

        admin.changes("ada", mail="a.lovelace@corp.example", city="Brugge", country="BE", department="Sales")
        admin.changes("ada", jobTitle="Director", telephoneNumber="2", manager="boss", givenName="Augusta")
        summary = admin.provisions()
        assert (summary.counts.updated, summary.counts.failed) == (1, 0)
        accounts = {user["userName"]: user for user in server.all("/Users")}
        ada = accounts[upn("ada")]
        assert [mail["value"] for mail in ada["emails"]] == ["a.lovelace@corp.example"]
        [address] = ada["addresses"]
        assert (address["locality"], address["country"]) == ("Brugge", "BE")
        assert {phone["type"]: phone["value"] for phone in ada["phoneNumbers"]} == {"mobile": "1", "work": "2"}
        assert (ada["title"], ada["name"]["givenName"]) == ("Director", "Augusta")
        assert ada[ENTERPRISE]["department"] == "Sales"
        assert ada[ENTERPRISE]["manager"]["value"] == accounts[upn("boss")]["id"]
        assert requests(admin.provisions()) == {}

        admin.disables("ada")
        assert admin.provisions().counts.disabled == 1
        assert server.http.get(f"/Users/{ada['id']}").json()["active"] is False
        admin.enables("ada")
        assert admin.provisions().counts.updated == 1
        assert server.http.get(f"/Users/{ada['id']}").json()["active"] is True
