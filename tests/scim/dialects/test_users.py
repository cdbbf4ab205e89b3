"""Is an account, after the requests of each dialect, what it should be? Our own PATCH and scim2-models judge."""

from collections.abc import Mapping
from dataclasses import replace
from itertools import product
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scim2_models import EnterpriseUser, PatchOp, User

from instep.scim.dialects import AAD_OPT_SCIM_062020, DIALECTS, ENTRA, PUT_ONLY, RFC, Dialect, UserRequests
from instep.scim.dialects.dialect import (
    Booleans,
    Clearing,
    Elements,
    Manager,
    NewValue,
    OpCase,
    Paths,
    Roles,
    Update,
)
from instep.scim.messages import ENTERPRISE_USER_URN, USER_URN
from instep.scim.patch import apply_patch, parse_patch
from instep.scim.resource_form import ResourceForm
from instep.scim.schemas import USERS

MANAGER = f"{ENTERPRISE_USER_URN}:manager"
EMAIL, HOME = 'emails[type eq "work"].value', 'emails[type eq "home"].value'
ROLE = 'roles[primary eq "True"].value'
CITY, STREET = 'addresses[type eq "work"].locality', 'addresses[type eq "work"].streetAddress'
TEXTS = (
    "displayName", "title", "externalId", "name.givenName", "name.familyName", CITY, STREET, ROLE,
    'phoneNumbers[type eq "mobile"].value', f"{ENTERPRISE_USER_URN}:department", MANAGER,
)  # fmt: skip
FORM = ResourceForm((USER_URN, ENTERPRISE_USER_URN), ("userName", "active", EMAIL, HOME, *TEXTS), {MANAGER})

SWITCHED = {
    f"{paths}, {elements}, {clearing}, {new}, {manager}, {booleans}": replace(
        ENTRA, paths=paths, elements=elements, clearing=clearing, new_values=new, manager=manager, booleans=booleans,
        op_case=OpCase.LOWER if index % 2 else OpCase.CAPITALISED, operations_per_request=(None, 1, 3)[index % 3],
    )
    for index, (paths, elements, clearing, new, manager, booleans) in enumerate(
        product(Paths, Elements, Clearing, NewValue, Manager, Booleans)
    )
}  # fmt: skip
ALL = {**DIALECTS, "flat": replace(ENTRA, update=Update.FLAT_PATCH), **SWITCHED}

WORDS = st.sampled_from(["a", "b", "A", "x y", 'q"q', "zoë"])
VALUES = {
    "userName": WORDS,
    "active": st.booleans(),
    EMAIL: st.sampled_from(["a@corp.example", "b@corp.example"]),
    HOME: st.sampled_from(["a@home.example", "b@home.example"]),
    **dict.fromkeys(TEXTS, WORDS),
}
REQUIRED = ("userName", "active")
ACCOUNTS = st.fixed_dictionaries(
    {target: VALUES[target] for target in REQUIRED},
    optional={target: values for target, values in VALUES.items() if target not in REQUIRED},
)
CHANGES = st.fixed_dictionaries(
    {}, optional={target: v if target in REQUIRED else st.none() | v for target, v in VALUES.items()}
)


def differing(current: Mapping[str, Any], change: Mapping[str, Any]) -> dict[str, Any]:
    return {target: value for target, value in change.items() if current.get(target) != value}


def asked(current: Mapping[str, Any], change: Mapping[str, Any]) -> dict[str, Any]:
    return {target: value for target, value in {**current, **change}.items() if value is not None}


def account(values: Mapping[str, Any]) -> dict[str, Any]:
    return USERS.clean(FORM.resource(values))


def after_requests(dialect: Dialect, current: Mapping[str, Any], change: Mapping[str, Any]) -> dict[str, Any]:
    """The account as a target has it after the requests that change it."""
    requests, resource = UserRequests(dialect, FORM), account(current)
    if dialect.update is Update.PUT:
        return USERS.clean(requests.put(resource, change))
    before = {target: current[target] for target in change if target in current}
    for message in requests.patches(before, change, current):
        if dialect.update is Update.FLAT_PATCH:
            resource = USERS.clean(merged(resource, message))
        else:
            resource = apply_patch(resource, parse_patch(message), USERS).resource
    return resource


