"""How much of a kind may happen before an administrator must agree? (design.md 3, Budgets; engine.md 7)"""

from dataclasses import dataclass
from enum import StrEnum
from typing import TypeAlias

from instep.rules.planning.operations import REMOVALS, OperationKind

FEWEST = 3  # a small directory still works without asking
USUAL_LEAST = 20
USUAL_PERCENT = 5
MOST_PERCENT = 50
ENTRAS_THRESHOLD = 500  # of Prevent accidental deletions


class Budgeted(StrEnum):
    """What has a budget of its own."""

    REMOVALS = "removals"
    CREATES = "creates"
    UPDATES = "updates"
    MEMBERSHIPS = "memberships"
    PEOPLE = "people"  # to be taken out of groups
    GROUPS = "groups"  # to be deleted in the target


@dataclass(frozen=True, slots=True)
class Percent:
    """So many of a hundred; a part of one is none."""

    value: int

    def __str__(self) -> str:
        return f"{self.value}%"


Limit: TypeAlias = int | Percent


@dataclass(frozen=True, slots=True)
class Judgement:
    """Operations of one kind, judged together: `planned` now and `spent` before, against `limit`.

    `threshold` is given where it is the accidental deletion threshold that decides: reaching it is too much.
    Where `needs_approval`, nothing goes without one, however little it is.
    """

    limit: int
    planned: int
    spent: int = 0
    threshold: int | None = None
    needs_approval: bool = False

    @property
    def is_over(self) -> bool:
        """Whether all that are planned are held."""
        return self.planned > 0 and (self.needs_approval or self.planned + self.spent > self.limit)


@dataclass(frozen=True, slots=True)
class Spent:
    """The removals that were made already: in the last 24 hours without being approved, and in this cycle."""

    in_a_day: int = 0
    in_this_cycle: int = 0


def judge_removals(
    limit: Limit | None, threshold: int | None, population: int, planned: int, spent: Spent
) -> Judgement:
    """Judge the removals of a cycle: those of a rolling day against the budget, its own against the threshold.

    `population` are those who could be removed. None for the limit takes the default rule; None for the threshold
    leaves it out.
    """
    budget = Judgement(removal_limit(limit, population), planned, spent.in_a_day)
    if threshold is None or budget.is_over:
        return budget
    reached = Judgement(threshold - 1, planned, spent.in_this_cycle, threshold)
    return reached if reached.is_over else budget


def judge(limit: Limit | None, population: int, planned: int, spent: int = 0) -> Judgement | None:
    """Judge creates, updates or changes of memberships of one cycle; None where there is no budget for them.

    `population` are the active accounts, or the memberships, that there are; `spent` was done in this cycle already.
    """
    return None if limit is None else Judgement(limit_of(limit, population), planned, spent)


def removal_limit(limit: Limit | None, population: int) -> int:
    """Return a budget of removals as a number; None takes the default rule."""
    return removal_budget(population) if limit is None else limit_of(limit, population)


def subject_of(kind: OperationKind) -> Budgeted:
    """Return by which budget an operation on a user's account is judged."""
    if kind is OperationKind.CREATE:
        return Budgeted.CREATES
    return Budgeted.REMOVALS if kind in REMOVALS else Budgeted.UPDATES


def limit_of(limit: Limit, population: int) -> int:
    """Return a limit as a number; percents are of those who are there, rounded down."""
    return population * limit.value // 100 if isinstance(limit, Percent) else limit


def removal_budget(population: int) -> int:
    """Return `max(3, min(max(20, 5 %), 50 %))` of those who could be removed; percents are rounded down."""
    usual = max(USUAL_LEAST, population * USUAL_PERCENT // 100)
    return max(FEWEST, min(usual, population * MOST_PERCENT // 100))
