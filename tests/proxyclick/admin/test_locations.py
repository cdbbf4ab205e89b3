"""Locations of an organisation, added and edited."""

from dataclasses import replace

import pytest

from fakes.company_of_locations import Company
from proxyclick.admin.acting import NotAllowed, NotThere, Refused
from proxyclick.admin.locations import LocationForm, add_location, edit_location, form_of, sites
from proxyclick.people.locations import Location
from proxyclick.people.user_groups import Right, UserGroup
from proxyclick.people.visits import WITH_ON_SITE

PARIS = LocationForm("Paris", "Paris", "France", "Europe/Paris", "fr", on_site=True)


def test_whoever_adds_a_location_administers_it(company: Company) -> None:
    made = add_location(company.stores, company.ada, PARIS)
    assert isinstance(made, Location)
    assert form_of(made) == PARIS
    assert made.status_flow == WITH_ON_SITE
    groups = company.stores.groups.groups_of(made.number, company.ada.user)
    assert groups == {UserGroup.DEFAULT, UserGroup.ADMINISTRATORS}
    listed = {site.location.name: (site.users, site.may_edit) for site in sites(company.stores, company.ada)}
    assert listed == {"Main location": (1, True), "London": (0, False), "Paris": (1, True)}


def test_a_location_is_edited_by_its_administrators(company: Company) -> None:
    made = add_location(company.stores, company.ada, PARIS)
    assert isinstance(made, Location)
    edited = edit_location(company.stores, company.ada, made.id, replace(PARIS, city="Saint-Denis"))
    assert isinstance(edited, Location)
    assert (edited.city, company.stores.organisations.location(made.number)) == ("Saint-Denis", edited)


def test_somebody_else_s_location_is_not_edited(company: Company) -> None:
    london = company.stores.organisations.location(company.london)
    assert london is not None
    assert edit_location(company.stores, company.ada, london.id, PARIS) == NotAllowed(Right.MANAGE_LOCATIONS)


def test_a_location_of_another_organisation_is_not_there(company: Company) -> None:
    other = company.stores.organisations.add("Other", "2026-01-01T00:00:00.000Z")
    number = company.stores.organisations.add_location(other, "Theirs", "2026-01-01T00:00:00.000Z")
    theirs = company.stores.organisations.location(number)
    assert theirs is not None
    assert edit_location(company.stores, company.ada, theirs.id, PARIS) == NotThere()
    assert "Theirs" not in {site.location.name for site in sites(company.stores, company.ada)}


@pytest.mark.parametrize(
    ("field", "value"),
    [("name", ""), ("name", "london"), ("name", "x" * 201), ("city", "a\nb"), ("timezone", "Mars"), ("language", "")],
)
def test_a_wrong_field_is_told_and_nothing_is_kept(company: Company, field: str, value: str) -> None:
    before = company.connection.total_changes
    outcome = add_location(company.stores, company.ada, replace(PARIS, **{field: value}))
    assert isinstance(outcome, Refused)
    assert list(outcome.errors) == [field]
    assert company.connection.total_changes == before


@pytest.mark.parametrize("group", [group for group in UserGroup if group is not UserGroup.ADMINISTRATORS])
def test_others_see_their_own_locations_and_add_none(company: Company, group: UserGroup) -> None:
    bo = company.actor("bo", group)
    assert [site.location.name for site in sites(company.stores, bo)] == ["Main location"]
    assert add_location(company.stores, bo, PARIS) == NotAllowed(Right.MANAGE_LOCATIONS)
