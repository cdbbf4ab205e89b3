"""Patches as Entra, Okta and the RFC send them, and what becomes of the resource."""

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from instep.scim.errors import InvalidPath, InvalidSyntax, InvalidValue, Mutability, NoTarget, ScimError
from instep.scim.messages import PATCH_OP_URN, patch_op
from instep.scim.patch import Patched, apply_patch, parse_patch
from instep.scim.schemas import GROUPS, USERS, ResourceSchema

ENTERPRISE = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"
EXAMPLES = Path(__file__).parents[2].parent / "shared" / "data" / "scim_rfc_examples"
WORK = {"type": "work", "value": "ada@corp.example", "primary": True}
WITH_U4 = {ENTERPRISE: {"department": "R&D", "manager": {"value": "U4"}}}
HOME = {"type": "home", "value": "ada@home.example"}
ADA = USERS.clean(
    {
        "userName": "ada@corp.example",
        "title": "Engineer",
        "active": True,
        "name": {"givenName": "Ada", "familyName": "Example"},
        "emails": [WORK, HOME],
        ENTERPRISE: {"department": "R&D", "manager": {"value": "U3", "$ref": "https://x/Users/U3"}},
    }
)
TEAM = GROUPS.clean({"displayName": "Team", "members": [{"value": "U1"}, {"value": "U2"}, {"value": "U3"}]})


def patched(*operations: dict[str, Any], resource: dict[str, Any] = ADA, schema: ResourceSchema = USERS) -> Patched:
    return apply_patch(resource, parse_patch(patch_op(operations)), schema)


def difference(result: Patched, before: dict[str, Any] = ADA) -> dict[str, Any]:
    names = [*before, *result.resource]
    return {name: result.resource.get(name) for name in names if result.resource.get(name) != before.get(name)}


def op(verb: str, path: str | None, value: Any = None) -> dict[str, Any]:
    operation = {"op": verb, "path": path, "value": value}
    return {name: member for name, member in operation.items() if name == "value" or member is not None}


CHANGES = [
    (op("Replace", "active", "False"), {"active": False}),
    (op("replace", None, {"active": False}), {"active": False}),
    (op("Replace", "TITLE", "Director"), {"title": "Director"}),
    (op("Remove", "title"), {"title": None}),
    (op("Replace", "title", ""), {"title": None}),
    (op("Replace", "title", None), {"title": None}),
    (op("Add", "nickName", "A."), {"nickName": "A."}),
    (op("Replace", 'emails[type eq "work"].value', "b@x"), {"emails": [WORK | {"value": "b@x"}, HOME]}),
    (op("Replace", 'emails[type eq "WORK"].value', "b@x"), {"emails": [WORK | {"value": "b@x"}, HOME]}),
    (op("Add", 'emails[type eq "other"].value', "o@x"), {"emails": [WORK, HOME, {"type": "other", "value": "o@x"}]}),
    (op("Replace", 'phoneNumbers[type eq "fax"].value', "+1"), {"phoneNumbers": [{"type": "fax", "value": "+1"}]}),
    (op("Replace", 'addresses[type eq "work"].locality', "Ghent"),
     {"addresses": [{"type": "work", "locality": "Ghent"}]}),
    (op("Add", 'roles[primary eq "True"].value', "admin"), {"roles": [{"primary": True, "value": "admin"}]}),
    (op("Remove", 'emails[type eq "home"]'), {"emails": [WORK]}),
    (op("Remove", 'emails[type eq "home"].value', "stray"), {"emails": [WORK]}),
    (op("Remove", "emails"), {"emails": None}),
    (op("remove", "emails", [{"value": "ada@home.example"}]), {"emails": [WORK]}),
    (op("add", "emails", [{"value": "n@x", "primary": True}]),
     {"emails": [WORK | {"primary": False}, HOME, {"value": "n@x", "primary": True}]}),
    (op("replace", 'emails[type eq "home"].primary', "True"),
     {"emails": [WORK | {"primary": False}, HOME | {"primary": True}]}),
    (op("replace", "emails", [{"value": "n@x"}]), {"emails": [{"value": "n@x"}]}),
    (op("replace", "name", {"familyName": "B."}), {"name": {"givenName": "Ada", "familyName": "B."}}),
    (op("replace", "name", {"familyName": None}), {"name": {"givenName": "Ada"}}),
    (op("Add", "name.middleName", "K."), {"name": {"givenName": "Ada", "familyName": "Example", "middleName": "K."}}),
    (op("Replace", f"{ENTERPRISE}:manager", "U4"), WITH_U4),
    (op("Replace", f"{ENTERPRISE}:manager", {"value": "U4"}), WITH_U4),
    (op("Replace", f"{ENTERPRISE}:manager.value", "U4"), WITH_U4),
    (op("Add", "manager", [{"$ref": "r", "value": "U4"}]),
     {ENTERPRISE: {"department": "R&D", "manager": {"$ref": "r", "value": "U4"}}}),
    (op("Replace", f"{ENTERPRISE}:manager", ""), {ENTERPRISE: {"department": "R&D"}}),
    (op("Replace", f"{ENTERPRISE}:manager", None), {ENTERPRISE: {"department": "R&D"}}),
    (op("replace", None, {"displayName": "A", "name.givenName": "Adá", f"{ENTERPRISE}:department": "Ops", "who": 1}),
     {"displayName": "A", "name": {"givenName": "Adá", "familyName": "Example"},
      ENTERPRISE: ADA[ENTERPRISE] | {"department": "Ops"}}),
    (op("add", None, {ENTERPRISE: {"costCenter": "7"}}), {ENTERPRISE: ADA[ENTERPRISE] | {"costCenter": "7"}}),
    (op("replace", None, {"id": "mine", "meta": {}, "nickname": "A."}), {"nickName": "A."}),
    (op("Add", "roles", [{"value": '{"id":"1","value":"admin","displayName":"Admin"}'}]),
     {"roles": [{"value": "admin", "display": "Admin"}]}),
]  # fmt: skip


