"""Are changes of memberships judged as a whole where they have a budget, held over it, and let go as shown?"""

from collections.abc import Iterator

import pytest

from fakes.installation import Installation, install, open_database
from fakes.memory_target import Fault
from instep.ledger.cycles import CycleState
from instep.ledger.plans import Plan, PlannedState, PlanState, PlanSubject
from instep.ledger.records import SourceType, Status
from instep.ledger.wording import reason
from instep.rules.health.budgets import Percent
from instep.rules.health.outcomes import NotSent
from instep.store.database import Database

PEOPLE = [f"u{number:02d}" for number in range(10)]


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    with open_database(tmp_path_factory.mktemp("memberships")) as opened:
        yield opened


@pytest.fixture
def instep(database: Database) -> Installation:
    """Ten people have accounts; u00 to u03 are in Sales; of memberships four may change in a cycle."""
    installation = install(database, "custom-scim")
    installation.settle(removals=1000, group_removals=1000)
    installation.hire_all(PEOPLE)
    for name in PEOPLE:
        installation.assign(name)
    installation.add_group("Sales", *PEOPLE[:4])
    installation.assign_group("Sales")
    installation.cycle()
    installation.settle(memberships=4)
    installation.cycle()
    installation.target.forget_requests()
    return installation


@pytest.fixture
def over(instep: Installation) -> Installation:
    """U00 and u01 are to leave Sales, u04 to u06 are to come: five changes."""
    change(instep)
    assert instep.cycle().counts.of_groups.memberships_held == 5
    return instep


def change(instep: Installation) -> None:
    for name in PEOPLE[:2]:
        instep.leave("Sales", name)
    for name in PEOPLE[4:7]:
        instep.join("Sales", name)


def members(instep: Installation, group: str = "Sales") -> list[str]:
    return [name.partition("@")[0] for name in instep.target.members_of(group)]


def waiting(instep: Installation, plan: Plan) -> list[tuple[str, str]]:
    """Who waits in a set, and for what."""
    planned = (kept.planned for kept in instep.planned(plan) if kept.state is PlannedState.PLANNED)
    return sorted((p.member.user_id, p.kind.value) for p in planned if p.member is not None and p.kind is not None)


def silence(instep: Installation) -> None:
    instep.target.forget_requests()
    instep.cycle()
    assert not instep.target.sent


def test_memberships_have_no_budget_unless_one_is_set(instep: Installation) -> None:
    instep.settle(memberships=None)
    change(instep)
    assert "memberships" not in instep.cycle().judgements
    assert members(instep) == PEOPLE[2:7]


def test_additions_and_removals_together_are_within_the_budget_or_all_held(over: Installation) -> None:
    assert members(over) == PEOPLE[:4]
    assert not [sent for sent in over.target.writes if sent.endpoint == "/Groups"]
    [held] = over.held()
    assert (held.subject, held.size) == (PlanSubject.MEMBERSHIPS, 5)
    assert waiting(over, held) == [
        ("u00", "remove members"), ("u01", "remove members"),
        ("u04", "add members"), ("u05", "add members"), ("u06", "add members"),
    ]  # fmt: skip
    over.leave("Sales", "u04")  # who was to come; four changes are left
    over.cycle()
    assert members(over) == ["u02", "u03", "u05", "u06"]
    silence(over)


def test_the_changes_of_all_groups_count_together(instep: Installation) -> None:
    for name in ("A", "B"):
        instep.add_group(name, *PEOPLE[:3])
        instep.assign_group(name)
    summary = instep.cycle()
    assert summary.counts.of_groups.groups_created == 2, "the groups themselves are there"
    judgement = summary.judgements["memberships"]
    assert (judgement.limit, judgement.planned, judgement.is_over) == (4, 6, True)
    assert (members(instep, "A"), members(instep, "B")) == ([], [])


def test_users_go_on_and_whoever_leaves_the_company_leaves_the_groups(over: Installation) -> None:
    over.hire("zoe")
    over.assign("zoe")
    over.disable("u03")
    summary = over.cycle()
    assert (summary.counts.created, summary.counts.disabled) == (1, 1)
    assert members(over) == ["u00", "u01", "u02"], "an account that is disabled has nothing to lose"


