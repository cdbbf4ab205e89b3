"""What do mappings know in a cycle besides the user: the time, a seed, the default domain?"""

import pytest

from fakes.installation import Installation
from instep.ledger.cycles import CycleKind
from instep.rules.mapping.attribute_mapping import AttributeMapping, FromExpression


@pytest.fixture
def ada(instep: Installation) -> Installation:
    instep.hire("ada")
    instep.assign("ada")
    return instep


def mapped(instep: Installation, expression: str) -> None:
    instep.map_users(AttributeMapping("nickName", FromExpression(expression)))


def nickname(instep: Installation, user_id: str = "ada") -> object:
    link = instep.link(user_id)
    assert link is not None
    return instep.target.accounts[link.account_id].get("nickName")


def test_a_random_value_is_shown_by_the_preview_written_once_and_stays(ada: Installation) -> None:
    mapped(ada, "RandomString(20, 1, 1, 1, 1)")
    (planned,), _ = ada.preview()
    ada.cycle()
    assert nickname(ada) == planned.after["nickName"]
    ada.jobs.restart(ada.job, ada.now, "tester")
    ada.target.forget_requests()
    assert ada.cycle().kind is CycleKind.INITIAL
    assert ada.target.writes == []


def test_two_users_have_random_values_of_their_own(ada: Installation) -> None:
    mapped(ada, "Guid()")
    ada.hire("bob")
    ada.assign("bob")
    ada.cycle()
    assert nickname(ada) != nickname(ada, "bob")


def test_now_is_the_time_at_which_the_cycle_began(ada: Installation) -> None:
    mapped(ada, 'FormatDateTime(Now(), , "M/d/yyyy h:mm:ss tt", "s")')
    ada.cycle()
    assert nickname(ada) == f"{ada.now:%Y-%m-%dT%H:%M:%S}"


def test_the_default_domain_is_the_jobs_and_without_it_the_user_fails_by_name(ada: Installation) -> None:
    mapped(ada, 'Join("@", [givenName], DefaultDomain())')
    assert ada.cycle().counts.failed == 1
    assert "instep apps set APP default_domain=DOMAIN" in str(ada.log("ada")[-1].entry.facts["detail"])
    ada.settle(default_domain="corp.example")
    ada.cycle()
    assert nickname(ada) == "ada@corp.example"


def test_what_an_expression_cannot_use_is_named_with_target_and_column_unless_it_is_hidden(ada: Installation) -> None:
    ada.change("ada", employeeHireDate="soon")
    mapped(ada, "CDate([employeeHireDate])")
    ada.cycle()
    assert "nickName: column 1: CDate: 'soon' is no date" in str(ada.log("ada")[-1].entry.facts["detail"])
    mapped(ada, "Redact(CDate([employeeHireDate]))")
    ada.cycle()
    assert "soon" not in str(ada.log("ada")[-1])
