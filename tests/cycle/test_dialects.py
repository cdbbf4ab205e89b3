"""Do accounts follow the directory whatever dialect the target wants, with the fewest requests that it allows?"""

from collections.abc import Mapping
from typing import Any

import pytest

from fakes.installation import Installation
from fakes.memory_target import Fault, Sent
from instep.cycle.whole_writes import version_of
from instep.ledger.cycles import CycleState
from instep.rules.health.outcomes import Answer, NoAnswer, NotSent

DIALECTS: dict[str, tuple[str | None, Mapping[str, str]]] = {
    "Entra's default": (None, {}),
    "the newer flag": ("aadOptscim062020", {}),
    "strict": ("rfc", {}),
    "PUT only": ("put-only", {}),
    "nested values, lists whole": (None, {"paths": "nested", "elements": "as-list", "op_case": "lower"}),
    "one operation a request": (None, {"operations_per_request": "1"}),
    "booleans as texts": (None, {"booleans": "text"}),
    "several writes a request": (None, {"writes_per_request": "20"}),
}


def speaks(instep: Installation, dialect: str | None, switches: Mapping[str, str]) -> None:
    instep.settle(dialect=dialect, switches=switches)


@pytest.mark.parametrize("name", DIALECTS)
def test_a_user_is_created_updated_disabled_and_enabled_in_each_dialect(instep: Installation, name: str) -> None:
    speaks(instep, *DIALECTS[name])
    instep.hire("ada", jobTitle="Engineer")
    instep.assign("ada")
    assert instep.cycle().counts.created == 1
    [account] = instep.target.accounts.values()
    account["nickName"] = "Dee"  # which the job does not manage
    [account_id] = instep.target.accounts

    instep.change("ada", jobTitle="Director", givenName="Augusta")
    assert instep.cycle().counts.updated == 1
    account = instep.target.accounts[account_id]
    assert (account["title"], account["name"]["givenName"], account["nickName"]) == ("Director", "Augusta", "Dee")

    instep.unassign("ada")
    assert instep.cycle().counts.disabled == 1
    assert instep.target.accounts[account_id]["active"] is False
    instep.assign("ada")
    assert instep.cycle().counts.updated == 1
    assert instep.target.accounts[account_id]["active"] is True
    assert instep.target.accounts[account_id]["nickName"] == "Dee"
    assert dict(instep.cycle().counts.requests) == {}


def by_put(instep: Installation) -> dict[str, Any]:
    """An application that takes PUT alone and shows versions, in which ada is to become a director."""
    speaks(instep, "put-only", {})
    instep.target.has_versions = True
    instep.hire("ada")
    instep.assign("ada")
    instep.cycle()
    instep.target.forget_requests()
    instep.change("ada", jobTitle="Director")
    [account] = instep.target.accounts.values()
    return account


def test_what_somebody_writes_between_the_read_and_the_put_is_not_undone(instep: Installation) -> None:
    account = by_put(instep)
    nicknames = iter(["Dee", "Didi"])

    def at_the_same_time(sent: Sent) -> None:
        if sent.method == "PUT" and (name := next(nicknames, None)) is not None:
            account["nickName"] = name

    instep.target.on_request = at_the_same_time
    assert instep.cycle().counts.updated == 1
    [written] = instep.target.accounts.values()
    assert (written["title"], written["nickName"]) == ("Director", "Didi")
    assert [sent.method for sent in instep.target.sent] == ["GET", "PUT"] * 3
    assert len({sent.if_match for sent in instep.target.sent if sent.method == "PUT"}) == 3


def test_what_changes_faster_than_it_can_be_written_fails_and_is_tried_again(instep: Installation) -> None:
    account, numbers = by_put(instep), iter(range(1_000))

    def at_the_same_time(sent: Sent) -> None:
        account["nickName"] = str(next(numbers)) if sent.method == "PUT" else account.get("nickName", "")

    instep.target.on_request = at_the_same_time
    assert instep.cycle().counts.failed == 1
    assert "title" not in account
    instep.target.on_request = None
    assert instep.cycle().counts.updated == 1


def test_a_target_that_refuses_the_version_that_it_shows_is_written_without_it(instep: Installation) -> None:
    by_put(instep)
    instep.target.faults = [Fault(Answer(412, b""), {"PUT"})]
    assert instep.cycle().counts.updated == 1
    conditions = [sent.if_match is not None for sent in instep.target.sent if sent.method == "PUT"]
    assert conditions == [True, False]


