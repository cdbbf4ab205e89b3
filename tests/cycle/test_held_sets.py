"""Is what is held approved or rejected as exactly the set that was shown, whatever comes meanwhile?"""

import pytest

from fakes.installation import Installation
from fakes.memory_target import Fault, Sent
from instep.admin.plans import PlanRefused
from instep.ledger.plans import Plan, PlannedState, PlanState, PlanSubject
from instep.ledger.records import Action, Status
from instep.rules.health.outcomes import Answer, NotSent
from instep.rules.scoping.standing import Scope

EVERYONE = [f"u{number:02d}" for number in range(60)]  # of whom 20 may go in a day


@pytest.fixture
def company(instep: Installation) -> Installation:
    instep.hire_all(EVERYONE)
    instep.assign_all()
    instep.cycle()
    instep.target.forget_requests()
    return instep


@pytest.fixture
def over(company: Installation) -> Installation:
    """25 leavers, all held."""
    leave(company, 0, 25)
    assert company.cycle().counts.held == 25
    company.target.forget_requests()
    return company


def leave(instep: Installation, first: int, last: int) -> None:
    for name in EVERYONE[first:last]:
        instep.disable(name)


def inactive(instep: Installation) -> set[str]:
    return {str(a["userName"]).partition("@")[0] for a in instep.target.accounts.values() if not a["active"]}


def waiting(instep: Installation, plan: Plan) -> set[str]:
    return {kept.planned.user_id for kept in instep.planned(plan) if kept.state is PlannedState.PLANNED}


def test_a_held_set_says_who_and_what_with_old_and_new_values(over: Installation) -> None:
    [held] = over.held()
    assert (held.subject, held.state, held.size) == (PlanSubject.REMOVALS, PlanState.PLANNED, 25)
    kept = over.planned(held)[0]
    assert (kept.planned.user_id, kept.planned.before["active"], kept.planned.after["active"]) == ("u00", True, False)
    assert (kept.planned.action, kept.planned.facts["budget"]) == (Action.STAGED_DELETE, 20)
    assert waiting(over, held) == set(EVERYONE[:25])


def test_an_approved_set_goes_with_the_next_cycle_and_is_applied_then(over: Installation) -> None:
    [held] = over.held()
    over.approve(held)
    assert not over.target.writes
    summary = over.cycle()
    assert (summary.counts.disabled, summary.counts.held) == (25, 0)
    assert inactive(over) == set(EVERYONE[:25])
    applied = over.plan(held.id)
    assert (applied.state, applied.states) == (PlanState.APPLIED, {PlannedState.DONE: 25})
    assert over.jobs.held(over.job) == 0
    over.target.forget_requests()
    over.cycle()
    assert not over.target.sent


def test_an_approved_set_can_be_applied_at_once_and_alone(over: Installation) -> None:
    over.change("u40", jobTitle="Engineer")
    plan, summary = over.apply(over.approve(over.held()[0]))
    assert (plan.state, summary.counts.disabled, summary.counts.updated) == (PlanState.APPLIED, 25, 0)
    assert over.jobs.held(over.job) == 0


def test_nothing_is_added_to_a_set_that_was_shown_and_newcomers_stay_held(over: Installation) -> None:
    [held] = over.held()
    leave(over, 25, 27)
    over.cycle()
    first, second = sorted(over.held(), key=lambda plan: plan.id)
    assert (first.id, waiting(over, first)) == (held.id, set(EVERYONE[:25]))
    assert waiting(over, second) == {"u25", "u26"}
    over.approve(first)
    summary = over.cycle()
    assert (summary.counts.disabled, summary.counts.held) == (25, 2)
    assert inactive(over) == set(EVERYONE[:25])


def test_newcomers_join_a_set_that_nobody_has_seen(over: Installation) -> None:
    leave(over, 25, 27)
    over.cycle()
    [held] = over.held()
    assert waiting(over, held) == set(EVERYONE[:27])


def test_a_set_that_nobody_has_seen_cannot_be_approved(over: Installation) -> None:
    [unseen] = over.plans.all(over.job)
    with pytest.raises(PlanRefused, match="instep apps held 'Proxyclick'"):
        over.approve(unseen)


def test_an_approval_covers_only_those_who_are_still_to_be_removed(over: Installation) -> None:
    [held] = over.held()
    over.enable("u00")  # came back before the approval
    over.cycle()
    over.approve(over.plan(held.id))
    over.enable("u01")  # and after it
    over.change("u02", surname="Changed")  # is removed otherwise now: disabled, and with another name
    summary = over.cycle()
    assert inactive(over) == set(EVERYONE[3:25])
    assert summary.counts.held == 1
    states = {kept.planned.user_id: kept.state for kept in over.planned(held)}
    assert (states["u00"], states["u01"], states["u02"]) == (PlannedState.STALE,) * 3
    assert over.plan(held.id).state is PlanState.APPLIED
    assert [waiting(over, plan) for plan in over.held()] == [{"u02"}]
    assert over.cycle().counts.disabled == 1, "alone, the newcomer is within the budget"


def test_approved_removals_take_nothing_from_the_budget_of_others(over: Installation) -> None:
    over.approve(over.held()[0])
    over.cycle()
    leave(over, 25, 40)
    summary = over.cycle()
    assert (summary.counts.disabled, summary.counts.held) == (15, 0)


