"""What becomes of an account's value when the source becomes null: left, or cleared where the mapping says so?"""

import pytest

from fakes.installation import Installation
from fakes.memory_target import Fault
from instep.rules.health.outcomes import Answer, NoAnswer
from instep.rules.mapping.attribute_mapping import AttributeMapping, Direct, NoSource, TargetAttribute
from instep.rules.planning.plan import OperationKind

MANAGER = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:manager"


@pytest.fixture
def ada(instep: Installation) -> Installation:
    """Ada has an account with a title."""
    instep.map_users(AttributeMapping("title", Direct("jobTitle"), when_null="clear"))
    instep.hire("ada", jobTitle="Engineer")
    instep.assign("ada")
    instep.cycle()
    assert account(instep)["title"] == "Engineer"
    instep.target.forget_requests()
    return instep


def account(instep: Installation, user_id: str = "ada") -> dict[str, object]:
    link = instep.link(user_id)
    assert link is not None
    return instep.target.accounts[link.account_id]


def test_a_value_whose_source_becomes_null_is_left_as_it_is_unless_its_mapping_clears_it(ada: Installation) -> None:
    ada.map_users(AttributeMapping("title", Direct("jobTitle")))
    ada.change("ada", jobTitle="")
    ada.cycle()
    assert account(ada)["title"] == "Engineer"


def test_a_mapping_that_clears_takes_the_value_away_by_one_request_and_once(ada: Installation) -> None:
    ada.change("ada", jobTitle="")
    assert ada.cycle().counts.updated == 1
    assert [(sent.method, sent.body["Operations"]) for sent in ada.target.writes] == [
        ("PATCH", [{"op": "Remove", "path": "title"}])
    ]
    assert "title" not in account(ada)
    assert "title" not in ada.link("ada").last_written  # type: ignore[union-attr]
    assert ada.log("ada")[-1].after == {"title": None}
    assert ada.cycle().counts.updated == 0
    ada.change("ada", jobTitle="Director")
    ada.cycle()
    assert account(ada)["title"] == "Director"


@pytest.mark.parametrize("dialect", ["aadOptscim062020", "rfc", "put-only"])
def test_values_are_cleared_in_each_dialect(ada: Installation, dialect: str) -> None:
    ada.settle(dialect=dialect)
    ada.change("ada", jobTitle="")
    assert ada.cycle().counts.updated == 1
    assert "title" not in account(ada)


def test_a_new_account_gets_the_default_and_nothing_is_cleared(instep: Installation) -> None:
    instep.map_users(AttributeMapping("title", Direct("jobTitle"), "Staff", when_null="clear"))
    instep.hire("ada")
    instep.assign("ada")
    instep.cycle()
    assert account(instep)["title"] == "Staff"
    instep.target.forget_requests()
    instep.cycle()
    assert instep.target.writes == []


def test_a_cleared_value_goes_back_to_the_default(ada: Installation) -> None:
    ada.map_users(AttributeMapping("title", Direct("jobTitle"), "Staff", when_null="clear"))
    ada.change("ada", jobTitle="")
    assert ada.cycle().counts.updated == 1
    assert account(ada)["title"] == "Staff"
    ada.change("ada", department="Law")
    ada.cycle()
    assert account(ada)["title"] == "Staff"


def test_a_preview_shows_what_would_be_cleared(ada: Installation) -> None:
    ada.change("ada", jobTitle="")
    (planned,), _ = ada.preview()
    assert (planned.kind, planned.before, planned.after) == (
        OperationKind.UPDATE,
        {"title": "Engineer"},
        {"title": None},
    )


@pytest.mark.parametrize("then", ["", "Engineer"])
@pytest.mark.parametrize("had_effect", [True, False])
def test_after_a_clearing_whose_answer_was_lost_the_account_says_what_the_source_says_then(
    ada: Installation, had_effect: bool, then: str
) -> None:
    ada.change("ada", jobTitle="")
    ada.target.faults = [Fault(NoAnswer("connection reset"), {"PATCH"}, takes_effect=had_effect)]
    ada.cycle()
    ada.change("ada", jobTitle=then)
    ada.cycle()
    assert account(ada).get("title", "") == then


def test_a_clearing_that_was_refused_is_tried_again(ada: Installation) -> None:
    ada.change("ada", jobTitle="")
    ada.target.faults = [Fault(Answer(400, b"no such thing"), {"PATCH"})]
    assert ada.cycle().counts.failed == 1
    assert ada.cycle().counts.updated == 1
    assert "title" not in account(ada)


def test_a_manager_without_an_account_yet_is_no_null_and_one_who_is_taken_away_is(instep: Installation) -> None:
    reference = TargetAttribute(MANAGER, "Reference")
    instep.map_users(AttributeMapping(MANAGER, Direct("manager"), when_null="clear"), targets=[reference])
    instep.hire("boss")
    instep.hire("ada")
    instep.change("ada", manager="boss")
    for user_id in ("boss", "ada"):
        instep.assign(user_id)
    instep.cycle()
    had = dict(account(instep))
    assert MANAGER.rpartition(":")[0] in had
    instep.unassign("boss")
    instep.cycle()
    assert account(instep) == had
    instep.change("ada", manager="")
    instep.cycle()
    assert MANAGER.rpartition(":")[0] not in account(instep)


@pytest.mark.parametrize(("has", "gets"), [({}, "Staff"), ({"title": "Own"}, "Own")])
def test_a_mapping_of_type_none_gives_its_default_to_an_account_that_is_matched_without_a_value(
    instep: Installation, has: dict[str, str], gets: str
) -> None:
    instep.map_users(AttributeMapping("title", NoSource(), "Staff"))
    instep.hire("ada")
    instep.assign("ada")
    instep.target.put(userName="ada@corp.example", **has)
    instep.cycle()
    assert account(instep)["title"] == gets
    instep.target.accounts[instep.link("ada").account_id]["title"] = "Changed"  # type: ignore[union-attr]
    instep.change("ada", displayName="Ada")
    instep.cycle()
    assert account(instep)["title"] == "Changed"
