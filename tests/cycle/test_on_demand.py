"""Is one user provisioned on demand as in a cycle, with each step shown?"""

import pytest

from fakes.installation import Installation
from fakes.memory_target import Fault
from instep.admin import on_demand
from instep.admin.on_demand import OnDemandReport
from instep.admin.ports import OnDemandIsRunning
from instep.cycle.on_demand_steps import ShownStep
from instep.directory.errors import NotFound
from instep.ledger.cycles import CycleKind, CycleState
from instep.ledger.jobs import Quarantine, Vanished
from instep.ledger.records import Status
from instep.rules.health.outcomes import Answer, NoAnswer, NotSent


def step(report: OnDemandReport, name: str) -> ShownStep:
    [found] = [each for each in report.steps if each.name == name]
    return found


def rows(report: OnDemandReport, name: str) -> dict[str, str | None]:
    """The first two columns of a step's table."""
    cells = [tuple(row.values()) for row in step(report, name).rows]
    return {first or "": second for first, second, *_ in cells}


def methods(instep: Installation) -> list[str]:
    return [sent.method for sent in instep.target.sent]


def provisioned(instep: Installation, *user_ids: str) -> None:
    instep.hire_all(user_ids)
    for user_id in user_ids:
        instep.assign(user_id)
    instep.cycle()
    instep.target.forget_requests()


def test_a_joiner_is_created_and_every_step_is_shown_with_its_values(instep: Installation) -> None:
    instep.hire("ada", jobTitle="Engineer")
    instep.hire("bob")
    instep.assign_all()
    report = instep.on_demand("ada")
    assert [(each.name, each.status) for each in report.steps] == [
        ("Import user", Status.SUCCESS),
        ("Determine if user is in scope", Status.SUCCESS),
        ("Match user between source and target system", Status.SUCCESS),
        ("Perform action", Status.SUCCESS),
    ]
    assert rows(report, "Import user")["jobTitle"] == "Engineer"
    assert rows(report, "Determine if user is in scope") == {
        "Active in source system": "True",
        "Assigned to application": "True",
        "Scope sync all": "False",
        "User has required role": "True",
    }
    assert step(report, "Match user between source and target system").rows == [
        {"matching attribute": "userName", "value": "ada@corp.example", "accounts found": None}
    ]
    assert {
        "target attribute": "title",
        "source value": "Engineer",
        "expression": "[jobTitle]",
        "original target value": None,
        "modified target value": "Engineer",
    } in step(report, "Perform action").rows
    document = report.summary.as_document()
    assert (document["kind"], document["users"], document["created"]) == ("on demand", 1, 1)
    assert document["requests"] == {"GET": 1, "POST": 1}
    assert instep.target.named("bob@corp.example") is None


def test_it_is_a_cycle_of_its_own_that_is_no_turn_of_the_job(instep: Installation) -> None:
    provisioned(instep, "ada")
    job, cycles = instep.job, instep.jobs.last_cycles(instep.job, 10)
    instep.wait(hours=1)
    instep.change("ada", jobTitle="Engineer")
    report = instep.on_demand("ada")
    assert report.summary.kind is CycleKind.ON_DEMAND
    assert instep.job == job
    assert instep.jobs.last_cycles(instep.job, 10) == cycles
    [entry] = instep.log(cycle_id=report.summary.cycle_id)
    assert entry.initiated_by == "tester"
    instep.target.forget_requests()
    assert instep.cycle().counts.skipped == 1
    assert methods(instep) == []


def test_a_linked_account_is_read_so_that_a_change_made_in_the_target_is_put_right(instep: Installation) -> None:
    provisioned(instep, "ada")
    instep.target.accounts["account-000001"]["name"]["givenName"] = "changed there"
    report = instep.on_demand("ada")
    assert methods(instep) == ["GET", "PATCH"]
    assert instep.target.accounts["account-000001"]["name"]["givenName"] == "ada"
    [changed] = step(report, "Perform action").rows
    assert (changed["original target value"], changed["modified target value"]) == ("changed there", "ada")
    instep.target.forget_requests()
    again = instep.on_demand("ada")
    assert methods(instep) == ["GET"]
    assert again.entry is not None
    assert again.entry.recorded.entry.code == "RedundantExport"


