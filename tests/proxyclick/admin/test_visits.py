"""Visits, from the announcement to the end, and who may be a host."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from fakes.company_of_locations import Company
from proxyclick.admin.acting import Actor, NotAllowed, NotThere, Refused
from proxyclick.admin.hosts import TooShort, search_hosts
from proxyclick.admin.users import set_active
from proxyclick.admin.visits import VisitForm, create_visit, day_there, delete_visit, logbook, move_on
from proxyclick.people.user_groups import Right, UserGroup
from proxyclick.people.visits import Visit, VisitStatus

TODAY = date(2026, 11, 23)
GROUPS = list(UserGroup)


def form(host: str, /, **changed: str) -> VisitForm:
    return replace(
        VisitForm("Charles Babbage", host, "2026-11-23", "14:30", "Engines", "cb@engines.example"), **changed
    )


def announced(company: Company, by: Actor, host: Actor | None = None) -> Visit:
    visit = create_visit(company.stores, by, form(company.id_of(host or by)))
    assert isinstance(visit, Visit)
    return visit


def found(company: Company, by: Actor, text: str) -> list[str]:
    hosts = search_hosts(company.stores, by, text)
    assert isinstance(hosts, list)
    return [host.person.name for host in hosts]


def test_a_visit_is_announced_for_a_host_who_keeps_it_in_the_logbook(company: Company) -> None:
    visit = announced(company, company.ada)
    assert (visit.status, visit.appointment.host_name) == (VisitStatus.EXPECTED, "Ada Byron")
    assert visit.appointment.expected_at == datetime(2026, 11, 23, 14, 30, tzinfo=UTC)
    assert logbook(company.stores, company.ada, TODAY) == [visit]
    assert logbook(company.stores, company.ada, date(2026, 11, 24)) == []


@pytest.mark.parametrize(
    ("changed", "field", "said"),
    [
        ({"visitor": ""}, "visitor", "Enter the name"),
        ({"visitor": "x" * 201}, "visitor", "longer than 200"),
        ({"company": "a\nb"}, "company", "cannot be shown"),
        ({"visitor_email": "babbage"}, "visitor_email", "no e-mail address"),
        ({"host": ""}, "host", "Choose a host"),
        ({"host": "US-Z999"}, "host", "nobody of this location"),
        ({"host": "' OR 1=1"}, "host", "nobody of this location"),
        ({"day": "soon"}, "day", "Enter a day"),
        ({"day": "2026-11-22"}, "day", "is over"),
        ({"time": "25:00"}, "time", "Enter a time"),
    ],
)
def test_what_is_wrong_is_told_by_field_and_nothing_is_kept(
    company: Company, changed: dict[str, str], field: str, said: str
) -> None:
    outcome = create_visit(company.stores, company.ada, form(company.id_of(company.ada), **changed))
    assert isinstance(outcome, Refused)
    assert list(outcome.errors) == [field]
    assert said in outcome.errors[field]
    assert logbook(company.stores, company.ada, TODAY) == []


def test_a_disabled_user_can_be_no_host(company: Company) -> None:
    bo = company.actor("bobby")
    assert found(company, company.ada, "bob") == ["Bobby Example"]
    set_active(company.stores, company.ada, company.id_of(bo), active=False)
    assert found(company, company.ada, "bob") == []
    outcome = create_visit(company.stores, company.ada, form(company.id_of(bo)))
    assert isinstance(outcome, Refused)
    assert "Bobby Example is not active" in outcome.errors["host"]
    set_active(company.stores, company.ada, company.id_of(bo), active=True)
    assert found(company, company.ada, "bob") == ["Bobby Example"]


def test_visits_to_somebody_who_was_disabled_stay(company: Company) -> None:
    bo = company.actor("bobby")
    visit = announced(company, company.ada, bo)
    set_active(company.stores, company.ada, company.id_of(bo), active=False)
    assert logbook(company.stores, company.ada, TODAY) == [visit]


def test_hosts_are_of_this_location_and_found_by_three_letters(company: Company) -> None:
    company.actor("bobby")
    in_london = company.at(company.ada, company.london)
    assert found(company, in_london, "bob") == []
    assert found(company, in_london, "byr") == ["Ada Byron"]
    assert search_hosts(company.stores, company.ada, "bo") == TooShort()
    assert found(company, company.ada, "corp") == []
    assert found(company, company.ada, "exa") == ["Bobby Example"]


def test_a_host_of_another_location_is_refused(company: Company) -> None:
    bo, in_london = company.actor("bobby"), company.at(company.ada, company.london)
    outcome = create_visit(company.stores, in_london, form(company.id_of(bo)))
    assert isinstance(outcome, Refused)
    assert "nobody of this location" in outcome.errors["host"]


@pytest.mark.parametrize("group", GROUPS)
def test_visits_for_other_hosts_are_announced_by_whom_the_matrix_lets(company: Company, group: UserGroup) -> None:
    somebody = company.actor("bobby", group)
    assert isinstance(create_visit(company.stores, somebody, form(company.id_of(somebody))), Visit)
    outcome = create_visit(company.stores, somebody, form(company.id_of(company.ada)))
    if somebody.may(Right.CREATE_VISITS_FOR_OTHERS):
        assert isinstance(outcome, Visit)
    else:
        assert isinstance(outcome, Refused)
        assert list(outcome.errors) == ["host"]


@pytest.mark.parametrize("group", GROUPS)
def test_all_visits_are_seen_and_moved_on_by_whom_the_matrix_lets(company: Company, group: UserGroup) -> None:
    visit, somebody = announced(company, company.ada), company.actor("bobby", group)
    allowed = somebody.may(Right.CHANGE_VISIT_STATUS)
    assert logbook(company.stores, somebody, TODAY) == ([visit] if allowed else [])
    outcome = move_on(company.stores, somebody, visit.id, VisitStatus.CHECKED_IN)
    if allowed:
        assert isinstance(outcome, Visit)
        assert outcome.status is VisitStatus.CHECKED_IN
    else:
        assert outcome == NotAllowed(Right.CHANGE_VISIT_STATUS)


@pytest.mark.parametrize("group", GROUPS)
def test_everyone_deletes_the_visits_that_they_see(company: Company, group: UserGroup) -> None:
    somebody = company.actor("bobby", group)
    own, other = announced(company, somebody), announced(company, company.ada)
    assert delete_visit(company.stores, somebody, own.id) == own
    seen = somebody.may(Right.CHANGE_VISIT_STATUS)
    assert delete_visit(company.stores, somebody, other.id) == (other if seen else NotThere())


def test_a_visitor_is_checked_in_and_out_and_nothing_else(company: Company) -> None:
    visit = announced(company, company.ada)
    assert isinstance(move_on(company.stores, company.ada, visit.id, VisitStatus.CHECKED_OUT), Refused)
    move_on(company.stores, company.ada, visit.id, VisitStatus.CHECKED_IN)
    move_on(company.stores, company.ada, visit.id, VisitStatus.CHECKED_OUT)
    assert [each.status for each in logbook(company.stores, company.ada, TODAY)] == [VisitStatus.CHECKED_OUT]
    assert isinstance(move_on(company.stores, company.ada, visit.id, VisitStatus.CHECKED_IN), Refused)


def test_a_visit_of_another_location_is_not_there(company: Company) -> None:
    visit, in_london = announced(company, company.ada), company.at(company.ada, company.london)
    assert logbook(company.stores, in_london, TODAY) == []
    assert delete_visit(company.stores, in_london, visit.id) == NotThere()
    assert move_on(company.stores, in_london, visit.id, VisitStatus.CHECKED_IN) == NotThere()


def test_the_day_is_that_of_the_location(company: Company) -> None:
    company.connection.execute("UPDATE locations SET timezone = 'Pacific/Kiritimati'")
    assert day_there(company.stores, company.ada) == date(2026, 11, 23)
    visit = announced(company, company.ada)
    assert visit.appointment.expected_at == datetime(2026, 11, 23, 0, 30, tzinfo=UTC)
    assert logbook(company.stores, company.ada, TODAY) == [visit]


def test_a_visitor_is_on_site_only_where_the_location_has_that(company: Company) -> None:
    visit = announced(company, company.ada)
    assert isinstance(move_on(company.stores, company.ada, visit.id, VisitStatus.ON_SITE), Refused)
    company.connection.execute("UPDATE locations SET on_site = 1")
    outcome = move_on(company.stores, company.ada, visit.id, VisitStatus.ON_SITE)
    assert isinstance(outcome, Visit)
    assert outcome.status is VisitStatus.ON_SITE
