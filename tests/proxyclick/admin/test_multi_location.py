"""The multi-location mapping of an integration, as administrators change it."""

from datetime import UTC, datetime

import pytest

from fakes.company_of_locations import Company
from proxyclick.admin.acting import NotAllowed, NotThere, Refused
from proxyclick.admin.multi_location import Choice, MappingSaved, MappingShown, save_mapping, shown_mapping
from proxyclick.people.multi_location import AllUsers, Conditions, MultiLocationMapping, Provisioned
from proxyclick.people.user_groups import Right, UserGroup
from proxyclick.store.installations import Installations

FIRST = datetime(2026, 1, 1, tzinfo=UTC)


@pytest.fixture
def entra(company: Company) -> int:
    """An integration at Brussels, whose administrator administers London as well."""
    company.at(company.ada, company.london)
    return Installations(company.connection).add("entra", company.brussels, FIRST)


def test_a_location_is_switched_on_for_all_or_with_conditions(company: Company, entra: int) -> None:
    london = company.london
    outcome = save_mapping(company.stores, company.ada, entra, {london: Choice(is_for_all=True)}, None)
    assert outcome == MappingSaved(MultiLocationMapping(company.brussels, (Provisioned(london, AllUsers()),)))
    chosen = Choice(is_for_all=False, cities=" London,  Greater   London ,,London", languages="en, en-GB")
    save_mapping(company.stores, company.ada, entra, {london: chosen}, london)
    shown = shown_mapping(company.stores, company.ada, entra)
    assert isinstance(shown, MappingShown)
    assert shown.rows[0].who == Conditions(("London", "Greater London"), ("en", "en-GB"))
    assert shown.home is not None
    assert shown.home.number == london


def test_a_location_without_a_choice_is_switched_off(company: Company, entra: int) -> None:
    save_mapping(company.stores, company.ada, entra, {company.london: Choice(is_for_all=True)}, company.london)
    save_mapping(company.stores, company.ada, entra, {}, None)
    assert company.stores.mappings.of(entra) == MultiLocationMapping(company.brussels)


@pytest.mark.parametrize(
    ("choice", "field"),
    [
        (Choice(is_for_all=False), "cities"),
        (Choice(is_for_all=False, cities=" , "), "cities"),
        (Choice(is_for_all=False, cities="x" * 201), "cities"),
        (Choice(is_for_all=False, languages="English!"), "languages"),
    ],
)
def test_wrong_conditions_are_told_beside_their_location(
    company: Company, entra: int, choice: Choice, field: str
) -> None:
    outcome = save_mapping(company.stores, company.ada, entra, {company.london: choice}, None)
    assert isinstance(outcome, Refused)
    assert list(outcome.errors) == [f"{field}-{company.london}"]
    assert company.stores.mappings.of(entra) == MultiLocationMapping(company.brussels)


def test_the_home_location_must_be_provisioned(company: Company, entra: int) -> None:
    outcome = save_mapping(company.stores, company.ada, entra, {}, company.london)
    assert isinstance(outcome, Refused)
    assert list(outcome.errors) == ["home"]


def test_a_location_that_one_does_not_administer_stays_as_it_is(company: Company, entra: int) -> None:
    paris = company.stores.organisations.add_location(company.ada.organisation, "Paris", FIRST)
    before = MultiLocationMapping(company.brussels, (Provisioned(paris, Conditions(languages=("fr",))),))
    company.stores.mappings.save(entra, before)
    choices = {paris: Choice(is_for_all=True), company.london: Choice(is_for_all=True)}
    outcome = save_mapping(company.stores, company.ada, entra, choices, None)
    assert isinstance(outcome, MappingSaved)
    assert set(outcome.mapping.further) == {*before.further, Provisioned(company.london, AllUsers())}
    shown = shown_mapping(company.stores, company.ada, entra)
    assert isinstance(shown, MappingShown)
    assert [(row.location.name, row.may_change) for row in shown.rows] == [("London", True), ("Paris", False)]


def test_an_integration_of_another_location_is_not_there(company: Company, entra: int) -> None:
    in_london = company.at(company.ada, company.london)
    assert shown_mapping(company.stores, in_london, entra) == NotThere()
    assert save_mapping(company.stores, in_london, entra, {}, None) == NotThere()
    assert shown_mapping(company.stores, company.ada, 999) == NotThere()


@pytest.mark.parametrize("group", [group for group in UserGroup if group is not UserGroup.ADMINISTRATORS])
def test_only_administrators_change_a_mapping(company: Company, entra: int, group: UserGroup) -> None:
    outcome = save_mapping(company.stores, company.actor("bo", group), entra, {}, None)
    assert outcome == NotAllowed(Right.MANAGE_INTEGRATIONS)
