"""Administrators and the other user groups of a location."""

import pytest

from fakes.company_of_locations import Company
from proxyclick.admin.acting import NotAllowed, NotThere, Refused
from proxyclick.admin.user_groups import GroupsSet, set_groups
from proxyclick.people.user_groups import GroupChange, Right, UserGroup


def test_the_groups_of_a_user_are_set_and_told(company: Company) -> None:
    bo = company.actor("bo", UserGroup.RECEPTION)
    outcome = set_groups(company.stores, company.ada, company.id_of(bo), {UserGroup.SECURITY})
    assert outcome == GroupsSet(GroupChange(frozenset({UserGroup.SECURITY}), frozenset({UserGroup.RECEPTION})))
    assert company.stores.groups.groups_of(company.brussels, bo.user) == {UserGroup.DEFAULT, UserGroup.SECURITY}
    (event, _) = company.stores.history.of(bo.user, 5)
    assert (event.what, event.who) == ("Put into Security, taken out of Reception", "Ada Byron")


def test_groups_of_one_location_say_nothing_of_another(company: Company) -> None:
    bo = company.actor("bo", UserGroup.RECEPTION)
    in_london = company.at(company.ada, company.london)
    assert set_groups(company.stores, in_london, company.id_of(bo), {UserGroup.SECURITY}) == NotThere()
    company.stores.presence.join(bo.user, [company.london], None)
    set_groups(company.stores, in_london, company.id_of(bo), {UserGroup.SECURITY})
    assert company.stores.groups.groups_of(company.brussels, bo.user) == {UserGroup.DEFAULT, UserGroup.RECEPTION}


def test_a_location_keeps_an_active_administrator(company: Company) -> None:
    outcome = set_groups(company.stores, company.ada, company.id_of(company.ada), set())
    assert isinstance(outcome, Refused)
    assert UserGroup.ADMINISTRATORS in company.stores.groups.groups_of(company.brussels, company.ada.user)
    company.actor("bo", UserGroup.ADMINISTRATORS)
    assert isinstance(set_groups(company.stores, company.ada, company.id_of(company.ada), set()), GroupsSet)


@pytest.mark.parametrize("group", [group for group in UserGroup if group is not UserGroup.ADMINISTRATORS])
def test_nobody_makes_themselves_an_administrator(company: Company, group: UserGroup) -> None:
    bo = company.actor("bo", group)
    outcome = set_groups(company.stores, bo, company.id_of(bo), {UserGroup.ADMINISTRATORS})
    assert outcome == NotAllowed(Right.DEFINE_GROUPS)
