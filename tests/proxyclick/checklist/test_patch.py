"""PATCH (RFC 7644, 3.5.2), with the forms of Entra (scim-wire.md 1.6) and of other clients (3): a test for each box."""

import json
from collections.abc import Callable
from typing import Any

import httpx2
import pytest

from fakes.served_tenant import ServedTenant

NewName = Callable[[], str]
PATCH_OP = "urn:ietf:params:scim:api:messages:2.0:PatchOp"
CORE = "urn:ietf:params:scim:schemas:core:2.0:User"
ENTERPRISE = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"
WORK = 'emails[type eq "work"].value'


@pytest.fixture
def ada(rfc_tenant: ServedTenant, new_name: NewName) -> dict[str, Any]:
    body = {
        "userName": new_name(),
        "displayName": "Ada",
        "name": {"givenName": "Ada", "familyName": "Example"},
        "emails": [{"value": "w@x", "type": "work", "primary": True}, {"value": "h@x", "type": "home"}],
        ENTERPRISE: {"department": "R&D", "manager": {"value": "US-M1"}},
    }
    answer = rfc_tenant.http.post("/Users", json=body)
    assert answer.status_code == 201
    return dict(answer.json())


def op(verb: str, path: str | None = None, *value: Any) -> dict[str, Any]:
    found: dict[str, Any] = {"op": verb}
    if path is not None:
        found["path"] = path
    return found | ({"value": value[0]} if value else {})


def patched(tenant: ServedTenant, resource: dict[str, Any], *operations: dict[str, Any]) -> dict[str, Any]:
    answer = tenant.patch(resource["id"], *operations)
    assert answer.status_code == 200, answer.text
    assert tenant.http.get(resource["meta"]["location"]).json() == answer.json()
    return dict(answer.json())


def refused(tenant: ServedTenant, resource: dict[str, Any], *operations: dict[str, Any]) -> str:
    answer = tenant.patch(resource["id"], *operations)
    assert answer.status_code == 400, answer.text
    assert tenant.http.get(resource["meta"]["location"]).json() == resource
    return str(answer.json()["scimType"])


@pytest.mark.parametrize("verb", ["add", "Add", "ADD", "replace", "Replace"])
def test_an_op_is_read_in_any_case(rfc_tenant: ServedTenant, ada: dict[str, Any], verb: str) -> None:
    assert patched(rfc_tenant, ada, op(verb, "title", "T"))["title"] == "T"


@pytest.mark.parametrize(
    ("path", "value", "expected"),
    [
        ("title", "T", {"title": "T"}),
        ("TITLE", "T", {"title": "T"}),
        ("name.familyName", "F", {"name": {"givenName": "Ada", "familyName": "F"}}),
        (f"{CORE}:name.familyName", "F", {"name": {"givenName": "Ada", "familyName": "F"}}),
        (CORE, {"title": "T"}, {"title": "T"}),
        (f"{ENTERPRISE}:department", "Ops", {ENTERPRISE: {"department": "Ops", "manager": {"value": "US-M1"}}}),
        (ENTERPRISE, {"division": "N"}, {ENTERPRISE: {"department": "R&D", "division": "N",
                                                      "manager": {"value": "US-M1"}}}),
        ('emails[type eq "home"]', {"value": "new@x"}, {"emails": [{"value": "w@x", "type": "work", "primary": True},
                                                                   {"value": "new@x", "type": "home"}]}),
        ('emails[type eq "home"].value', "new@x", {"emails": [{"value": "w@x", "type": "work", "primary": True},
                                                              {"value": "new@x", "type": "home"}]}),
    ],
)  # fmt: skip
def test_every_form_of_path_is_understood(
    rfc_tenant: ServedTenant, ada: dict[str, Any], path: str, value: object, expected: dict[str, Any]
) -> None:
    assert expected.items() <= patched(rfc_tenant, ada, op("replace", path, value)).items()


