"""Does a saved plan do to groups and their members exactly what it said, also when it is killed on the way?

Random histories of small directories with groups; PLANS=n in the environment makes more of them.
"""

import os
from collections import Counter
from collections.abc import Callable, Iterator

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fakes.crashes import crash_at
from fakes.group_history import GroupHistory
from fakes.installation import Installation, install, open_database
from fakes.memory_target import Sent
from instep.ledger.cycles import CycleSummary
from instep.ledger.plans import Plan, PlannedState, PlanState
from instep.ledger.records import SourceType
from instep.rules.health.outcomes import Answer, Outcome

EXAMPLES = int(os.environ.get("PLANS", "2"))
Begin = Callable[[int], GroupHistory]
Said = tuple[str, str, str, str]  # group, what, values afterwards, member


@pytest.fixture(scope="module")
def begin(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Begin]:
    """Begins the history of a directory with a job, each fresh, over one database."""
    with open_database(tmp_path_factory.mktemp("plans")) as database:
        yield lambda seed: GroupHistory(install(database, "custom-scim"), seed)


def said(instep: Installation, plan: Plan) -> Counter[Said]:
    """What a plan has for groups."""
    found: Counter[Said] = Counter()
    for kept in instep.planned(plan):
        planned = kept.planned
        if planned.source_type is SourceType.GROUP and planned.kind is not None:
            member = planned.member.user_id if planned.member is not None else ""
            found[planned.user_id, planned.kind.value, str(dict(planned.after)), member] += 1
    return found


def done(instep: Installation, summary: CycleSummary) -> Counter[Said]:
    """What a cycle has sent about groups, by its operations."""
    query = f"""SELECT user_id, kind, before, after FROM operations WHERE cycle_id = '{summary.cycle_id}'
                AND source_type = 'Group' AND state = 'done'"""
    found: Counter[Said] = Counter()
    for group_id, kind, *documents in instep.rows(query):
        before, after = (orjson.loads(document) for document in documents)
        members = {**before.pop("members", {}), **after.pop("members", {})} or {"": ""}
        found.update((group_id, kind, str(after), user_id) for user_id in members)
    return found


def check(history: GroupHistory) -> None:
    accounts, groups = history.company.after_a_cycle()
    assert history.seen() == (accounts, groups)
    assert not history.wrong_managers()


@settings(max_examples=EXAMPLES)
@given(seed=st.integers(0, 2**32))
def test_a_saved_plan_applied_to_an_unchanged_world_does_exactly_what_it_said(begin: Begin, seed: int) -> None:
    history = begin(seed)
    instep = history.instep
    for _ in range(3):
        history.edits(8)
        plan = instep.approve(instep.save_plan())
        applied, summary = instep.apply(plan)
        assert done(instep, summary) == said(instep, plan)
        assert applied.states == ({PlannedState.DONE: plan.size} if plan.size else {})
        check(history)


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
        assert done(instep, summary) <= said(instep, plan)
        assert PlannedState.PLANNED not in {kept.state for kept in instep.planned(plan)}
        for _ in range(2):
            instep.wait(hours=25)
            instep.cycle()
        history.company.provisioned |= set(history.seen()[0]) & history.company.people.keys()
        check(history)


@settings(max_examples=EXAMPLES)
@given(seed=st.integers(0, 2**32), at_request=st.integers(1, 9))
def test_a_plan_that_was_killed_goes_on_loses_nothing_and_does_nothing_twice(
    begin: Begin, seed: int, at_request: int
) -> None:
    history = begin(seed)
    instep, created = history.instep, watch_creates(history.instep)
    for _ in range(2):
        history.edits(8)
        plan = instep.approve(instep.save_plan())
        crash_at(history, at_request, lambda plan=plan: instep.apply(plan))
        if instep.plan(plan.id).state is not PlanState.APPLIED:
            instep.apply(plan)
        check(history)
        assert all(number == 1 for number in created.values()), created
        assert {kept.state for kept in instep.planned(plan)} <= {PlannedState.DONE}
        assert instep.preview()[0] == []
        assert not instep.rows("SELECT 1 FROM operations WHERE state IN ('planned', 'sent', 'unknown')")


def watch_creates(instep: Installation) -> Counter[str]:
    """How often each user, and each group of the directory, was asked to be created, as far as the request arrived."""
    created: Counter[str] = Counter()

    def note(sent: Sent, answer: Outcome) -> None:
        if sent.method == "POST" and isinstance(answer, Answer):
            created[sent.body.get("userName") or sent.body["externalId"]] += 1

    instep.target.on_answer = note
    return created
