"""Are removals of groups, and of their members, approved or rejected as exactly the set that was shown?"""

from collections.abc import Iterator

import pytest

from fakes.installation import ME, Installation, install, open_database
from fakes.memory_target import Fault
from instep.admin.plans import PlanRefused
from instep.admin.restarting import restart_job
from instep.admin.status import status_of
from instep.cli.apps_shown import status_in_words
from instep.ledger.plans import Plan, PlannedState, PlanState, PlanSubject
from instep.ledger.records import SourceType, Status
from instep.ledger.reset_scopes import ResetScope
from instep.ledger.wording import reason
from instep.rules.health.outcomes import Answer
from instep.store.database import Database

PEOPLE = ["ann", "bob", "cas", "dan", "eve", "fay"]


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    with open_database(tmp_path_factory.mktemp("held")) as opened:
        yield opened


@pytest.fixture
def instep(database: Database) -> Installation:
    """Six people have accounts, all are in Sales; two may leave groups in a day, and no group may be deleted."""
    installation = install(database, "custom-scim")
    installation.settle(removals=2, group_removals=0)
    installation.hire_all(PEOPLE)
    for name in PEOPLE:
        installation.assign(name)
    installation.add_group("Sales", *PEOPLE)
    installation.assign_group("Sales")
    installation.cycle()
    installation.target.forget_requests()
    return installation


@pytest.fixture
def over(instep: Installation) -> Installation:
    """Ann, bob and cas are to leave Sales, and stay."""
    leave(instep, "ann", "bob", "cas")
    assert instep.cycle().counts.of_groups.memberships_held == 3
    instep.target.forget_requests()
    return instep


def leave(instep: Installation, *names: str) -> None:
    for name in names:
        instep.leave("Sales", name)


def members(instep: Installation) -> list[str]:
    return [name.partition("@")[0] for name in instep.target.members_of("Sales")]


def waiting(instep: Installation, plan: Plan) -> list[str]:
    """Who waits in a set, or which group."""
    planned = (kept.planned for kept in instep.planned(plan) if kept.state is PlannedState.PLANNED)
    return sorted(p.member.user_id if p.member is not None else p.user_name for p in planned)


def fates(instep: Installation, plan: Plan) -> dict[str, PlannedState]:
    return {k.planned.member.user_id: k.state for k in instep.planned(plan) if k.planned.member is not None}


def group_names(instep: Installation) -> list[str]:
    return sorted(group["displayName"] for group in instep.target.all_groups.values())


def silence(instep: Installation) -> None:
    instep.target.forget_requests()
    instep.cycle()
    assert not instep.target.sent


def test_people_who_are_to_leave_a_group_are_held_as_a_set_that_names_them(over: Installation) -> None:
    [held] = over.held()
    assert (held.subject, held.state, held.size) == (PlanSubject.GROUP_REMOVALS, PlanState.PLANNED, 3)
    assert waiting(over, held) == ["ann", "bob", "cas"]
    [first, *_] = over.planned(held)
    assert first.planned.source_type is SourceType.GROUP
    assert first.planned.member is not None
    assert (first.planned.user_name, first.planned.member.user_name) == ("Sales", "ann@corp.example")
    assert members(over) == PEOPLE
    [entry] = over.log(first.planned.user_id)[-1:]
    assert entry.entry.status is Status.WARNING
    assert "3 people who would be taken out of groups together exceed the budget of 2 in 24 hours" in reason(
        entry.entry
    )
    assert "instep apps held" in reason(entry.entry)


def test_what_is_held_is_decided_again_in_every_cycle_and_stays_one_set(over: Installation) -> None:
    [before] = over.held()
    over.target.forget_requests()
    over.cycle()
    over.cycle()
    [after] = over.held()
    assert (after.id, waiting(over, after)) == (before.id, ["ann", "bob", "cas"])
    assert not over.target.sent


