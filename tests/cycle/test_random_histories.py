"""Does the target follow the directory whatever happens there, with a write for each account that had to change?

Short random histories of small directories. The seed is printed; SEED=n HISTORIES=m in the environment repeats them.
"""

import os
import random
from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from fakes.crashes import crash_at
from fakes.installation import Installation, install, open_database
from fakes.memory_target import Sent
from fakes.random_history import History, accounts_of
from instep.ledger.cycles import CycleState, CycleSummary
from instep.rules.health.outcomes import Answer, Outcome

SEED = int(os.environ.get("SEED", random.SystemRandom().randrange(1_000_000)))
HISTORIES = int(os.environ.get("HISTORIES", "72"))
WORKERS = 4
BUDGET = 2


def run_histories(folder: Path, number_of_them: int, first: int, check: Callable[[History], None]) -> None:
    """Checks some histories; a failure says how to repeat the one that failed."""
    print(f"SEED={SEED}")  # noqa: T201 - shown with a failure
    with open_database(folder) as database:
        for number in range(first, first + max(1, number_of_them)):
            history = History(install(database), SEED + number)
            try:
                check(history)
            except AssertionError as problem:
                steps = "; ".join(history.done)
                pytest.fail(f"repeat with SEED={SEED + number - first} HISTORIES=1: {problem}\nafter: {steps}")


@pytest.mark.parametrize("worker", range(WORKERS))
def test_each_cycle_writes_exactly_the_accounts_that_had_to_change(tmp_path: Path, worker: int) -> None:
    def check(history: History) -> None:
        for _ in range(4):
            check_a_cycle(history)
            history.edits(8)

    number = HISTORIES // 2 // WORKERS
    run_histories(tmp_path, number, worker * number, check)


def test_changes_that_come_while_a_cycle_runs_are_all_there_after_the_next(tmp_path: Path) -> None:
    def check(history: History) -> None:
        for _ in range(3):
            with_moves(history, 0.4)
            history.instep.cycle()
            history.instep.target.on_request = None
            check_settled(history)
            history.edits(8)

    run_histories(tmp_path, HISTORIES // 6, 1000, check)


def test_no_more_accounts_go_in_a_day_than_the_budget_allows_whatever_comes_meanwhile(tmp_path: Path) -> None:
    def check(history: History) -> None:
        instep, removals = history.instep, watch_removals(history)
        instep.settle(removals=BUDGET)
        for _ in range(5):
            with_moves(history, 0.5)
            instep.cycle()
            history.edits(8)
            recent = [at for at in removals if at > instep.now - timedelta(hours=24)]
            assert len(recent) <= BUDGET, f"{len(recent)} accounts went within a day"
            instep.wait(hours=history.random.choice([1, 5, 23]))
        instep.target.on_request = None
        instep.settle(removals=10_000)
        check_settled(history)

    run_histories(tmp_path, HISTORIES // 6, 2000, check)


def test_whatever_request_a_crash_comes_with_nobody_is_created_twice_or_forgotten(tmp_path: Path) -> None:
    def check(history: History) -> None:
        instep, created = history.instep, watch_creates(history.instep)
        for _ in range(4):
            crash_at(history, history.random.randint(1, 6), instep.cycle)
            history.edits(3)
            check_settled(history)
            assert all(number == 1 for number in created.values()), created
            history.edits(8)
        assert not instep.rows("SELECT * FROM operations WHERE state IN ('planned', 'sent', 'unknown')")

    run_histories(tmp_path, HISTORIES // 6, 3000, check)


def check_a_cycle(history: History) -> None:
    instep = history.instep
    wanted = history.expected.after_a_cycle()
    summary = cycle(history)
    assert summary.counts.failed == 0, summary.counts
    assert accounts_of(instep) == history.expected.accounts
    assert len(instep.target.writes) == wanted, instep.target.writes
    logged = [entry.entry.user_id for entry in instep.log(cycle_id=summary.cycle_id)]
    assert len(logged) == len(set(logged)) == summary.counts.users, logged
    check_silence(history)


def check_settled(history: History) -> None:
    """One cycle more, and everything is as the directory says, which ever way it came to be so."""
    unfinished = history.instep.rows("SELECT 1 FROM cycles WHERE state IN ('running', 'interrupted')")
    if unfinished:
        cycle(history)
    cycle(history)
    assert not history.expected.problems(accounts_of(history.instep))
    check_silence(history)


def check_silence(history: History) -> None:
    again = cycle(history)
    assert not history.instep.target.sent, history.instep.target.sent
    assert again.counts.users == 0, again.counts


def cycle(history: History) -> CycleSummary:
    history.done.append("CYCLE")
    history.instep.target.forget_requests()
    summary = history.instep.cycle()
    assert summary.state is CycleState.SUCCEEDED, summary.reason
    return summary


def with_moves(history: History, likelihood: float) -> None:
    """The directory changes while requests are under way."""

    def move(_sent: Sent) -> None:
        if history.random.random() < likelihood:
            history.done.append("meanwhile")
            history.edit()

    history.instep.target.on_request = move


def watch_removals(history: History) -> list[Any]:
    """The moments at which an active account was disabled or deleted."""
    instep, removals, active = history.instep, [], set()

    def note(sent: Sent, _answer: Outcome) -> None:
        now_active = {a["id"] for a in instep.target.accounts.values() if a["active"]}
        if gone := active - now_active:
            history.done.append(f"removed {sent.account_id}")
            removals.extend([instep.now] * len(gone))
        active.clear()
        active.update(now_active)

    instep.target.on_answer = note
    return removals


def watch_creates(instep: Installation) -> Counter[str]:
    """How often each userName was asked to be created, as far as such a request arrived."""
    created: Counter[str] = Counter()

    def note(sent: Sent, answer: Outcome) -> None:
        if sent.method == "POST" and isinstance(answer, Answer):
            created[sent.body["userName"]] += 1

    instep.target.on_answer = note
    return created