def test_who_is_out_of_scope_is_skipped_with_every_reason_that_is_known(instep: Installation) -> None:
    instep.hire("ada", accountEnabled=False)
    report = instep.on_demand("ada")
    assert step(report, "Determine if user is in scope").description == (
        "ada@corp.example should have no active account, for the following reasons: 1) ada@corp.example is not "
        "assigned to the application; 2) ada@corp.example is disabled in the directory."
    )
    assert rows(report, "Determine if user is in scope")["Active in source system"] == "False"
    assert report.steps[-1].description.startswith("Skip: ada@corp.example gets no account")
    assert (report.summary.counts.skipped, methods(instep)) == (1, [])


def test_leavers_are_disabled_and_those_deleted_for_good_are_deleted(instep: Installation) -> None:
    provisioned(instep, "ada", "bob")
    instep.unassign("ada")
    assert instep.on_demand("ada").summary.counts.disabled == 1
    assert instep.target.accounts["account-000001"]["active"] is False
    instep.delete("bob")
    assert instep.on_demand("bob").summary.counts.disabled == 1
    instep.purge("bob")
    assert instep.on_demand("bob").summary.counts.deleted == 1
    assert instep.link("bob") is None
    assert instep.cycle().counts.requests == {}


def test_a_single_removal_counts_against_the_budget_and_is_held_over_it(instep: Installation) -> None:
    provisioned(instep, "ada", "bob")
    instep.settle(removals=1)
    instep.unassign("ada")
    instep.unassign("bob")
    assert instep.on_demand("ada").summary.counts.disabled == 1
    instep.target.forget_requests()
    report = instep.on_demand("bob")
    assert report.summary.counts.held == 1
    assert report.steps[-1].status is Status.WARNING
    assert not instep.target.writes
    assert instep.jobs.held(instep.job) == 1


def test_a_failure_shows_what_it_tried_to_write_and_what_to_do(instep: Installation) -> None:
    provisioned(instep, "ada")
    instep.change("ada", jobTitle="Engineer")
    instep.target.faults = [Fault(Answer(403, b'{"detail": "not for you"}'), {"PATCH"})]
    report = instep.on_demand("ada")
    assert report.summary.counts.failed == 1
    assert report.steps[-1].status is Status.FAILURE
    assert [row["modified target value"] for row in report.steps[-1].rows] == ["Engineer"]
    assert report.advice == "Give the account of the token the rights that it lacks, or issue another token."
    [escrow] = instep.jobs.escrows(instep.job)
    assert escrow.user_id == "ada"
    assert instep.on_demand("ada").summary.counts.updated == 1
    assert not instep.jobs.escrows(instep.job)


@pytest.mark.parametrize(
    ("outcome", "code"),
    [
        (Answer(401, b""), "Unauthorized"),
        (NotSent("no route to host"), "ConnectionFailed"),
        (Answer(429, b"", retry_after_seconds=60.0), "TooManyRequests"),
        (Answer(301, b""), "Redirected"),
    ],
)
def test_a_target_that_cannot_be_used_is_shown_as_the_first_step_and_leaves_an_entry(
    instep: Installation, outcome: Answer | NotSent, code: str
) -> None:
    provisioned(instep, "ada")
    instep.change("ada", jobTitle="Engineer")
    instep.target.faults = [Fault(outcome, {"GET", "PATCH"})]
    report = instep.on_demand("ada")
    assert (report.steps[0].name, report.steps[0].status) == ("Test connection", Status.FAILURE)
    assert report.summary.state is CycleState.INTERRUPTED
    assert report.entry is not None
    assert report.entry.recorded.entry.code == code
    assert report.advice
    assert instep.job.quarantine is None
    assert instep.cycle().counts.updated == 1