@pytest.mark.parametrize(
    "bad", [op("replace", "id", "x"), op("remove", "userName"), op("add", "nosuch", 1), op("add", "active", "maybe")]
)
def test_a_patch_is_all_or_nothing(rfc_tenant: ServedTenant, ada: dict[str, Any], bad: dict[str, Any]) -> None:
    assert refused(rfc_tenant, ada, op("replace", "displayName", "half"), op("add", WORK, "new@x"), bad)


@pytest.mark.parametrize(
    "operation",
    [
        op("add", "displayName", "Ada"),
        op("add", "emails", [{"value": "h@x", "type": "home"}]),
        op("replace", "name", {"givenName": "Ada"}),
        op("replace", None, {"displayName": "Ada", "name.givenName": "Ada", "active": None}),
        op("replace", WORK, "w@x"),
        op("remove", "title"),
        op("add", f"{ENTERPRISE}:manager", "US-M1"),
    ],
)
def test_what_is_so_already_changes_nothing_not_even_last_modified(
    rfc_tenant: ServedTenant, ada: dict[str, Any], operation: dict[str, Any]
) -> None:
    assert patched(rfc_tenant, ada, operation) == ada


def test_a_remove_without_a_path_has_no_target(rfc_tenant: ServedTenant, ada: dict[str, Any]) -> None:
    assert refused(rfc_tenant, ada, op("remove")) == "noTarget"


@pytest.mark.parametrize(
    ("operation", "scim_type"),
    [
        (op("remove", "userName"), "mutability"),
        (op("replace", "userName", ""), "invalidValue"),
        (op("replace", "userName", None), "invalidValue"),
        (op("replace", None, {"userName": ""}), "invalidValue"),
        (op("replace", "id", "x"), "mutability"),
        (op("replace", "meta.created", "x"), "mutability"),
        (op("remove", "meta"), "mutability"),
        (op("add", "nosuch", "x"), "invalidPath"),
        (op("add", "name.nosuch", "x"), "invalidPath"),
        (op("add", "emails[", "x"), "invalidPath"),
        (op("add", 'name[givenName eq "Ada"].familyName', "x"), "invalidPath"),
        (op("add", "", "x"), "invalidValue"),
        (op("move", "title", "x"), "invalidSyntax"),
        (op("add", None, "text"), "invalidValue"),
        (op("replace", 'emails[value eq "nobody@x"].type', "home"), "noTarget"),
        (op("remove", 'emails[type eq "other"]'), "noTarget"),
        (op("replace", 'emails[type eq "nonexistent"].value', "x@x"), "noTarget"),
        (op("add", 'addresses[type eq "nonexistent"].locality', "x"), "noTarget"),
    ],
)
def test_what_cannot_be_done_is_refused_with_its_scim_type(
    rfc_tenant: ServedTenant, ada: dict[str, Any], operation: dict[str, Any], scim_type: str
) -> None:
    assert refused(rfc_tenant, ada, operation) == scim_type


@pytest.mark.parametrize(
    "body",
    [{"Operations": [op("add", "title", "T")]}, {"schemas": [PATCH_OP]}, {"schemas": [PATCH_OP], "Operations": []}, []],
)
def test_what_is_no_patch_op_is_invalid_syntax(rfc_tenant: ServedTenant, ada: dict[str, Any], body: object) -> None:
    answer = rfc_tenant.http.patch(f"/Users/{ada['id']}", content=json.dumps(body))
    assert (answer.status_code, answer.json()["scimType"]) == (400, "invalidSyntax")


def test_a_new_primary_value_takes_it_from_the_others(rfc_tenant: ServedTenant, ada: dict[str, Any]) -> None:
    for operation in (
        op("add", "emails", [{"value": "n@x", "type": "other", "primary": True}]),
        op("replace", 'emails[type eq "home"].primary', "True"),
    ):
        emails = patched(rfc_tenant, ada, operation)["emails"]
        assert [email["value"] for email in emails if email.get("primary")] != ["w@x"]
        assert sum(email.get("primary", False) for email in emails) == 1


