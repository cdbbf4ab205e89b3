"""What does each reset scope clear, and what does it leave? engine.md 11.2 and 1.4, line by line."""

from collections.abc import Mapping

import pytest

from fakes.installation import ME, Installation
from fakes.memory_target import Fault
from instep.admin.restarting import restart_job
from instep.cycle.conductor import Retries
from instep.ledger.cycles import CycleKind, CycleState
from instep.ledger.jobs import JobState
from instep.ledger.reset_scopes import ResetRefused, ResetScope, read_reset_scopes
from instep.rules.health.outcomes import Answer

LEAVERS = ("dan", "eve", "fay", "gus")


@pytest.fixture
def troubled(installed: Installation) -> Installation:
    """Ada is provisioned, Bob fails, and the job is in quarantine with an unfinished incremental cycle."""
    installed.hire_all(["ada", "bob"])
    installed.assign_all()
    installed.target.faults = [Fault(Answer(400, b"{}"), {"POST"}, times=99, concerning="bob@")]
    installed.cycle()
    installed.wait(minutes=1)
    installed.change("ada", jobTitle="Engineer")
    installed.target.faults.append(Fault(Answer(401, b""), {"PATCH", "GET"}, times=99))
    assert installed.cycle(Retries.DUE).state is CycleState.INTERRUPTED
    assert installed.job.quarantine is not None
    installed.wait(minutes=1)
    return installed


def restart(installed: Installation, scopes: str = "") -> Mapping[ResetScope, int]:
    return restart_job(installed.service, installed.app, read_reset_scopes(scopes), ME)


def kept(installed: Installation) -> tuple[bool, bool, bool, bool]:
    """Whether watermark, escrows, quarantine and links are there."""
    escrows, links = installed.rows("SELECT * FROM escrows"), installed.rows("SELECT * FROM links")
    job = installed.job
    return job.since is not None, bool(escrows), job.quarantine is not None, bool(links)


def heal(installed: Installation) -> None:
    installed.target.faults = []
    installed.target.forget_requests()


def test_empty_criteria_are_the_restart_of_the_portal_which_does_not_break_links(troubled: Installation) -> None:
    """Clears Watermark + Escrows + QuarantineState; new initial cycle, every object re-evaluated."""
    assert kept(troubled) == (True, True, True, True)
    assert restart(troubled) == {ResetScope.ESCROWS: 1}
    assert kept(troubled) == (False, False, False, True)
    heal(troubled)
    summary = troubled.cycle(Retries.DUE)
    assert (summary.kind, summary.counts.users, summary.counts.created) == (CycleKind.INITIAL, 2, 1)
    assert {sent.method for sent in troubled.target.writes} == {"POST", "PATCH"}


def test_escrows_stops_retrying_failures_by_itself_until_the_user_changes(installed: Installation) -> None:
    installed.hire_all(["ada", "bob"])
    installed.assign_all()
    installed.target.faults = [Fault(Answer(400, b"{}"), {"POST"}, times=1, concerning="bob@")]
    installed.cycle()
    assert restart(installed, "Escrows") == {ResetScope.ESCROWS: 1}
    assert installed.cycle().counts.users == 0
    installed.change("bob", jobTitle="Engineer")
    assert installed.cycle().counts.created == 1


def test_escrows_leaves_watermark_quarantine_and_links(troubled: Installation) -> None:
    restart(troubled, "Escrows")
    assert kept(troubled) == (True, False, True, True)


def test_watermark_evaluates_all_users_again_and_leaves_escrows_quarantine_and_links(troubled: Installation) -> None:
    restart(troubled, "Watermark")
    assert kept(troubled) == (False, True, True, True)
    heal(troubled)
    assert troubled.cycle().kind is CycleKind.INITIAL


def test_quarantine_state_lifts_the_quarantine_for_now_and_leaves_the_rest(troubled: Installation) -> None:
    cycle_id = troubled.jobs.last_cycles(troubled.job, 1)[0].id
    restart(troubled, "QuarantineState")
    assert kept(troubled) == (True, True, False, True)
    assert troubled.job.held_back_until == troubled.now
    again = troubled.cycle(Retries.DUE)
    assert (again.cycle_id, again.state) == (cycle_id, CycleState.INTERRUPTED)
    assert troubled.job.quarantine is not None, "the cause is there still"


