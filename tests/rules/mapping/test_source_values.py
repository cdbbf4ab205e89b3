"""Which source attributes does a mapping see? (mappings.md 1.5)"""

import pytest

from instep.rules.mapping.expressions import DROP
from instep.rules.mapping.source_values import source_values
from instep.rules.scoping.standing import Cause, Standing
from instep.rules.source_user import Presence, SourceRole, SourceUser, guest_name

ROLE = {"id": "r1", "value": "User", "displayName": "User"}


def user(name: str = "ada@corp.example", roles: tuple[SourceRole, ...] = ()) -> SourceUser:
    return SourceUser("u1", Presence.LIVE, {"userPrincipalName": name, "accountEnabled": True}, "m1", roles, False)


def test_what_the_directory_has_is_seen_with_what_is_computed() -> None:
    assert source_values(user(roles=(ROLE,)), Standing(None), "account-of-the-manager") == {
        "userPrincipalName": "ada@corp.example",
        "originalUserPrincipalName": "ada@corp.example",
        "accountEnabled": True,
        "objectId": "u1",
        "IsSoftDeleted": False,
        "manager": "account-of-the-manager",
        "appRoleAssignments": (ROLE,),
    }


def test_a_manager_without_an_account_and_no_role_are_no_values() -> None:
    values = source_values(user(), Standing(Cause.NOT_ASSIGNED), None)
    assert values["manager"] is DROP  # to come; not null
    assert "appRoleAssignments" not in values
    assert values["IsSoftDeleted"] is True


@pytest.mark.parametrize(
    ("stored", "seen"),
    [
        ("ada_corp.example#EXT#@host.example", "ada@corp.example"),
        ("ada_b_corp.example#EXT#@host.example", "ada_b@corp.example"),
        ("ada#EXT#@host.example", "ada#EXT#@host.example"),
        ("ada@corp.example", "ada@corp.example"),
    ],
)
def test_a_guest_has_the_name_of_the_home_directory_and_keeps_the_stored_one_beside(stored: str, seen: str) -> None:
    values = source_values(user(stored), Standing(None), None)
    assert (values["userPrincipalName"], values["originalUserPrincipalName"]) == (seen, stored)


def test_the_domain_of_a_guest_begins_after_the_last_underscore() -> None:
    assert guest_name("a_b_c.example#EXT#@host") == "a_b@c.example"
