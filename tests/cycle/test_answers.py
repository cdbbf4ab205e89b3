"""What follows from an application's answers: for the user, for the others, for the job?"""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import orjson

from fakes.installation import Installation
from fakes.memory_target import Fault, Sent
from instep.cycle.conductor import Retries
from instep.ledger.cycles import CycleKind, CycleState
from instep.ledger.records import Action, OperationState, Status
from instep.rules.health.outcomes import Answer, NoAnswer, NotSent
from instep.rules.mapping.attribute_mapping import AttributeMapping, FromExpression

LOST = NoAnswer("no whole answer came in time")
BROKEN = Answer(500, b"oops")


def provisioned(instep: Installation, *user_ids: str) -> None:
    """These users have accounts, and the requests for them are forgotten."""
    instep.hire_all(user_ids)
    for user_id in user_ids:
        instep.assign(user_id)
    assert instep.cycle().counts.created == len(user_ids)
    instep.target.forget_requests()


def account_of(instep: Installation, user_id: str) -> dict[str, Any]:
    """The account that the ledger has linked to a user."""
    return instep.target.accounts[instep.link(user_id).account_id]


def states(instep: Installation) -> list[str]:
    return [row[0] for row in instep.rows("SELECT state FROM operations ORDER BY id")]


def test_a_create_whose_answer_was_lost_is_found_and_linked_in_the_same_cycle(instep: Installation) -> None:
    instep.hire("ada")
    instep.assign("ada")
    instep.target.faults = [Fault(LOST, {"POST"}, takes_effect=True)]
    summary = instep.cycle()
    assert (summary.counts.created, summary.counts.failed) == (1, 0)
    assert instep.target.requests["POST"] == 1
    assert account_of(instep, "ada")["userName"] == "ada@corp.example"


def test_a_create_without_answer_and_effect_is_tried_again_after_a_look(instep: Installation) -> None:
    instep.hire("ada")
    instep.assign("ada")
    instep.target.faults = [Fault(LOST, {"POST"})]
    assert instep.cycle().counts.failed == 1
    instep.target.forget_requests()
    assert instep.cycle().counts.created == 1
    assert [sent.method for sent in instep.target.sent][-2:] == ["GET", "POST"]
    assert instep.rows("SELECT * FROM escrows") == []


def test_a_create_that_is_unknown_when_the_run_stops_is_asked_for_by_what_was_sent(instep: Installation) -> None:
    """Even where the user has another name by then: no second account is made."""
    instep.hire("ada")
    instep.assign("ada")
    instep.hire("bob")
    instep.assign("bob")
    instep.settle(concurrency=2)
    instep.target.faults = [
        Fault(LOST, {"POST"}, takes_effect=True, concerning="ada@"),
        Fault(Answer(401, b""), {"POST"}, concerning="bob@"),
    ]
    assert instep.cycle().state is CycleState.INTERRUPTED
    instep.change("ada", userPrincipalName="lovelace@corp.example")
    instep.cycle()
    instep.cycle()
    assert sorted(account["userName"] for account in instep.target.accounts.values()) == [
        "bob@corp.example",
        "lovelace@corp.example",
    ]


def test_a_conflict_on_create_is_looked_up_and_linked_in_the_same_cycle(instep: Installation) -> None:
    instep.hire("ada")
    instep.assign("ada")

    def someone_else_makes_it(sent: Sent) -> None:
        if sent.method == "POST" and not instep.target.accounts:
            instep.target.put(userName="ADA@corp.example", active=False)

    instep.target.on_request = someone_else_makes_it
    summary = instep.cycle()
    assert (summary.counts.updated, summary.counts.failed) == (1, 0)
    assert account_of(instep, "ada")["active"] is True
    assert states(instep) == ["failed", "done"]


def test_a_conflict_with_nobody_to_be_found_fails_this_user_alone(instep: Installation) -> None:
    instep.hire_all(["ada", "bob"])
    instep.assign_all()
    instep.target.faults = [Fault(Answer(409, b"{}"), {"POST"}, concerning="ada@")]
    summary = instep.cycle()
    assert (summary.counts.created, summary.counts.failed) == (1, 1)
    assert instep.log("ada")[-1].entry.code == "EntryConflict"