def test_an_approved_set_goes_with_the_next_cycle_and_takes_nothing_from_the_budget_of_others(
    over: Installation,
) -> None:
    [held] = over.held()
    over.approve(held)
    assert over.cycle().counts.of_groups.memberships_removed == 3
    assert members(over) == ["dan", "eve", "fay"]
    assert (over.plan(held.id).state, over.plan(held.id).states) == (PlanState.APPLIED, {PlannedState.DONE: 3})
    assert over.held() == []
    silence(over)
    leave(over, "dan", "eve")
    assert over.cycle().counts.of_groups.memberships_removed == 2


def test_an_approved_set_can_be_applied_at_once_and_alone(over: Installation) -> None:
    over.rename_group("Sales", "Revenue")
    plan, summary = over.apply(over.approve(over.held()[0]))
    assert (plan.state, summary.counts.of_groups.memberships_removed) == (PlanState.APPLIED, 3)
    assert members(over) == ["dan", "eve", "fay"], "the group is not renamed: that was not in the set"
    over.cycle()
    assert group_names(over) == ["Revenue"]
    assert over.held() == []
    silence(over)


def test_nothing_is_added_to_a_set_that_was_shown_and_newcomers_stay_held(over: Installation) -> None:
    [held] = over.held()
    leave(over, "dan")
    over.cycle()
    first, second = sorted(over.held(), key=lambda plan: plan.id)
    assert (first.id, waiting(over, first), waiting(over, second)) == (held.id, ["ann", "bob", "cas"], ["dan"])
    over.approve(first)
    over.cycle()
    assert members(over) == ["dan", "eve", "fay"]
    over.cycle()
    assert members(over) == ["eve", "fay"], "alone, the newcomer is within the budget"


def test_newcomers_join_a_set_that_nobody_has_seen(over: Installation) -> None:
    leave(over, "dan")
    over.cycle()
    [held] = over.held()
    assert waiting(over, held) == ["ann", "bob", "cas", "dan"]


def test_a_set_that_nobody_has_seen_cannot_be_approved(over: Installation) -> None:
    [unseen] = over.plans.all(over.job)
    with pytest.raises(PlanRefused, match="instep apps held"):
        over.approve(unseen)


def test_an_approval_covers_only_those_who_are_still_to_leave(over: Installation) -> None:
    leave(over, "dan")
    over.cycle()
    [held] = over.held()
    over.join("Sales", "ann")  # back before the approval
    over.cycle()
    over.approve(over.plan(held.id))
    over.join("Sales", "bob")  # and after it
    over.cycle()
    assert members(over) == ["ann", "bob", "eve", "fay"]
    stale, done = PlannedState.STALE, PlannedState.DONE
    assert fates(over, held) == {"ann": stale, "bob": stale, "cas": done, "dan": done}
    assert over.plan(held.id).state is PlanState.APPLIED


def test_a_rejected_member_stays_until_something_changes_about_them(over: Installation) -> None:
    over.reject(over.held()[0])
    over.cycle()
    over.restart()
    over.cycle()
    assert members(over) == PEOPLE
    assert [plan.state for plan in over.held()] == [PlanState.REJECTED]
    over.change("ann", displayName="Anna")
    over.cycle()
    assert members(over) == PEOPLE[1:]
    over.leave("Sales", "dan")
    over.cycle()
    assert members(over) == ["bob", "cas", "eve", "fay"], "others come and go as ever"


def test_a_rejection_is_over_when_somebody_comes_back_and_leaves_again(over: Installation) -> None:
    over.reject(over.held()[0])
    over.join("Sales", "ann")
    over.cycle()
    leave(over, "ann")
    over.cycle()
    assert members(over) == PEOPLE[1:]


def test_a_raised_budget_releases_a_set_without_an_approval(over: Installation) -> None:
    [held] = over.held()
    over.settle(removals=3)
    over.cycle()
    assert members(over) == ["dan", "eve", "fay"]
    assert over.plan(held.id).state is PlanState.RELEASED
    leave(over, "dan")
    assert over.cycle().counts.of_groups.memberships_held == 1, "what was not approved counts"


