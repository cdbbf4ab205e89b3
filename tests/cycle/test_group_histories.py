"""Do groups, members and managers follow the directory whatever happens there, with as few writes as that takes?

Short random histories; the seed is printed. SEED=n HISTORIES=m in the environment repeats them.
"""

import os
import random
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest

from fakes.crashes import crash_at
from fakes.group_history import GroupHistory, snapshot, writes_between
from fakes.installation import install, open_database
from fakes.memory_target import Fault, Sent
from instep.ledger.cycles import CycleState, CycleSummary
from instep.rules.health.outcomes import Answer, NoAnswer, Outcome

SEED = int(os.environ.get("SEED", random.SystemRandom().randrange(1_000_000)))
HISTORIES = int(os.environ.get("HISTORIES", "12"))


def run_histories(folder: Path, share: int, first: int, check: Callable[[GroupHistory], None]) -> None:
    """Checks some histories; a failure says how to repeat the one that failed."""
    print(f"SEED={SEED}")  # noqa: T201 - shown with a failure
    with open_database(folder) as database:
        for number in range(first, first + max(1, HISTORIES // share)):
            history = GroupHistory(install(database, "custom-scim"), SEED + number)
            try:
                check(history)
            except AssertionError as problem:
                steps = "; ".join(history.done)
                pytest.fail(f"repeat with SEED={SEED + number - first} HISTORIES=1: {problem}\nafter: {steps}")


@pytest.mark.parametrize("worker", [0, 1])
def test_after_each_cycle_groups_and_members_are_the_directorys_with_the_fewest_writes(
    tmp_path: Path, worker: int
) -> None:
    def check(history: GroupHistory) -> None:
        for _ in range(4):
            before = snapshot(history.instep)
            summary = cycle(history)
            check_state(history)
            assert summary.counts.failed == summary.counts.of_groups.groups_failed == 0
            least = writes_between(before, snapshot(history.instep))
            written = len(history.instep.target.writes)
            assert least <= written <= least + cycles_of_managers(history), history.instep.target.writes
            check_one_entry_each(history, summary)
            check_silence(history)
            history.edits(8)

    run_histories(tmp_path, 4, worker * 1000, check)


def test_what_changes_while_a_cycle_runs_is_there_after_the_next(tmp_path: Path) -> None:
    def check(history: GroupHistory) -> None:
        for _ in range(3):
            history.instep.target.on_request = lambda _sent: history.edits(1) if history.random.random() < 0.3 else None
            history.instep.cycle()
            history.instep.target.on_request = None
            check_settled(history)
            history.edits(8)

    run_histories(tmp_path, 6, 2000, check)


def test_whatever_request_a_crash_comes_with_no_group_is_doubled_and_no_member_lost(tmp_path: Path) -> None:
    def check(history: GroupHistory) -> None:
        doubled = watch_doubles(history)
        for _ in range(4):
            crash_at(history, history.random.randint(1, 9), history.instep.cycle)
            history.edits(3)
            check_settled(history)
            assert not doubled
            history.edits(8)
        open_operations = "SELECT * FROM operations WHERE state IN ('planned', 'sent', 'unknown')"
        assert not history.instep.rows(open_operations)

    run_histories(tmp_path, 4, 3000, check)


def test_requests_that_fail_or_whose_answers_are_lost_do_no_lasting_harm(tmp_path: Path) -> None:
    def check(history: GroupHistory) -> None:
        doubled = watch_doubles(history)
        for _ in range(3):
            for _ in range(history.random.randint(1, 3)):
                history.instep.target.faults.append(fault(history.random))
            history.instep.cycle()
            history.edits(4)
            history.instep.cycle()
            history.instep.target.faults.clear()
            check_settled(history)
            assert not doubled
            history.edits(8)

    run_histories(tmp_path, 4, 4000, check)


def check_state(history: GroupHistory) -> None:
    accounts, groups = history.company.after_a_cycle()
    seen_accounts, seen_groups = history.seen()
    assert seen_accounts == accounts
    assert seen_groups == groups
    assert not history.wrong_managers()


def check_settled(history: GroupHistory) -> None:
    """Two cycles more, for what had failed, and everything is as the directory says, however it came to be so."""
    if history.instep.rows("SELECT 1 FROM cycles WHERE state IN ('running', 'interrupted')"):
        cycle(history)
    cycle(history)
    cycle(history)
    history.company.provisioned |= set(history.seen()[0]) & history.company.people.keys()
    check_state(history)
    check_silence(history)


def check_silence(history: GroupHistory) -> None:
    again = cycle(history)
    assert not history.instep.target.sent, history.instep.target.sent
    assert again.counts.users == again.counts.of_groups.groups == 0


def check_one_entry_each(history: GroupHistory, summary: CycleSummary) -> None:
    entries = [entry.entry for entry in history.instep.log(cycle_id=summary.cycle_id)]
    groups = [entry.user_id for entry in entries if entry.source_type == "Group"]
    assert len(groups) == len(set(groups)) == summary.counts.of_groups.groups
    users = [entry.user_id for entry in entries if entry.source_type == "User" and "reference" not in entry.facts]
    assert len(users) == len(set(users))


def cycles_of_managers(history: GroupHistory) -> int:
    """How many people are, at some distance, their own manager: a later PATCH for one of each such circle."""
    managers, found = history.company.managers, 0
    for who in managers:
        above, steps = managers.get(who), 0
        while above is not None and above != who and steps < len(managers):
            above, steps = managers.get(above), steps + 1
        found += above == who
    return found


def cycle(history: GroupHistory) -> CycleSummary:
    history.done.append("CYCLE")
    history.instep.target.forget_requests()
    history.instep.wait(hours=25)
    summary = history.instep.cycle()
    assert summary.state is CycleState.SUCCEEDED, summary.reason
    return summary


def watch_doubles(history: GroupHistory) -> list[str]:
    """The groups of the directory, by id, that the application had twice at some moment."""
    doubled: list[str] = []

    def note(_sent: Sent, _answer: Outcome) -> None:
        owners = Counter(group.get("externalId") for group in history.instep.target.all_groups.values())
        doubled.extend(str(owner) for owner, number in owners.items() if number > 1)

    history.instep.target.on_answer = note
    return doubled


def fault(draw: random.Random) -> Fault:
    """A request that goes wrong: refused, or without an answer, after its effect or before."""
    outcome = draw.choice([Answer(400, b"no"), Answer(500, b"oops"), NoAnswer("lost")])
    takes_effect = not isinstance(outcome, Answer) and draw.random() < 0.6
    endpoint = draw.choice(["/Groups", "/Groups", "/Users"])
    return Fault(outcome, [draw.choice(["POST", "PATCH", "DELETE"])], 1, takes_effect, endpoint)