def test_an_account_that_was_deleted_in_the_target_is_made_anew_and_linked(instep: Installation) -> None:
    provisioned(instep, "ada")
    instep.target.accounts.clear()
    instep.change("ada", jobTitle="Engineer")
    summary = instep.cycle()
    assert (summary.counts.created, summary.counts.failed) == (1, 0)
    assert account_of(instep, "ada")["title"] == "Engineer"
    instep.unassign("ada")
    assert instep.cycle().counts.disabled == 1
    assert [account["active"] for account in instep.target.accounts.values()] == [False]


def test_an_account_that_was_made_anew_by_others_is_linked_to_its_user(instep: Installation) -> None:
    provisioned(instep, "ada")
    instep.target.accounts.clear()
    instep.target.put(userName="ada@corp.example", active=True)
    instep.change("ada", jobTitle="Engineer")
    assert instep.cycle().counts.updated == 1
    assert account_of(instep, "ada")["title"] == "Engineer"


def test_a_leaver_whose_account_is_gone_already_is_done(instep: Installation) -> None:
    provisioned(instep, "ada")
    instep.target.accounts.clear()
    instep.unassign("ada")
    assert instep.cycle().counts.disabled == 1
    assert instep.link("ada") is None
    assert [sent.method for sent in instep.target.sent] == ["PATCH", "GET", "GET"]


def test_a_404_to_a_write_is_not_gone_when_a_read_finds_the_account(instep: Installation) -> None:
    provisioned(instep, "ada")
    instep.target.faults = [Fault(Answer(404, b"{}"), {"PATCH"})]
    instep.unassign("ada")
    assert instep.cycle().counts.failed == 1
    assert instep.link("ada") is not None
    assert instep.cycle().counts.disabled == 1


def test_what_a_failed_update_may_have_written_is_not_taken_for_known(instep: Installation) -> None:
    """The answer was lost, broken or garbage, the effect was there, and the directory went back."""
    for outcome in (LOST, BROKEN, Answer(200, b"<html>")):
        name = f"u{len(instep.target.accounts)}"
        provisioned(instep, name)
        instep.target.faults = [Fault(outcome, {"PATCH"}, takes_effect=True)]
        instep.disable(name)
        assert instep.cycle().counts.failed == 1, outcome
        assert account_of(instep, name)["active"] is False
        instep.enable(name)
        instep.cycle()
        assert account_of(instep, name)["active"] is True, outcome


def test_a_leaver_is_tried_again_until_the_account_is_disabled(instep: Installation) -> None:
    provisioned(instep, "ada")
    instep.unassign("ada")
    instep.target.faults = [Fault(BROKEN, {"PATCH"}, times=3)]
    for attempt in (1, 2, 3):
        assert instep.cycle().counts.failed == 1
        assert instep.log("ada")[-1].entry.facts["attempts"] == attempt
    assert instep.cycle().counts.disabled == 1
    assert instep.rows("SELECT * FROM escrows") == []


def test_escrow_waits_for_its_time_unless_an_administrator_asks(instep: Installation) -> None:
    provisioned(instep, "ada")
    instep.change("ada", jobTitle="Engineer")
    instep.target.faults = [Fault(Answer(400, b"{}"), {"PATCH"}, times=9)]
    assert instep.cycle(Retries.DUE).counts.failed == 1
    assert instep.cycle(Retries.DUE).counts.failed == 1, "the first retry is in the next cycle, whenever that is"
    assert instep.cycle(Retries.DUE).counts.users == 0
    instep.wait(minutes=40)
    assert instep.cycle(Retries.DUE).counts.failed == 1
    instep.wait(minutes=79)
    assert instep.cycle(Retries.DUE).counts.users == 0
    assert instep.cycle(Retries.ALL).counts.failed == 1


