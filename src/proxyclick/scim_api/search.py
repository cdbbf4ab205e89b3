"""Which resources does a query select, page by page (RFC 7644, 3.4.2)?"""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, replace

import orjson

from instep.scim.filters import And, Compare, Filter, Operator, Or, Predicate, compile_filter, parse_filter
from instep.scim.messages import SearchRequest
from instep.scim.schemas import ResourceSchema
from instep.scim.values import fold
from proxyclick.store.resources import Record, ScopedTable

MAX_PAGE = 1000
DEFAULT_PAGE = 100
_LAST_INDEX = 2**53
_BATCH = 500


@dataclass(frozen=True, slots=True)
class Page:
    """One page of what was selected; `total` counts all of it."""

    records: list[Record]
    total: int
    start_index: int


async def search(table: ScopedTable, schema: ResourceSchema, query: SearchRequest) -> Page:
    """The page that a query asks for, in the order in which resources were made. Raises InvalidFilter."""
    start = min(max(query.start_index, 1), _LAST_INDEX)
    limit = DEFAULT_PAGE if query.count is None else min(max(query.count, 0), MAX_PAGE)
    if query.filter is None:
        return Page(table.page(start - 1, limit) if limit else [], table.count(), start)
    wanted = parse_filter(query.filter)
    predicate = compile_filter(wanted, schema)
    numbers = candidates(wanted, table)
    if numbers is not None:
        found = [record for record in table.numbered(list(numbers)) if predicate(orjson.loads(record.body))]
        return Page(found[start - 1 : start - 1 + limit], len(found), start)
    return await _scan(table, predicate, start, limit)


async def search_all(sources: Sequence[tuple[ScopedTable, ResourceSchema]], query: SearchRequest) -> list[Page]:
    """The pages of several types of resources as if they stood one after the other; one page for each of them."""
    before = max(query.start_index, 1) - 1
    left = DEFAULT_PAGE if query.count is None else min(max(query.count, 0), MAX_PAGE)
    pages = []
    for table, schema in sources:
        page = await search(table, schema, replace(query, start_index=before + 1, count=left))
        before = max(0, before - page.total)
        left -= len(page.records)
        pages.append(page)
    return pages


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


async def _scan(table: ScopedTable, predicate: Predicate, start: int, limit: int) -> Page:
    """Asks every resource, a batch at a time, so that other requests are answered meanwhile."""
    page: list[Record] = []
    total, last = 0, -1
    while batch := table.after(last, _BATCH):
        for record in batch:
            if predicate(orjson.loads(record.body)):
                total += 1
                if total >= start and len(page) < limit:
                    page.append(record)
        last = batch[-1].number
        await asyncio.sleep(0)
    return Page(page, total, start)
