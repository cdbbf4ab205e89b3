"""Users who are invited to the Dashboard."""

import html
import re

import pytest

from fakes.console_visitor import Visitor
from fakes.staff_of_groups import Staff
from proxyclick.people.user_groups import GROUPS_WITH, Right, UserGroup

PASSWORD = "four plain words here"


def link_in(page: str) -> str:
    found = re.search(r'id="address" type="text" value="[^"]*(/welcome/[^"]*)"', page)
    assert found is not None, page
    return html.unescape(found[1])


def added(staff: Staff, email: str, visitor: Visitor | None = None, **fields: str) -> str:
    """The page that follows on adding somebody."""
    by = visitor or staff.root
    by.get("/users/new")
    return by.post("/users/new", email=email, first_name="Grace", last_name="Hopper", **fields).text


def test_who_is_invited_chooses_a_password_and_signs_in(staff: Staff) -> None:
    link = link_in(added(staff, "grace@invited.example", invitation="yes"))
    guest = Visitor(staff.tenant.site)
    assert "Choose a password" in guest.get(link).text
    assert guest.post(link, password=PASSWORD).status_code == 200
    assert guest.get("/logbook").url.path == "/logbook"
    assert guest.get("/locations/new").status_code == 403
    assert Visitor(staff.tenant.site).get(link).status_code == 404
    guest.http.close()


def test_who_was_added_without_an_invitation_is_invited_later(staff: Staff) -> None:
    page = added(staff, "later@invited.example")
    found = re.search(r'action="(/users/US-\w+/invite)"', page)
    assert found is not None
    link = link_in(staff.root.post(found[1]).text)
    guest = Visitor(staff.tenant.site)
    guest.get(link)
    guest.post(link, password=PASSWORD)
    guest.http.close()
    answer = staff.root.post(found[1])
    assert answer.status_code == 422
    assert "can sign in already" in answer.text


def test_nobody_inactive_is_invited(staff: Staff) -> None:
    made = staff.tenant.create("gone@invited.example", active=False)
    answer = staff.root.post(f"/users/{made['id']}/invite")
    assert answer.status_code == 422
    assert "is not active" in answer.text


def test_the_link_of_somebody_who_was_deleted_makes_nobody(staff: Staff) -> None:
    page = added(staff, "deleted@invited.example", invitation="yes")
    link, found = link_in(page), re.search(r'href="/users/(US-\w+)">', page)
    assert found is not None
    assert "was deleted" in staff.root.post(f"/users/{found[1]}/delete").text
    guest = Visitor(staff.tenant.site)
    guest.get(link)
    answer = guest.post(link, first_name="G", last_name="H", password=PASSWORD)
    assert answer.status_code == 422
    assert "No one matches" in staff.root.get("/users", q="deleted@invited").text
    guest.http.close()


@pytest.mark.parametrize("group", list(UserGroup))
def test_everybody_invites_whom_they_add_and_only_editors_anybody_else(staff: Staff, group: UserGroup) -> None:
    visitor = staff.visitors[group]
    link_in(added(staff, f"new-{group.lower()}@invited.example", visitor, invitation="yes"))
    made = staff.tenant.create(f"there-{group.lower()}@invited.example")
    answer = visitor.post(f"/users/{made['id']}/invite")
    assert answer.status_code == (200 if group in GROUPS_WITH[Right.EDIT_USERS] else 403)


def test_an_invitation_gives_no_access_to_who_can_sign_in_already(staff: Staff) -> None:
    administrator = staff.ids[UserGroup.ADMINISTRATORS]
    answer = staff.root.post(f"/users/{administrator}/invite")
    assert answer.status_code == 422
    assert "can sign in already" in answer.text