def test_refused_credentials_stop_the_cycle_and_quarantine_the_job(instep: Installation) -> None:
    instep.hire_all(["ada", "bob", "cid"])
    instep.assign_all()
    instep.settle(concurrency=1)
    instep.target.faults = [Fault(Answer(401, b""), {"POST", "GET"}, times=99)]
    summary = instep.cycle()
    assert summary.state is CycleState.INTERRUPTED
    assert len(instep.target.writes) <= 1
    quarantine = instep.job.quarantine
    assert quarantine.next_attempt_at == instep.now + timedelta(hours=6)
    instep.wait(hours=6)
    instep.cycle()
    assert instep.job.quarantine.since == quarantine.since
    assert instep.job.quarantine.next_attempt_at == quarantine.since + timedelta(hours=12)
    instep.target.faults = []
    assert instep.cycle().counts.created == 3
    assert instep.job.quarantine is None


def test_a_target_that_is_too_busy_is_left_alone_for_as_long_as_it_asked(instep: Installation) -> None:
    instep.hire_all(["ada", "bob"])
    instep.assign_all()
    instep.target.faults = [Fault(Answer(429, b"", retry_after_seconds=1800.0), {"POST"})]
    assert instep.cycle().state is CycleState.INTERRUPTED
    assert instep.job.not_before == instep.now + timedelta(minutes=30)
    summary = instep.cycle()
    assert (summary.state, len(instep.target.accounts)) == (CycleState.SUCCEEDED, 2)
    assert len(instep.rows("SELECT DISTINCT user_id FROM provisioning_log")) == 2


def test_a_target_that_is_not_reached_has_had_no_effect_and_nobody_fails(instep: Installation) -> None:
    instep.hire_all(["ada", "bob"])
    instep.assign_all()
    instep.target.faults = [Fault(NotSent("connection refused"), {"POST"}, times=99)]
    summary = instep.cycle()
    assert (summary.state, summary.counts.failed) == (CycleState.INTERRUPTED, 0)
    assert set(states(instep)) == {OperationState.STALE.value}


def test_a_target_that_answers_nothing_any_more_stops_the_cycle(instep: Installation) -> None:
    people = [f"u{number:03d}" for number in range(300)]
    instep.hire_all(people)
    instep.assign_all()
    instep.cycle()
    for person in people:
        instep.change(person, jobTitle="Engineer")
    instep.target.forget_requests()
    instep.target.faults = [Fault(LOST, {"PATCH", "GET"}, times=10_000)]
    summary = instep.cycle()
    assert summary.state is CycleState.INTERRUPTED
    assert len(instep.target.sent) < 200, "it goes on and on"


def test_a_target_whose_pages_say_nothing_is_no_reason_to_create_blindly(instep: Installation) -> None:
    instep.target.put(userName="ada@corp.example", active=True)
    instep.hire_all(["ada", "bob"])
    instep.assign_all()
    garbage = Answer(200, orjson.dumps({"totalResults": "many"}))
    instep.target.faults = [Fault(garbage, {"GET"}, concerning="startIndex")]
    summary = instep.cycle()
    assert (summary.counts.created, summary.counts.updated) == (1, 1)
    assert instep.link("ada").account_id == "account-000001"


def test_the_name_of_a_leaver_never_hands_the_account_to_the_joiner(instep: Installation) -> None:
    provisioned(instep, "old")
    instep.delete("old")
    instep.hire("new", userPrincipalName="old@corp.example")
    instep.assign("new")
    summary = instep.cycle()
    assert (summary.counts.disabled, summary.counts.failed) == (1, 1)
    assert instep.log("new")[-1].entry.code == "DuplicateSourceEntries"
    assert instep.link("new") is None
    instep.purge("old")
    instep.cycle()
    assert instep.cycle().counts.users == 0
    assert [account["active"] for account in instep.target.accounts.values()] == [True]
    assert instep.link("new") is not None


def test_two_accounts_with_one_name_are_nobodys_until_one_is_removed(instep: Installation) -> None:
    for _ in range(2):
        instep.target.put(userName="ada@corp.example", active=True)
    instep.hire("ada")
    instep.assign("ada")
    assert instep.cycle().counts.failed == 1
    [entry] = instep.log("ada")
    assert (entry.entry.status, entry.entry.code) == (Status.FAILURE, "DuplicateTargetEntries")
    assert not instep.target.writes
    del instep.target.accounts["account-000002"]
    assert instep.cycle().counts.updated == 1