def merged(resource: Mapping[str, Any], change: Mapping[str, Any]) -> dict[str, Any]:
    """As SCIM 1.1 merges: an object into an object, a list in place of a list, null takes away."""
    result = dict(resource)
    for name, value in change.items():
        result[name] = merged(result.get(name) or {}, value) if isinstance(value, dict) else value
    return result


@given(st.sampled_from(list(ALL)), ACCOUNTS, CHANGES)
def test_after_its_requests_an_account_says_what_was_wanted(
    name: str, current: dict[str, Any], change: dict[str, Any]
) -> None:
    change = differing(current, change)
    if change:
        assert FORM.values(after_requests(ALL[name], current, change)) == asked(current, change)


@pytest.mark.parametrize("dialect", [RFC, AAD_OPT_SCIM_062020, ENTRA], ids=lambda dialect: dialect.name)
@given(current=ACCOUNTS, change=CHANGES)
def test_an_independent_implementation_comes_to_the_same(
    dialect: Dialect, current: dict[str, Any], change: dict[str, Any]
) -> None:
    """scim2-models holds to the RFC, as the strict dialect does; of the others, what the RFC has too is judged."""
    change = differing(current, change)
    if dialect is not RFC:
        change = {
            target: value for target, value in change.items() if "[" not in target and value and ":" not in target
        }
    if not change:
        return
    judged = User[EnterpriseUser].model_validate(account(current))
    before = {target: current[target] for target in change if target in current}
    for message in UserRequests(dialect, FORM).patches(before, change, current):
        PatchOp[User[EnterpriseUser]].model_validate(message).patch(judged)
    assert FORM.values(judged.model_dump()) == asked(current, change)


@given(ACCOUNTS, CHANGES)
def test_a_whole_resource_keeps_what_the_job_does_not_manage(current: dict[str, Any], change: dict[str, Any]) -> None:
    theirs = {"nickName": "Dee", "urn:example:badge": {"number": 7}, "photos": [{"value": "admin"}]}
    resource = {**account(current), **theirs, "id": "U1", "meta": {"version": "3"}}
    resource["emails"] = [*resource.get("emails", []), {"type": "other", "value": "old@x", "display": "Old"}]
    read = FORM.values(resource)
    written = UserRequests(PUT_ONLY, FORM).put(resource, change)
    assert FORM.values(written) == asked(current, change)
    assert {name: written[name] for name in theirs} == theirs
    assert {"type": "other", "value": "old@x", "display": "Old"} in written["emails"]
    assert written["id"] == "U1"
    assert "meta" not in written
    assert FORM.values(resource) == read  # what was read is not touched


@given(st.sampled_from(list(SWITCHED)), ACCOUNTS, CHANGES)
def test_no_request_has_more_operations_than_the_target_takes(
    name: str, current: dict[str, Any], change: dict[str, Any]
) -> None:
    dialect, change = SWITCHED[name], differing(current, change)
    if change:
        messages = UserRequests(dialect, FORM).patches({}, change, current)
        most = dialect.operations_per_request or 1000
        assert all(1 <= len(message["Operations"]) <= most for message in messages)


def only_operation(dialect: Dialect, before: dict[str, Any], after: dict[str, Any]) -> Any:
    [message] = UserRequests(dialect, FORM).patches(before, after, before)
    [operation] = message["Operations"]
    return operation


