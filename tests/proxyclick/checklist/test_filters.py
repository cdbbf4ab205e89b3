"""Filters and .search (RFC 7644, 3.4.2.2 and 3.4.3): a test for each box of scim-wire.md 2."""

from collections.abc import Iterator
from typing import Any

import pytest

from fakes.served_tenant import ServedTenant, served_tenant

ENTERPRISE = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"
SEARCH = "urn:ietf:params:scim:api:messages:2.0:SearchRequest"
PEOPLE: list[dict[str, Any]] = [
    {"userName": "Ada", "externalId": "Ext1", "title": "Engineer", "active": True, "name": {"familyName": "Example"},
     "emails": [{"value": "Ada@corp.example", "type": "work", "primary": True}, {"value": "a@home.example"}],
     ENTERPRISE: {"department": "R&D", "manager": {"value": "US-M1"}}},
    {"userName": "bob", "externalId": "ext1", "title": 'says "hi" (100%)', "active": False, "roles": [],
     "emails": [{"value": "bob@corp.example", "type": "home"}]},
    {"userName": "cyd", "name": {"familyName": "Other"}, "phoneNumbers": [{"value": "+32 1", "type": "mobile"}]},
]  # fmt: skip


@pytest.fixture(scope="module")
def three(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServedTenant]:
    with served_tenant(tmp_path_factory.mktemp("three"), "rfc") as tenant:
        for person in PEOPLE:
            assert tenant.http.post("/Users", json=person).status_code == 201
        yield tenant


def found(tenant: ServedTenant, text: str) -> str:
    return "".join(user["userName"][0] for user in tenant.find(text))


@pytest.mark.parametrize(
    ("text", "names"),
    [
        # operators
        ('userName eq "ada"', "A"),
        ('userName ne "ada"', "bc"),
        ('userName co "Y"', "c"),
        ('userName sw "B"', "b"),
        ('userName ew "DA"', "A"),
        ("title pr", "Ab"),
        ('userName gt "b"', "bc"),
        ('userName ge "BOB"', "bc"),
        ('userName lt "bob"', "A"),
        ('userName le "bob"', "Ab"),
        # and, or, not, parentheses: not binds before and, and before or
        ('userName eq "ada" or userName eq "bob" and active eq true', "A"),
        ('(userName eq "ada" or userName eq "bob") and active eq true', "A"),
        ('(userName eq "ada" or userName eq "bob") and active eq false', "b"),
        ("not (active eq true) and title pr", "b"),
        ("not(active eq true)", "bc"),
        ('not (userName eq "ada" or userName eq "bob")', "c"),
        # keywords and names in any case
        ('USERNAME EQ "ada" OR Username Eq "bob"', "Ab"),
        ("NOT (ACTIVE EQ TRUE) AND TITLE PR", "b"),
        # paths
        ('emails[type eq "work"]', "A"),
        ('emails[type eq "work" and value co "corp"]', "A"),
        ('emails[type eq "work"].value eq "ADA@corp.example"', "A"),
        ('emails[type eq "home"].value eq "ada@corp.example"', ""),
        ('emails.value eq "BOB@CORP.example"', "b"),
        ('emails eq "a@home.example"', "A"),
        ('emails co "corp"', "Ab"),
        ('name.familyName eq "example"', "A"),
        (f'{ENTERPRISE}:department eq "r&d"', "A"),
        (f"{ENTERPRISE}:manager pr", "A"),
        (f'{ENTERPRISE}:manager.value eq "US-M1"', "A"),
        (f"{ENTERPRISE} pr", "A"),
        ('urn:ietf:params:scim:schemas:core:2.0:User:userName eq "ada"', "A"),
        # case by the schema
        ('externalId eq "ext1"', "b"),
        ('externalId sw "Ext"', "A"),
        ('externalId eq "EXT1"', ""),
        # dates as instants
        ('meta.created gt "2015-10-10T14:38:21.8617979-07:00"', "Abc"),
        ('meta.lastModified lt "2015-10-10T14:38:21Z"', ""),
        ('meta.resourceType eq "User"', "Abc"),
        # values
        ('active eq "True"', "A"),
        ("active eq true", "A"),
        ("active ne true", "bc"),
        ("title eq null", "c"),
        ("title ne null", "Ab"),
        ('title eq "says \\"hi\\" (100%)"', "b"),
        ('userName eq "\\u0041da"', "A"),
        # what is not there
        ("emails pr", "Ab"),
        ("roles pr", ""),
        ('nosuch eq "x"', ""),
        ("nosuch pr", ""),
        ('not (nosuch eq "x")', "Abc"),
        # Microsoft's collection, without quotes
        ("userName sw A", "A"),
        ("name.FamilyName eq Example and (emails.Value co corp.example or emails.Value co nowhere)", "A"),
        ("meta.Created gt 2015-10-10T14:38:21.8617979-07:00", "Abc"),
    ],
)
def test_a_filter_selects(three: ServedTenant, text: str, names: str) -> None:
    assert found(three, text) == names


def test_a_hundred_terms_are_no_trouble(three: ServedTenant) -> None:
    text = " OR ".join([f'emails.value EQ "nobody{number}@x"' for number in range(99)] + ['userName EQ "cyd"'])
    assert found(three, text) == "c"
    assert found(three, text + ' or title eq "engineer"') == "Ac"


@pytest.mark.parametrize(
    "text",
    [
        "active gt true",
        "active le false",
        'x509Certificates.value gt "YQ=="',
        'userName regex "test"',
        "(((",
        "userName",
        "userName eq",
        'userName eq "ada',
        'userName eq "ada" and',
        'userName eq "ada" "bob"',
        'eq "ada"',
        "userName eq 'ada'",
        'emails[type eq "work"',
        'name eq "x"',
        "title gt null",
        "not a valid !!! filter [[",
        "(" * 500 + "title pr" + ")" * 500,
        "title pr " + "and title pr " * 8000,
    ],
)
def test_what_cannot_be_asked_is_an_invalid_filter(three: ServedTenant, text: str) -> None:
    answer = three.http.post("/Users/.search", json={"schemas": [SEARCH], "filter": text})
    assert (answer.status_code, answer.json()["scimType"]) == (400, "invalidFilter")


def test_a_search_by_post_is_200_with_its_schema(three: ServedTenant) -> None:
    body = {"schemas": [SEARCH], "filter": "title pr", "attributes": ["userName"], "sortBy": "title", "count": 1}
    for path in ("/Users/.search", "/.search"):
        answer = three.http.post(path, json=body)
        assert (answer.status_code, answer.json()["totalResults"], answer.json()["itemsPerPage"]) == (200, 2, 1)
        assert answer.json()["schemas"] == ["urn:ietf:params:scim:api:messages:2.0:ListResponse"]
        assert set(answer.json()["Resources"][0]) == {"schemas", "id", "userName"}
    assert three.http.post("/Users/.search", json={"filter": "title pr"}).json()["scimType"] == "invalidSyntax"
