"""What is a condition of OData in SQL, over the attributes of users and groups?

Text is compared without regard to letter case, as Graph does. A comparison with what has no value holds of nobody, but
for `ne`; so under a `not` what is unknown counts as not holding.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from operator import eq, ge, gt, le, lt, ne
from typing import Any

from sqlalchemy import ColumnElement, Table, Text, and_, cast, false, func, literal, not_, or_, select

from instep.clock import to_text
from instep.directory.attributes import MANAGER
from instep.directory.listing import KEY_CHARACTERS, search_key
from instep.directory.users import name_key
from instep.odata.conditions import (
    And,
    Call,
    Comparison,
    Condition,
    Constant,
    Count,
    Holds,
    Lambda,
    Literal,
    Not,
    OneOfThese,
    Or,
    Path,
    Search,
    Value,
)
from instep.odata.errors import QueryRefused

_MOMENTS = {"createdDateTime": "created_at", "deletedDateTime": "deleted_at"}


@dataclass(frozen=True, slots=True)
class Asked:
    """A table of the directory with an attributes column, and columns in which a name is kept folded and indexed.

    `opaque` are those of texts whose letter case counts, `indexed` further ones that may be null, `collected` tables
    of the values of a collection, with the columns of the object's id and of the folded value.
    """

    table: Table
    folded: Mapping[str, ColumnElement[str]]
    opaque: Mapping[str, ColumnElement[str]] = field(default_factory=dict)
    indexed: Mapping[str, ColumnElement[str | None]] = field(default_factory=dict)
    collected: Mapping[str, tuple[ColumnElement[str], ColumnElement[str]]] = field(default_factory=dict)

    def where(self, condition: Condition) -> ColumnElement[bool]:
        """Return the condition in SQL. Raises QueryRefused."""
        match condition:
            case And(conditions):
                return and_(*map(self.where, conditions))
            case Or(conditions):
                return or_(*map(self.where, conditions))
            case Not(inner):
                return not_(func.coalesce(self.where(inner), false()))
            case Comparison(operator, left, right):
                return self._compared(operator, left, right)
            case OneOfThese(value, values):
                return or_(*(self._compared("eq", value, Literal(each)) for each in values))
            case Holds(Call(name, (of, what))):
                return self._text_function(name, of, what)
            case Holds(value):
                return self._compared("eq", value, Literal(True))
            case Lambda():
                return self._of_collection(condition)

    def searched(self, search: Search) -> ColumnElement[bool]:
        """Return that a word of an attribute begins with a text, in SQL."""
        return or_(*(and_(*(self._word(term.property, term.text) for term in terms)) for terms in search))

    def ordered_by(self, path: Path) -> ColumnElement[str]:
        """Return the text that a list is ordered by; empty where there is no value."""
        name = self._name(path)
        if name in self.folded:
            return self.folded[name]
        if name in _MOMENTS:
            return func.coalesce(self.table.c[_MOMENTS[name]], "")
        return func.coalesce(func.folded(self._column(path)), "")

    def _word(self, name: str, text: str) -> ColumnElement[bool]:
        spaced = literal(" ") + func.folded(self._column(Path((name,))))
        return func.instr(spaced, f" {text.casefold()}") > 0

    def _compared(self, operator: str, left: Value, right: Value) -> ColumnElement[bool]:
        if isinstance(left, Literal) and not isinstance(right, Literal):
            return self._compared(_MIRRORED.get(operator, operator), right, left)
        if not isinstance(right, Literal) or isinstance(left, Literal):
            raise QueryRefused("One side of a comparison must be a property, the other a value.")
        value = right.value
        if operator == "eq" and isinstance(value, str) and isinstance(left, Path) and str(left) in self._exact:
            return self._exact[str(left)].in_({value, value.lower()} if str(left) == "id" else {value})
        if value is None:
            here = self._sql(left)
            if operator not in ("eq", "ne"):
                return false()
            return here.is_(None) if operator == "eq" else here.isnot(None)
        exact = self._folded_column(left, value)
        found, wanted = exact if exact is not None else self._alike(left, value)
        holds: ColumnElement[bool] = _OPERATORS[operator](found, wanted)
        if operator == "eq" and exact is None and (narrowed := self._narrowed(left, value)) is not None:
            return and_(narrowed, holds)
        return or_(holds, found.is_(None)) if operator == "ne" else holds

    @property
    def _exact(self) -> Mapping[str, ColumnElement[str]]:
        return {"id": self.table.c.id, **self.opaque}

    def _folded_column(self, left: Value, value: Constant) -> tuple[ColumnElement[Any], Any] | None:
        """The indexed form of a name, where it says all."""
        if isinstance(left, Path) and str(left) == "userPrincipalName" and isinstance(value, str):
            kept = self.folded.get("userPrincipalName")
            return None if kept is None else (kept, value.strip().casefold())
        return None

    def _narrowed(self, left: Value, value: Constant) -> ColumnElement[bool] | None:
        """What an index knows of whoever has a value, where it knows it; the value itself is compared besides."""
        if not isinstance(left, Path) or not isinstance(value, str):
            return None
        column_of = self._by_index.get(str(left))
        key = name_key(value)
        return None if column_of is None or not 0 < len(key) <= KEY_CHARACTERS else column_of == key

    @property
    def _by_index(self) -> Mapping[str, ColumnElement[Any]]:
        return {**self.folded, **self.indexed}

    def _alike(self, left: Value, value: Constant) -> tuple[ColumnElement[Any], Any]:
        if isinstance(value, datetime):
            return self._sql(left), to_text(value)
        if isinstance(value, bool):
            return cast(self._sql(left), Text), str(int(value))
        if isinstance(left, Count) or (isinstance(left, Call) and left.name == "length"):
            return self._sql(left), value
        return func.folded(cast(self._sql(left), Text)), str(value).casefold()

    def _sql(self, value: Value) -> ColumnElement[Any]:
        match value:
            case Literal(constant):
                return literal(to_text(constant) if isinstance(constant, datetime) else constant)
            case Path():
                return self._column(value)
            case Count(path):
                return func.coalesce(func.json_array_length(self._column(path)), 0)
            case Call(name, (of,)) if name in _OF_ONE:
                found: ColumnElement[Any] = _OF_ONE[name](self._sql(of))
                return found
            case Call(name, _):
                raise QueryRefused(f"{name} answers yes or no, and cannot be compared.")

    def _text_function(self, name: str, of: Value, what: Value) -> ColumnElement[bool]:
        here, text = func.folded(self._sql(of)), func.folded(self._sql(what))
        match name:
            case "contains":
                return func.instr(here, text) > 0
            case "startswith" if isinstance(what, Literal) and isinstance(what.value, str):
                return self._begins(of, what.value.casefold())
            case "startswith":
                return func.substr(here, 1, func.length(text)) == text
            case _:
                return and_(
                    func.length(here) >= func.length(text),
                    func.substr(here, func.length(here) - func.length(text) + 1) == text,
                )

    def _begins(self, of: Value, text: str) -> ColumnElement[bool]:
        """Through the index where there is one, which keeps the beginning of a name, without accents."""
        column_of = self._by_index.get(str(of)) if isinstance(of, Path) else None
        exactly = func.substr(func.folded(self._sql(of)), 1, len(text)) == text
        if column_of is None or not text:
            return exactly
        start = search_key(text) if column_of is not self.folded.get("userPrincipalName") else text.strip()
        return and_(column_of >= start, column_of < start + "\U0010ffff", exactly)

    def _of_collection(self, condition: Lambda) -> ColumnElement[bool]:
        values = func.json_each(self._column(condition.path)).table_valued("value", name=f"each_{condition.variable}")
        inner = condition.condition
        there_is = select(literal(1)).select_from(values)
        if inner is None:
            return there_is.exists()
        within = _Members(self.table, self.folded, variable=condition.variable, value=values.c.value).where(inner)
        if condition.quantifier == "any":
            there_is_one = there_is.where(within).exists()
            narrowed = self._collected(condition)
            return there_is_one if narrowed is None else and_(narrowed, there_is_one)
        return not_(there_is.where(not_(func.coalesce(within, false()))).exists())

    def _collected(self, condition: Lambda) -> ColumnElement[bool] | None:
        """What a table of the values knows of whoever has one of them."""
        known = self.collected.get(str(condition.path))
        wanted = _value_of(condition.condition, condition.variable)
        if known is None or wanted is None:
            return None
        of, key = known
        return self.table.c.id.in_(select(of).where(key == name_key(wanted)))

    def _column(self, path: Path) -> ColumnElement[Any]:
        name = self._name(path)
        if name == "id":
            return self.table.c.id
        if name in _MOMENTS:
            return self.table.c[_MOMENTS[name]]
        if name == MANAGER and "manager_id" in self.table.c:
            return self.table.c.manager_id
        if name == "displayName" and "display_name" in self.table.c:
            return self.table.c.display_name
        return func.json_extract(self.table.c.attributes, f'$."{name}"')

    def _name(self, path: Path) -> str:
        return str(path)


def _value_of(condition: Condition | None, variable: str) -> str | None:
    """The text that a value of a collection must be, where a condition says so."""
    match condition:
        case Comparison("eq", Path((name,)), Literal(str(text))) if name == variable:
            return text
        case And(conditions):
            return next((found for each in conditions if (found := _value_of(each, variable)) is not None), None)
    return None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Members(Asked):
    """Within a lambda: the variable is one value of a collection."""

    variable: str
    value: ColumnElement[Any]

    @property
    def _exact(self) -> Mapping[str, ColumnElement[str]]:
        return {}

    @property
    def _by_index(self) -> Mapping[str, ColumnElement[Any]]:
        return {}

    def _column(self, path: Path) -> ColumnElement[Any]:
        if path.names == (self.variable,):
            return self.value
        return Asked._column(self, path)


_OPERATORS: Mapping[str, Callable[[Any, Any], Any]] = {
    "eq": eq,
    "ne": ne,
    "gt": gt,
    "ge": ge,
    "lt": lt,
    "le": le,
}
_MIRRORED = {"gt": "lt", "lt": "gt", "ge": "le", "le": "ge"}
_OF_ONE: Mapping[str, Any] = {
    "tolower": func.folded,
    "toupper": func.folded,  # compared without regard to letter case, both are the same
    "trim": func.trim,
    "length": func.length,
}