def test_an_approved_set_goes_and_is_not_decided_a_second_time(over: Installation) -> None:
    [held] = over.held()
    over.approve(held)
    assert over.cycle().counts.of_groups.memberships_added == 3
    assert members(over) == PEOPLE[2:7]
    assert (over.plan(held.id).state, over.plan(held.id).states) == (PlanState.APPLIED, {PlannedState.DONE: 5})
    silence(over)


def test_newcomers_stay_held_when_a_set_is_approved(over: Installation) -> None:
    [held] = over.held()
    over.join("Sales", "u07")
    over.cycle()
    over.approve(held)
    over.cycle()
    assert members(over) == PEOPLE[2:7]
    over.cycle()
    assert members(over) == PEOPLE[2:8], "alone, the newcomer is within the budget"


def test_a_rejected_set_leaves_groups_as_they_are_until_something_changes_about_somebody(over: Installation) -> None:
    over.reject(over.held()[0])
    over.restart()
    over.cycle()
    assert members(over) == PEOPLE[:4]
    over.change("u04", displayName="Changed")
    over.leave("Sales", "u02")
    over.cycle()
    assert members(over) == ["u00", "u01", "u03", "u04"]


def test_the_log_says_what_waits_and_why(over: Installation) -> None:
    group_id = over.planned(over.held()[0])[0].planned.user_id
    [entry] = over.log(group_id)[-1:]
    assert (entry.entry.status, entry.entry.code) == (Status.WARNING, "StagedUpdate")
    assert reason(entry.entry) == (
        "5 changes of who is in the group Sales wait: 5 changes of memberships together exceed the budget of 4 "
        "a cycle. Check whether that is meant: the page Held, or instep apps held, shows what is held, "
        "to be approved or rejected."
    )


def test_a_percentage_is_one_of_the_memberships_that_there_are(instep: Installation) -> None:
    instep.settle(memberships=Percent(50))
    change(instep)
    assert instep.cycle().judgements["memberships"].limit == 2


def test_removals_over_their_own_budget_are_held_in_their_own_set_and_do_not_count_twice(instep: Installation) -> None:
    instep.settle(removals=1)
    change(instep)
    instep.cycle()
    assert members(instep) == PEOPLE[:7], "three come, within the budget of memberships; two do not leave"
    assert [plan.subject for plan in instep.held()] == [PlanSubject.GROUP_REMOVALS]


def test_a_preview_and_a_plan_have_what_would_be_held(instep: Installation) -> None:
    change(instep)
    shown, summary = instep.preview()
    of_groups = [each for each in shown if each.source_type is SourceType.GROUP]
    assert len(of_groups) == 5
    assert all(each.is_held for each in of_groups)
    assert summary.judgements["memberships"].is_over
    plan, _ = instep.apply(instep.approve(instep.save_plan()))
    assert plan.states == {PlannedState.DONE: 5}
    assert members(instep) == PEOPLE[2:7]
    silence(instep)


def test_a_cycle_that_was_interrupted_counts_what_it_has_done_before(instep: Installation) -> None:
    instep.settle(concurrency=1)
    instep.cycle()
    instep.join("Sales", "u04")
    instep.add_group("Others", *PEOPLE[:3])
    instep.assign_group("Others")
    account = instep.link("u00")
    assert account is not None
    instep.target.faults.append(Fault(NotSent("down"), ["PATCH"], concerning=account.account_id))
    assert instep.cycle().state is CycleState.INTERRUPTED
    assert members(instep) == PEOPLE[:5]
    instep.join("Others", "u03")
    judgement = instep.cycle().judgements["memberships"]
    assert (judgement.planned, judgement.spent, judgement.is_over) == (4, 1, True)
    assert members(instep, "Others") == []


def test_counting_costs_no_request(instep: Installation) -> None:
    instep.join("Sales", "u09")
    instep.target.forget_requests()
    instep.cycle()
    assert dict(instep.target.requests) == {"PATCH": 1}
