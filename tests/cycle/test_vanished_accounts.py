"""What becomes of a user whose account was deleted in the application?"""

import pytest

from fakes.installation import Installation
from fakes.memory_target import Fault
from instep.ledger.cycles import CycleSummary
from instep.ledger.jobs import Vanished
from instep.ledger.records import Action, Status
from instep.ledger.wording import reason
from instep.rules.health.outcomes import Answer


def ada_changes_after_her_account_has_vanished(instep: Installation, policy: Vanished) -> CycleSummary:
    instep.settle(vanished=policy)
    instep.hire("ada")
    instep.assign("ada")
    instep.cycle()
    instep.target.accounts.clear()
    instep.wait(hours=1)
    return again(instep, "Engineer")


def again(instep: Installation, title: str) -> CycleSummary:
    instep.target.forget_requests()
    instep.change("ada", jobTitle=title)
    return instep.cycle()


def methods(instep: Installation) -> list[str]:
    return [sent.method for sent in instep.target.sent]


def test_by_default_it_is_looked_for_and_created_where_nothing_matches(instep: Installation) -> None:
    assert instep.job.settings.vanished is Vanished.REMATCH
    summary = ada_changes_after_her_account_has_vanished(instep, Vanished.REMATCH)
    assert methods(instep) == ["PATCH", "GET", "GET", "POST"]  # by id, then by the matching attribute
    assert summary.counts.created == 1
    assert reason(instep.log("ada")[-1].entry) == (
        "The account account-000001 was gone from the target. ada@corp.example is active and in scope: account-000002 "
        "was created in its place."
    )
    kept = instep.jobs.kept_link(instep.job, "ada")
    assert kept is not None
    assert (kept.link.account_id, kept.link.last_written["title"]) == ("account-000002", "Engineer")
    assert kept.linked_at == instep.now


def test_by_default_another_account_that_matches_is_taken(instep: Installation) -> None:
    instep.hire("ada")
    instep.assign("ada")
    instep.cycle()
    instep.target.accounts.clear()
    instep.target.put(userName="ada@corp.example", active=True)
    summary = again(instep, "Engineer")
    assert methods(instep) == ["PATCH", "GET", "GET", "PATCH"]
    assert summary.counts.updated == 1
    entry = instep.log("ada")[-1].entry
    assert "was gone from the target. ada@corp.example was matched by userName with the account" in reason(entry)
    link = instep.link("ada")
    assert link is not None
    assert (link.account_id, link.origin) == ("account-000002", "matched")


def test_recreate_creates_whoever_else_matches_once_nobody_finds_the_account(instep: Installation) -> None:
    summary = ada_changes_after_her_account_has_vanished(instep, Vanished.RECREATE)
    assert methods(instep) == ["PATCH", "GET", "GET", "POST"]
    assert summary.counts.created == 1


def test_recreate_takes_the_account_that_the_application_refuses_to_double(instep: Installation) -> None:
    instep.settle(vanished=Vanished.RECREATE)
    instep.hire("ada")
    instep.assign("ada")
    instep.cycle()
    instep.target.accounts.clear()
    instep.target.put(userName="ada@corp.example", active=True)
    again(instep, "Engineer")
    assert methods(instep) == ["PATCH", "GET", "GET", "POST", "GET", "PATCH"]
    assert instep.link("ada").account_id == "account-000002"  # type: ignore[union-attr]


def test_report_writes_nothing_keeps_the_link_and_finds_a_restored_account_by_itself(instep: Installation) -> None:
    summary = ada_changes_after_her_account_has_vanished(instep, Vanished.REPORT)
    assert methods(instep) == ["PATCH", "GET"]
    assert summary.counts.failed == 1
    entry = instep.log("ada")[-1].entry
    assert (entry.action, entry.status, entry.code) == (Action.UPDATE, Status.FAILURE, "InvalidAnchor")
    assert "the account account-000001 is not in the application any more" in reason(entry)
    assert instep.link("ada").account_id == "account-000001"  # type: ignore[union-attr]
    instep.target.accounts["account-000001"] = {"id": "account-000001", "userName": "ada@corp.example"}
    assert instep.cycle().counts.updated == 1
    assert instep.target.accounts["account-000001"]["title"] == "Engineer"


@pytest.mark.parametrize("policy", [Vanished.RECREATE, Vanished.REMATCH])
def test_an_account_that_a_read_denies_and_a_filter_finds_is_not_gone(instep: Installation, policy: Vanished) -> None:
    instep.settle(vanished=policy)
    instep.hire("ada")
    instep.assign("ada")
    instep.cycle()
    instep.target.faults = [Fault(Answer(404, b"{}"), {"PATCH"}), Fault(Answer(404, b"{}"), {"GET"})]
    instep.unassign("ada")
    assert instep.cycle().counts.failed == 1
    assert "though account-000001 is found by its userName" in reason(instep.log("ada")[-1].entry)
    assert instep.cycle().counts.disabled == 1
    assert instep.target.accounts["account-000001"]["active"] is False


@pytest.mark.parametrize("policy", list(Vanished))
def test_a_leaver_whose_account_is_gone_is_done(instep: Installation, policy: Vanished) -> None:
    instep.settle(vanished=policy)
    instep.hire("ada")
    instep.assign("ada")
    instep.cycle()
    instep.target.accounts.clear()
    instep.target.forget_requests()
    instep.unassign("ada")
    assert instep.cycle().counts.disabled == 1
    assert methods(instep) == ["PATCH", "GET", "GET"]  # by its id, and by its userName
    assert instep.link("ada") is None


@pytest.mark.parametrize("policy", list(Vanished))
def test_a_404_that_no_read_confirms_replaces_nothing(instep: Installation, policy: Vanished) -> None:
    instep.settle(vanished=policy)
    instep.hire("ada")
    instep.assign("ada")
    instep.cycle()
    instep.target.faults = [Fault(Answer(404, b""), {"PATCH"})]
    assert again(instep, "Engineer").counts.failed == 1
    assert methods(instep) == ["PATCH", "GET"]
    assert instep.link("ada").account_id == "account-000001"  # type: ignore[union-attr]
