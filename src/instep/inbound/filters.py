"""What does a filter of SCIM ask of the source attributes, as a condition that the store asks in SQL?"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from instep.odata import conditions as odata
from instep.odata.conditions import Condition, Holds, Literal, Order, Path
from instep.scim import syntax as scim
from instep.scim.comparisons import comparison
from instep.scim.definitions import Attribute
from instep.scim.errors import InvalidFilter, InvalidPath
from instep.scim.filters import Barewords, compile_filter, parse_filter
from instep.scim.paths import parse_path
from instep.scim.schemas import ResourceSchema, Target
from instep.scim.syntax import Filter, Operator
from instep.scim.values import boolean, instant

NOBODY: Final = odata.Comparison("gt", Path(("id",)), Literal(None))
EVERYBODY: Final = odata.Not(NOBODY)
_FUNCTIONS: Final = {Operator.CO: "contains", Operator.SW: "startswith", Operator.EW: "endswith"}
_ORDERS: Final[dict[Operator, odata.Comparing]] = {
    Operator.EQ: "eq",
    Operator.GT: "gt",
    Operator.GE: "ge",
    Operator.LT: "lt",
    Operator.LE: "le",
}


@dataclass(frozen=True, slots=True)
class Term:
    """What is asked of one attribute: a comparison, or None: that there is a value."""

    compare: scim.Compare | None

    def of(self, source: Path, attribute: Attribute) -> Condition:
        """Return what it asks of a source attribute."""
        if self.compare is None:
            return has_value(source)
        operator, wanted = self.compare.operator, self.compare.value
        if attribute.type == "boolean":
            truth = boolean(wanted)
            return NOBODY if truth is None else odata.Comparison("eq", source, Literal(truth))
        if attribute.type == "dateTime" and operator in _ORDERS:
            moment = instant(wanted) if isinstance(wanted, str) else None
            return NOBODY if moment is None else odata.Comparison(_ORDERS[operator], source, Literal(moment))
        if not isinstance(wanted, str):
            return NOBODY
        if operator in _FUNCTIONS:
            return Holds(odata.Call(_FUNCTIONS[operator], (source, Literal(wanted))))
        return odata.Comparison(_ORDERS[operator], source, Literal(wanted))

    def of_constant(self, value: str, attribute: Attribute) -> Condition:
        """Return what it asks of a value that is always the same."""
        holds = self.compare is None or comparison(self.compare.operator, self.compare.value, attribute)(value)
        return EVERYBODY if holds else NOBODY

    def of_truth(self) -> Condition:
        """Return what it asks of a value that is always true."""
        holds = self.compare is None or boolean(self.compare.value) is True
        return EVERYBODY if holds else NOBODY


@dataclass(frozen=True, slots=True)
class Asking:
    """What can be asked of one type of resource: of an attribute that the schema has, and by what a list is sorted."""

    schema: ResourceSchema
    asked_of: Callable[[Target, scim.Path, Term], Condition]
    source_of: Callable[[Target], Path | None]

    def condition(self, text: str) -> Condition:
        """Return what a filter asks. Raises InvalidFilter."""
        wanted = parse_filter(text, Barewords.ARE_TEXT)
        compile_filter(wanted, self.schema)  # refuses what has no meaning
        return translated(wanted, self._asked_of)

    def order(self, sort_by: str | None, *, is_descending: bool) -> Order | None:
        """Return by what a list is sorted; what it cannot be sorted by leaves it in the order of the ids."""
        if sort_by is None:
            return None
        try:
            target = self.schema.find(parse_path(sort_by))
        except InvalidPath:
            return None
        source = None if target is None else order_by_what_all_have(target) or self.source_of(target)
        return None if source is None else Order(source, is_descending)

    def _asked_of(self, path: scim.Path, term: Term) -> Condition:
        target = self.schema.find(path)
        if target is None or target.attribute is None:
            return NOBODY
        if target.attribute.name in ("id", "meta", "schemas"):
            return _asked_of_what_all_have(target.attribute, target.sub_attribute, term)
        return self.asked_of(target, path, term)


def translated(wanted: Filter, asked_of: Callable[[scim.Path, Term], Condition]) -> Condition:
    """Return a filter as a condition, where what is asked of an attribute is known."""

    def inside(each: Filter) -> Condition:
        return translated(each, asked_of)

    match wanted:
        case scim.And(terms):
            return odata.And(tuple(map(inside, terms)))
        case scim.Or(terms):
            return odata.Or(tuple(map(inside, terms)))
        case scim.Not(term):
            return odata.Not(inside(term))
        case scim.Compare(path, Operator.NE, value):
            return odata.Not(inside(scim.Compare(path, Operator.EQ, value)))
        case scim.Compare(path, Operator.EQ, None):
            return odata.Not(asked_of(path, Term(None)))
        case scim.Compare(path, _, _):
            return asked_of(path, Term(wanted))
        case scim.Present(path) | scim.ValuePath(path):
            return asked_of(path, Term(None))


def has_value(source: Path) -> Condition:
    """Return that a source attribute has a value."""
    return odata.Not(odata.Comparison("eq", source, Literal(None)))


def order_by_what_all_have(target: Target) -> Path | None:
    """Return by what a list is sorted that is to be sorted by the id, or by when its resources were made."""
    if target.attribute is not None and target.attribute.name == "id":
        return Path(("id",))
    is_created = target.sub_attribute is not None and target.sub_attribute.name == "created"
    return Path(("createdDateTime",)) if is_created else None


def _asked_of_what_all_have(attribute: Attribute, sub: Attribute | None, term: Term) -> Condition:
    if attribute.name == "id":
        return term.of(Path(("id",)), attribute)
    if sub is not None and sub.name == "created":
        return term.of(Path(("createdDateTime",)), sub)
    raise InvalidFilter("Of what every resource has, 'id', 'externalId' and 'meta.created' can be in a filter.")