@pytest.mark.parametrize(("operation", "changes"), CHANGES)
def test_a_patch_changes_what_its_client_meant_and_nothing_else(
    operation: dict[str, Any], changes: dict[str, Any]
) -> None:
    before = json.dumps(ADA)
    result = patched(operation)
    assert difference(result) == changes
    assert result.changed
    assert json.dumps(ADA) == before


@pytest.mark.parametrize("operation", [operation for operation, _ in CHANGES])
def test_the_same_patch_again_changes_nothing(operation: dict[str, Any]) -> None:
    once = patched(operation).resource
    try:
        again = patched(operation, resource=once)
    except NoTarget:
        assert operation["op"].lower() == "remove"
        return
    assert not again.changed


@pytest.mark.parametrize(
    "operation",
    [
        op("Replace", "title", "Engineer"),
        op("Replace", "active", "True"),
        op("Add", "emails", [{"type": "work", "value": "ada@corp.example"}]),
        op("Remove", "nickName"),
        op("Replace", 'phoneNumbers[type eq "mobile"].value', ""),
        op("replace", None, {"title": "Engineer", f"{ENTERPRISE}:department": "R&D"}),
        op("replace", "schemas", ["urn:other"]),
        op("remove", "emails", [{"value": "nobody@x"}]),
        op("remove", "emails", []),
    ],
)
def test_a_patch_for_what_is_so_already_changes_nothing(operation: dict[str, Any]) -> None:
    result = patched(operation)
    assert (result.changed, difference(result)) == (False, {})


@pytest.mark.parametrize(
    ("operation", "refusal"),
    [
        (op("Replace", 'emails[type eq "nonexistent"].value', "x"), NoTarget),
        (op("Replace", 'emails[value eq "nobody@x"].value', "x"), NoTarget),
        (op("Remove", 'emails[type eq "other"]'), NoTarget),
        (op("Remove", None), NoTarget),
        (op("Replace", "id", "mine"), Mutability),
        (op("Add", "meta.version", "1"), Mutability),
        (op("Remove", "userName"), Mutability),
        (op("Replace", "userName", ""), InvalidValue),
        (op("Replace", "active", "maybe"), InvalidValue),
        (op("Replace", None, "text"), InvalidValue),
        (op("Replace", "nosuch", "x"), InvalidPath),
        (op("Replace", "name.nosuch", "x"), InvalidPath),
        (op("Replace", "urn:example:2.0:Other:tag", "x"), InvalidPath),
        (op("Replace", 'name[givenName eq "Ada"].familyName', "x"), InvalidPath),
        (op("Replace", "emails[", "x"), InvalidPath),
        (op("Move", "title", "x"), InvalidSyntax),
    ],
)
def test_what_cannot_be_done_is_refused_with_its_scim_type(operation: dict[str, Any], refusal: type[ScimError]) -> None:
    with pytest.raises(refusal):
        patched(op("Replace", "nickName", "half done"), operation)


