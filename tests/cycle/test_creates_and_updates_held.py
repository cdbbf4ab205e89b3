"""Are creates and updates judged as a whole, before any of them is written, and do approvals let exactly them go?"""

from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest

from fakes.installation import Installation, open_installation
from fakes.memory_target import Fault, Sent
from instep.ledger.cycles import CycleState
from instep.ledger.jobs import Approval, Job, JobState, Vanished
from instep.ledger.plans import Plan, PlannedState, PlanState, PlanSubject
from instep.ledger.records import Action, Status
from instep.ledger.wording import reason
from instep.rules.health.budgets import Budgeted, Percent
from instep.rules.health.outcomes import Answer, NotSent
from instep.store.database import Database
from instep.store.ledger import StoredLedger


class LedgerAtTheJudgement(StoredLedger):
    """The stored ledger; between a plan and its judgement, something happens."""

    def __init__(self, database: Database, act: Callable[[], object]) -> None:
        super().__init__(database)
        self.act = act

    def spent(self, job: Job, cycle_id: str) -> Counter[Budgeted]:
        self.act()
        return super().spent(job, cycle_id)


EVERYONE = [f"u{number:02d}" for number in range(10)]
NEW = [f"n{number:02d}" for number in range(6)]


@pytest.fixture
def company(instep: Installation) -> Installation:
    """Ten accounts; nothing has a budget yet but removals."""
    instep.hire_all(EVERYONE)
    instep.assign_all()
    instep.cycle()
    instep.target.forget_requests()
    return instep


@pytest.fixture
def over(company: Installation) -> Installation:
    """Six creates are held, as they are over a budget of five."""
    company.settle(creates=5)
    company.hire_all(NEW)
    assert company.cycle().counts.held == 6
    company.target.forget_requests()
    return company


def promote(instep: Installation, *names: str) -> None:
    for name in names:
        instep.change(name, jobTitle="Engineer")


def waiting(instep: Installation, plan: Plan) -> set[str]:
    return {kept.planned.user_id for kept in instep.planned(plan) if kept.state is PlannedState.PLANNED}


# --- what is held


@pytest.mark.parametrize(("limit", "created", "held"), [(6, 6, 0), (5, 0, 6), (Percent(67), 6, 0), (Percent(66), 0, 6)])
def test_creates_up_to_the_budget_go_and_one_more_holds_all_of_them_while_all_else_goes_on(
    company: Installation, limit: int | Percent, created: int, held: int
) -> None:
    company.settle(creates=limit)
    company.hire_all(NEW)
    promote(company, "u00")
    company.disable("u09")  # which leaves nine, of whom the percentage is taken
    counts = company.cycle().counts
    assert (counts.created, counts.held) == (created, held)
    assert (counts.updated, counts.disabled) == (1, 1)
    assert company.target.requests["POST"] == created


@pytest.mark.parametrize(("limit", "updated", "held"), [(4, 4, 0), (3, 0, 4), (Percent(40), 4, 0), (Percent(39), 0, 4)])
def test_updates_up_to_the_budget_go_and_one_more_holds_all_of_them_while_all_else_goes_on(
    company: Installation, limit: int | Percent, updated: int, held: int
) -> None:
    company.settle(updates=limit)
    promote(company, *EVERYONE[:4])
    company.hire("zoe")
    counts = company.cycle().counts
    assert (counts.updated, counts.held, counts.created) == (updated, held, 1)
    assert company.target.requests["PATCH"] == updated


def test_an_account_that_is_to_be_enabled_again_counts_as_an_update(company: Installation) -> None:
    company.disable("u00")
    company.cycle()
    company.settle(updates=0)
    company.enable("u00")
    assert company.cycle().counts.held == 1
    assert company.target.named("u00@corp.example")["active"] is False


def test_who_is_held_has_one_entry_that_says_over_which_budget_and_what_to_do(over: Installation) -> None:
    [recorded] = over.log("n00")
    entry = recorded.entry
    assert (entry.action, entry.status, entry.code) == (Action.CREATE, Status.WARNING, "StagedCreate")
    assert reason(entry) == (
        "The account of n00@corp.example is not created yet: 6 creates together exceed the budget of 5 a cycle. Check "
        "whether that is meant: the page Held, or instep apps held, shows what is held, to be approved or rejected."
    )