def test_a_rejected_set_leaves_the_accounts_as_they_are_until_their_users_change(over: Installation) -> None:
    over.reject(over.held()[0])
    assert over.jobs.held(over.job) == 0
    assert over.cycle().counts.users == 0
    over.restart()
    summary = over.cycle()
    assert (summary.counts.disabled, summary.counts.held, inactive(over)) == (0, 0, set())
    [entry] = over.log("u00", summary.cycle_id)
    assert (entry.entry.code, entry.entry.status) == ("RejectedByAdministrator", Status.SKIPPED)
    over.change("u00", jobTitle="Retired")  # within the budget by now
    over.delete("u01")
    assert over.cycle().counts.disabled == 2
    assert inactive(over) == {"u00", "u01"}


def test_who_changed_before_the_rejection_is_rejected_too(over: Installation) -> None:
    over.change("u00", department="which no mapping reads")
    over.cycle()
    over.reject(over.held()[0])
    over.restart()
    assert over.cycle().counts.disabled == 0


def test_a_rejection_ends_with_an_assignment_or_a_group_that_changes(company: Installation) -> None:
    company.add_group("staff", "u00", "u01", "u02")
    company.unassign_all()
    assert company.cycle().counts.held == 60
    company.reject(company.held()[0])
    company.assign_group("staff")
    company.unassign_group("staff")
    summary = company.cycle()
    assert (summary.counts.disabled, inactive(company)) == (3, {"u00", "u01", "u02"})


def test_a_rejection_is_over_when_the_user_comes_back(over: Installation) -> None:
    over.reject(over.held()[0])
    over.enable("u00")
    over.cycle()
    over.disable("u00")
    assert over.cycle().counts.disabled == 1


def test_a_raised_budget_releases_a_set_without_an_approval(over: Installation) -> None:
    [held] = over.held()
    over.settle(removals=25)
    assert over.cycle().counts.disabled == 25
    assert over.plan(held.id).state is PlanState.RELEASED
    leave(over, 25, 26)
    assert over.cycle().counts.held == 1, "what was not approved counts"


def test_approved_removals_that_fail_stay_approved_and_are_tried_again(over: Installation) -> None:
    over.approve(over.held()[0])
    account = over.link("u00")
    assert account is not None
    over.target.faults.append(Fault(Answer(400, b"no"), {"PATCH"}, concerning=account.account_id))
    assert over.cycle().counts.disabled == 24
    assert over.cycle().counts.disabled == 1
    assert over.plan(over.plans.all(over.job)[0].id).state is PlanState.APPLIED


def test_an_approval_that_comes_while_a_cycle_runs_is_carried_out_in_it(over: Installation) -> None:
    [held] = over.held()
    over.hire_all([f"n{number:03d}" for number in range(600)])

    def approve(sent: Sent) -> None:
        if sent.method == "POST":
            over.target.on_request = None
            over.approve(held)

    over.target.on_request = approve
    summary = over.cycle()
    assert (summary.counts.created, summary.counts.disabled) == (600, 25)


def test_an_approval_is_carried_out_by_the_cycle_that_goes_on_after_an_interruption(over: Installation) -> None:
    [held] = over.held()
    over.hire("zoe")
    over.target.faults.append(Fault(NotSent("the network is down"), {"POST"}))
    over.cycle()
    over.approve(held)
    assert over.cycle().counts.disabled == 25


def test_a_set_stays_one_when_the_configuration_is_saved_and_can_be_approved_after_the_next_cycle(
    over: Installation,
) -> None:
    [held] = over.held()
    over.settle(scope=Scope.ALL)
    with pytest.raises(PlanRefused, match="The next cycle decides anew"):
        over.approve(held)
    over.cycle()
    [still] = over.held()
    assert (still.id, waiting(over, still)) == (held.id, set(EVERYONE[:25]))
    over.approve(still)
    assert over.cycle().counts.disabled == 25


def test_a_preview_shows_what_was_approved_as_going_and_the_others_as_held(over: Installation) -> None:
    over.approve(over.held()[0])
    leave(over, 25, 26)
    shown, summary = over.preview()
    assert {each.user_id for each in shown if each.is_held} == {"u25"}
    assert (summary.counts.disabled, summary.counts.held) == (25, 1)


def test_the_accidental_deletion_threshold_holds_a_set_too(company: Installation) -> None:
    company.settle(removals=50, deletion_threshold=5)
    leave(company, 0, 4)
    assert company.cycle().counts.disabled == 4
    leave(company, 4, 9)
    assert company.cycle().counts.held == 5
    company.approve(company.held()[0])
    assert company.cycle().counts.disabled == 5


def test_the_audit_log_says_who_approved_and_who_rejected(over: Installation) -> None:
    over.approve(over.held()[0])
    over.cycle()
    leave(over, 25, 50)
    over.cycle()
    over.reject(over.held()[0])
    audit = over.rows("SELECT actor, json_extract(details, '$.deed') FROM audit_log WHERE details LIKE '%deed%'")
    assert audit == [("tester", "approved"), ("tester", "rejected")]