@pytest.mark.parametrize(
    ("booleans", "in_patch", "in_create"),
    [(Booleans.JSON, False, False), (Booleans.TEXT_IN_PATCH, "False", False), (Booleans.TEXT, "False", "False")],
)
def test_booleans_are_texts_where_the_target_needs_them(
    booleans: Booleans, in_patch: object, in_create: object
) -> None:
    dialect = replace(ENTRA, booleans=booleans)
    assert only_operation(dialect, {"active": True}, {"active": False})["value"] == in_patch
    assert UserRequests(dialect, FORM).create({"active": False})["active"] == in_create
    assert UserRequests(dialect, FORM).put({"active": True}, {"active": False})["active"] == in_create


@pytest.mark.parametrize(
    ("clearing", "operation"),
    [
        (Clearing.REMOVE, {"op": "Remove", "path": "title"}),
        (Clearing.NULL, {"op": "Replace", "path": "title", "value": None}),
        (Clearing.EMPTY, {"op": "Replace", "path": "title", "value": ""}),
    ],
)
def test_a_value_is_taken_away_as_the_target_wants_it(clearing: Clearing, operation: object) -> None:
    assert only_operation(replace(ENTRA, clearing=clearing), {"title": "x"}, {"title": None}) == operation


@pytest.mark.parametrize(
    ("manager", "value"),
    [(Manager.ID, "U3"), (Manager.OBJECT, {"value": "U3"}), (Manager.LIST, [{"value": "U3"}])],
)
def test_a_manager_is_written_as_the_target_wants_it(manager: Manager, value: object) -> None:
    assert only_operation(replace(ENTRA, manager=manager), {}, {MANAGER: "U3"})["value"] == value


def test_a_target_that_refuses_filters_in_paths_gets_whole_lists() -> None:
    dialect = replace(ENTRA, elements=Elements.AS_LIST)
    [message] = UserRequests(dialect, FORM).patches({EMAIL: "a@x"}, {EMAIL: "b@x"}, {EMAIL: "a@x", HOME: "h@x"})
    assert message["Operations"] == [
        {
            "op": "Replace",
            "path": "emails",
            "value": [{"type": "work", "primary": True, "value": "b@x"}, {"type": "home", "value": "h@x"}],
        }
    ]


def test_a_nested_value_has_the_form_of_a_resource() -> None:
    dialect = replace(ENTRA, paths=Paths.NESTED, op_case=OpCase.LOWER)
    after = {"name.givenName": "Ada", f"{ENTERPRISE_USER_URN}:department": "R&D", MANAGER: "U3", "active": False}
    assert only_operation(dialect, {}, after) == {
        "op": "replace",
        "value": {
            "name": {"givenName": "Ada"},
            ENTERPRISE_USER_URN: {"department": "R&D", "manager": {"value": "U3"}},
            "active": False,
        },
    }


def test_a_flat_patch_is_a_resource_with_what_changes() -> None:
    requests = UserRequests(replace(ENTRA, update=Update.FLAT_PATCH), FORM)
    known = {"title": "x", EMAIL: "a@x", HOME: "h@x"}
    assert requests.patches({"title": "x", HOME: "h@x"}, {"title": None, HOME: "i@x"}, known) == [
        {
            "schemas": [USER_URN, ENTERPRISE_USER_URN],
            "title": None,
            "emails": [{"type": "work", "primary": True, "value": "a@x"}, {"type": "home", "value": "i@x"}],
        }
    ]


@pytest.mark.parametrize(
    ("roles", "written"),
    [
        (Roles.OBJECTS, [{"value": "Admin", "primary": False}]),
        (Roles.JSON_TEXT, [{"value": '{"value":"Admin","primary":false}'}]),
    ],
)
def test_complex_roles_are_objects_or_json_in_a_text(roles: Roles, written: object) -> None:
    form = ResourceForm((USER_URN,), ("roles",))
    values = {"roles": [{"value": "Admin", "primary": False}]}
    [message] = UserRequests(replace(ENTRA, roles=roles), form).patches({}, values, {})
    assert message["Operations"] == [{"op": "Add", "path": "roles", "value": written}]
    assert UserRequests(replace(ENTRA, roles=roles), form).create(values)["roles"] == values["roles"]
