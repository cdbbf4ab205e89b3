"""What does it take to undo a cycle, and what is left as it is?"""

import asyncio

import pytest

from fakes.administrator import ACTOR, Administrator, requests, upn
from fakes.served_tenant import ServedTenant
from instep.admin.applications import Principal
from instep.admin.plans import apply_plan, approve_plan, operations_of
from instep.admin.protections import protect
from instep.admin.undo import Undo, UndoRefused, preview_undo, save_undo
from instep.directory.applications import PrincipalType
from instep.ledger.cycles import CycleSummary
from instep.ledger.jobs import JobState
from instep.ledger.planned_wording import planned_reason
from instep.ledger.plans import PlannedOperation, PlannedState, PlanOrigin, PlanState


@pytest.fixture
def company(connected: Administrator) -> Administrator:
    """Ada, Bob and Cy have accounts; the job is started."""
    connected.hires("ada", "bob", "cy", jobTitle="Engineer")
    connected.assigns_everyone()
    connected.instep.jobs.set_state(connected.job, JobState.ACTIVE, connected.clock(), ACTOR)
    connected.provisions()
    return connected


def worked_out(admin: Administrator, cycle: CycleSummary) -> tuple[Undo, dict[str, PlannedOperation]]:
    shown: list[PlannedOperation] = []
    undo = preview_undo(admin.instep.service, admin.app, cycle.cycle_id, shown.extend)
    return undo, {each.user_id: each for each in shown}


def undoes(admin: Administrator, cycle: CycleSummary) -> CycleSummary:
    service = admin.instep.service
    plan = save_undo(service, admin.app, cycle.cycle_id, ACTOR).plan
    assert plan is not None
    assert (plan.origin, plan.undoes, plan.state) == (PlanOrigin.UNDO, cycle.cycle_id, PlanState.PLANNED)
    approve_plan(service, admin.app, plan, ACTOR)
    applied, summary = asyncio.run(applying(admin))
    assert applied is PlanState.APPLIED
    return summary


async def applying(admin: Administrator) -> tuple[PlanState, CycleSummary]:
    service = admin.instep.service
    (plan,) = [plan for plan in service.plans.all(admin.job) if plan.is_waiting]
    applied, summary = await apply_plan(service, admin.app, plan, ACTOR)
    return applied.state, summary


def account(tenant: ServedTenant, name: str) -> dict[str, object]:
    (found,) = [each for each in tenant.everyone() if each["userName"] == upn(name)]
    return found


def test_values_go_back_to_what_they_were_and_the_next_cycle_writes_what_is_wanted_then(
    company: Administrator, tenant: ServedTenant
) -> None:
    company.changes("ada", jobTitle="Captain")
    company.changes("bob", jobTitle="Sailor")
    mistaken = company.provisions()
    summary = undoes(company, mistaken)
    assert (summary.counts.updated, requests(summary)) == (2, {"PATCH": 2})
    assert {account(tenant, name)["title"] for name in ("ada", "bob", "cy")} == {"Engineer"}
    assert company.job.state is JobState.PAUSED
    assert "had the cycle" in company.reason(summary, "ada")
    again = company.provisions()
    assert again.counts.updated == 2
    assert account(tenant, "ada")["title"] == "Captain"


def test_who_was_disabled_is_enabled_and_who_was_created_is_disabled_but_never_deleted(
    company: Administrator, tenant: ServedTenant
) -> None:
    company.disables("ada")
    company.hires("dan")
    mistaken = company.provisions()
    assert (mistaken.counts.disabled, mistaken.counts.created) == (1, 1)
    _, planned = worked_out(company, mistaken)
    assert "which the cycle created, is disabled; it is not deleted" in planned_reason(planned["dan"])
    summary = undoes(company, mistaken)
    assert (summary.counts.updated, summary.counts.disabled) == (1, 1)
    assert (account(tenant, "ada")["active"], account(tenant, "dan")["active"]) == (True, False)
    ada, dan = company.link("ada"), company.link("dan")
    assert ada is not None
    assert dan is not None
    assert (ada.is_active, dan.is_active) == (True, False)
    assert company.provisions().counts.disabled == 1
    assert (account(tenant, "ada")["active"], account(tenant, "dan")["active"]) == (False, True)


def test_to_undo_an_undo_brings_back_what_was_undone(company: Administrator, tenant: ServedTenant) -> None:
    company.changes("ada", jobTitle="Captain")
    undone = undoes(company, company.provisions())
    assert account(tenant, "ada")["title"] == "Engineer"
    undoes(company, undone)
    assert account(tenant, "ada")["title"] == "Captain"
    assert company.provisions().counts.updated == 0


