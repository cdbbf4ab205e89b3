"""What may each role do?"""

import pytest

from instep.access.roles import GRANTED, Permission, Role, permissions_of, roles_with

P = Permission


def test_the_list_of_roles_holds() -> None:
    assert list(Role) == [
        "Global Administrator",
        "Cloud Application Administrator",
        "Application Administrator",
        "User Administrator",
        "Reports Reader",
    ]


def test_every_permission_is_somebodys_and_has_words() -> None:
    for permission in Permission:
        assert Role.GLOBAL_ADMINISTRATOR in roles_with(permission)
        assert permission.in_words


def test_provisioning_is_configured_by_application_administrators_and_no_lesser_role() -> None:
    assert set(roles_with(P.MANAGE_PROVISIONING)) == {
        Role.GLOBAL_ADMINISTRATOR,
        Role.CLOUD_APPLICATION_ADMINISTRATOR,
        Role.APPLICATION_ADMINISTRATOR,
    }


def test_the_role_that_may_least_is_named_first() -> None:
    assert roles_with(P.READ_REPORTS)[0] is Role.REPORTS_READER
    assert roles_with(P.READ_REPORTS)[-1] is Role.GLOBAL_ADMINISTRATOR


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.GLOBAL_ADMINISTRATOR])
def test_nobody_else_manages_administrators_or_settings(role: Role) -> None:
    assert not GRANTED[role] & {P.MANAGE_ADMINISTRATORS, P.MANAGE_SETTINGS}


def test_a_reports_reader_changes_nothing() -> None:
    assert not any(permission.startswith("manage") for permission in GRANTED[Role.REPORTS_READER])


def test_somebody_with_two_roles_may_what_either_allows() -> None:
    both = permissions_of([Role.REPORTS_READER, Role.USER_ADMINISTRATOR])
    assert both == GRANTED[Role.REPORTS_READER] | GRANTED[Role.USER_ADMINISTRATOR]
    assert permissions_of([]) == frozenset()
