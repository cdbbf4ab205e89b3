"""Is a plan applied exactly: what it says, nothing else, and what changed meanwhile is dropped?"""

from pathlib import Path

import pytest

from fakes.installation import Installation, open_installation
from fakes.memory_target import Sent
from instep.admin.plans import PlanRefused
from instep.ledger.cycles import CycleKind, CycleState
from instep.ledger.plans import Plan, PlannedState, PlanState
from instep.rules.planning.plan import OperationKind
from instep.rules.scoping.standing import Scope

PEOPLE = [f"u{number:02d}" for number in range(12)]


@pytest.fixture
def company(instep: Installation) -> Installation:
    instep.hire_all(PEOPLE)
    instep.assign_all()
    instep.cycle()
    instep.target.forget_requests()
    return instep


def approved(instep: Installation) -> Plan:
    return instep.approve(instep.save_plan())


def states(instep: Installation, plan: Plan) -> dict[str, PlannedState]:
    return {kept.planned.user_id: kept.state for kept in instep.planned(plan)}


def test_a_saved_plan_has_the_operations_of_the_next_cycle_and_sends_nothing(company: Installation) -> None:
    company.change("u00", jobTitle="Engineer")
    company.disable("u11")
    company.hire("zoe")
    head = company.jobs.head()
    plan = company.save_plan()
    assert (plan.state, plan.cycle_kind) == (PlanState.PLANNED, CycleKind.INCREMENTAL)
    kept = company.planned(plan)
    assert [(each.planned.user_id, each.planned.kind) for each in kept] == [
        ("u11", OperationKind.DISABLE),
        ("u00", OperationKind.UPDATE),
        ("zoe", OperationKind.CREATE),
    ]
    assert {(each.planned.sequence, each.state) for each in kept} == {(head, PlannedState.PLANNED)}
    assert plan.configuration_version == company.job.configuration_version
    assert not company.target.writes


def test_an_approved_plan_does_what_it_says_in_its_order_and_nothing_is_left_for_the_next_cycle(
    company: Installation,
) -> None:
    company.change("u00", jobTitle="Engineer")
    company.disable("u11")
    company.hire("zoe")
    plan = approved(company)
    applied, summary = company.apply(plan)
    assert (applied.state, summary.kind, summary.state) == (PlanState.APPLIED, CycleKind.PLAN, CycleState.SUCCEEDED)
    assert [sent.method for sent in company.target.writes] == ["PATCH", "PATCH", "POST"]
    assert set(states(company, plan).values()) == {PlannedState.DONE}
    assert (summary.counts.disabled, summary.counts.updated, summary.counts.created) == (1, 1, 1)
    company.target.forget_requests()
    company.cycle()
    assert not company.target.sent


def test_an_initial_cycle_can_be_planned_and_applied_with_its_references(tmp_path: Path) -> None:
    with open_installation(tmp_path, "custom-scim") as instep:
        instep.hire_all(["boss", "first", "second", "worker"])
        for report, manager in (("worker", "boss"), ("first", "second"), ("second", "first")):
            instep.change(report, manager=manager)
        instep.assign_all()
        plan = approved(instep)
        instep.apply(plan)
        assert [sent.method for sent in instep.target.writes] == ["POST"] * 4 + ["PATCH"]
        assert [kept.state for kept in instep.planned(plan)] == [PlannedState.DONE] * 5
        instep.target.forget_requests()
        assert instep.cycle().kind is CycleKind.INITIAL
        assert not instep.target.sent


def test_who_changed_meanwhile_is_dropped_as_stale_and_the_others_are_done(company: Installation) -> None:
    for name in PEOPLE[:4]:
        company.change(name, jobTitle="Engineer")
    plan = approved(company)
    company.change("u00", jobTitle="Director")  # would be another operation now
    company.change("u01", jobTitle="")  # nothing would be to do
    company.disable("u02")  # would be removed now
    company.change("u04", jobTitle="Pilot")  # is not in the plan at all
    applied, summary = company.apply(plan)
    assert states(company, plan) == {
        "u00": PlannedState.STALE,
        "u01": PlannedState.STALE,
        "u02": PlannedState.STALE,
        "u03": PlannedState.DONE,
    }
    outcomes = {kept.planned.user_id: kept.outcome for kept in company.planned(plan)}
    assert (outcomes["u00"], outcomes["u01"], outcomes["u02"]) == ("NotAsPlanned", "RedundantExport", "NotAsPlanned")
    assert len(company.target.writes) == 1
    assert (summary.counts.updated, summary.counts.skipped, applied.state) == (1, 3, PlanState.APPLIED)
    assert company.cycle().counts.updated == 2
    assert company.target.named("u02@corp.example")["active"] is False


def test_whose_change_leaves_the_operation_as_it_was_is_done(company: Installation) -> None:
    company.change("u00", jobTitle="Engineer")
    plan = approved(company)
    company.change("u00", department="which no mapping reads")
    company.apply(plan)
    assert states(company, plan) == {"u00": PlannedState.DONE}


