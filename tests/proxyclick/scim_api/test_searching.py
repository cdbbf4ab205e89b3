"""Users and groups found: by filters, page by page, over all types."""

from collections.abc import Callable

import httpx2
import pytest

from fakes.served_tenant import ServedTenant, user

NewName = Callable[[], str]
SEARCH = "urn:ietf:params:scim:api:messages:2.0:SearchRequest"


@pytest.mark.parametrize(
    "text",
    [
        'userName eq "{name}"',
        'USERNAME EQ "{upper}"',
        'emails[type eq "work"].value eq "{upper}"',
        'emails.value eq "{name}"',
        'emails eq "{name}"',
        'externalId eq "{external}"',
        'id eq "{id}"',
        'id eq "{id}" and userName eq "{name}"',
        'title co "Head of" and userName eq "{name}"',
        'userName eq "{name}" or userName eq "nobody@corp.example"',
        'userName sw "{local}@"',
        'not (userName ne "{name}")',
        'emails[type eq "home"].value eq "{external}@home.example"',
        'title co "\\"{external}\\"" and active eq true',
    ],
)
def test_a_user_is_found_by_index_or_by_asking_everyone(tenant: ServedTenant, new_name: NewName, text: str) -> None:
    name = new_name()
    local = name.partition("@")[0]
    external = f"Ext+{local} '#ü"
    home = {"type": "home", "value": f"{external}@home.example"}
    work = {"type": "work", "value": name}
    made = tenant.create(name, externalId=external, title=f'Head of "{external}"', emails=[work, home])
    names = {"name": name, "upper": name.upper(), "external": external, "id": made["id"], "local": local}
    wanted = text
    for placeholder, value in names.items():
        wanted = wanted.replace("{" + placeholder + "}", value)
    assert [found["id"] for found in tenant.find(wanted)] == [made["id"]]


def test_a_plus_and_a_percent_20_are_spaces_in_a_filter(tenant: ServedTenant, new_name: NewName) -> None:
    name = new_name()
    tenant.create(name)
    for space in ("+", "%20"):
        url = f"{tenant.tenant_url}/Users?filter=userName{space}eq{space}%22{name.replace('@', '%40')}%22"
        assert tenant.http.get(url).json()["totalResults"] == 1


def test_no_match_is_an_empty_list(tenant: ServedTenant) -> None:
    answer = tenant.http.get("/Users", params={"filter": 'userName eq "0b6c1f52-6d0e-4a7a"'})
    assert (answer.status_code, answer.json()["totalResults"], answer.json()["Resources"]) == (200, 0, [])


def test_an_external_id_is_exact(tenant: ServedTenant, new_name: NewName) -> None:
    tenant.create(new_name(), externalId="OpaqueText")
    assert tenant.find('externalId eq "opaquetext"') == []
    assert len(tenant.find('externalId eq "OpaqueText"')) == 1


def test_everyone_is_listed_once_page_by_page_in_the_order_of_their_making(own_tenant: ServedTenant) -> None:
    made = [own_tenant.create(f"p{number}@corp.example")["id"] for number in range(11)]
    seen, start = [], 1
    while True:
        page = own_tenant.http.get("/Users", params={"startIndex": start, "count": 5}).json()
        assert (page["startIndex"], page["totalResults"]) == (start, 11)
        assert page["itemsPerPage"] == len(page["Resources"])
        if not page["Resources"]:
            break
        seen += [found["id"] for found in page["Resources"]]
        start += 5
    assert seen == made
    assert [found["id"] for found in own_tenant.everyone()] == made


@pytest.mark.parametrize(
    ("query", "start", "items"),
    [
        ({"startIndex": "0"}, 1, None),
        ({"startIndex": "-5", "count": "-1"}, 1, 0),
        ({"count": "0"}, 1, 0),
        ({"startIndex": "9" * 29}, 2**53, 0),
        ({"count": "99999"}, 1, None),
    ],
)
def test_paging_out_of_bounds_is_brought_into_them(
    tenant: ServedTenant, new_name: NewName, query: dict[str, str], start: int, items: int | None
) -> None:
    tenant.create(new_name())
    page = tenant.http.get("/Users", params=query).json()
    assert page["startIndex"] == start
    assert page["itemsPerPage"] == (min(1000, page["totalResults"]) if items is None else items)


def test_a_search_in_the_body_is_the_same_search(tenant: ServedTenant, new_name: NewName) -> None:
    made = tenant.create(new_name())
    query = {"schemas": [SEARCH], "filter": f'userName eq "{made["userName"]}"', "attributes": ["userName"], "count": 5}
    for path in ("/Users/.search", "/.search"):
        answer = tenant.http.post(path, json=query)
        assert answer.status_code == 200
        expected = {"schemas": made["schemas"], "id": made["id"], "userName": made["userName"]}
        assert answer.json()["Resources"] == [expected]


def test_a_search_over_all_types_pages_through_them_one_after_the_other(rfc_tenant: ServedTenant) -> None:
    for number in range(3):
        rfc_tenant.create(f"all{number}")
        rfc_tenant.http.post("/Groups", json={"displayName": f"all{number}"})
    query = {"schemas": [SEARCH], "filter": 'userName sw "all" or displayName sw "all"'}
    everything = rfc_tenant.http.post("/.search", json=query).json()["Resources"]
    assert [found["meta"]["resourceType"] for found in everything] == ["User"] * 3 + ["Group"] * 3
    for start in range(1, 8):
        page = rfc_tenant.http.post("/.search", json={**query, "startIndex": start, "count": 2}).json()
        assert page["totalResults"] == 6
        assert page["Resources"] == everything[start - 1 : start + 1]


def test_a_hundred_addresses_are_looked_up_at_once(tenant: ServedTenant, new_name: NewName) -> None:
    made = [tenant.create(new_name())["id"] for _ in range(3)]
    names = [f"nobody{number}@corp.example" for number in range(97)]
    names += [tenant.http.get(f"/Users/{user_id}").json()["userName"] for user_id in made]
    wanted = " OR ".join(f'emails.value EQ "{name}"' for name in names)
    found = tenant.http.post("/Users/.search", json={"schemas": [SEARCH], "filter": wanted}).json()
    assert [match["id"] for match in found["Resources"]] == made


@pytest.mark.parametrize("text", ["foo", "userName eq", "active gt true", "userName xx 1", "(" * 60, "a eq 'x'"])
def test_a_filter_that_cannot_be_asked_is_refused(tenant: ServedTenant, text: str) -> None:
    answer: httpx2.Response = tenant.http.get("/Users", params={"filter": text})
    assert (answer.status_code, answer.json()["scimType"]) == (400, "invalidFilter")


def test_the_user_of_the_helper_is_one_that_proxyclick_takes(tenant: ServedTenant, new_name: NewName) -> None:
    body = user(new_name())
    assert body.items() <= tenant.http.post("/Users", json=body).json().items()
