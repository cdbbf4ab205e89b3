"""May so many accounts go at once? Removals against their budget, in a rolling day of a clock that the test moves."""

import pytest

from fakes.installation import Installation
from fakes.memory_target import Fault, Sent
from instep.ledger.cycles import CycleState
from instep.ledger.records import Action, Status
from instep.rules.health.outcomes import NotSent

EVERYONE = [f"u{number:02d}" for number in range(60)]


@pytest.fixture
def company(instep: Installation) -> Installation:
    instep.hire_all(EVERYONE)
    instep.assign_all()
    instep.cycle()
    instep.target.forget_requests()
    return instep


def leave(instep: Installation, first: int, last: int) -> None:
    for name in EVERYONE[first:last]:
        instep.delete(name)


def active(instep: Installation) -> int:
    return sum(account["active"] for account in instep.target.accounts.values())


def test_as_many_leavers_as_the_budget_allows_are_disabled(company: Installation) -> None:
    leave(company, 0, 20)
    summary = company.cycle()
    assert (summary.counts.disabled, summary.counts.held) == (20, 0)


def test_one_more_than_the_budget_holds_all_of_them_and_everything_else_goes_on(company: Installation) -> None:
    leave(company, 0, 21)
    company.change("u59", jobTitle="Engineer")
    company.hire("joiner")
    summary = company.cycle()
    assert (summary.counts.disabled, summary.counts.held) == (0, 21)
    assert (summary.counts.updated, summary.counts.created) == (1, 1)
    [entry] = company.log("u00", summary.cycle_id)
    assert (entry.entry.action, entry.entry.status) == (Action.STAGED_DELETE, Status.WARNING)
    assert (entry.entry.facts["budget"], entry.entry.facts["removals"]) == (20, 21)
    assert company.jobs.held(company.job) == 21


def test_held_removals_are_judged_again_in_every_cycle_and_go_when_the_budget_is_raised(company: Installation) -> None:
    leave(company, 0, 25)
    company.cycle()
    assert company.cycle().counts.held == 25
    company.settle(removals=25)
    assert company.cycle().counts.disabled == 25
    assert company.jobs.held(company.job) == 0
    assert company.cycle().counts.users == 0


def test_a_held_removal_whose_user_comes_back_is_held_no_longer(company: Installation) -> None:
    leave(company, 0, 25)
    company.cycle()
    for name in EVERYONE[:25]:
        company.restore(name)
    company.target.forget_requests()
    summary = company.cycle()
    assert (summary.counts.held, company.jobs.held(company.job), active(company)) == (0, 0, 60)
    assert not company.target.sent


def test_a_budget_counts_the_removals_of_the_last_24_hours_of_all_cycles(company: Installation) -> None:
    leave(company, 0, 15)
    assert company.cycle().counts.disabled == 15
    company.wait(hours=23)
    leave(company, 15, 21)
    assert company.cycle().counts.held == 6
    company.wait(hours=1, minutes=1)
    assert company.cycle().counts.disabled == 6


def test_disabling_in_the_directory_leaving_a_group_and_purging_count_alike(company: Installation) -> None:
    company.settle(removals=2)
    company.unassign_all()
    company.add_group("staff", *EVERYONE)
    company.assign_group("staff")
    company.cycle()
    company.disable("u00")
    company.leave("staff", "u01")
    company.delete("u02")
    company.purge("u02")
    assert company.cycle().counts.held == 3
    company.settle(removals=3)
    summary = company.cycle()
    assert (summary.counts.disabled, summary.counts.deleted) == (2, 1)


def test_the_deletion_of_accounts_that_were_disabled_long_ago_takes_nothing_from_the_budget(
    company: Installation,
) -> None:
    leave(company, 0, 20)
    company.cycle()
    company.wait(days=31)
    for name in EVERYONE[:20]:
        company.purge(name)
    leave(company, 20, 25)
    summary = company.cycle()
    assert (summary.counts.deleted, summary.counts.disabled, summary.counts.held) == (20, 5, 0)
    leave(company, 25, 30)
    summary = company.cycle()
    assert (summary.counts.disabled, summary.counts.held) == (5, 0)


def test_a_budget_of_none_holds_even_one_leaver(company: Installation) -> None:
    company.settle(removals=0)
    leave(company, 0, 1)
    assert company.cycle().counts.held == 1


def test_a_held_leaver_who_changes_while_the_cycle_runs_stays_held_with_one_entry(company: Installation) -> None:
    leave(company, 0, 25)
    company.hire("joiner")

    def move(_sent: Sent) -> None:
        company.target.on_request = None
        company.restore("u00")
        company.delete("u00")

    company.target.on_request = move
    summary = company.cycle()
    assert (summary.counts.disabled, summary.counts.held) == (0, 25)
    assert [entry.entry.action for entry in company.log("u00", summary.cycle_id)] == [Action.STAGED_DELETE]


def test_leavers_who_come_one_by_one_while_others_are_held_are_held_with_them(company: Installation) -> None:
    leave(company, 0, 20)
    company.disable("u20")
    company.hire("joiner")

    def move(_sent: Sent) -> None:
        company.target.on_request = None
        company.delete("u21")

    company.target.on_request = move
    summary = company.cycle()
    assert (summary.counts.disabled, summary.counts.held) == (0, 22)
    assert active(company) == 61


def test_whom_an_interrupted_cycle_held_still_counts_when_it_goes_on(company: Installation) -> None:
    leave(company, 0, 21)
    company.hire("joiner")
    company.target.faults.append(Fault(NotSent("the network is down"), {"POST"}))
    assert company.cycle().state is CycleState.INTERRUPTED
    company.target.faults.clear()
    leave(company, 21, 23)  # few enough to pass alone
    resumed = company.cycle()
    assert (resumed.counts.disabled, resumed.counts.held) == (0, 23)
    assert active(company) == 61


def test_who_is_purged_and_comes_again_with_the_same_id_is_not_assigned(instep: Installation) -> None:
    instep.hire("ada")
    instep.assign("ada")
    instep.cycle()
    instep.delete("ada")
    instep.purge("ada")
    instep.cycle()
    instep.hire("ada")
    assert instep.cycle().counts.created == 0
    assert instep.target.named("ada@corp.example") is None
