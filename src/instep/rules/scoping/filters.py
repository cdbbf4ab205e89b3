"""Which users does a scoping filter let through: clauses on attributes of the directory, with a title?"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Clause:
    """One condition; `operator` is a name of engine.md 4.2, `values` is empty for a unary one."""

    attribute: str
    operator: str
    values: tuple[str, ...] = ()

    def __str__(self) -> str:
        return " ".join((self.attribute, self.operator, *(f"'{value}'" for value in self.values)))


@dataclass(frozen=True, slots=True)
class ScopingFilter:
    """Clauses that must all hold, under the title that the log and the pages call them by."""

    title: str
    clauses: tuple[Clause, ...]


def place_of(number: int, scoping_filter: ScopingFilter, clause_number: int | None = None) -> str:
    """Return how a message names a filter, and a clause of it; both are counted from 1."""
    title = scoping_filter.title.strip()
    place = f"filter '{title}'" if title else f"filter {number}"
    return place if clause_number is None else f"{place}, clause {clause_number}"
