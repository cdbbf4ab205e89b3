"""Are users found by what identity providers ask, page by page, and is what the service can do told as it is?"""

import itertools
from typing import Any

import httpx2
import pytest

from instep.admin.users import purge_user
from instep.directory.searching import Wish
from instep.wiring import Instep

USER = "urn:ietf:params:scim:schemas:core:2.0:User"
ENTERPRISE = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"
SEARCH = "urn:ietf:params:scim:api:messages:2.0:SearchRequest"
PATCH_OP = "urn:ietf:params:scim:api:messages:2.0:PatchOp"
Client = httpx2.AsyncClient

PEOPLE: tuple[dict[str, Any], ...] = (
    {
        "userName": "ada@corp.example",
        "externalId": "Ä-1",
        "title": "Engineer",
        "name": {"givenName": "Ada", "familyName": "Žižka"},
        "emails": [{"value": "ada@corp.example", "type": "work"}, {"value": "ada@home.example", "type": "other"}],
        "phoneNumbers": [{"value": "1", "type": "mobile"}],
        ENTERPRISE: {"department": "R&D"},
    },
    {
        "userName": "bob@corp.example",
        "externalId": "b",
        "active": False,
        "emails": [{"value": "bob@corp.example", "type": "work"}],
    },
    {"userName": "o'hara+x@corp.example", "title": 'The "boss"', "addresses": [{"type": "work", "locality": "Ghent"}]},
)


@pytest.fixture
async def people(provider: Client) -> Client:
    for person in PEOPLE:
        answer = await provider.post("Users", json={"schemas": [USER], **person})
        assert answer.status_code == 201, answer.text
    return provider


async def names(client: Client, text: str) -> set[str]:
    answer = await client.get("Users", params={"filter": text, "attributes": "userName"})
    assert answer.status_code == 200, answer.text
    return {each["userName"].partition("@")[0] for each in answer.json()["Resources"]}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('userName eq "ADA@corp.example"', "ada"),
        ("userName eq ada@corp.example", "ada"),
        ('username EQ "ada@corp.example" OR USERNAME eq "bob@corp.example"', "ada bob"),
        ('userName eq "o\'hara+x@corp.example"', "o'hara+x"),
        ('title eq "The \\"boss\\""', "o'hara+x"),
        ('externalId eq "Ä-1"', "ada"),
        ('externalId eq "ä-1"', ""),
        ('emails[type eq "work"].value eq "ADA@corp.example"', "ada"),
        ('emails[type eq "home"].value eq "ada@corp.example"', ""),
        ('emails[type eq "other" and value ew "@home.example"]', "ada"),
        ('emails.value eq "ada@home.example"', "ada"),
        ('emails eq "bob@corp.example"', "bob"),
        ('emails.type eq "other"', "ada"),
        ("emails[primary eq true].value pr", "ada bob"),
        ("not (emails pr)", "o'hara+x"),
        ('emails.value ne "ada@home.example"', "bob o'hara+x"),
        ('addresses.locality eq "ghent"', "o'hara+x"),
        ('phoneNumbers[type eq "mobile"].value eq "1"', "ada"),
        ("active eq false", "bob"),
        ('active eq "True"', "ada o'hara+x"),
        ('name.familyName sw "ži"', "ada"),
        ("name pr", "ada"),
        (f'{ENTERPRISE}:department eq "r&d"', "ada"),
        ('department co "&"', "ada"),
        ('nickName eq "x"', ""),
        ('favouriteColour eq "red"', ""),
        ('not (favouriteColour eq "red") and userName sw "bob"', "bob"),
        ('title gt "f"', "o'hara+x"),
        ("title eq null", "bob"),
        ('meta.created gt "2020-01-01T00:00:00Z"', "ada bob o'hara+x"),
        ('meta.created lt "2020-01-01T00:00:00+02:00"', ""),
    ],
)
async def test_a_filter_finds(people: Client, text: str, expected: str):
    assert await names(people, text) == set(expected.split())


@pytest.mark.parametrize(
    "text", ["userName", 'userName xx "a"', "active gt true", 'meta.lastModified gt "2020-01-01T00:00:00Z"', "((("]
)
async def test_a_filter_without_a_meaning_is_refused_as_one(people: Client, text: str):
    answer = await people.get("Users", params={"filter": text})
    assert (answer.status_code, answer.json()["scimType"]) == (400, "invalidFilter")


async def test_pages_have_everybody_once_and_say_how_many_there_are(people: Client):
    pages = [(await people.get("Users", params={"startIndex": at, "count": 2})).json() for at in (1, 3, 5)]
    assert [(page["totalResults"], page["startIndex"], page["itemsPerPage"]) for page in pages] == [
        (3, 1, 2),
        (3, 3, 1),
        (3, 5, 0),
    ]
    found = itertools.chain.from_iterable(page["Resources"] for page in pages)
    assert sorted(each["userName"] for each in found) == sorted(person["userName"] for person in PEOPLE)
    assert (await people.get("Users", params={"count": 0})).json()["totalResults"] == 3


