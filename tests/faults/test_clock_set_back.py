"""The clock is set back, in the middle of a cycle too: does everything reach the target all the same?

SEED=n in the environment repeats the histories.
"""

import os
import random
from pathlib import Path

from fakes.crashes import crash_at
from fakes.group_history import GroupHistory
from fakes.installation import Installation, install, open_database, open_installation
from fakes.memory_target import Fault, Sent
from instep.cycle.conductor import Retries
from instep.ledger.cycles import CycleState
from instep.rules.health.outcomes import Answer

SEED = int(os.environ.get("SEED", random.SystemRandom().randrange(1_000_000)))
HISTORIES = int(os.environ.get("HISTORIES", "6"))


def sets_the_clock_back(history: GroupHistory) -> None:
    back = history.random.choice([1, 60, 3_600, 90_000, 700_000])
    history.done.append(f"the clock goes back {back} s")
    history.instep.wait(seconds=-back)


def cycle(history: GroupHistory) -> None:
    history.instep.target.forget_requests()
    history.instep.wait(seconds=1)
    summary = history.instep.cycle(Retries.DUE)
    history.done.append("CYCLE")
    assert summary.state is CycleState.SUCCEEDED, summary.reason


def check(history: GroupHistory) -> None:
    def back_at_times(_sent: Sent) -> None:
        if history.random.random() < 0.2:
            sets_the_clock_back(history)

    for _ in range(3):
        if history.random.random() < 0.5:
            sets_the_clock_back(history)
        if history.random.random() < 0.3:
            crash_at(history, history.random.randint(1, 6), lambda: history.instep.cycle(Retries.DUE))
        history.instep.target.on_request = back_at_times
        cycle(history)
        history.instep.target.on_request = None
        cycle(history)
        cycle(history)
        history.company.provisioned |= set(history.seen()[0]) & history.company.people.keys()
        assert history.seen() == history.company.after_a_cycle()
        assert not history.wrong_managers()
        cycle(history)
        assert not history.instep.target.sent, history.instep.target.sent
        history.edits(8)
    assert not history.instep.rows("SELECT 1 FROM operations WHERE state IN ('planned', 'sent', 'unknown')")
    assert not history.instep.rows("SELECT 1 FROM cycles WHERE state IN ('running', 'interrupted')")


def test_whenever_the_clock_is_set_back_the_target_follows_the_directory(tmp_path: Path) -> None:
    print(f"SEED={SEED}")  # noqa: T201 - shown with a failure
    with open_database(tmp_path) as database:
        for seed in range(SEED, SEED + HISTORIES):
            history = GroupHistory(install(database, "custom-scim"), seed)
            try:
                check(history)
            except AssertionError as problem:
                steps = "; ".join(history.done)
                raise AssertionError(f"repeat with SEED={seed} HISTORIES=1: {problem}\nafter: {steps}") from problem


def failed_once(instep: Installation) -> None:
    instep.hire_all([f"u{number:02}" for number in range(20)])
    instep.assign_all()
    instep.target.faults.append(Fault(Answer(400, b"no"), times=100, concerning="u07"))
    assert instep.cycle(Retries.DUE).counts.failed == 1


def test_who_failed_is_tried_again_though_the_time_for_that_lies_in_what_has_become_the_future(tmp_path: Path) -> None:
    with open_installation(tmp_path) as instep:
        failed_once(instep)
        while instep.cycle(Retries.DUE).counts.failed:  # until it is to wait for some time
            instep.wait(seconds=1)
        instep.target.faults.clear()
        instep.wait(days=-30)
        assert instep.cycle(Retries.DUE).counts.created == 1


def test_the_last_cycle_is_the_one_that_began_last_whatever_the_clock_said(tmp_path: Path) -> None:
    with open_installation(tmp_path) as instep:
        failed_once(instep)
        instep.wait(days=-1)
        instep.hire("bob")
        summary = instep.cycle(Retries.DUE)
        [last] = instep.jobs.last_cycles(instep.job, 1)
        assert last.id == summary.cycle_id
        assert instep.job.last_ended_at == instep.now