@pytest.mark.parametrize("version", [7, "", "7", 'W/"a\r\nX: y"', '"é"', None])
def test_a_version_that_is_no_entity_tag_is_not_named(version: object) -> None:
    assert version_of({"meta": {"version": version}}) is None
    assert version_of({"meta": version}) is None


def test_an_entity_tag_is_a_version() -> None:
    assert [version_of({"meta": {"version": tag}}) for tag in ('W/"3"', '"3"')] == ['W/"3"', '"3"']


def sent_to_update(instep: Installation) -> list[str]:
    instep.target.forget_requests()
    instep.change("ada", jobTitle="Director", department="R&D", givenName="Augusta")
    assert instep.cycle().counts.updated == 1
    return [sent.method for sent in instep.target.sent]


@pytest.mark.parametrize(
    ("name", "requests"),
    [("Entra's default", ["PATCH"]), ("PUT only", ["GET", "PUT"]), ("one operation a request", ["PATCH", "PATCH"])],
)
def test_an_update_costs_what_the_dialect_makes_it_cost(instep: Installation, name: str, requests: list[str]) -> None:
    speaks(instep, *DIALECTS[name])
    instep.hire("ada")
    instep.assign("ada")
    instep.cycle()
    assert sent_to_update(instep) == requests


def provisioned(instep: Installation, **switches: str) -> dict[str, Any]:
    speaks(instep, None, switches)
    instep.hire("ada", jobTitle="Engineer")
    instep.assign("ada")
    instep.cycle()
    return next(iter(instep.target.accounts))  # type: ignore[return-value]


def test_an_update_of_which_a_part_failed_is_written_again_even_if_it_is_taken_back(instep: Installation) -> None:
    """What the first request wrote is not in the link, so that nothing may be concluded from it."""
    account_id = provisioned(instep, operations_per_request="1")
    instep.change("ada", jobTitle="Director", givenName="Augusta")
    instep.target.faults = [Fault(Answer(400, b"no such thing"), {"PATCH"}, concerning="title", times=9)]
    assert instep.cycle().counts.failed == 1
    assert "only a part was written" in str(instep.log("ada")[-1].entry.facts["detail"])
    assert instep.target.accounts[account_id]["name"]["givenName"] == "Augusta"

    instep.target.faults = []
    instep.change("ada", jobTitle="Engineer", givenName="ada")
    instep.cycle()
    assert instep.target.accounts[account_id]["name"]["givenName"] == "ada"


def test_an_update_that_is_cut_off_by_the_end_of_the_connection_is_written_again(instep: Installation) -> None:
    account_id = provisioned(instep, operations_per_request="1")
    instep.change("ada", jobTitle="Director", givenName="Augusta")
    instep.target.faults = [Fault(NotSent("no route"), {"PATCH"}, concerning="title", times=9)]
    assert instep.cycle().state is CycleState.INTERRUPTED
    instep.target.faults = []
    instep.change("ada", jobTitle="Engineer", givenName="ada")
    instep.wait(hours=1)
    instep.cycle()
    assert instep.target.accounts[account_id]["name"]["givenName"] == "ada"


def test_a_put_whose_read_fails_writes_nothing(instep: Installation) -> None:
    provisioned(instep, update="put")
    instep.target.forget_requests()
    instep.change("ada", jobTitle="Director")
    instep.target.faults = [Fault(Answer(500, b"oops"), {"GET"})]
    assert instep.cycle().counts.failed == 1
    assert instep.target.writes == []
    assert instep.cycle().counts.updated == 1


def test_a_put_of_an_account_that_is_gone_makes_it_anew(instep: Installation) -> None:
    provisioned(instep, update="put")
    instep.target.accounts.clear()
    instep.change("ada", jobTitle="Director")
    assert instep.cycle().counts.created == 1
    [account] = instep.target.accounts.values()
    assert account["title"] == "Director"


def test_the_answer_to_the_read_before_a_put_must_be_that_account(instep: Installation) -> None:
    """Otherwise somebody else's values would be written over this one."""
    provisioned(instep, update="put")
    instep.target.forget_requests()
    instep.change("ada", jobTitle="Director")
    instep.target.faults = [Fault(Answer(200, b'{"id": "another", "userName": "bob"}'), {"GET"})]
    assert instep.cycle().counts.failed == 1
    assert instep.target.writes == []


