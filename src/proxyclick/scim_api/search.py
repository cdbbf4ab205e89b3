"""Which resources does a query select, page by page, by index or by cursor (RFC 7644, 3.4.2; RFC 9865)?"""

from collections.abc import Sequence

from instep.scim.filters import Barewords
from instep.scim.messages import SearchRequest
from proxyclick.scim_api.ordering import ordered, standing_at
from proxyclick.scim_api.pages import DEFAULT_PAGE, MAX_PAGE, Page, part_of
from proxyclick.scim_api.selection import Selection, Source, selections
from proxyclick.scim_api.walking import walk
from proxyclick.scim_api.walks import Walks
from proxyclick.store.resources import Direction, Record

_LAST_INDEX = 2**53


async def search(sources: Sequence[Source], query: SearchRequest, walks: Walks, barewords: Barewords) -> Page:
    """The page that a query asks for; without sorting, in the order in which resources were made, a type after a type.

    Raises InvalidFilter; with a cursor InvalidCursor, ExpiredCursor or InvalidCount.
    """
    selected = selections(sources, query.filter, barewords)
    if query.cursor is not None:
        return await walk(selected, query, walks)
    start = min(max(query.start_index, 1), _LAST_INDEX)
    limit = DEFAULT_PAGE if query.count is None else min(max(query.count, 0), MAX_PAGE)
    if query.sort_by is not None and _is_by_name(selected, query.sort_by):
        table, direction = selected[0].source.table, _direction(query)
        return Page(table.by_name(start - 1, limit, direction) if limit else [], table.count(), start)
    if query.sort_by is not None:
        order = await ordered(selected, query)
        return Page(standing_at(order[start - 1 : start - 1 + limit], selected), len(order), start)
    records: list[Record] = []
    total = 0
    for selection in selected:
        part, count = await part_of(selection, start - 1 - total, limit - len(records))
        records += part
        total += count
    return Page(records, total, start)


def _is_by_name(selected: Sequence[Selection], sort_by: str) -> bool:
    """Whether the order is the one that an index knows: all users, sorted by userName, which each of them has."""
    is_of_users = "userName" in selected[0].source.schema.required
    return len(selected) == 1 and selected[0].is_all and is_of_users and sort_by == "userName"


def _direction(query: SearchRequest) -> Direction:
    return Direction.DESCENDING if query.descending else Direction.ASCENDING
