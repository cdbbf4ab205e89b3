"""One organisation never sees another's users: every route of the table, with every request that may reach across."""

import tempfile
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import httpx2
import pytest
from starlette.routing import Route

from fakes.served_tenant import ServedTenant, user
from fakes.tenancy import add_location, add_organisation, install_at
from proxyclick.integrations.marketplace import SCIM_PATH
from proxyclick.people.profiles import RFC
from proxyclick.scim_api.endpoint import Endpoint
from proxyclick.store.database import open_database
from proxyclick.wiring import application

MARK = "Zanzibar"
"""In all that the other organisation has, and in no request."""
NAME = "one@theirs.example"
MESSAGES = "urn:ietf:params:scim:api:messages:2.0:"


def scim_requests() -> list[tuple[str, str]]:
    """Each method of each route of the SCIM service: a new one is tried as soon as it is there."""
    with tempfile.TemporaryDirectory() as data, closing(open_database(Path(data))) as connection:
        routes = application(connection, connection, RFC, "http://tenant.example").routes
    found = [(route, route.endpoint) for route in routes if isinstance(route, Route)]
    return [
        (method, route.path.removeprefix(SCIM_PATH))
        for route, endpoint in found
        if isinstance(endpoint, Endpoint)
        for method in sorted(endpoint.methods)
    ]


@pytest.fixture(scope="module")
def theirs(rfc_tenant: ServedTenant) -> Iterator[ServedTenant]:
    """The other organisation, which has a user and a group."""
    organisation = add_organisation(rfc_tenant.data, "Theirs")
    location = add_location(rfc_tenant.data, "Their only location", organisation)
    with install_at(rfc_tenant, location) as served:
        made = served.create(NAME, title=MARK, externalId="shared-external-id", nickName=MARK)
        group = {"displayName": MARK, "externalId": MARK, "members": [{"value": made["id"], "display": MARK}]}
        assert served.http.post("/Groups", json=group).status_code == 201
        yield served


@pytest.fixture(scope="module")
def known(theirs: ServedTenant) -> dict[str, str]:
    """Their ids, by the endpoint."""
    return {path: theirs.http.get(path).json()["Resources"][0]["id"] for path in ("/Users", "/Groups")}


def everything(tenant: ServedTenant) -> list[bytes]:
    return [tenant.http.get(path, params={"count": 1000}).content for path in ("/Users", "/Groups")]


def attempts(path: str, known: dict[str, str]) -> Iterator[str]:
    """The addresses of a route with what is theirs in its place, and queries that would find it."""
    filters = (f'userName eq "{NAME}"', f'id eq "{known["/Users"]}"', f'emails.value eq "{NAME}"')
    queries = ["", "?count=1000", "?filter=externalId+eq+%22shared-external-id%22", "?filter=title+pr", "?cursor="]
    queries += [f"?{httpx2.QueryParams(filter=text)}" for text in filters]
    queries += ["?sortBy=userName&count=1000", "?attributes=title&filter=id+pr"]
    for resource_id in known.values():
        place = path.replace("{id}", resource_id).replace("{rest:path}", f"Users/{resource_id}/title")
        yield from (place + query for query in queries)


def bodies(known: dict[str, str]) -> Iterator[dict[str, Any]]:
    """What reaches across if anything does."""
    patch = {"schemas": [f"{MESSAGES}PatchOp"], "Operations": [{"op": "replace", "path": "title", "value": "ours"}]}
    yield user("mine@ours.example", externalId="shared-external-id")
    yield user("mine@ours.example", id=known["/Users"])
    yield patch
    yield {"schemas": [f"{MESSAGES}SearchRequest"], "count": 1000}
    yield {"schemas": [f"{MESSAGES}SearchRequest"], "filter": f'userName eq "{NAME}"'}
    yield {"schemas": [f"{MESSAGES}SearchRequest"], "filter": "displayName pr or userName pr", "cursor": ""}
    operations = [
        {"method": method, "path": f"{path}/{resource_id}", "data": patch if method == "PATCH" else user("x@ours")}
        for path, resource_id in known.items()
        for method in ("GET", "PATCH", "PUT", "DELETE")
    ]
    yield {"schemas": [f"{MESSAGES}BulkRequest"], "Operations": operations}


@pytest.mark.parametrize(("method", "path"), scim_requests())
def test_no_request_shows_or_changes_what_is_another_organisations(
    rfc_tenant: ServedTenant, theirs: ServedTenant, known: dict[str, str], method: str, path: str
) -> None:
    before = everything(theirs)
    for address in attempts(path, known):
        for body in bodies(known) if method in ("POST", "PUT", "PATCH") else [None]:
            answer = rfc_tenant.http.request(method, address, json=body)
            assert MARK not in answer.text
            assert answer.status_code < 500 or answer.status_code == 501
            if "{id}" in path and path.startswith(("/Users", "/Groups")):
                assert answer.status_code == 404 or (address.split("?")[0].split("/")[1] != path.split("/")[1])
    assert everything(theirs) == before


def test_the_same_address_is_another_person_in_another_organisation(
    rfc_tenant: ServedTenant, theirs: ServedTenant
) -> None:
    made = rfc_tenant.create(NAME, title="ours")
    (found,) = rfc_tenant.find(f'userName eq "{NAME}"')
    assert (found["id"], found["title"]) == (made["id"], "ours")
    assert [other["title"] for other in theirs.find(f'userName eq "{NAME}"')] == [MARK]
    assert rfc_tenant.http.post("/Users", json=user(NAME)).status_code == 409
    assert rfc_tenant.http.delete(f"/Users/{made['id']}").status_code == 204
    assert [other["title"] for other in theirs.find(f'userName eq "{NAME}"')] == [MARK]


def test_a_member_that_is_named_by_another_organisations_id_tells_nothing_about_them(
    rfc_tenant: ServedTenant, theirs: ServedTenant, known: dict[str, str]
) -> None:
    group = {"displayName": "Ours", "members": [{"value": known["/Users"]}]}
    answer = rfc_tenant.http.post("/Groups", json=group)
    assert MARK not in answer.text
    if answer.status_code == 201:
        assert MARK not in rfc_tenant.http.get(f"/Groups/{answer.json()['id']}").text


@pytest.mark.parametrize("query", [{}, {"sortBy": "title"}])
def test_a_cursor_of_another_organisation_is_good_for_nothing(
    rfc_tenant: ServedTenant, theirs: ServedTenant, query: dict[str, str]
) -> None:
    theirs.create(f"{len(query)}-more@theirs.example")
    cursor = theirs.http.get("/Users", params={"cursor": "", "count": 1, **query}).json()["nextCursor"]
    assert theirs.http.get("/Users", params={"cursor": cursor, **query}).status_code == 200
    answer = rfc_tenant.http.get("/Users", params={"cursor": cursor, **query})
    assert (answer.status_code, answer.json()["scimType"]) == (400, "invalidCursor")