def test_a_held_update_says_so_with_old_and_new_values(company: Installation) -> None:
    company.settle(updates=0)
    promote(company, "u00")
    company.cycle()
    assert company.log("u00")[-1].entry.code == "StagedUpdate"
    [held] = company.held()
    [kept] = company.planned(held)
    assert (held.subject, dict(kept.planned.after)) == (PlanSubject.UPDATES, {"title": "Engineer"})


def test_creates_and_updates_are_held_in_sets_of_their_own(company: Installation) -> None:
    company.settle(creates=0, updates=0)
    company.hire("zoe")
    promote(company, "u00")
    company.cycle()
    sets = {plan.subject: waiting(company, plan) for plan in company.held()}
    assert sets == {PlanSubject.CREATES: {"zoe"}, PlanSubject.UPDATES: {"u00"}}


def test_a_job_without_such_budgets_makes_no_plan(company: Installation) -> None:
    company.hire_all(NEW)
    summary = company.cycle()
    assert "planning the whole cycle first" not in summary.counts.reads_because
    assert not summary.judgements  # nobody is to be removed, either


# --- what becomes of it


def test_held_creates_wait_without_requests_until_they_are_approved_and_then_cost_one_each(over: Installation) -> None:
    assert over.cycle().counts.users == 0
    assert not over.target.sent
    [held] = over.held()
    assert (held.subject, waiting(over, held)) == (PlanSubject.CREATES, set(NEW))
    over.approve(held)
    assert over.cycle().counts.created == 6
    assert over.target.requests["POST"] == 6
    assert over.plan(held.id).state is PlanState.APPLIED
    over.target.forget_requests()
    over.cycle()
    assert not over.target.sent


def test_an_approved_set_can_be_applied_at_once_and_alone(over: Installation) -> None:
    promote(over, "u00")
    plan, summary = over.apply(over.approve(over.held()[0]))
    assert (plan.state, summary.counts.created, summary.counts.updated) == (PlanState.APPLIED, 6, 0)
    assert over.jobs.held(over.job) == 0


def test_newcomers_are_judged_with_what_is_held_and_go_into_another_set_once_it_was_shown(over: Installation) -> None:
    [first] = over.held()
    over.hire("zoe")
    assert over.cycle().counts.held == 1
    second = max(over.held(), key=lambda plan: plan.id)
    assert waiting(over, second) == {"zoe"}
    over.approve(first)
    assert over.cycle().counts.created == 6
    assert over.link("zoe") is None
    assert over.cycle().counts.created == 1, "by herself she is within the budget"


def test_what_is_held_goes_when_the_budget_allows_it(over: Installation) -> None:
    over.settle(creates=6)
    assert over.cycle().counts.created == 6
    assert over.jobs.held(over.job) == 0


def test_what_is_held_goes_when_there_is_no_budget_any_more(over: Installation) -> None:
    [held] = over.held()
    over.settle(creates=None)
    assert over.cycle().counts.created == 6
    assert over.plan(held.id).state is PlanState.RELEASED


def test_who_is_held_and_is_not_to_have_an_account_any_more_is_forgotten(over: Installation) -> None:
    over.disable("n00")
    assert over.cycle().counts.held == 0
    [held] = over.held()
    assert waiting(over, held) == set(NEW[1:])
    assert over.cycle().counts.created == 5, "the others are within the budget by now"


def test_a_held_user_who_changes_back_is_not_held_any_more(company: Installation) -> None:
    company.change("u00", jobTitle="Pilot")
    company.cycle()
    company.settle(updates=0)
    promote(company, "u00", "u01")
    company.cycle()
    company.change("u00", jobTitle="Pilot")
    company.cycle()
    [held] = company.held()
    assert waiting(company, held) == {"u01"}


def test_a_held_user_who_changes_is_held_with_the_new_values_whatever_was_approved(over: Installation) -> None:
    [held] = over.held()
    over.change("n00", jobTitle="Pilot")
    over.approve(held)
    assert (over.cycle().counts.created, over.link("n00")) == (5, None)
    [anew] = [plan for plan in over.held() if plan.id != held.id]
    assert [dict(kept.planned.after)["title"] for kept in over.planned(anew)] == ["Pilot"]


def test_a_rejected_create_is_left_out_until_the_user_changes(company: Installation) -> None:
    company.settle(creates=0)
    company.hire("zoe")
    company.cycle()
    company.reject(company.held()[0])
    company.settle(creates=None)
    company.restart()
    assert company.cycle().counts.created == 0
    promote(company, "zoe")
    assert company.cycle().counts.created == 1


