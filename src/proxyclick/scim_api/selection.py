"""Whom does a filter select: a few, found by an index, or whoever satisfies it among all?"""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass

import orjson

from instep.scim.filters import (
    And,
    Barewords,
    Compare,
    Filter,
    Operator,
    Or,
    Path,
    Predicate,
    compile_filter,
    parse_filter,
)
from instep.scim.schemas import ResourceSchema
from instep.scim.values import fold
from proxyclick.store.resources import Record, ScopedTable

_BATCH = 500
_USUAL_LENGTH = 400
_FIRST, _LAST = -1, 2**62
_USER_NAME = Path(None, "userName")
_Following = Callable[[int, int], list[Record]]


@dataclass(frozen=True, slots=True)
class Source:
    """The resources of one type that a caller reaches."""

    table: ScopedTable
    schema: ResourceSchema


class Selection:
    """A filter asked of one source; with no filter, all resources are selected."""

    def __init__(self, source: Source, wanted: Filter | None, batch: int = _BATCH) -> None:
        self.source, self._wanted, self._batch = source, wanted, batch
        self._name = _name_in(wanted)
        self._selects = None if wanted is None or self._name is not None else compile_filter(wanted, source.schema)

    @property
    def is_all(self) -> bool:
        """Whether there is no filter."""
        return self._wanted is None

    def few(self) -> list[Record] | None:
        """Those that are selected, in the order of their making, if an index finds them; else None."""
        if self._name is not None:
            return self.source.table.named(fold(self._name))
        if self._wanted is None or self._selects is None:
            return None
        numbers = candidates(self._wanted, self.source.table)
        return None if numbers is None else self.satisfying(self.source.table.numbered(list(numbers)))

    def satisfying(self, records: Sequence[Record]) -> list[Record]:
        """Those of some resources that are selected."""
        if self._selects is None and self._wanted is not None:
            self._selects = compile_filter(self._wanted, self.source.schema)
        selects = self._selects
        return list(records) if selects is None else [one for one in records if _satisfies(one, selects)]

    async def after(self, number: int = _FIRST) -> AsyncIterator[list[Record]]:
        """Those after a number, in the order of their making, some at a time; others are answered meanwhile."""
        few = self.few()
        if few is None:
            async for batch in self._among_all(number, self.source.table.after):
                yield batch
        else:
            yield [record for record in few if record.number > number]

    async def before(self, number: int = _LAST) -> AsyncIterator[list[Record]]:
        """Those before a number, the latest first, some at a time."""
        few = self.few()
        if few is None:
            async for batch in self._among_all(number, self.source.table.before):
                yield batch
        else:
            yield [record for record in reversed(few) if record.number < number]

    async def _among_all(self, number: int, following: _Following) -> AsyncIterator[list[Record]]:
        while batch := following(number, self._batch):
            yield self.satisfying(batch)
            number = batch[-1].number
            await asyncio.sleep(0)


def selections(sources: Sequence[Source], filter_text: str | None, barewords: Barewords) -> list[Selection]:
    """A filter asked of several sources. Raises InvalidFilter."""
    if filter_text is None:
        return [Selection(source, None) for source in sources]
    wanted = parse_filter(filter_text, barewords)
    # The longer the question, the fewer are asked before others are answered.
    batch = max(_BATCH * _USUAL_LENGTH // max(len(filter_text), _USUAL_LENGTH), 1)
    return [Selection(source, wanted, batch) for source in sources]


def _name_in(wanted: Filter | None) -> str | None:
    """The name in a filter for exactly the user of that name, whom the index finds without another look."""
    if not isinstance(wanted, Compare) or wanted.operator is not Operator.EQ or not isinstance(wanted.value, str):
        return None
    return wanted.value if wanted.path == _USER_NAME else None


def candidates(wanted: Filter, table: ScopedTable) -> set[int] | None:
    """The numbers among which all matches are, by the indexes; None when they are of no help."""
    match wanted:
        case Compare(operator=Operator.EQ, value=str()):
            return _indexed(wanted, table)
        case And(terms):
            known = (candidates(term, table) for term in terms)
            return next((numbers for numbers in known if numbers is not None), None)
        case Or(terms):
            found: set[int] = set()
            for term in terms:
                numbers = candidates(term, table)
                if numbers is None:
                    return None
                found |= numbers
            return found
    return None


def _indexed(wanted: Compare, table: ScopedTable) -> set[int] | None:
    path, value = wanted.path, str(wanted.value)
    attribute = (path.attribute or "").lower()
    sub_attribute = (path.sub_attribute or "").lower()
    if attribute == "emails" and sub_attribute in ("", "value"):
        return table.with_email(fold(value))
    if path.sub_attribute is not None or path.value_filter is not None:
        return None
    match attribute:
        case "username":
            return table.with_name(fold(value))
        case "externalid":
            return table.with_external_id(value)
        case "id":
            number = table.number_of(value)
            return set() if number is None else {number}
    return None


def _satisfies(record: Record, selects: Predicate) -> bool:
    return selects(orjson.loads(record.body))
