"""Does the store tell what a cycle has done, user by user, and keep the plan that undoes it?"""

from fakes.installation import Installation
from instep.admin.plans import plans_of
from instep.admin.undo import find_cycle, preview_undo, save_undo
from instep.ledger.plans import PlannedOperation, PlannedState, PlanOrigin
from instep.rules.planning.operations import OperationKind

ACTOR = "root"


def test_what_a_cycle_did_is_told_in_pages_of_whole_users(installed: Installation) -> None:
    installed.hire_all(["ada", "bo", "cy"])
    installed.assign_all()
    created = installed.cycle()
    cycle = find_cycle(installed.service, installed.app, created.cycle_id)
    jobs = installed.service.jobs
    first = jobs.written_in(cycle, "", 2)
    assert [(each.user_id, each.kind) for each in first] == [
        ("ada", OperationKind.CREATE),
        ("bo", OperationKind.CREATE),
    ]
    (last,) = jobs.written_in(cycle, "bo", 2)
    link = jobs.link(installed.job, "cy")
    assert link is not None
    assert (last.user_id, last.account_id, last.after["userName"]) == ("cy", link.account_id, "cy@corp.example")
    assert jobs.written_in(cycle, "cy", 2) == []
    assert jobs.left_open_in(cycle).of_groups == 0


def test_a_cycle_of_another_job_or_of_nobody_is_not_found(installed: Installation) -> None:
    assert installed.service.jobs.cycle(installed.job, "nobody's") is None


def test_an_undo_is_kept_with_whom_it_leaves_out(installed: Installation) -> None:
    installed.hire_all(["ada", "bo"])
    installed.assign_all()
    created = installed.cycle()
    installed.disable("bo")
    installed.cycle()
    undone = save_undo(installed.service, installed.app, created.cycle_id, ACTOR)
    (plan,) = plans_of(installed.service, installed.app)
    assert plan == undone.plan
    assert (plan.origin, plan.undoes, dict(plan.kinds)) == (
        PlanOrigin.UNDO,
        created.cycle_id,
        {OperationKind.DISABLE: 1},
    )
    assert plan.states == {PlannedState.PLANNED: 1, PlannedState.LEFT_OUT: 1}
    shown: list[PlannedOperation] = []
    preview_undo(installed.service, installed.app, created.cycle_id, shown.extend)
    assert {each.user_id: each.kind for each in shown} == {"ada": OperationKind.DISABLE, "bo": None}
