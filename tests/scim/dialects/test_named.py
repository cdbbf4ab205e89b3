"""Which dialect does a Tenant URL select, and how does each of them write? (scim-wire.md 1.6)"""

from typing import Any

import pytest

from instep.scim.dialects import AAD_OPT_SCIM_062020, DIALECTS, ENTRA, RFC, Dialect, UserRequests, dialect_for
from instep.scim.messages import ENTERPRISE_USER_URN, PATCH_OP_URN, USER_URN
from instep.scim.resource_form import ResourceForm

EMAIL = 'emails[type eq "work"].value'
NUMBER = f"{ENTERPRISE_USER_URN}:employeeNumber"
MANAGER = f"{ENTERPRISE_USER_URN}:manager"
TARGETS = ("displayName", "title", "name.givenName", "active", EMAIL, NUMBER, MANAGER)
FORM = ResourceForm((USER_URN,), TARGETS, {MANAGER})


@pytest.mark.parametrize(
    ("query", "dialect"),
    [
        ("", ENTRA),
        ("aadOptscim062020", AAD_OPT_SCIM_062020),
        ("AADOPTSCIM062020", AAD_OPT_SCIM_062020),
        ("a=b&aadOptscim062020", AAD_OPT_SCIM_062020),
        ("a=b?aadOptscim062020", AAD_OPT_SCIM_062020),
        ("aadOptscim062020=1", AAD_OPT_SCIM_062020),
        ("AzureAdScimPatch2017", ENTRA),
        ("aadOptscim062020&AzureAdScimPatch2017", ENTRA),
        ("notaadOptscim062020", ENTRA),
        ("rfc", ENTRA),
    ],
)
def test_the_query_of_a_tenant_url_selects_the_dialect(query: str, dialect: Dialect) -> None:
    assert dialect_for(query) is dialect


def operations(dialect: Dialect, before: dict[str, Any], after: dict[str, Any]) -> list[dict[str, Any]]:
    [message] = UserRequests(dialect, FORM).patches(before, after, before)
    assert message["schemas"] == [PATCH_OP_URN]
    return list(message["Operations"])


def test_entra_names_each_attribute_by_its_path_and_adds_what_was_not_there() -> None:
    after = {"displayName": "Ada B.", EMAIL: "a@x", "title": None, MANAGER: "U3"}
    assert operations(ENTRA, {"displayName": "Ada"}, after) == [
        {"op": "Replace", "path": "displayName", "value": "Ada B."},
        {"op": "Add", "path": EMAIL, "value": "a@x"},
        {"op": "Remove", "path": "title"},
        {"op": "Add", "path": MANAGER, "value": "U3"},
    ]


def test_the_newer_dialect_puts_what_has_no_filter_into_one_replace_without_a_path() -> None:
    before = {EMAIL: "a@x", "displayName": "Ada"}
    after = {EMAIL: "b@x", "displayName": "Ada B.", "name.givenName": "Ada", "active": False, NUMBER: "7"}
    assert operations(AAD_OPT_SCIM_062020, before, after) == [
        {"op": "replace", "path": EMAIL, "value": "b@x"},
        {"op": "replace", "value": {"displayName": "Ada B.", "name.givenName": "Ada", "active": False, NUMBER: "7"}},
    ]


def test_the_newer_dialect_removes_by_path() -> None:
    assert operations(AAD_OPT_SCIM_062020, {"title": "x"}, {"title": None}) == [{"op": "remove", "path": "title"}]


def test_the_strict_dialect_adds_an_element_whole_and_changes_it_by_its_filter() -> None:
    """RFC 7644, 3.5.2.3: a filter that selects nothing is an error, so it cannot make an element."""
    assert operations(RFC, {}, {EMAIL: "a@x", MANAGER: "U3"}) == [
        {"op": "add", "path": MANAGER, "value": {"value": "U3"}},
        {"op": "add", "path": "emails", "value": [{"type": "work", "primary": True, "value": "a@x"}]},
    ]
    assert operations(RFC, {EMAIL: "a@x"}, {EMAIL: "b@x"}) == [{"op": "replace", "path": EMAIL, "value": "b@x"}]


@pytest.mark.parametrize("dialect", DIALECTS.values(), ids=DIALECTS)
def test_a_disable_is_a_boolean_never_a_text(dialect: Dialect) -> None:
    [operation] = operations(dialect, {"active": True}, {"active": False})
    value = operation["value"]
    assert value is False or value == {"active": False}