def test_full_also_erases_the_links_and_everyone_is_matched_afresh(troubled: Installation) -> None:
    before = troubled.link("ada").account_id
    assert restart(troubled, "Full") == {ResetScope.ESCROWS: 1, ResetScope.FULL: 1}
    assert kept(troubled) == (False, False, False, False)
    heal(troubled)
    summary = troubled.cycle()
    assert (summary.kind, summary.counts.created, summary.counts.updated) == (CycleKind.INITIAL, 1, 1)
    assert troubled.link("ada").account_id == before
    assert troubled.log("ada", summary.cycle_id)[0].entry.facts["matched_by"] == "userName"


@pytest.fixture
def held(installed: Installation) -> Installation:
    """Four removals are held for being over the budget of three."""
    installed.hire_all(["ada", *LEAVERS])
    installed.assign_all()
    installed.settle(removals=3)
    installed.cycle()
    for name in LEAVERS:
        installed.disable(name)
    assert installed.cycle().counts.held == 4
    installed.target.forget_requests()
    return installed


def test_force_deletes_carries_out_exactly_the_deletes_that_are_held_now(held: Installation) -> None:
    assert restart(held, "ForceDeletes") == {ResetScope.FORCE_DELETES: 4}
    assert held.job.since is not None
    held.settle(removals=0)
    held.disable("ada")
    summary = held.cycle(Retries.DUE)
    assert (summary.counts.disabled, summary.counts.held) == (4, 1), "ada was not among those who were shown"
    assert held.rows("SELECT user_id FROM holds") == [("ada",)]


def test_force_deletes_lets_nobody_go_who_came_back_meanwhile(held: Installation) -> None:
    restart(held, "ForceDeletes")
    held.enable("dan")
    assert held.cycle(Retries.DUE).counts.disabled == 3
    assert held.target.named("dan@corp.example")["active"] is True
    held.disable("dan")
    held.settle(removals=0)
    assert held.cycle(Retries.DUE).counts.held == 1, "that is another removal, to be judged anew"


def test_full_is_refused_while_removals_are_held_for_their_accounts_would_stay_active_for_good(
    held: Installation,
) -> None:
    with pytest.raises(ResetRefused, match="holds 4 removals"):
        restart(held, "Full")
    assert kept(held)[3]


def test_a_full_restart_forgets_creates_that_are_held_and_decides_everyone_afresh(installed: Installation) -> None:
    installed.settle(creates=0)
    installed.hire("ada")
    installed.assign_all()
    assert installed.cycle().counts.held == 1
    restart(installed, "Full")
    assert installed.jobs.held(installed.job) == 0
    assert installed.cycle(Retries.DUE).counts.held == 1


def test_scopes_are_taken_together(held: Installation) -> None:
    assert restart(held, "Watermark,ForceDeletes") == {ResetScope.FORCE_DELETES: 4}
    summary = held.cycle()
    assert (summary.kind, summary.counts.disabled) == (CycleKind.INITIAL, 4)


@pytest.mark.parametrize(("state", "after"), [(JobState.ACTIVE, JobState.ACTIVE), (JobState.PAUSED, JobState.PAUSED)])
def test_a_restart_does_not_start_what_an_administrator_stopped(
    installed: Installation, state: JobState, after: JobState
) -> None:
    installed.jobs.set_state(installed.job, state, installed.now, ME)
    restart(installed)
    assert installed.job.state is after


def test_a_restart_ends_a_cycle_under_way(installed: Installation) -> None:
    installed.hire_all([f"u{number:02d}" for number in range(30)])
    installed.assign_all()

    def restarted(sent: object) -> None:
        installed.target.on_request = None
        restart(installed)

    installed.target.on_request = restarted
    assert installed.cycle().state is CycleState.SUPERSEDED


def test_it_is_in_the_audit_log_with_its_scopes(installed: Installation) -> None:
    restart(installed, "Watermark,Escrows")
    [(activity, details)] = installed.rows("SELECT activity, details FROM audit_log ORDER BY id DESC LIMIT 1")
    assert activity == "Enable/restart provisioning configuration"
    assert details == '{"scopes":["Escrows","Watermark"]}'
