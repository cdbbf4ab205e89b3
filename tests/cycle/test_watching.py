"""Which acts of an administrator end a cycle, and as what?"""

from dataclasses import replace

import pytest

from fakes.installation import Installation
from fakes.memory_target import Sent
from instep.cycle.ports import Acts
from instep.cycle.run import Ordered, Reconnected, Stopped, Superseded
from instep.cycle.watching import ordered_by
from instep.ledger.cycles import CycleState
from instep.ledger.jobs import JobState


@pytest.mark.parametrize(
    ("acts", "ordered"),
    [
        (Acts(3, 5, 2), None),
        (Acts(4, 5, 2), Superseded()),
        (Acts(3, 6, 6), Stopped()),
        (Acts(3, 7, 6), Stopped()),
        (Acts(3, 6, 5), Reconnected()),
        (Acts(4, 6, 6), Superseded()),
        (None, Superseded()),
    ],
)
def test_an_act_since_the_job_was_read_ends_its_cycle(
    instep: Installation, acts: Acts | None, ordered: Ordered | None
) -> None:
    job = replace(instep.job, configuration_version=3, revision=5)
    assert ordered_by(job, acts) == ordered


def test_a_stop_between_two_batches_is_heeded_before_the_next_one_is_sent(instep: Installation) -> None:
    instep.hire_all([f"u{number:04d}" for number in range(40)])
    instep.assign_all()

    def stop(sent: Sent) -> None:
        if sent.method == "GET":
            instep.jobs.set_state(instep.job, JobState.PAUSED, instep.now, "tester")

    instep.target.on_request = stop
    summary = instep.cycle()
    assert summary.state is CycleState.INTERRUPTED
    assert not instep.target.writes
    instep.target.on_request = None
    assert instep.cycle().counts.created == 40


def test_what_is_no_reason_to_end_a_cycle_does_not(instep: Installation) -> None:
    instep.hire_all(["ada", "bob"])
    instep.assign_all()
    instep.target.on_request = lambda _sent: instep.settle(concurrency=3, notify=("it@corp.example",))
    assert instep.cycle().state is CycleState.SUCCEEDED