async def test_users_are_sorted_by_what_they_have(people: Client):
    down = await people.get("Users", params={"sortBy": "userName", "sortOrder": "descending"})
    found = [each["userName"] for each in down.json()["Resources"]]
    assert found == ["o'hara+x@corp.example", "bob@corp.example", "ada@corp.example"]
    by_type = await people.get("Users", params={"sortBy": "emails.type"})
    assert by_type.json()["totalResults"] == 3


async def test_a_query_may_be_in_the_body_and_at_the_root_goes_through_users_and_groups(people: Client):
    await people.post("Groups", json={"displayName": "Sales"})
    body = {"schemas": [SEARCH], "filter": 'userName sw "a"'}
    assert (await people.post("Users/.search", json=body)).json()["totalResults"] == 1
    everything = {"schemas": [SEARCH], "startIndex": 3, "count": 2}
    found = (await people.post(".search", json=everything)).json()
    assert found["totalResults"] == 4
    assert [each["meta"]["resourceType"] for each in found["Resources"]] == ["User", "Group"]
    assert (await people.get("")).json()["totalResults"] == 4


async def test_a_match_that_finds_nobody_is_an_empty_list(people: Client):
    answer = await people.get("Users/?filter=userName+eq+%220b6c1f52-6d0e%22")
    assert answer.status_code == 200
    assert answer.json() == {
        "schemas": ["urn:ietf:params:scim:api:messages:2.0:ListResponse"],
        "totalResults": 0,
        "startIndex": 1,
        "itemsPerPage": 0,
        "Resources": [],
    }


async def test_what_the_service_can_do_is_told_without_a_token(client_as: Any):
    anybody = client_as(None)
    config = (await anybody.get("ServiceProviderConfig")).json()
    assert config["patch"]["supported"]
    assert not config["bulk"]["supported"]
    types = (await anybody.get("ResourceTypes")).json()
    assert [each["id"] for each in types["Resources"]] == ["User", "Group"]
    user = (await anybody.get(f"Schemas/{USER}")).json()
    assert "nickName" not in {each["name"] for each in user["attributes"]}
    assert (await anybody.get("Schemas/unknown")).status_code == 404


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "Me", 501),
        ("POST", "Bulk", 501),
        ("GET", "Nothing", 404),
        ("DELETE", "Users", 405),
        ("POST", "Schemas", 405),
        ("GET", "Users?count=many", 400),
        ("GET", "Users?cursor=", 400),
    ],
)
async def test_what_there_is_not_is_refused_in_scims_form(provider: Client, method: str, path: str, status: int):
    answer = await provider.request(method, path)
    assert answer.status_code == status
    assert answer.json()["status"] == str(status)
    assert answer.headers["content-type"] == "application/scim+json"


async def test_bodies_that_are_none_are_refused(provider: Client):
    for content, status in ((b"{", 400), (b"[]", 400), (b"x" * 1_000_001, 413)):
        answer = await provider.post("Users", content=content, headers={"Content-Type": "application/scim+json"})
        assert answer.status_code == status
    assert (await provider.post("Users", content=b"<a/>", headers={"Content-Type": "text/xml"})).status_code == 415


async def test_mail_addresses_are_found_as_they_are_now(people: Client, instep: Instep):
    ada = (await people.get("Users", params={"filter": 'userName eq "ada@corp.example"'})).json()["Resources"][0]["id"]
    for address in ("ada@corp.example", "ADA@home.example"):
        assert await names(people, f'emails.value eq "{address}"') == {"ada"}
    emails = [{"value": "Lovelace@corp.example", "type": "work"}, {"value": "al@home.example", "type": "other"}]
    replaced = {"schemas": [PATCH_OP], "Operations": [{"op": "replace", "path": "emails", "value": emails}]}
    assert (await people.patch(f"Users/{ada}", json=replaced)).status_code == 200
    for address, found in (
        ("ada@corp.example", set()),
        ("ada@home.example", set()),
        ("lovelace@corp.example", {"ada"}),
        ("al@home.example", {"ada"}),
    ):
        assert await names(people, f'emails[value eq "{address}"]') == found
    assert await names(people, 'emails[type eq "work" and value sw "LOVE"]') == {"ada"}
    assert await names(people, 'not (emails.value eq "al@home.example")') == {"bob", "o'hara+x"}
    await people.delete(f"Users/{ada}")
    assert await names(people, 'emails.value eq "al@home.example"') == set()
    purge_user(instep.directory, ada, "the tests", instep.clock())
    with instep.directory.reading() as reading:
        assert reading.search.count_users(Wish()) == 2