def test_the_deletion_of_a_group_is_held_approved_and_done(instep: Installation) -> None:
    instep.add_group("Old")
    instep.assign_group("Old")
    instep.cycle()
    instep.delete_group("Old")
    assert instep.cycle().counts.of_groups.groups_held == 1
    [held] = instep.held()
    assert (held.subject, waiting(instep, held)) == (PlanSubject.GROUP_REMOVALS, ["Old"])
    instep.approve(held)
    assert instep.cycle().counts.of_groups.groups_deleted == 1
    assert group_names(instep) == ["Sales"]
    assert instep.plan(held.id).state is PlanState.APPLIED
    silence(instep)
    instep.settle(group_removals=1)
    instep.add_group("New")
    instep.assign_group("New")
    instep.cycle()
    instep.delete_group("New")
    assert instep.cycle().counts.of_groups.groups_deleted == 1, "the approved one takes nothing from the budget"


def test_a_group_whose_deletion_was_rejected_stays_until_something_changes_about_it(instep: Installation) -> None:
    instep.unassign_group("Sales")
    instep.cycle()
    [held] = instep.held()
    instep.reject(held)
    group_id = instep.planned(held)[0].planned.user_id
    instep.restart()
    instep.settle(group_removals=5, removals=100)
    instep.cycle()
    assert group_names(instep) == ["Sales"]
    [entry] = instep.log(group_id)[-1:]
    assert entry.entry.code == "RejectedByAdministrator"
    assert reason(entry.entry).startswith("The group Sales is left as it is, although it is not assigned")
    instep.leave("Sales", "ann")
    instep.cycle()
    assert group_names(instep) == ["Sales"], "a membership is nothing about the group"
    instep.rename_group("Sales", "Revenue")
    instep.cycle()
    assert group_names(instep) == []


def test_a_group_that_is_wanted_again_is_not_deleted_by_an_approval(instep: Installation) -> None:
    instep.unassign_group("Sales")
    instep.cycle()
    [held] = instep.held()
    instep.approve(held)
    instep.assign_group("Sales")
    instep.cycle()
    assert group_names(instep) == ["Sales"]
    assert instep.plan(held.id).states == {PlannedState.STALE: 1}


def test_an_approved_deletion_that_fails_stays_approved_and_is_tried_again(instep: Installation) -> None:
    instep.unassign_group("Sales")
    instep.cycle()
    instep.approve(instep.held()[0])
    instep.target.faults.append(Fault(Answer(400, b"no"), ["DELETE"]))
    instep.cycle()
    assert group_names(instep) == ["Sales"]
    instep.cycle()
    assert group_names(instep) == []


def test_forcing_deletes_lets_what_is_held_of_groups_go_too(over: Installation) -> None:
    counted = restart_job(over.service, over.app, frozenset({ResetScope.FORCE_DELETES}), ME)
    assert counted[ResetScope.FORCE_DELETES] == 3
    over.cycle()
    assert members(over) == ["dan", "eve", "fay"]


def test_the_status_says_how_much_of_groups_is_held(over: Installation) -> None:
    status = status_of(over.service, over.app)
    assert "  Held          3 operations on groups wait: look at instep apps held" in "\n".join(status_in_words(status))


def test_users_and_groups_are_held_in_sets_of_their_own(over: Installation) -> None:
    for name in ("dan", "eve", "fay"):
        over.disable(name)
    over.cycle()
    assert {plan.subject for plan in over.held()} == {PlanSubject.REMOVALS, PlanSubject.GROUP_REMOVALS}


def test_a_preview_shows_what_was_approved_as_going_and_the_others_as_held(over: Installation) -> None:
    over.approve(over.held()[0])
    leave(over, "dan")
    shown, summary = over.preview()
    assert {each.member.user_id for each in shown if each.is_held and each.member is not None} == {"dan"}
    counts = summary.counts.of_groups
    assert (counts.memberships_removed, counts.memberships_held) == (3, 1)
    assert members(over) == PEOPLE


def test_a_set_stays_one_when_the_configuration_is_saved(over: Installation) -> None:
    [held] = over.held()
    over.settle(concurrency=3)
    over.settle(group_removals=1)
    over.cycle()
    [still] = over.held()
    assert (still.id, waiting(over, still)) == (held.id, ["ann", "bob", "cas"])
