"""How are scoping filters edited in a form: filters with a title, clauses in them, rows added and taken away?"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final

from instep.rules.scoping.errors import FilterError
from instep.rules.scoping.filters import Clause, ScopingFilter, place_of
from instep.rules.scoping.operators import OPERATORS, Arity

MOST_ROWS: Final = 100
UNARY: Final = frozenset(name for name, operator in OPERATORS.items() if operator.arity is Arity.UNARY)
_EMPTY: Final = Clause("", "EQUALS", ("",))


@dataclass(frozen=True, slots=True)
class FilterForm:
    """The filters as they were typed, and what is wrong with them by place, such as `filter 1, clause 2`."""

    filters: tuple[ScopingFilter, ...]
    problems: Mapping[str, str] = field(default_factory=dict)
    problem: str = ""

    @property
    def is_refused(self) -> bool:
        """Whether anything is to be put right."""
        return bool(self.problem or self.problems)

    def problem_of(self, number: int, clause: int | None = None) -> str:
        """Return what is wrong with a filter, or a clause of it; both are counted from 0."""
        return self.problems.get(place_of(number + 1, self.filters[number], None if clause is None else clause + 1), "")

    def document(self) -> dict[str, Any]:
        """Return the filters in Graph's form."""
        return {"groups": [_group(each) for each in self.filters]}

    def with_problems(self, problems: Sequence[FilterError]) -> "FilterForm":
        """Return the form with what is wrong, at its place where it has one."""
        places = {place_of(number + 1, each, clause) for number, each, clause in _places(self.filters)}
        known = {
            each.place: f"{each.message[:1].upper()}{each.message[1:]}." for each in problems if each.place in places
        }
        others = [f"{each.place}: {each.message}." for each in problems if each.place not in places]
        return replace(self, problems=known, problem=" ".join(others))

    def edited(self, deed: str) -> "FilterForm":
        """Return the form after a button such as `add-clause-0`; unchanged after one that there is not."""
        name, *numbers = deed.rsplit("-", 2 if deed.startswith("remove-clause-") else 1)
        filters = list(self.filters)
        if deed == "add-filter":
            filters.append(ScopingFilter("", (_EMPTY,)))
            return FilterForm(tuple(filters))
        at = [int(number) for number in numbers if number.isascii() and number.isdigit()]
        if len(at) != len(numbers) or not at or at[0] >= len(filters):
            return self
        chosen = filters[at[0]]
        if name == "remove-filter":
            del filters[at[0]]
        elif name == "add-clause":
            filters[at[0]] = replace(chosen, clauses=(*chosen.clauses, _EMPTY))
        elif name == "remove-clause":
            kept = tuple(each for number, each in enumerate(chosen.clauses) if number != at[1])
            filters[at[0]] = replace(chosen, clauses=kept)
        return FilterForm(tuple(filters))


def read_filters(typed: Mapping[str, Any]) -> FilterForm:
    """Return the filters that were typed, in their order; rows that were left out are not there."""
    return FilterForm(tuple(_filters(typed)))


def _filters(typed: Mapping[str, Any]) -> Iterator[ScopingFilter]:
    for number in range(MOST_ROWS):
        if f"title-{number}" not in typed:
            return
        clauses = tuple(_clauses(typed, number))
        yield ScopingFilter(_text(typed, f"title-{number}").strip(), clauses)


def _clauses(typed: Mapping[str, Any], number: int) -> Iterator[Clause]:
    for place in range(MOST_ROWS):
        row = f"{number}-{place}"
        if f"attribute-{row}" not in typed:
            return
        operator = _text(typed, f"operator-{row}")
        values = () if operator in UNARY else (_text(typed, f"value-{row}"),)
        yield Clause(_text(typed, f"attribute-{row}").strip(), operator, values)


def _text(typed: Mapping[str, Any], name: str) -> str:
    value = typed.get(name, "")
    return value if isinstance(value, str) else ""


def _places(filters: Sequence[ScopingFilter]) -> Iterator[tuple[int, ScopingFilter, int | None]]:
    for number, each in enumerate(filters):
        yield number, each, None
        for clause in range(len(each.clauses)):
            yield number, each, clause + 1


def _group(scoping_filter: ScopingFilter) -> dict[str, Any]:
    clauses = [
        {
            "sourceOperandName": each.attribute,
            "operatorName": each.operator,
            "targetOperand": {"values": [*each.values]},
        }
        for each in scoping_filter.clauses
    ]
    return {"name": scoping_filter.title, "clauses": clauses}
