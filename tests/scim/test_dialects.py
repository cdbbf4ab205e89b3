"""How does each dialect write its requests? (scim-wire.md 1.6)"""

from typing import Any

import pytest

from instep.scim.dialects import AAD_OPT_SCIM_062020, ENTRA, Dialect, dialect_for, patch_message
from instep.scim.messages import ENTERPRISE_USER_URN, PATCH_OP_URN

EMAIL = 'emails[type eq "work"].value'
NUMBER = f"{ENTERPRISE_USER_URN}:employeeNumber"


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
    ],
)
def test_the_query_of_a_tenant_url_selects_the_dialect(query: str, dialect: Dialect) -> None:
    assert dialect_for(query) is dialect


def operations(dialect: Dialect, before: dict[str, Any], after: dict[str, Any]) -> list[dict[str, Any]]:
    message = patch_message(dialect, before, after)
    assert message["schemas"] == [PATCH_OP_URN]
    return list(message["Operations"])


def test_entra_names_each_attribute_by_its_path_and_adds_what_was_not_there() -> None:
    assert operations(ENTRA, {"displayName": "Ada"}, {"displayName": "Ada B.", EMAIL: "a@x", "title": None}) == [
        {"op": "Replace", "path": "displayName", "value": "Ada B."},
        {"op": "Add", "path": EMAIL, "value": "a@x"},
        {"op": "Remove", "path": "title"},
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


@pytest.mark.parametrize("dialect", [ENTRA, AAD_OPT_SCIM_062020], ids=lambda dialect: dialect.name)
def test_a_disable_is_a_boolean_never_a_text(dialect: Dialect) -> None:
    [operation] = operations(dialect, {"active": True}, {"active": False})
    value = operation["value"]
    assert value is False or value == {"active": False}