def test_an_add_of_several_values_appends_them(rfc_tenant: ServedTenant, ada: dict[str, Any]) -> None:
    emails = patched(rfc_tenant, ada, op("add", "emails", [{"value": "a@x"}, {"value": "w@x", "type": "work"}]))[
        "emails"
    ]
    assert [email["value"] for email in emails] == ["w@x", "h@x", "a@x"]
    assert patched(rfc_tenant, ada, op("replace", "emails", [{"value": "b@x"}]))["emails"] == [{"value": "b@x"}]


@pytest.mark.parametrize("verb", ["add", "replace"])
def test_without_a_path_the_members_are_merged(rfc_tenant: ServedTenant, ada: dict[str, Any], verb: str) -> None:
    found = patched(rfc_tenant, ada, op(verb, None, {"name": {"middleName": "M"}, "title": "T", "nosuch": 1}))
    assert (found["title"], found["displayName"]) == ("T", "Ada")
    assert found["name"] == {"givenName": "Ada", "familyName": "Example", "middleName": "M"}


def test_a_patch_that_asks_for_attributes_is_answered_with_them(rfc_tenant: ServedTenant, ada: dict[str, Any]) -> None:
    body = {"schemas": [PATCH_OP], "Operations": [op("add", "title", "T")]}
    answer = rfc_tenant.http.patch(f"/Users/{ada['id']}", json=body, params={"attributes": "title"})
    assert (answer.status_code, set(answer.json())) == (200, {"schemas", "id", "title"})


# Entra (scim-wire.md 1.6)


@pytest.mark.parametrize("value", ["False", "false", False])
def test_entra_disables_by_text_or_by_a_boolean(rfc_tenant: ServedTenant, ada: dict[str, Any], value: object) -> None:
    assert patched(rfc_tenant, ada, op("Replace", "active", value))["active"] is False


@pytest.mark.parametrize("verb", ["Add", "Replace"])
@pytest.mark.parametrize(
    ("path", "value", "made"),
    [
        ('phoneNumbers[type eq "mobile"].value', "+32 1", {"phoneNumbers": [{"type": "mobile", "value": "+32 1"}]}),
        ('addresses[type eq "WORK"].locality', "B", {"addresses": [{"type": "work", "locality": "B"}]}),
        ('roles[primary eq "True"].value', "r", {"roles": [{"primary": True, "value": "r"}]}),
        ('emails[type eq "other" and primary eq true].value', "o@x", {}),
    ],
)
def test_a_value_of_a_canonical_type_is_made_where_there_is_none(
    rfc_tenant: ServedTenant, ada: dict[str, Any], verb: str, path: str, value: str, made: dict[str, Any]
) -> None:
    assert made.items() <= patched(rfc_tenant, ada, op(verb, path, value)).items()


def test_dotted_keys_urn_keys_and_nested_urns_are_paths(rfc_tenant: ServedTenant, ada: dict[str, Any]) -> None:
    members = {
        "name.givenName": "Beth",
        f"{CORE}:title": "T",
        f"{ENTERPRISE}:department": "Ops",
        'phoneNumbers[type eq "work"].value': "+32 2",
        ENTERPRISE: {"employeeNumber": "7"},
    }
    found = patched(rfc_tenant, ada, op("replace", None, members))
    assert found["name"] == {"givenName": "Beth", "familyName": "Example"}
    assert (found["title"], found["phoneNumbers"]) == ("T", [{"type": "work", "value": "+32 2"}])
    assert found[ENTERPRISE] == {"department": "Ops", "employeeNumber": "7", "manager": {"value": "US-M1"}}


@pytest.mark.parametrize("path", [f"{ENTERPRISE}:manager", "manager", f"{ENTERPRISE.lower()}:Manager"])
@pytest.mark.parametrize("value", ["US-M2", {"value": "US-M2"}, [{"$ref": "../Users/US-M2", "value": "US-M2"}]])
def test_a_manager_is_text_an_object_or_a_list_of_one(
    rfc_tenant: ServedTenant, ada: dict[str, Any], path: str, value: Any
) -> None:
    found = patched(rfc_tenant, ada, op("Add", path, value))
    assert found[ENTERPRISE]["manager"]["value"] == "US-M2"


