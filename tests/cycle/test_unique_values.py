"""Does a new account get the first value that nobody has (mappings.md 4.2, SelectUniqueValue)?"""

import pytest

from fakes.installation import Installation
from fakes.memory_target import Fault
from instep.ledger.wording import reason
from instep.rules.health.outcomes import Answer
from instep.rules.mapping.attribute_mapping import AttributeMapping, FromExpression

RULES = "SelectUniqueValue([mailNickname], Append(Left([givenName], 1), [surname]), [displayName])"


@pytest.fixture
def company(instep: Installation) -> Installation:
    """The nickname of a new account is the first of three that is free."""
    instep.map_users(AttributeMapping("nickName", FromExpression(RULES), apply="creation"))
    return instep


def hire(instep: Installation, *names: str) -> None:
    for name in names:
        instep.hire(name, mailNickname="ada", givenName="Ada", surname="Lovelace", displayName=f"Ada of {name}")
        instep.assign(name)


def nickname(instep: Installation, user_id: str) -> object:
    link = instep.link(user_id)
    assert link is not None
    assert link.last_written["nickName"] == instep.target.accounts[link.account_id]["nickName"]
    return link.last_written["nickName"]


def test_the_first_value_is_taken_where_it_is_free_by_one_read(company: Installation) -> None:
    hire(company, "u1")
    summary = company.cycle()
    assert nickname(company, "u1") == "ada"
    assert summary.counts.reads_because["whether a value is free"] == 1


def test_values_that_accounts_have_whatever_their_letter_case_are_passed_over(company: Installation) -> None:
    company.target.put(userName="other@corp.example", nickName="ADA")
    company.target.put(userName="another@corp.example", nickName="ALovelace")
    hire(company, "u1")
    company.cycle()
    assert nickname(company, "u1") == "Ada of u1"


def test_two_new_users_of_one_cycle_never_get_the_same_value(company: Installation) -> None:
    hire(company, "u1", "u2", "u3")
    company.cycle()
    assert {nickname(company, name) for name in ("u1", "u2", "u3")} >= {"ada", "ALovelace"}
    assert len({nickname(company, name) for name in ("u1", "u2", "u3")}) == 3


def test_where_all_are_taken_the_user_waits_in_escrow_and_the_log_says_which_were_tried(company: Installation) -> None:
    for number, taken in enumerate(("ada", "ALovelace", "Ada of u1")):
        company.target.put(userName=f"other{number}@corp.example", nickName=taken)
    hire(company, "u1", "u2")
    counts = company.cycle().counts
    assert (counts.created, counts.failed) == (1, 1)
    (entry,) = company.log("u1")
    assert entry.entry.code == "EntryConflict"
    assert "there are accounts with each of the values to choose from (ada, ALovelace, Ada of u1)" in reason(
        entry.entry
    )
    company.target.accounts.popitem()
    company.target.accounts.pop(next(iter(company.target.accounts)))
    company.cycle()
    assert nickname(company, "u1") in ("ada", "ALovelace", "Ada of u1")


def test_a_value_that_was_chosen_stays_when_the_source_changes(company: Installation) -> None:
    hire(company, "u1")
    company.cycle()
    company.change("u1", mailNickname="countess")
    company.cycle()
    assert nickname(company, "u1") == "ada"


def test_no_account_is_made_while_the_target_does_not_say_whether_a_value_is_free(company: Installation) -> None:
    hire(company, "u1")
    company.target.faults = [Fault(Answer(400, b"no such filter"), {"GET"}, concerning="nickName")]
    assert company.cycle().counts.failed == 1
    assert company.target.accounts == {}
    assert company.cycle().counts.created == 1


def test_a_preview_shows_the_value_that_the_cycle_chooses(company: Installation) -> None:
    company.target.put(userName="other@corp.example", nickName="ada")
    hire(company, "u1")
    (planned,), _ = company.preview()
    assert planned.after["nickName"] == "ALovelace"
    company.cycle()
    assert nickname(company, "u1") == "ALovelace"