def test_what_the_target_takes_on_creation_only_is_never_changed(instep: Installation) -> None:
    account_id = provisioned(instep, create_only="userName,title")
    instep.change("ada", userPrincipalName="lovelace@corp.example", jobTitle="Director", givenName="Augusta")
    assert instep.cycle().counts.updated == 1
    account = instep.target.accounts[account_id]
    assert (account["userName"], account["title"]) == ("ada@corp.example", "Engineer")
    assert account["name"]["givenName"] == "Augusta"
    assert dict(instep.cycle().counts.requests) == {}


def test_of_a_multi_valued_attribute_one_element_is_written_where_the_target_keeps_one(instep: Installation) -> None:
    speaks(instep, None, {"values_per_attribute": "one"})
    instep.hire("ada", telephoneNumber="1", mobile="2")
    instep.assign("ada")
    instep.cycle()
    [account] = instep.target.accounts.values()
    assert [phone["value"] for phone in account["phoneNumbers"]] == ["1"]


def test_a_target_whose_answers_are_not_to_be_trusted_is_read_after_each_write(instep: Installation) -> None:
    account_id = provisioned(instep, read_back="always")
    instep.target.forget_requests()
    instep.change("ada", jobTitle="Director")
    assert instep.cycle().counts.updated == 1
    assert [sent.method for sent in instep.target.sent] == ["PATCH", "GET"]

    instep.change("ada", jobTitle="Captain")
    instep.target.faults = [Fault(Answer(204, b""), {"PATCH"})]  # it says that it was done, and was not
    assert instep.cycle().counts.failed == 1
    assert "did not change title" in str(instep.log("ada")[-1].entry.facts["detail"])
    assert instep.cycle().counts.updated == 1
    assert instep.target.accounts[account_id]["title"] == "Captain"


def test_a_create_that_is_only_said_to_be_done_is_found_out_by_a_read(instep: Installation) -> None:
    speaks(instep, None, {"read_back": "always"})
    instep.hire("ada")
    instep.assign("ada")
    instep.target.faults = [Fault(Answer(201, b'{"id": "account-000099"}'), {"POST"})]
    assert instep.cycle().counts.failed == 1
    assert "has no account account-000099" in str(instep.log("ada")[-1].entry.facts["detail"])
    assert instep.link("ada") is None
    assert instep.cycle().counts.created == 1


@pytest.mark.parametrize("paging", ["index", "cursor", "none"])
def test_accounts_that_are_there_are_found_however_the_target_pages(instep: Installation, paging: str) -> None:
    names = [f"u{number}" for number in range(7)]
    for name in names:
        instep.target.put(userName=f"{name}@corp.example", active=True)
    speaks(instep, None, {"paging": paging, "page_size": "3", "filterable": "none"})
    instep.hire_all([*names, "ada"])
    instep.assign_all()
    summary = instep.cycle()
    assert (summary.counts.updated, summary.counts.created) == (7, 1)
    assert summary.counts.requests["GET"] == (1 if paging == "none" else 3)
    assert dict(instep.cycle().counts.requests) == {}


def test_an_empty_target_that_cannot_be_asked_costs_one_read(instep: Installation) -> None:
    speaks(instep, None, {"filterable": "none"})
    instep.hire("ada")
    instep.assign("ada")
    assert dict(instep.cycle().counts.requests) == {"GET": 1, "POST": 1}


def test_a_conflict_in_a_target_that_cannot_be_asked_is_resolved_by_the_list_of_the_next_cycle(
    instep: Installation,
) -> None:
    speaks(instep, None, {"filterable": "none"})
    instep.hire("ada")
    instep.assign("ada")

    def someone_else_makes_it(sent: Sent) -> None:
        if sent.method == "POST" and not instep.target.accounts:
            instep.target.put(userName="ADA@corp.example", active=True)

    instep.target.on_request = someone_else_makes_it
    assert instep.cycle().counts.failed == 1
    assert instep.log("ada")[-1].entry.code == "EntryConflict"
    assert instep.cycle().counts.updated == 1
    assert len(instep.target.accounts) == 1


def test_a_lost_answer_to_a_create_in_a_target_that_cannot_be_asked_doubles_nobody(instep: Installation) -> None:
    speaks(instep, None, {"filterable": "none"})
    instep.hire("ada")
    instep.assign("ada")
    instep.target.faults = [Fault(NoAnswer("no whole answer came in time"), {"POST"}, takes_effect=True)]
    instep.cycle()
    instep.cycle()
    assert len(instep.target.accounts) == 1
    assert instep.link("ada") is not None
