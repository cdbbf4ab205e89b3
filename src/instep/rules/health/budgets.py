"""How much of a kind may happen before an administrator must agree? (design.md 3, Budgets)"""

from dataclasses import dataclass

FEWEST = 3  # a small directory still works without asking
USUAL_LEAST = 20
USUAL_PERCENT = 5
MOST_PERCENT = 50


@dataclass(frozen=True, slots=True)
class Judgement:
    """Operations of one kind, judged together: `planned` now and `spent` before, against `limit`."""

    limit: int
    planned: int
    spent: int = 0

    @property
    def is_over(self) -> bool:
        """Whether all that are planned are held."""
        return self.planned > 0 and self.planned + self.spent > self.limit


def removal_budget(population: int) -> int:
    """Return `max(3, min(max(20, 5 %), 50 %))` of those who could be removed; percents are rounded down."""
    usual = max(USUAL_LEAST, population * USUAL_PERCENT // 100)
    return max(FEWEST, min(usual, population * MOST_PERCENT // 100))
