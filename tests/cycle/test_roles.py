"""How do app roles come to an account: one, all of them added, or all of them and no others (mappings.md 1.9)?"""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from fakes.installation import Installation, open_installation
from instep.admin.setting_values import SettingRefused
from instep.admin.settings import check_scope
from instep.rules.mapping.attribute_mapping import AttributeMapping, FromExpression, TargetAttribute
from instep.rules.mapping.wanted import MappingRefused
from instep.rules.scoping.standing import Scope

ROLES = TargetAttribute("roles", multivalued=True)
PRIMARY = 'roles[primary eq "True"]'
KIND = "WindowsAzureActiveDirectoryRole"
USER = {"primary": False, "type": KIND, "display": "User", "value": "User"}
ACCESS = {"primary": False, "type": KIND, "display": "msiam_access", "value": "msiam_access"}


@pytest.fixture
def instep(tmp_path: Path) -> Iterator[Installation]:
    """Ada holds the app role User of the custom SCIM application."""
    with open_installation(tmp_path, "custom-scim") as installation:
        installation.hire("ada")
        installation.assign("ada", "User")
        yield installation


def mapped(instep: Installation, function: str, target: TargetAttribute = ROLES) -> None:
    mapping = AttributeMapping(target.name, FromExpression(f"{function}([appRoleAssignments])"))
    instep.map_users(mapping, targets=[target])


def written(instep: Installation) -> list[Any]:
    """The bodies of the writes of a cycle."""
    instep.target.forget_requests()
    instep.cycle()
    return [sent.body for sent in instep.target.writes]


def roles(instep: Installation) -> list[dict[str, Any]]:
    (account,) = instep.target.accounts.values()
    return account.get("roles", [])  # type: ignore[no-any-return]


def role_id(instep: Installation, name: str) -> str:
    return next(role.id for role in instep.app.roles if role.display_name == name)


def test_the_one_role_of_a_user_is_the_primary_one(instep: Installation) -> None:
    for part in ("value", "display"):
        mapped(instep, "SingleAppRoleAssignment", TargetAttribute(f"{PRIMARY}.{part}"))
    (create,) = written(instep)
    assert create["roles"] == [{"primary": True, "value": "User", "display": "User"}]
    instep.unassign("ada")
    instep.assign("ada", "msiam_access")
    (patch,) = written(instep)
    assert patch["Operations"] == [
        {"op": "Replace", "path": f"{PRIMARY}.value", "value": "msiam_access"},
        {"op": "Replace", "path": f"{PRIMARY}.display", "value": "msiam_access"},
    ]


def test_all_roles_are_created_as_objects_and_a_new_one_is_added_as_json_in_a_text(instep: Installation) -> None:
    mapped(instep, "AppRoleAssignmentsComplex")
    (create,) = written(instep)
    assert create["roles"] == [USER]
    instep.assign("ada", "msiam_access")
    (patch,) = written(instep)
    (operation,) = patch["Operations"]
    (element,) = operation.pop("value")
    assert operation == {"op": "Add", "path": "roles"}
    assert json.loads(element["value"]) == {
        "id": role_id(instep, "msiam_access"),
        "value": "msiam_access",
        "displayName": "msiam_access",
    }
    assert {role["value"] for role in roles(instep)} == {"User", "msiam_access"}
    assert written(instep) == []


def test_a_role_that_a_user_has_no_more_stays_where_roles_are_only_added(instep: Installation) -> None:
    mapped(instep, "AppRoleAssignmentsComplex")
    instep.assign("ada", "msiam_access")
    instep.cycle()
    instep.unassign("ada")
    instep.assign("ada", "User")
    assert written(instep) == []
    assert {role["value"] for role in roles(instep)} == {"User", "msiam_access"}


@pytest.mark.parametrize("dialect", ["entra", "aadOptscim062020", "rfc", "put-only"])
def test_assertive_roles_are_those_that_the_user_has_and_no_others(instep: Installation, dialect: str) -> None:
    instep.settle(dialect=dialect)
    mapped(instep, "AssertiveAppRoleAssignmentsComplex")
    instep.assign("ada", "msiam_access")
    instep.cycle()
    assert {role["value"] for role in roles(instep)} == {"User", "msiam_access"}
    instep.unassign("ada")
    instep.assign("ada", "User")
    (body,) = written(instep)
    assert [role["value"] for role in roles(instep)] == ["User"]
    assert "id" not in roles(instep)[0]
    if dialect == "aadOptscim062020":
        assert body["Operations"] == [{"op": "replace", "value": {"roles": [USER]}}]
    assert written(instep) == []


@pytest.mark.parametrize("dialect", ["aadOptscim062020", "rfc"])
def test_a_dialect_of_objects_adds_a_role_as_an_object_without_its_id(instep: Installation, dialect: str) -> None:
    instep.settle(dialect=dialect)
    mapped(instep, "AppRoleAssignmentsComplex")
    instep.cycle()
    instep.assign("ada", "msiam_access")
    (body,) = written(instep)
    assert body["Operations"] == [{"op": "add", "path": "roles", "value": [ACCESS]}]


@pytest.mark.parametrize("assertive", [True, False])
def test_the_roles_of_a_matched_account_are_compared_by_their_values(instep: Installation, assertive: bool) -> None:
    """What the application says of a role besides is its own; roles of its own are none of ours to add, nor to keep."""
    mapped(instep, "AssertiveAppRoleAssignmentsComplex" if assertive else "AppRoleAssignmentsComplex")
    instep.target.put(userName="ada@corp.example", roles=[{"value": "User"}, {"value": "own"}])
    instep.cycle()
    assert {role["value"] for role in roles(instep)} == ({"User"} if assertive else {"User", "own"})


def test_roles_and_everyone_in_scope_do_not_go_together(instep: Installation) -> None:
    mapped(instep, "AppRoleAssignmentsComplex")
    schema, settings = instep.applications.schema(instep.app.id), instep.job.settings
    check_scope(settings, schema)
    instep.settle(scope=Scope.ALL)
    with pytest.raises(SettingRefused, match="scope: The mapping of roles cannot be used: with scope=all"):
        check_scope(instep.job.settings, schema)
    with pytest.raises(MappingRefused, match="set scope=assigned, or remove the mapping first"):
        instep.cycle()
    assert instep.target.writes == []