def test_names_are_read_in_any_case() -> None:
    body = {"Schemas": [PATCH_OP_URN], "operations": [{"OP": "REPLACE", "Path": "title", "VALUE": "x"}]}
    assert apply_patch(ADA, parse_patch(body), USERS).resource["title"] == "x"


@pytest.mark.parametrize(
    "body",
    [None, [], {}, {"schemas": [PATCH_OP_URN]}, {"schemas": [PATCH_OP_URN], "Operations": []},
     {"schemas": [PATCH_OP_URN], "Operations": ["x"]}, {"schemas": ["x"], "Operations": [{"op": "add"}]},
     {"schemas": [PATCH_OP_URN], "Operations": {"op": "add"}}, {"schemas": [PATCH_OP_URN], "Operations": [{}]}],
)  # fmt: skip
def test_what_is_no_patch_is_refused(body: object) -> None:
    with pytest.raises(InvalidSyntax):
        parse_patch(body)


@pytest.mark.parametrize(
    ("operation", "members"),
    [
        (op("Remove", "members", [{"value": "U2"}]), ["U1", "U3"]),
        (op("Remove", "members", [{"$ref": None, "value": "U2"}, {"value": "U9"}]), ["U1", "U3"]),
        (op("remove", 'members[value eq "U2"]'), ["U1", "U3"]),
        (op("Add", "members", [{"$ref": None, "value": "U4"}, {"value": "U1"}]), ["U1", "U2", "U3", "U4"]),
        (op("replace", "members", [{"value": "U9"}]), ["U9"]),
        (op("Remove", "members", []), ["U1", "U2", "U3"]),
    ],
)
def test_members_come_and_go_in_both_dialects(operation: dict[str, Any], members: list[str]) -> None:
    result = patched(operation, resource=TEAM, schema=GROUPS).resource
    assert [member["value"] for member in result.get("members", [])] == members


def test_all_members_are_removed_only_without_a_value() -> None:
    assert "members" not in patched(op("remove", "members"), resource=TEAM, schema=GROUPS).resource


@pytest.mark.skipif(not EXAMPLES.is_dir(), reason="the example payloads of the RFCs are not here")
@pytest.mark.parametrize("path", sorted(EXAMPLES.glob("rfc7644-3.5.2.*.json")), ids=lambda path: path.stem)
def test_the_patches_of_the_rfc_can_be_applied(path: Path) -> None:
    operations = parse_patch(json.loads(path.read_text("utf-8")))
    about_members = "member" in path.stem
    resource, schema = (TEAM, GROUPS) if about_members else (ADA, USERS)
    try:
        result = apply_patch(resource, operations, schema)
    except NoTarget:
        return  # it removes or replaces a value that this resource does not have
    assert not apply_patch(result.resource, operations, schema).changed


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=6),
    lambda inner: (
        st.lists(inner, max_size=2)
        | st.dictionaries(st.sampled_from(["value", "type", "primary", "givenName", "$ref", "x"]), inner, max_size=3)
    ),
    max_leaves=5,
)
PATHS = st.sampled_from(
    ["title", "name", "name.givenName", "emails", "emails.value", "emails.primary", 'emails[type eq "work"]', "active",
     'emails[type eq "work"].value', 'emails[type eq "other"]', 'emails[primary eq true].value', ENTERPRISE,
     f"{ENTERPRISE}:manager", f"{ENTERPRISE}:manager.value", 'addresses[type eq "home"].locality', "roles", "userName"]
)  # fmt: skip
OPERATIONS = st.builds(op, st.sampled_from(["add", "Replace", "remove"]), st.none() | PATHS, VALUES)


@given(OPERATIONS)
def test_any_operation_is_refused_or_leaves_a_resource_that_it_does_not_change_again(operation: dict[str, Any]) -> None:
    try:
        once = patched(operation).resource
    except ScimError:
        return
    assert USERS.clean(once) == once
    try:
        assert not patched(operation, resource=once).changed
    except NoTarget:
        assert operation.get("path") is not None
