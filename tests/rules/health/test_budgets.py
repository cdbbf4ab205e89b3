"""How many removals does a rolling day allow?"""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from instep.rules.health.budgets import removal_budget

TABLE = [(0, 3), (1, 3), (6, 3), (7, 3), (8, 4), (39, 19), (40, 20), (100, 20), (400, 20), (419, 20), (420, 21)]


@pytest.mark.parametrize(("population", "budget"), [*TABLE, (6402, 320), (300_000, 15_000)])
def test_the_budget_of_a_population_is(population, budget):
    assert removal_budget(population) == budget


@given(st.integers(0, 10_000_000), st.integers(0, 1000))
def test_more_people_never_make_it_smaller(population, more):
    assert removal_budget(population + more) >= removal_budget(population)


@given(st.integers(8, 10_000_000))
def test_it_is_never_more_than_half(population):
    assert removal_budget(population) <= population / 2
