"""Which users does a scoping filter let through: clauses on attributes of the directory, with a title?"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Clause:
    """One condition; `operator` is a name of engine.md 4.2, `values` is empty for a unary one."""

    attribute: str
    operator: str
    values: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ScopingFilter:
    """Clauses that must all hold, under the title that the log and the pages call them by."""

    title: str
    clauses: tuple[Clause, ...]