@pytest.mark.parametrize("nothing", ["", None, {}, {"value": ""}])
def test_an_empty_manager_is_none(rfc_tenant: ServedTenant, ada: dict[str, Any], nothing: object) -> None:
    found = patched(rfc_tenant, ada, op("Replace", f"{ENTERPRISE}:manager", nothing))
    assert found[ENTERPRISE] == {"department": "R&D"}


@pytest.mark.parametrize("nothing", ["", None])
def test_empty_text_and_null_unassign_one_by_one_or_all_at_once(
    rfc_tenant: ServedTenant, ada: dict[str, Any], nothing: object
) -> None:
    paths = ["displayName", "name.givenName", "name.familyName", WORK, f"{ENTERPRISE}:department",
             f"{ENTERPRISE}:manager", "title", 'phoneNumbers[type eq "fax"].value']  # fmt: skip
    one_by_one = patched(rfc_tenant, ada, *[op("Replace", path, nothing) for path in paths])
    again = rfc_tenant.http.put(f"/Users/{ada['id']}", json=ada).json()
    at_once = patched(rfc_tenant, again, op("replace", None, dict.fromkeys(paths, nothing)))
    for found in (one_by_one, at_once):
        assert set(found) == {"schemas", "id", "userName", "emails", "meta"}
        assert found["emails"] == [{"value": "h@x", "type": "home"}]


def test_a_stray_value_in_a_remove_is_neither_a_filter_nor_written(
    rfc_tenant: ServedTenant, ada: dict[str, Any]
) -> None:
    found = patched(rfc_tenant, ada, op("Remove", "displayName", "x"), op("Remove", 'emails[type eq "home"]', "x"))
    assert "displayName" not in found
    assert [email["value"] for email in found["emails"]] == ["w@x"]


def test_a_role_may_be_json_in_a_string(rfc_tenant: ServedTenant, ada: dict[str, Any]) -> None:
    role = json.dumps({"id": "1", "value": "Admin", "displayName": "Administrator"})
    found = patched(rfc_tenant, ada, op("Add", "roles", [{"value": role}]))
    assert found["roles"] == [{"value": "Admin", "display": "Administrator"}]


def test_a_list_of_operations_in_lower_case_is_read(rfc_tenant: ServedTenant, ada: dict[str, Any]) -> None:
    body = {"Schemas": [PATCH_OP], "operations": [{"OP": "replace", "Path": "title", "Value": "T"}]}
    assert rfc_tenant.http.patch(f"/Users/{ada['id']}", json=body).json()["title"] == "T"


def test_sixty_operations_are_done_at_once(rfc_tenant: ServedTenant, ada: dict[str, Any]) -> None:
    kinds, subs = ("aim", "xmpp", "skype", "qq", "icq"), ("value", "display")
    paths = [f'ims[type eq "{kind}"].{sub}' for kind in kinds for sub in subs]
    operations = [op("add" if turn % 2 else "replace", path, f"{turn}") for turn in range(6) for path in paths]
    assert len(patched(rfc_tenant, ada, *operations)["ims"]) == 5


# Other clients (scim-wire.md 3)


def test_okta_deactivates_without_a_path(rfc_tenant: ServedTenant, ada: dict[str, Any]) -> None:
    assert patched(rfc_tenant, ada, op("replace", None, {"active": False}))["active"] is False


def test_too_many_operations_are_refused(rfc_tenant: ServedTenant, ada: dict[str, Any]) -> None:
    answer: httpx2.Response = rfc_tenant.patch(ada["id"], *[op("add", "title", "T")] * 1001)
    assert (answer.status_code, answer.json()["status"]) == (413, "413")
