"""Discovery (RFC 7644, 4), /Me and the root: a test for each box of scim-wire.md 2."""

from collections.abc import Callable
from typing import Any

import httpx2
import pytest

from fakes.served_tenant import ServedTenant

NewName = Callable[[], str]
LIST = "urn:ietf:params:scim:api:messages:2.0:ListResponse"
USER = "urn:ietf:params:scim:schemas:core:2.0:User"
ENTERPRISE = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"
PLACES = ["/ServiceProviderConfig", "/ResourceTypes", "/ResourceTypes/User", "/Schemas", f"/Schemas/{USER}"]


@pytest.mark.parametrize("path", [*PLACES, "/serviceConfiguration"])
def test_discovery_is_readable_without_a_token(tenant: ServedTenant, path: str) -> None:
    assert httpx2.get(tenant.tenant_url + path, trust_env=False).status_code == 200


def test_the_authentication_schemes_are_said(tenant: ServedTenant) -> None:
    (scheme,) = tenant.http.get("/ServiceProviderConfig").json()["authenticationSchemes"]
    assert scheme["type"] == "oauthbearertoken"


@pytest.mark.parametrize("path", PLACES)
def test_a_junk_query_is_left_aside(tenant: ServedTenant, path: str) -> None:
    junk = {"filter": "invalid", "sortBy": "id", "startIndex": "999", "count": "x", "cursor": "?"}
    assert tenant.http.get(path, params=junk).json() == tenant.http.get(path).json()


@pytest.mark.parametrize(("path", "total"), [("/ResourceTypes", 1), ("/Schemas", 2)])
def test_lists_are_list_responses_with_total_results(tenant: ServedTenant, path: str, total: int) -> None:
    listed = tenant.http.get(path).json()
    assert (listed["schemas"], listed["totalResults"], len(listed["Resources"])) == ([LIST], total, total)


def test_service_configuration_is_another_name(tenant: ServedTenant) -> None:
    assert tenant.http.get("/serviceConfiguration").json() == tenant.http.get("/ServiceProviderConfig").json()


@pytest.mark.parametrize("path", ["/ResourceTypes/Nothing", "/Schemas/urn:nothing"])
def test_what_is_not_described_is_404(tenant: ServedTenant, path: str) -> None:
    assert tenant.http.get(path).status_code == 404


def test_schemas_and_extensions_of_resource_types_are_described(rfc_tenant: ServedTenant) -> None:
    described = {schema["id"] for schema in rfc_tenant.http.get("/Schemas").json()["Resources"]}
    for kind in rfc_tenant.http.get("/ResourceTypes").json()["Resources"]:
        assert {kind["schema"], *(extension["schema"] for extension in kind["schemaExtensions"])} <= described


def test_every_attribute_has_its_characteristics_and_no_nulls(rfc_tenant: ServedTenant) -> None:
    def check(attribute: dict[str, Any]) -> None:
        assert None not in attribute.values()
        assert attribute["mutability"] in ("readOnly", "readWrite", "immutable", "writeOnly")
        assert attribute["returned"] in ("always", "never", "default", "request")
        for sub in attribute.get("subAttributes", []):
            check(sub)

    for schema in rfc_tenant.http.get("/Schemas").json()["Resources"]:
        assert schema["id"]
        assert schema["name"]
        for attribute in schema["attributes"]:
            check(attribute)


def test_a_multi_valued_attribute_has_a_type_with_canonical_values(tenant: ServedTenant) -> None:
    (core, _) = tenant.http.get("/Schemas").json()["Resources"]
    for name in ("emails", "phoneNumbers", "addresses"):
        subs = next(one["subAttributes"] for one in core["attributes"] if one["name"] == name)
        assert "work" in next(sub["canonicalValues"] for sub in subs if sub["name"] == "type")


@pytest.mark.parametrize("method", ["GET", "POST", "PUT", "PATCH", "DELETE"])
def test_me_is_501_as_a_token_is_nobodys(tenant: ServedTenant, method: str) -> None:
    answer = tenant.http.request(method, "/Me")
    assert (answer.status_code, answer.json()["status"]) == (501, "501")


def test_a_filter_at_the_root_asks_all_types(rfc_tenant: ServedTenant, new_name: NewName) -> None:
    name = new_name()
    made = rfc_tenant.http.post("/Users", json={"userName": name}).json()
    group = rfc_tenant.http.post("/Groups", json={"displayName": name}).json()
    text = f'userName eq "{name}" or displayName eq "{name}"'
    for path in ("/", ""):
        found = rfc_tenant.http.get(rfc_tenant.tenant_url + path, params={"filter": text}).json()
        assert (found["schemas"], found["totalResults"], found["Resources"]) == ([LIST], 2, [made, group])
