"""Do budgets and approvals delay what is written, and never change where it ends, in any directory, also when killed?

Random histories of small directories with random budgets; BUDGETS=n in the environment makes more of them.
"""

import os
from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fakes.crashes import crash_at
from fakes.installation import Installation, install, open_database
from fakes.memory_target import Sent
from fakes.random_history import History, accounts_of
from instep.ledger.cycles import CycleSummary
from instep.ledger.jobs import Approval, JobSettings
from instep.ledger.plans import PlanState
from instep.rules.health.budgets import limit_of
from instep.rules.health.outcomes import Answer, Outcome

EXAMPLES = int(os.environ.get("BUDGETS", "3"))
Begin = Callable[[int], History]


@pytest.fixture(scope="module")
def begin(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Begin]:
    """Begins the history of a directory with a job, each fresh, over one database."""
    with open_database(tmp_path_factory.mktemp("budgets")) as database:
        yield lambda seed: History(install(database), seed)


def some_budgets(history: History) -> dict[str, Any]:
    draw = history.random
    return {
        "creates": draw.choice([None, 0, 1, 3]),
        "updates": draw.choice([None, 0, 1, 3]),
        "approval": draw.choice([Approval.OFF, Approval.OFF, Approval.REQUIRED]),
    }


def approve_until_nothing_waits(instep: Installation) -> None:
    for _ in range(6):
        for plan in instep.held():
            if plan.state is PlanState.PLANNED:
                instep.approve(plan)
        instep.cycle()
        if not instep.jobs.held(instep.job):
            return
    pytest.fail("something is held for ever")


def what_was_done(instep: Installation, summary: CycleSummary) -> Counter[tuple[str, bool]]:
    """Whose operations a cycle has sent or held."""
    entries = [recorded.entry for recorded in instep.log(cycle_id=summary.cycle_id)]
    return Counter((e.user_id, e.is_held) for e in entries if e.is_held or e.operation_id is not None)


def assert_within(judged: JobSettings, population: int, summary: CycleSummary) -> None:
    for limit, done in ((judged.creates, summary.counts.created), (judged.updates, summary.counts.updated)):
        if judged.approval is Approval.REQUIRED:
            assert done == 0
        elif limit is not None:
            assert done <= limit_of(limit, population)


@settings(max_examples=EXAMPLES)
@given(seed=st.integers(0, 2**32))
def test_a_cycle_does_and_holds_what_its_preview_said_and_passes_no_budget(begin: Begin, seed: int) -> None:
    history = begin(seed)
    instep = history.instep
    for _ in range(2):
        instep.settle(**some_budgets(history))
        history.edits(8)
        shown, _ = instep.preview()
        summary = instep.cycle()
        assert what_was_done(instep, summary) == Counter((each.user_id, each.is_held) for each in shown if each.kind)
        assert_within(instep.job.settings, len(instep.target.accounts), summary)
        approve_until_nothing_waits(instep)


@settings(max_examples=EXAMPLES)
@given(seed=st.integers(0, 2**32))
def test_once_everything_is_approved_the_accounts_say_what_they_must(begin: Begin, seed: int) -> None:
    history = begin(seed)
    instep, created = history.instep, watch_creates(history.instep)
    for _ in range(2):
        instep.settle(**some_budgets(history))
        for _ in range(2):
            history.edits(6)
            instep.cycle()
        approve_until_nothing_waits(instep)
        assert not history.expected.problems(accounts_of(instep))
        assert instep.preview()[0] == []
    assert all(number == 1 for number in created.values()), created


@settings(max_examples=EXAMPLES)
@given(seed=st.integers(0, 2**32), at_request=st.integers(1, 6))
def test_killed_while_it_plans_or_holds_or_writes_a_cycle_goes_on(begin: Begin, seed: int, at_request: int) -> None:
    history = begin(seed)
    instep, created = history.instep, watch_creates(history.instep)
    for _ in range(2):
        instep.settle(**some_budgets(history))
        history.edits(8)
        crash_at(history, at_request, instep.cycle)
        instep.cycle()
        crash_at(history, at_request, lambda: approve_until_nothing_waits(instep))
        approve_until_nothing_waits(instep)
        assert not history.expected.problems(accounts_of(instep))
        assert instep.preview()[0] == []
    assert all(number == 1 for number in created.values()), created
    assert instep.rows("SELECT count(*) FROM plans WHERE state = 'draft'") == [(0,)]


def watch_creates(instep: Installation) -> Counter[str]:
    """How often each userName was asked to be created, as far as such a request arrived."""
    created: Counter[str] = Counter()

    def note(sent: Sent, answer: Outcome) -> None:
        if sent.method == "POST" and isinstance(answer, Answer):
            created[sent.body["userName"]] += 1

    instep.target.on_answer = note
    return created