def test_accounts_that_the_job_neither_made_nor_matched_are_never_touched(instep: Installation) -> None:
    before = instep.target.put(userName="visitor@elsewhere.example", active=True)
    provisioned(instep, "ada")
    instep.unassign("ada")
    instep.cycle()
    assert instep.target.accounts[before]["active"] is True
    assert {sent.account_id for sent in instep.target.writes} == {"account-000002"}


def test_a_restart_evaluates_everyone_and_writes_nothing_where_nothing_differs(instep: Installation) -> None:
    provisioned(instep, "ada", "bob")
    instep.jobs.restart(instep.job, instep.now, "tester")
    summary = instep.cycle()
    assert (summary.kind, summary.counts.skipped) == (CycleKind.INITIAL, 2)
    assert not instep.target.sent


def test_another_tenant_url_makes_everyone_be_matched_by_reading_before_a_write(instep: Installation) -> None:
    provisioned(instep, "ada", "bob")
    job = instep.job
    instep.target.accounts.clear()
    instep.target.put(userName="ada@corp.example", active=False)
    moved = replace(job, tenant_url="https://elsewhere.example/scim")
    instep.jobs.connect(moved, "another", instep.now, "tester")
    summary = instep.cycle()
    assert summary.kind is CycleKind.INITIAL
    assert instep.target.sent[0].method == "GET"
    assert (summary.counts.updated, summary.counts.created) == (1, 1)
    assert [entry.entry.action for entry in instep.log("ada", summary.cycle_id)] == [Action.UPDATE]


def test_an_empty_target_costs_one_request_a_user_and_one_look(instep: Installation) -> None:
    instep.hire_all([f"u{number:02d}" for number in range(30)])
    instep.assign_all()
    assert instep.cycle().counts.requests == {"GET": 1, "POST": 30}


def test_many_users_in_a_filled_target_are_matched_by_walking_through_it_and_the_memory_of_it_is_emptied(
    instep: Installation,
) -> None:
    people = [f"u{number:02d}" for number in range(30)]
    for person in people:
        instep.target.put(userName=f"{person}@corp.example", active=True)
    instep.hire_all(people)
    instep.assign_all()
    summary = instep.cycle()
    assert summary.counts.requests == {"GET": 1, "PATCH": 30}
    assert instep.rows("SELECT * FROM target_accounts") == []


def test_one_joiner_in_a_filled_target_costs_one_filter(instep: Installation) -> None:
    provisioned(instep, "ada", "bob")
    instep.hire("cid")
    instep.assign("cid")
    summary = instep.cycle()
    assert [sent.method for sent in instep.target.sent] == ["GET", "POST"]
    assert instep.target.sent[0].query == 'userName eq "cid@corp.example"'
    assert summary.counts.reads_because == {"matching by filter": 1}


def test_no_message_that_is_kept_quotes_a_value_that_is_hidden(instep: Installation) -> None:
    instep.map_users(AttributeMapping("title", FromExpression("Redact([jobTitle])")))
    instep.hire("ada", jobTitle="Deep Cover")
    instep.assign("ada")
    refusal = Answer(400, b'{"detail": "the title Deep Cover is not known"}')
    instep.target.faults = [Fault(refusal, {"POST"})]
    instep.cycle()
    [failed] = instep.log("ada")
    assert failed.entry.facts["detail"] == "HTTP 400: the title [Redact] is not known"
    assert "Deep Cover" not in str(instep.jobs.escrows(instep.job))
    instep.cycle()
    assert account_of(instep, "ada")["title"] == "Deep Cover"


def test_a_hidden_value_that_cannot_be_taken_is_not_quoted_either(instep: Installation) -> None:
    instep.map_users(AttributeMapping("active", FromExpression("Redact([jobTitle])")))
    instep.hire("ada", jobTitle="Deep Cover")
    instep.assign("ada")
    assert instep.cycle().counts.failed == 1
    [failed] = instep.log("ada")
    assert "Deep Cover" not in str(failed.entry.facts)
    assert "active" in str(failed.entry.facts["detail"])