def test_who_failed_and_is_held_by_now_is_not_tried_again(company: Installation) -> None:
    company.hire("zoe")
    company.target.faults.append(Fault(Answer(400, b"{}"), {"POST"}))
    assert company.cycle().counts.failed == 1
    company.settle(creates=0)
    assert company.cycle().counts.held == 1
    company.target.forget_requests()
    assert company.cycle().counts.users == 0
    assert not company.target.sent


def test_an_initial_cycle_decides_everyone_again_and_holds_them_in_the_same_set(over: Installation) -> None:
    [held] = over.held()
    over.restart()
    assert over.cycle().counts.held == 6
    [same] = over.held()
    assert (same.id, same.size) == (held.id, 6)
    over.approve(same)
    assert over.cycle().counts.created == 6


# --- what happens meanwhile


def test_what_comes_up_after_the_judgement_never_passes_the_budget(company: Installation) -> None:
    company.settle(creates=2, concurrency=1)
    company.hire_all(["n00", "n01"])
    company.hire("n02", accountEnabled=False)

    def enable(sent: Sent) -> None:
        if sent.method == "POST":
            company.target.on_request = None
            company.enable("n02")

    company.target.on_request = enable
    company.cycle()
    company.target.on_request = None
    assert company.target.requests["POST"] == 2
    company.settle(updates=0, creates=0)
    company.cycle()
    assert company.link("n02") is None


def test_another_create_in_place_of_an_update_needs_a_budget_too(company: Installation) -> None:
    company.settle(creates=0, vanished=Vanished.RECREATE)
    company.target.accounts.clear()
    promote(company, "u00")
    assert company.cycle().counts.held == 1
    assert company.target.requests["POST"] == 0
    [held] = company.held()
    assert (held.subject, waiting(company, held)) == (PlanSubject.CREATES, {"u00"})


