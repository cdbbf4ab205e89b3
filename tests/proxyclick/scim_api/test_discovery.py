"""What the tenant says of itself, and what it says at other paths."""

import httpx2
import pytest

from fakes.served_tenant import ServedTenant

PATHS = ["/ServiceProviderConfig", "/ResourceTypes", "/Schemas", "/ResourceTypes/User"]


@pytest.mark.parametrize("path", PATHS)
def test_discovery_needs_no_token(tenant: ServedTenant, path: str) -> None:
    answer = httpx2.get(tenant.tenant_url + path, trust_env=False)
    assert (answer.status_code, answer.headers["content-type"]) == (200, "application/scim+json")


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE"])
def test_discovery_is_only_read(tenant: ServedTenant, path: str, method: str) -> None:
    answer = tenant.http.request(method, path)
    assert (answer.status_code, answer.headers["allow"], answer.json()["status"]) == (405, "GET", "405")


def test_every_listed_document_is_found_at_its_location(rfc_tenant: ServedTenant) -> None:
    for path in ("/ResourceTypes", "/Schemas"):
        listed = rfc_tenant.http.get(path).json()
        assert listed["totalResults"] == len(listed["Resources"]) > 1
        for document in listed["Resources"]:
            assert rfc_tenant.http.get(document["meta"]["location"]).json() == document


def test_what_it_says_that_it_cannot_do_it_does_not_do(tenant: ServedTenant) -> None:
    config = tenant.http.get("/ServiceProviderConfig").json()
    assert config["changePassword"]["supported"] is False
    names = {attribute["name"] for attribute in tenant.http.get("/Schemas").json()["Resources"][0]["attributes"]}
    assert {"userName", "emails"} <= names
    assert not {"password", "groups"} & names


def test_a_type_can_be_told_by_its_canonical_values(tenant: ServedTenant) -> None:
    (core, _) = tenant.http.get("/Schemas").json()["Resources"]
    emails = next(attribute for attribute in core["attributes"] if attribute["name"] == "emails")
    kinds = next(sub for sub in emails["subAttributes"] if sub["name"] == "type")
    assert kinds["canonicalValues"] == ["work", "home", "other"]


@pytest.mark.parametrize("path", ["/Groups", "/Groups/GR-A000", "/nothing", "/Users/US-A000/more"])
def test_what_is_not_there_is_said_in_scim(tenant: ServedTenant, path: str) -> None:
    for method in ("GET", "POST"):
        answer = tenant.http.request(method, path)
        assert (answer.status_code, answer.json()["status"]) == (404, "404")
    assert [kind["id"] for kind in tenant.http.get("/ResourceTypes").json()["Resources"]] == ["User"]


@pytest.mark.parametrize(("method", "path"), [("PUT", "/Users"), ("DELETE", "/Users"), ("POST", "/Users/US-A000")])
def test_a_method_that_a_path_does_not_have_is_refused(tenant: ServedTenant, method: str, path: str) -> None:
    assert tenant.http.request(method, path).status_code == 405
