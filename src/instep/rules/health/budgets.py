"""How many removals may happen in a rolling day before an administrator must agree? (design.md 3, Budgets)"""

FEWEST = 3  # a small directory still works without asking
USUAL_LEAST = 20
USUAL_PERCENT = 5
MOST_PERCENT = 50


def removal_budget(population: int) -> int:
    """Return `max(3, min(max(20, 5 %), 50 %))` of those who could be removed; percents are rounded down."""
    usual = max(USUAL_LEAST, population * USUAL_PERCENT // 100)
    return max(FEWEST, min(usual, population * MOST_PERCENT // 100))