def test_what_was_written_again_since_is_left_as_it_is_and_said(company: Administrator, tenant: ServedTenant) -> None:
    company.changes("ada", jobTitle="Captain")
    company.changes("bob", jobTitle="Sailor", givenName="Robert")
    mistaken = company.provisions()
    company.changes("ada", jobTitle="Admiral")
    company.changes("bob", givenName="Bert")
    company.provisions()
    undo, planned = worked_out(company, mistaken)
    assert (undo.changed, undo.left_out) == (1, 1)
    assert planned_reason(planned["ada"]) == (
        f"Nothing is undone for {upn('ada')}: it was written again since, so that the value before the cycle is out of "
        "date."
    )
    assert planned["bob"].after == {"title": "Engineer"}
    assert "name.givenName is left: it was written again since" in planned_reason(planned["bob"])
    undoes(company, mistaken)
    assert account(tenant, "ada")["title"] == "Admiral"
    assert account(tenant, "bob")["title"] == "Engineer"


def test_who_is_left_out_is_in_the_plan_and_is_sent_nothing(company: Administrator) -> None:
    company.changes("ada", jobTitle="Captain")
    company.changes("bob", jobTitle="Sailor")
    mistaken = company.provisions()
    company.changes("ada", jobTitle="Admiral")
    company.provisions()
    plan = save_undo(company.instep.service, company.app, mistaken.cycle_id, ACTOR).plan
    assert plan is not None
    assert (plan.size, plan.left, plan.states[PlannedState.LEFT_OUT]) == (1, 1, 1)
    kept = {each.planned.user_id: each.state for each in operations_of(company.instep.service, company.app, plan)}
    assert kept == {"ada": PlannedState.LEFT_OUT, "bob": PlannedState.PLANNED}


def test_an_account_that_was_written_after_the_plan_was_made_is_not_written(
    company: Administrator, tenant: ServedTenant
) -> None:
    company.changes("ada", jobTitle="Captain")
    mistaken = company.provisions()
    service = company.instep.service
    plan = save_undo(service, company.app, mistaken.cycle_id, ACTOR).plan
    assert plan is not None
    company.changes("ada", jobTitle="Admiral")
    company.provisions()
    approve_plan(service, company.app, plan, ACTOR)
    _, summary = asyncio.run(applying(company))
    assert company.codes(summary) == {"ada": "NotAsPlanned"}
    assert account(tenant, "ada")["title"] == "Admiral"


def test_a_protected_user_is_not_disabled_by_an_undo(company: Administrator, tenant: ServedTenant) -> None:
    company.hires("dan", "eve")
    mistaken = company.provisions()
    protects(company, "dan")
    _, planned = worked_out(company, mistaken)
    assert planned["dan"].kind is None
    assert "is protected" in planned_reason(planned["dan"])
    service = company.instep.service
    plan = save_undo(service, company.app, mistaken.cycle_id, ACTOR).plan
    assert plan is not None
    protects(company, "eve")
    approve_plan(service, company.app, plan, ACTOR)
    _, summary = asyncio.run(applying(company))
    assert company.codes(summary) == {"eve": "ProtectedUser"}
    assert (account(tenant, "dan")["active"], account(tenant, "eve")["active"]) == (True, True)


def protects(admin: Administrator, name: str) -> None:
    principal = Principal(PrincipalType.USER, name, upn(name))
    assert protect(admin.instep.protections, admin.app.id, principal, admin.clock, ACTOR)


def test_the_accounts_to_be_disabled_are_held_against_the_budget_and_it_is_said(company: Administrator) -> None:
    company.hires("dan", "eve")
    mistaken = company.provisions()
    company.sets(budget_removals="1")
    undo, _ = worked_out(company, mistaken)
    assert undo.removals is not None
    assert (undo.removed, undo.removals.is_over) == (2, True)


def test_what_cannot_be_undone_is_refused_with_the_reason(company: Administrator) -> None:
    nothing = company.provisions()
    with pytest.raises(UndoRefused, match="it wrote nothing"):
        save_undo(company.instep.service, company.app, nothing.cycle_id, ACTOR)
    with pytest.raises(UndoRefused, match="has no cycle 'never'"):
        save_undo(company.instep.service, company.app, "never", ACTOR)
    assert company.instep.service.plans.all(company.job) == []
