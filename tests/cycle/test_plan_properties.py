"""Does a saved plan do exactly what it said, in any directory, also when it is killed on the way?

Random histories of small directories; PLANS=n in the environment makes more of them.
"""

import os
from collections import Counter
from collections.abc import Callable, Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fakes.crashes import crash_at
from fakes.installation import Installation, install, open_database
from fakes.memory_target import Sent
from fakes.random_history import History, accounts_of
from instep.ledger.cycles import CycleSummary
from instep.ledger.plans import Plan, PlannedState, PlanState
from instep.rules.health.outcomes import Answer, Outcome

EXAMPLES = int(os.environ.get("PLANS", "7"))
Begin = Callable[[int], History]
Said = tuple[str, str, dict[str, object], dict[str, object]]  # user, kind, before, after


@pytest.fixture(scope="module")
def begin(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[int], History]]:
    """Begins the history of a directory with a job, each fresh, over one database."""
    with open_database(tmp_path_factory.mktemp("plans")) as database:
        yield lambda seed: History(install(database), seed)


def said(instep: Installation, plan: Plan) -> list[Said]:
    planned = (kept.planned for kept in instep.planned(plan))
    return [(p.user_id, p.kind.value, dict(p.before), dict(p.after)) for p in planned if p.kind is not None]


def done(instep: Installation, summary: CycleSummary) -> list[Said]:
    """What a cycle has sent, by its operations and its log."""
    kinds = dict(instep.rows("SELECT id, kind FROM operations"))
    entries = [entry for entry in instep.log(cycle_id=summary.cycle_id) if entry.entry.operation_id is not None]
    return [(e.entry.user_id, kinds[e.entry.operation_id], dict(e.before), dict(e.after)) for e in entries]


@settings(max_examples=EXAMPLES)
@given(seed=st.integers(0, 2**32))
def test_a_saved_plan_applied_to_an_unchanged_world_does_exactly_what_it_said(begin: Begin, seed: int) -> None:
    history = begin(seed)
    instep = history.instep
    for _ in range(3):
        history.edits(8)
        plan = instep.approve(instep.save_plan())
        instep.target.forget_requests()
        applied, summary = instep.apply(plan)
        assert done(instep, summary) == said(instep, plan)
        assert len(instep.target.writes) == plan.size == applied.states.get(PlannedState.DONE, 0)
        history.expected.after_a_cycle()
        assert accounts_of(instep) == history.expected.accounts


@settings(max_examples=EXAMPLES)
@given(seed=st.integers(0, 2**32))
def test_applying_a_plan_and_planning_again_leaves_nothing(begin: Begin, seed: int) -> None:
    history = begin(seed)
    instep = history.instep
    for _ in range(3):
        history.edits(8)
        instep.apply(instep.approve(instep.save_plan()))
        shown, _ = instep.preview()
        assert shown == []
        instep.target.forget_requests()
        instep.cycle()
        assert not instep.target.sent


@settings(max_examples=EXAMPLES)
@given(seed=st.integers(0, 2**32))
def test_whatever_changes_meanwhile_nothing_is_sent_that_the_plan_did_not_say(begin: Begin, seed: int) -> None:
    history = begin(seed)
    instep = history.instep
    for _ in range(3):
        history.edits(8)
        plan = instep.approve(instep.save_plan())
        history.edits(3)
        instep.target.on_request = lambda _sent, history=history: history.edits(1)
        _, summary = instep.apply(plan)
        instep.target.on_request = None
        sent = [(user, after) for user, _, _, after in done(instep, summary)]
        agreed = [(user, after) for user, _, _, after in said(instep, plan)]
        assert all(each in agreed for each in sent)
        ends = {kept.state for kept in instep.planned(plan)}
        assert PlannedState.PLANNED not in ends
        instep.cycle()
        instep.cycle()
        assert not history.expected.problems(accounts_of(instep))


@settings(max_examples=EXAMPLES)
@given(seed=st.integers(0, 2**32), at_request=st.integers(1, 6))
def test_a_plan_that_was_killed_goes_on_and_does_nothing_twice(begin: Begin, seed: int, at_request: int) -> None:
    history = begin(seed)
    instep, created = history.instep, watch_creates(history.instep)
    for _ in range(2):
        history.edits(8)
        plan = instep.approve(instep.save_plan())
        crash_at(history, at_request, lambda plan=plan: instep.apply(plan))
        if instep.plan(plan.id).state is not PlanState.APPLIED:
            instep.apply(plan)
        history.expected.after_a_cycle()
        assert accounts_of(instep) == history.expected.accounts
        assert all(number == 1 for number in created.values()), created
        assert {kept.state for kept in instep.planned(plan)} <= {PlannedState.DONE}
        assert instep.preview()[0] == []


def watch_creates(instep: Installation) -> Counter[str]:
    """How often each userName was asked to be created, as far as such a request arrived."""
    created: Counter[str] = Counter()

    def note(sent: Sent, answer: Outcome) -> None:
        if sent.method == "POST" and isinstance(answer, Answer):
            created[sent.body["userName"]] += 1

    instep.target.on_answer = note
    return created
