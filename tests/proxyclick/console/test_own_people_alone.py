"""What lists and searches of the console show of another organisation: nothing."""

import re
from collections.abc import Iterator

import pytest

from fakes.console_visitor import Visitor, administrator_of
from fakes.staff_of_groups import Staff
from fakes.tenancy import add_location, add_organisation
from proxyclick.people.identifiers import identifier

VISIT = {"visitor": "Charles Babbage", "day": "2099-05-01", "time": "10:00"}


@pytest.fixture(scope="module")
def ids(staff: Staff) -> dict[str, str]:
    """A user, the location and a visit of the first organisation."""
    user = staff.tenant.create("ours@corp.example", name={"givenName": "Ours", "familyName": "Alone"})["id"]
    page = staff.root.post("/logbook/new", **VISIT, host=user).text
    found = re.search(r"/logbook/(VI-\w+)/status", page)
    assert found is not None
    return {"user": user, "location": "CO-A000", "visit": found[1]}


@pytest.fixture(scope="module")
def stranger(staff: Staff) -> Iterator[Visitor]:
    """An administrator of another organisation, who has taken every right that there is."""
    location = add_location(staff.tenant.data, "Elsewhere", add_organisation(staff.tenant.data, "Another"))
    with administrator_of(
        staff.tenant.site, staff.tenant.data, identifier("CO", location), "root@another.example"
    ) as visitor:
        yield visitor


def test_lists_and_searches_have_their_own_people_alone(stranger: Visitor, ids: dict[str, str]) -> None:
    for path in ("/users", "/user-groups", "/locations", "/logbook"):
        page = stranger.get(path, day=VISIT["day"]).text
        assert ids["user"] not in page
        assert "Ours Alone" not in page
        assert "Main location" not in page
        assert "Charles Babbage" not in page
    assert stranger.get("/hosts", q="ours").json()["hosts"] == []
    stranger.get("/logbook/new")
    answer = stranger.post("/logbook/new", **VISIT, host=ids["user"])
    assert answer.status_code == 422
    assert "nobody of this location" in answer.text


def test_the_same_address_is_another_person_there(staff: Staff, stranger: Visitor, ids: dict[str, str]) -> None:
    stranger.get("/users/new")
    page = stranger.post("/users/new", email="ours@corp.example", first_name="Another", last_name="Person")
    assert "Another Person was added." in page.text
    assert ids["user"] not in page.text
    assert "Another Person" not in staff.root.get(f"/users/{ids['user']}").text