def test_an_account_that_changed_meanwhile_makes_its_operation_stale(company: Installation) -> None:
    company.change("u00", jobTitle="Engineer")
    plan = approved(company)
    company.change("u00", jobTitle="Pilot")
    company.cycle()
    company.change("u00", jobTitle="Engineer")  # wanted as in the plan, but the account says something else by now
    company.target.forget_requests()
    company.apply(plan)
    assert states(company, plan) == {"u00": PlannedState.STALE}
    assert not company.target.writes


def test_an_account_that_appeared_meanwhile_is_neither_doubled_nor_changed(company: Installation) -> None:
    company.hire("zoe")
    plan = approved(company)
    company.target.put(userName="zoe@corp.example", title="Made by hand")
    company.target.forget_requests()
    company.apply(plan)
    assert states(company, plan) == {"zoe": PlannedState.STALE}
    assert [sent.method for sent in company.target.writes] in ([], ["POST"])
    assert company.target.named("zoe@corp.example")["title"] == "Made by hand"
    assert company.link("zoe") is None
    company.cycle()
    assert company.link("zoe") is not None


def test_who_comes_to_leave_while_a_plan_is_applied_waits_for_the_next_cycle(company: Installation) -> None:
    company.change("u00", jobTitle="Engineer")
    company.change("u01", jobTitle="Engineer")
    plan = approved(company)

    def leave(_sent: Sent) -> None:
        company.target.on_request = None
        company.delete("u05")

    company.target.on_request = leave
    company.apply(plan)
    assert company.target.named("u05@corp.example")["active"] is True
    assert company.cycle().counts.disabled == 1


def test_who_changes_between_the_decision_and_the_request_is_left_out(company: Installation) -> None:
    company.settle(concurrency=1)
    company.disable("u00")
    for name in PEOPLE[1:4]:
        company.change(name, jobTitle="Engineer")
    plan = approved(company)

    def change(_sent: Sent) -> None:
        company.target.on_request = None
        company.change("u02", jobTitle="Director")

    company.target.on_request = change
    company.apply(plan)
    assert states(company, plan)["u02"] is PlannedState.STALE
    assert [sent.body for sent in company.target.writes if "Director" in str(sent.body)] == []


def test_a_plan_is_free_of_budgets_once_it_is_approved_and_takes_nothing_from_that_of_others(
    company: Installation,
) -> None:
    company.settle(removals=2)
    for name in PEOPLE[:6]:
        company.disable(name)
    plan = company.save_plan()
    assert {kept.planned.is_held for kept in company.planned(plan)} == {True}
    company.apply(company.approve(plan))
    assert company.target.requests["PATCH"] == 6
    for name in PEOPLE[6:8]:
        company.disable(name)
    assert company.cycle().counts.disabled == 2


def test_a_saved_configuration_makes_the_whole_plan_stale(company: Installation) -> None:
    company.change("u00", jobTitle="Engineer")
    plan = approved(company)
    company.settle(scope=Scope.ALL)
    with pytest.raises(PlanRefused, match="out of date as a whole: the configuration was changed"):
        company.apply(plan)
    assert company.plan(plan.id).state is PlanState.STALE
    assert not company.target.writes


def test_a_configuration_that_is_saved_while_a_plan_is_applied_ends_it(company: Installation) -> None:
    company.settle(concurrency=1)
    company.disable("u00")
    company.change("u01", jobTitle="Engineer")
    plan = approved(company)

    def save(_sent: Sent) -> None:
        company.target.on_request = None
        company.settle(scope=Scope.ALL)

    company.target.on_request = save
    applied, summary = company.apply(plan)
    assert (summary.state, applied.state) == (CycleState.SUPERSEDED, PlanState.STALE)
    assert states(company, plan) == {"u00": PlannedState.DONE, "u01": PlannedState.STALE}


@pytest.mark.parametrize("state", ["planned", "rejected", "applied"])
def test_only_an_approved_plan_is_applied_and_only_once(company: Installation, state: str) -> None:
    company.change("u00", jobTitle="Engineer")
    plan = company.save_plan()
    if state == "rejected":
        company.reject(plan)
    if state == "applied":
        company.apply(company.approve(plan))
    company.target.forget_requests()
    with pytest.raises(PlanRefused):
        company.apply(plan)
    assert not company.target.sent


def test_the_audit_log_says_who_saved_approved_and_applied(company: Installation) -> None:
    company.change("u00", jobTitle="Engineer")
    company.apply(approved(company))
    audit = company.rows("SELECT actor, details FROM audit_log WHERE details LIKE '%plan%' ORDER BY id")
    assert audit == [("tester", f'{{"plan":1,"deed":"{deed}"}}') for deed in ("saved", "approved", "applied")]


def test_a_preview_that_is_cut_short_leaves_no_plan(company: Installation) -> None:
    company.change("u00", jobTitle="Engineer")

    def crash(*_: object) -> None:
        raise KeyboardInterrupt

    company.hire("zoe")
    company.target.on_request = crash
    with pytest.raises((KeyboardInterrupt, BaseExceptionGroup)):
        company.save_plan()
    assert company.rows("SELECT * FROM plans") == []
    assert company.rows("SELECT * FROM planned_operations") == []