def test_a_quarantined_job_takes_it_as_an_explicit_act_and_stays_quarantined(instep: Installation) -> None:
    provisioned(instep, "ada")
    instep.target.faults = [Fault(Answer(401, b""), {"POST"})]
    instep.hire("bob")
    instep.assign("bob")
    instep.cycle()
    assert isinstance(instep.job.quarantine, Quarantine)
    instep.change("ada", jobTitle="Engineer")
    assert instep.on_demand("ada").summary.counts.updated == 1
    assert isinstance(instep.job.quarantine, Quarantine)


def test_a_write_of_unknown_outcome_is_written_again_by_the_next_cycle(instep: Installation) -> None:
    provisioned(instep, "ada")
    instep.change("ada", jobTitle="Engineer")
    instep.cycle()
    instep.change("ada", jobTitle="Director")
    instep.target.faults = [Fault(NoAnswer("late"), {"PATCH"}, takes_effect=True)]
    assert instep.on_demand("ada").summary.counts.failed == 1
    instep.change("ada", jobTitle="Engineer")
    instep.cycle()
    assert instep.target.accounts["account-000001"]["title"] == "Engineer"


@pytest.mark.parametrize(
    ("policy", "requests"), [("rematch", ["GET", "GET", "POST"]), ("recreate", ["GET", "GET", "POST"])]
)
def test_a_vanished_account_is_found_missing_by_the_read_and_replaced_by_policy(
    instep: Installation, policy: str, requests: list[str]
) -> None:
    provisioned(instep, "ada")
    instep.settle(vanished=Vanished(policy))
    instep.target.accounts.clear()
    report = instep.on_demand("ada")
    assert methods(instep) == requests
    assert report.summary.counts.created == 1
    assert "was linked to account-000001, which is gone from Proxyclick" in report.steps[2].description
    assert instep.link("ada").account_id == "account-000002"  # type: ignore[union-attr]


def test_a_vanished_account_is_only_reported_where_that_is_the_policy(instep: Installation) -> None:
    provisioned(instep, "ada")
    instep.settle(vanished=Vanished.REPORT)
    instep.target.accounts.clear()
    report = instep.on_demand("ada")
    assert methods(instep) == ["GET"]
    assert report.entry is not None
    assert report.entry.recorded.entry.code == "InvalidAnchor"
    assert instep.link("ada") is not None


def test_of_several_matches_each_is_named_and_nothing_is_written(instep: Installation) -> None:
    instep.hire("ada")
    instep.assign("ada")
    for _ in range(2):
        instep.target.put(userName="ada@corp.example", active=True)
    report = instep.on_demand("ada")
    matching = step(report, "Match user between source and target system")
    assert matching.status is Status.FAILURE
    assert matching.rows[0]["accounts found"] == "account-000001, account-000002"
    assert not instep.target.writes


def test_what_the_mappings_read_and_is_missing_is_shown_as_missing(instep: Installation) -> None:
    instep.hire("ada")
    instep.assign("ada")
    assert rows(instep.on_demand("ada"), "Import user")["jobTitle"] is None


def test_a_value_that_is_required_and_missing_ends_it_before_the_target_is_asked(instep: Installation) -> None:
    with instep.directory.writing("tester") as writing:
        from instep.directory.users import create_user

        writing.save_user(create_user("ada", {"userPrincipalName": "ada@corp.example", "displayName": "A"}, instep.now))
    instep.assign("ada")
    report = instep.on_demand("ada")
    assert report.entry is not None
    assert report.entry.recorded.entry.code == "MissingValues"
    assert not instep.target.writes


def test_someone_nobody_has_heard_of_is_refused(instep: Installation) -> None:
    with pytest.raises(NotFound):
        instep.on_demand("nobody")


def test_two_on_demand_wait_for_each_other_but_not_for_ever(
    instep: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    provisioned(instep, "ada")
    monkeypatch.setattr(on_demand, "TIMES_TO_LOOK", 2)
    with instep.jobs.on_demand_lease(instep.job), pytest.raises(OnDemandIsRunning, match="try again"):
        instep.on_demand("ada")
    assert instep.on_demand("ada").summary.counts.skipped == 1
