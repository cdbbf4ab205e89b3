"""Each page and each action asks the right of the matrix for it."""

import pytest

from fakes.staff_of_groups import Staff
from proxyclick.people.user_groups import GROUPS_WITH, Right, UserGroup

PAGES = {
    "/users": Right.SEE_USERS,
    "/users/new": Right.CREATE_USERS,
    "/users/US-A000": Right.SEE_USERS,
    "/users/US-A000/edit": Right.EDIT_USERS,
    "/users/US-A000/delete": Right.EDIT_USERS,
    "/user-groups": Right.SEE_USERS,
    "/locations/new": Right.MANAGE_LOCATIONS,
    "/locations/CO-A000/edit": Right.MANAGE_LOCATIONS,
    "/settings/integrations": Right.MANAGE_INTEGRATIONS,
    "/settings/integrations/marketplace": Right.MANAGE_INTEGRATIONS,
    "/settings/integrations/marketplace/microsoft-entra-id": Right.MANAGE_INTEGRATIONS,
    "/settings/integrations/marketplace/microsoft-entra-id/install": Right.MANAGE_INTEGRATIONS,
    "/settings/integrations/1": Right.MANAGE_INTEGRATIONS,
    "/settings/integrations/1/activity": Right.MANAGE_INTEGRATIONS,
    "/settings/integrations/1/locations": Right.MANAGE_INTEGRATIONS,
    "/settings/integrations/sso": Right.MANAGE_INTEGRATIONS,
    "/settings/audit": Right.MANAGE_INTEGRATIONS,
    "/logbook/new": Right.CREATE_VISITS,
    "/hosts": Right.CREATE_VISITS,
}
ACTIONS = {
    "/users/new": Right.CREATE_USERS,
    "/users/US-A000/edit": Right.EDIT_USERS,
    "/users/US-Z999/groups": Right.DEFINE_GROUPS,
    "/users/US-Z999/disable": Right.EDIT_USERS,
    "/users/US-Z999/enable": Right.EDIT_USERS,
    "/users/US-Z999/delete": Right.EDIT_USERS,
    "/locations/new": Right.MANAGE_LOCATIONS,
    "/locations/CO-A000/edit": Right.MANAGE_LOCATIONS,
    "/settings/integrations/9/locations": Right.MANAGE_INTEGRATIONS,
    "/settings/integrations/9/rotate": Right.MANAGE_INTEGRATIONS,
    "/settings/integrations/9/revoke": Right.MANAGE_INTEGRATIONS,
    "/settings/integrations/marketplace/microsoft-entra-id/install": Right.MANAGE_INTEGRATIONS,
    "/settings/integrations/sso": Right.MANAGE_INTEGRATIONS,
    "/logbook/new": Right.CREATE_VISITS,
    "/logbook/VI-Z999/status": Right.CHANGE_VISIT_STATUS,
    "/logbook/VI-Z999/delete": Right.DELETE_VISITS,
}
every_group = pytest.mark.parametrize("group", list(UserGroup))


@every_group
@pytest.mark.parametrize("path", list(PAGES))
def test_a_page_is_for_whom_the_matrix_lets(staff: Staff, group: UserGroup, path: str) -> None:
    allowed = group in GROUPS_WITH[PAGES[path]]
    assert staff.visitors[group].get(path).status_code == (200 if allowed else 403)


@every_group
@pytest.mark.parametrize("path", list(ACTIONS))
def test_an_action_is_for_whom_the_matrix_lets(staff: Staff, group: UserGroup, path: str) -> None:
    staff.visitors[group].get("/logbook")
    answer = staff.visitors[group].post(path)
    allowed = group in GROUPS_WITH[ACTIONS[path]]
    # Whoever may is told that the empty form is wrong, or that it is about nothing.
    assert answer.status_code in ((404, 422) if allowed else (403,))


@every_group
def test_what_somebody_may_not_do_is_not_offered(staff: Staff, group: UserGroup) -> None:
    page = staff.visitors[group].get("/users/US-A000").text
    edits = group in GROUPS_WITH[Right.EDIT_USERS]
    assert ("/edit" in page, "/delete" in page, "Save groups" in page) == (edits, edits, edits)


def test_somebody_without_the_right_is_told_which_it_is(staff: Staff) -> None:
    answer = staff.visitors[UserGroup.DEFAULT].get("/locations/new")
    assert f"“{Right.MANAGE_LOCATIONS}”" in answer.text