def test_leavers_do_not_wait_for_a_plan(company: Installation, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("instep.cycle.planning.LEAVERS_EVERY_SECONDS", 0.001)
    company.settle(approval=Approval.REQUIRED)
    company.hire_all(NEW)
    answered: list[str] = []

    def leave(sent: Sent) -> None:
        """Leaves while the plan waits for the list of accounts."""
        company.target.takes_seconds = 0.5 if sent.method == "GET" else 0.0
        if sent.method == "GET":
            company.disable("u09")

    company.target.on_request = leave
    company.target.on_answer = lambda sent, _answer: answered.append(sent.method)
    company.cycle()
    assert answered == ["PATCH", "GET"]


def test_who_is_held_and_leaves_while_the_others_are_planned_is_not_held(company: Installation) -> None:
    company.settle(updates=0)
    promote(company, "u00", "u09")
    company.hire("zoe")  # is looked for

    def leave(_sent: Sent) -> None:
        company.target.on_request = None
        company.disable("u09")

    company.target.on_request = leave
    company.cycle()
    assert company.target.named("u09@corp.example")["active"] is False
    [held] = company.held()
    assert waiting(company, held) == {"u00"}


def test_who_is_provisioned_on_demand_while_the_others_are_planned_is_not_held(company: Installation) -> None:
    company.settle(creates=5)
    company.hire_all(NEW)
    company.ledger = LedgerAtTheJudgement(company.database, lambda: company.on_demand("n00"))
    company.cycle()
    assert company.link("n00") is not None
    [held] = company.held()
    assert waiting(company, held) == set(NEW[1:])


def test_who_is_held_and_changes_before_the_judgement_is_held_with_the_new_values(company: Installation) -> None:
    company.settle(creates=5)
    company.hire_all(NEW)
    company.ledger = LedgerAtTheJudgement(company.database, lambda: promote(company, "n00"))
    assert company.cycle().counts.held == 6
    [held] = company.held()
    titles = {kept.planned.user_id: kept.planned.after.get("title") for kept in company.planned(held)}
    assert titles == {**dict.fromkeys(NEW), "n00": "Engineer"}


def test_the_list_of_accounts_is_read_once_for_the_plan_and_for_what_follows(instep: Installation) -> None:
    for number in range(40):
        instep.target.put(userName=f"u{number:02d}@corp.example", active=True)
    instep.settle(updates=40)
    instep.hire_all([f"u{number:02d}" for number in range(40)])
    instep.assign_all()
    summary = instep.cycle()
    assert summary.counts.updated == 40
    assert instep.target.requests["GET"] == 1


@pytest.mark.parametrize(("limit", "created", "held"), [(7, 7, 0), (6, 3, 4)])
def test_a_cycle_that_was_interrupted_counts_what_it_has_done(
    instep: Installation, limit: int, created: int, held: int
) -> None:
    instep.settle(creates=limit, concurrency=1)
    instep.hire_all(NEW)
    instep.assign_all()
    instep.target.faults.append(Fault(NotSent("the network is down"), {"POST"}, concerning="n03"))
    assert instep.cycle().state is CycleState.INTERRUPTED
    instep.target.faults.clear()
    instep.hire("zoe")
    resumed = instep.cycle()
    assert (resumed.counts.created, resumed.counts.held) == (created, held)


def test_a_held_set_survives_an_interruption_of_the_cycle_that_held_it(over: Installation) -> None:
    promote(over, "u00")
    over.target.faults.append(Fault(NotSent("the network is down"), {"PATCH"}))
    assert over.cycle().state is CycleState.INTERRUPTED
    assert over.cycle().counts.updated == 1
    [held] = over.held()
    assert waiting(over, held) == set(NEW)
    assert over.target.requests["POST"] == 0


def test_a_job_that_is_stopped_while_it_plans_goes_on_with_a_new_plan(company: Installation) -> None:
    company.settle(creates=5)
    company.hire_all(NEW)

    def stop(_sent: Sent) -> None:
        company.jobs.set_state(company.job, JobState.PAUSED, company.now, "tester")

    company.target.on_request = stop
    company.target.takes_seconds = 1.5  # longer than it takes to notice
    assert company.cycle().state is CycleState.INTERRUPTED
    assert company.held() == []
    company.target.on_request, company.target.takes_seconds = None, 0.0
    assert company.cycle().counts.held == 6


def test_a_target_that_cannot_be_read_interrupts_the_cycle_and_nothing_is_held_for_it(company: Installation) -> None:
    company.settle(creates=5)
    company.hire_all(NEW)
    company.target.faults.append(Fault(Answer(401, b""), {"GET"}))
    assert company.cycle().state is CycleState.INTERRUPTED
    assert company.held() == []
    assert company.cycle().counts.held == 6


# --- approval


def test_with_an_approval_required_nothing_is_written_until_the_plan_was_approved(company: Installation) -> None:
    company.settle(approval=Approval.REQUIRED)
    company.hire_all(NEW)
    promote(company, "u00", "u01")
    summary = company.cycle()
    assert (summary.state, summary.counts.held) == (CycleState.SUCCEEDED, 8)
    assert not company.target.writes
    [plan] = company.held()
    assert (plan.subject, waiting(company, plan)) == (PlanSubject.EVERYTHING, {*NEW, "u00", "u01"})
    assert "6 creates are planned, and creates of this application need an approval" in reason(
        company.log("n00")[-1].entry
    )
    company.approve(plan)
    done = company.cycle()
    assert (done.counts.created, done.counts.updated) == (6, 2)
    assert company.plan(plan.id).state is PlanState.APPLIED


def test_what_comes_after_an_approval_needs_its_own(company: Installation) -> None:
    company.settle(approval=Approval.REQUIRED)
    promote(company, "u00")
    company.cycle()
    company.approve(company.held()[0])
    company.hire("zoe")
    counts = company.cycle().counts
    assert (counts.updated, counts.held, counts.created) == (1, 1, 0)


def test_removals_within_their_budget_go_at_once_although_an_approval_is_required(company: Installation) -> None:
    company.settle(approval=Approval.REQUIRED)
    company.disable("u09")
    assert company.cycle().counts.disabled == 1


def test_removals_wait_too_where_that_is_set(company: Installation) -> None:
    company.settle(approval_of_removals=Approval.REQUIRED)
    company.disable("u09")
    promote(company, "u00")
    counts = company.cycle().counts
    assert (counts.held, counts.updated) == (1, 1)
    company.approve(company.held()[0])
    assert company.cycle().counts.disabled == 1


def test_when_no_approval_is_required_any_more_what_was_held_for_it_goes(company: Installation) -> None:
    company.settle(approval=Approval.REQUIRED)
    promote(company, "u00")
    company.cycle()
    company.settle(approval=Approval.OFF)
    assert company.cycle().counts.updated == 1


@pytest.mark.parametrize("carry_out", [Installation.cycle, lambda instep: instep.apply(instep.held()[0])])
def test_a_manager_who_is_to_come_rides_in_the_approved_create(
    tmp_path: Path, carry_out: Callable[[Installation], object]
) -> None:
    with open_installation(tmp_path, "custom-scim") as instep:
        instep.settle(approval=Approval.REQUIRED)
        instep.hire_all(["boss", "first", "second", "worker"])
        for report, manager in (("worker", "boss"), ("first", "second"), ("second", "first")):
            instep.change(report, manager=manager)
        instep.assign_all()
        assert instep.cycle().counts.held == 5, "one of those who are each other's manager needs a second operation"
        [plan] = instep.held()
        assert (plan.size, instep.target.writes) == (5, [])
        instep.approve(plan)
        carry_out(instep)
        assert [sent.method for sent in instep.target.writes] == ["POST"] * 4 + ["PATCH"]
        assert instep.plan(plan.id).state is PlanState.APPLIED
        instep.target.forget_requests()
        instep.cycle()
        assert not instep.target.sent


def test_a_reference_that_an_account_to_come_makes_necessary_is_judged_as_an_update(tmp_path: Path) -> None:
    with open_installation(tmp_path, "custom-scim") as instep:
        instep.hire_all(["worker", "boss"])
        instep.change("worker", manager="boss")
        instep.assign("worker")
        instep.cycle()
        instep.settle(updates=0)
        instep.assign("boss")
        counts = instep.cycle().counts
        assert (counts.created, counts.held) == (1, 1)
        [held] = instep.held()
        instep.approve(held)
        assert instep.cycle().counts.updated == 1
        assert instep.plan(held.id).state is PlanState.APPLIED


# --- on demand


def test_who_is_provisioned_on_demand_needs_an_approval_like_anyone(company: Installation) -> None:
    company.settle(approval=Approval.REQUIRED)
    company.hire("zoe")
    report = company.on_demand("zoe")
    assert (report.summary.counts.held, company.target.requests["POST"]) == (1, 0)
    assert report.steps[-1].status is Status.WARNING
    company.approve(company.held()[0])
    assert company.on_demand("zoe").summary.counts.created == 1


def test_one_who_is_provisioned_on_demand_is_within_any_budget_but_none_at_all(over: Installation) -> None:
    assert over.on_demand("n00").summary.counts.created == 1
    [held] = over.held()
    assert waiting(over, held) == set(NEW[1:])
    over.settle(creates=0)
    assert over.on_demand("n01").summary.counts.held == 1


# --- previews


def test_a_preview_shows_what_would_be_held_and_why(company: Installation) -> None:
    company.settle(creates=5, updates=5)
    company.hire_all(NEW)
    promote(company, "u00")
    shown, summary = company.preview()
    assert {each.user_id for each in shown if each.is_held} == set(NEW)
    assert (summary.counts.created, summary.counts.held, summary.counts.updated) == (0, 6, 1)
    assert summary.judgements[Budgeted.CREATES].is_over
    assert not summary.judgements[Budgeted.UPDATES].is_over
    assert company.held() == []


def test_a_preview_shows_what_was_approved_as_what_would_be_done(over: Installation) -> None:
    over.approve(over.held()[0])
    over.hire("zoe")
    shown, summary = over.preview()
    assert {each.user_id for each in shown if each.is_held} == {"zoe"}
    assert (summary.counts.created, summary.counts.held) == (6, 1)


def test_a_preview_says_that_whose_account_is_held_does_not_come_to_a_group_either(tmp_path: Path) -> None:
    with open_installation(tmp_path, "custom-scim") as instep:
        instep.hire_all(["ann", "dan"])
        instep.assign("ann")
        instep.cycle()
        instep.settle(creates=0)
        instep.add_group("Sales", "ann", "dan")
        instep.assign_group("Sales")
        shown, would_be = instep.preview()
        assert [(each.kind, each.user_name, each.member and each.member.user_id, each.is_held) for each in shown] == [
            ("create", "dan@corp.example", None, True),
            ("create", "Sales", None, False),
            ("add members", "Sales", "ann", False),
            ("add members", "Sales", "dan", True),
        ]
        counts = instep.cycle().counts
        assert (would_be.counts.of_groups, would_be.counts.held) == (counts.of_groups, counts.held)


def test_a_plan_that_was_saved_and_approved_is_beyond_any_budget(company: Installation) -> None:
    company.settle(creates=5, approval=Approval.REQUIRED)
    company.hire_all(NEW)
    _, summary = company.apply(company.approve(company.save_plan()))
    assert summary.counts.created == 6
    assert company.cycle().counts.held == 0
