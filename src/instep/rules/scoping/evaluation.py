"""Which clause decided that somebody is in scope, or is not (engine.md 4.5)?"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from instep.rules.mapping.expressions.values import Value, is_null_or_empty

LONGEST_SHOWN = 60


@dataclass(frozen=True, slots=True)
class ClauseResult:
    """What one clause says of one object; `value` is the object's, `text` the clause as it is written."""

    attribute: str
    text: str
    holds: bool
    value: Value

    @property
    def shown_value(self) -> str:
        """The value as a message shows it; a long one is cut."""
        if is_null_or_empty(self.value):
            return "it has no value"
        shown = str(self.value)
        return f"it is '{shown if len(shown) <= LONGEST_SHOWN else shown[: LONGEST_SHOWN - 1] + '…'}'"


@dataclass(frozen=True, slots=True)
class ScopeEvaluation:
    """What every clause of every filter says of one object: the filters' titles, and their clauses."""

    filters: tuple[tuple[str, tuple[ClauseResult, ...]], ...]

    @property
    def passed(self) -> bool:
        """Whether the object is in scope: one filter holds, or there is none."""
        return not self.filters or self.passed_filter is not None

    @property
    def passed_filter(self) -> str | None:
        """The title of the first filter that holds."""
        return next((title for title, clauses in self.filters if all(one.holds for one in clauses)), None)

    def failures(self) -> Iterator[tuple[str, ClauseResult]]:
        """Yield each filter that does not hold, with the first clause that fails in it."""
        for title, clauses in self.filters:
            failing = next((one for one in clauses if not one.holds), None)
            if failing is not None:
                yield title, failing

    def as_details(self) -> Mapping[str, bool]:
        """Return the log's ScopeEvaluationResult, a key for each clause such as `Title.department EQUALS 'Sales'`."""
        return {f"{title}.{one.text}": one.holds for title, clauses in self.filters for one in clauses}
