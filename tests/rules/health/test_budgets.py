"""How much may happen without asking: the budgets, line by line (design.md 3, Budgets; engine.md 7)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from instep.rules.health.budgets import Judgement, Percent, Spent, judge, judge_removals, limit_of, removal_budget

TABLE = [(0, 3), (1, 3), (6, 3), (7, 3), (8, 4), (39, 19), (40, 20), (100, 20), (400, 20), (419, 20), (420, 21)]
NOTHING = Spent()


@pytest.mark.parametrize(("population", "budget"), [*TABLE, (6402, 320), (300_000, 15_000)])
def test_by_default_at_most_max_3_min_max_20_5_percent_50_percent_of_the_active_links_go(population, budget):
    assert removal_budget(population) == budget


@given(st.integers(0, 10_000_000), st.integers(0, 1000))
def test_more_people_never_make_it_smaller(population, more):
    assert removal_budget(population + more) >= removal_budget(population)


@given(st.integers(8, 10_000_000))
def test_it_is_never_more_than_half(population):
    assert removal_budget(population) <= population / 2


@pytest.mark.parametrize(
    ("limit", "population", "number"),
    [(7, 100, 7), (0, 100, 0), (Percent(5), 100, 5), (Percent(5), 119, 5), (Percent(5), 19, 0), (Percent(100), 7, 7)],
)
def test_a_budget_is_a_number_or_a_percentage_rounded_down(limit, population, number):
    assert limit_of(limit, population) == number


@pytest.mark.parametrize(
    ("limit", "population", "planned", "in_a_day", "held"),
    [
        (None, 100, 20, 0, False),  # the default budget of 100 accounts is 20
        (None, 100, 21, 0, True),
        (None, 100, 10, 10, False),  # in any rolling 24 hours
        (None, 100, 10, 11, True),
        (None, 100, 0, 500, False),  # none planned: nothing to hold
        (5, 1000, 5, 0, False),
        (5, 1000, 6, 0, True),
        (0, 1000, 1, 0, True),
        (Percent(10), 1000, 100, 0, False),
        (Percent(10), 1000, 101, 0, True),
        (Percent(0), 1000, 1, 0, True),
    ],
)
def test_removals_over_their_budget_are_held(limit, population, planned, in_a_day, held):
    assert judge_removals(limit, None, population, planned, Spent(in_a_day)).is_over is held


@pytest.mark.parametrize(
    ("threshold", "planned", "in_this_cycle", "held"),
    [
        (500, 499, 0, False),  # 500 lets at most 499 through
        (500, 500, 0, True),  # reaching the threshold trips
        (500, 100, 399, False),
        (500, 100, 400, True),  # within one cycle, however they come
        (1, 1, 0, True),
        (None, 100_000, 100_000, False),
    ],
)
def test_reaching_the_accidental_deletion_threshold_within_a_cycle_holds(threshold, planned, in_this_cycle, held):
    judgement = judge_removals(1_000_000, threshold, 1_000_000, planned, Spent(0, in_this_cycle))
    assert judgement.is_over is held
    assert judgement.threshold == (threshold if held else None)


def test_removals_of_earlier_cycles_do_not_add_up_to_the_threshold():
    assert not judge_removals(1_000, 500, 10_000, 400, Spent(in_a_day=400)).is_over


def test_the_budget_holds_although_the_threshold_is_not_reached():
    assert judge_removals(5, 500, 1000, 6, NOTHING) == Judgement(5, 6)


@pytest.mark.parametrize(
    ("limit", "population", "planned", "held"),
    [
        (100, 0, 100, False),
        (100, 0, 101, True),
        (0, 50, 0, False),
        (0, 50, 1, True),
        (Percent(10), 200, 20, False),
        (Percent(10), 200, 21, True),
        (Percent(10), 0, 1, True),  # of nothing: a first cycle wants an approval
    ],
)
def test_creates_updates_and_memberships_over_the_budget_of_a_cycle_are_held(limit, population, planned, held):
    judgement = judge(limit, population, planned)
    assert judgement is not None
    assert judgement.is_over is held


def test_creates_updates_and_memberships_have_no_budget_unless_it_is_set():
    assert judge(None, 10, 1_000_000) is None
