"""Whatever happens, also a crash: does nobody leave a group, and no group go, beyond the budget and what was approved?

Random histories of small directories with groups; HELD=n in the environment makes more of them.
"""

import os
from collections.abc import Callable, Iterator

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fakes.crashes import crash_at
from fakes.group_history import GroupHistory
from fakes.installation import Installation, install, open_database
from instep.ledger.plans import PlanState

EXAMPLES = int(os.environ.get("HELD", "2"))
Begin = Callable[[int], GroupHistory]


@pytest.fixture(scope="module")
def begin(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Begin]:
    """Begins the history of a directory with a job, each fresh, over one database."""
    with open_database(tmp_path_factory.mktemp("held")) as database:
        yield lambda seed: GroupHistory(install(database, "custom-scim"), seed)


def taken_out(instep: Installation) -> set[tuple[str, str]]:
    """Group and user: whose active account the job took out of a group, of its own accord, by deleting it also."""
    query = """SELECT user_id, before FROM operations WHERE source_type = 'Group' AND state = 'done'
               AND kind IN ('delete', 'remove members')"""
    return {(group, user) for group, before in instep.rows(query) for user in orjson.loads(before).get("people", [])}


def approve_everything(instep: Installation) -> None:
    for plan in instep.held():
        if plan.state is PlanState.PLANNED:
            instep.approve(plan)


@settings(max_examples=EXAMPLES)
@given(seed=st.integers(0, 2**32), at_request=st.integers(1, 9))
def test_over_the_budget_nobody_leaves_a_group_and_once_all_is_approved_nothing_is_left(
    begin: Begin, seed: int, at_request: int
) -> None:
    history = begin(seed)
    instep = history.instep
    instep.settle(removals=1, group_removals=1, memberships=3 if seed % 2 else None)
    for _ in range(3):
        history.edits(8)
        instep.wait(hours=25)
        before = taken_out(instep)
        crash_at(history, at_request, instep.cycle)
        instep.cycle()
        assert len({user for _, user in taken_out(instep) - before}) <= 1
        for _ in range(6):  # an account that comes, or a group, brings further changes, which are held again
            approve_everything(instep)
            instep.cycle()
        approve_everything(instep)
        assert not instep.rows("SELECT 1 FROM holds"), history.done
        assert not instep.rows("SELECT 1 FROM held_groups"), history.done
        check(history)
        instep.target.forget_requests()
        instep.cycle()
        assert not instep.target.sent


def check(history: GroupHistory) -> None:
    accounts, groups = history.company.after_a_cycle()
    assert history.seen() == (accounts, groups), history.done
