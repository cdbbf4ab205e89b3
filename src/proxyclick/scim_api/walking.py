"""How does a client walk through all pages by cursor, and miss nobody who is there all the time (RFC 9865)?

A walk that is not sorted goes by the numbers of the resources, which never change; a sorted one goes by the order that
was found when it began.
"""

from collections.abc import Sequence

from instep.scim.errors import InvalidCount, InvalidCursor
from instep.scim.messages import SearchRequest
from proxyclick.scim_api.cursors import UNSORTED, Cursor, Towards, query_mark, read_cursor
from proxyclick.scim_api.ordering import ordered, standing_at
from proxyclick.scim_api.pages import DEFAULT_PAGE, MAX_PAGE, Page, total_of
from proxyclick.scim_api.selection import Selection
from proxyclick.scim_api.walks import Walks
from proxyclick.store.resources import Record


async def walk(selected: Sequence[Selection], query: SearchRequest, walks: Walks) -> Page:
    """The page that the query's cursor asks for. Raises InvalidCursor, ExpiredCursor or InvalidCount."""
    count = DEFAULT_PAGE if query.count is None else query.count
    if not 0 <= count <= MAX_PAGE:
        raise InvalidCount(f"The 'count' of a walk by cursor is between 1 and {MAX_PAGE}, not {count}.")
    mark = query_mark(query, [(one.source.table.scope, one.source.schema.core.id) for one in selected])
    if query.cursor:
        cursor = read_cursor(query.cursor, mark)
        if query.count not in (None, cursor.count):
            raise InvalidCount(f"The walk began with a 'count' of {cursor.count}, which it keeps: leave it as it was.")
        if (cursor.walk == UNSORTED) is (query.sort_by is not None) or cursor.source >= len(selected):
            raise InvalidCursor("The cursor belongs to another query: begin with an empty one.")
    elif count == 0:
        return Page([], await total_of(selected))
    elif query.sort_by is None:
        cursor = Cursor(Towards.NEXT, 0, -1, count)
    else:
        cursor = Cursor(Towards.NEXT, 0, 0, count, walks.keep(await ordered(selected, query)))
    if query.sort_by is not None:
        return _sorted_page(selected, cursor, walks, mark)
    return await _page(selected, cursor, mark)


def _sorted_page(selected: Sequence[Selection], cursor: Cursor, walks: Walks, mark: bytes) -> Page:
    order = walks.order(cursor.walk)
    start, end = cursor.place, cursor.place + cursor.count

    def at(place: int) -> str:
        return Cursor(Towards.NEXT, 0, place, cursor.count, cursor.walk).text(mark)

    return Page(
        standing_at(order[start:end], selected),
        len(order),
        next_cursor=at(end) if end < len(order) else None,
        previous_cursor=at(max(start - cursor.count, 0)) if start > 0 else None,
    )


async def _page(selected: Sequence[Selection], cursor: Cursor, mark: bytes) -> Page:
    """A page of a walk in the order of making: it goes on after the number that the last one ended with."""
    forward = cursor.towards is Towards.NEXT
    found = await _following(selected, cursor)
    more, found = len(found) > cursor.count, found[: cursor.count]
    if not forward:
        found.reverse()

    def at(towards: Towards, place: tuple[int, int]) -> str:
        return Cursor(towards, *place, cursor.count).text(mark)

    # The place itself is in no page of its cursor; where a page is empty, the neighbour has to begin with it.
    first = (found[0][0], found[0][1].number) if found else (cursor.source, cursor.place + 1)
    last = (found[-1][0], found[-1][1].number) if found else (cursor.source, cursor.place - 1)
    begins = forward and (cursor.source, cursor.place) == (0, -1)
    return Page(
        [record for _, record in found],
        await total_of(selected) if all(one.is_all for one in selected) else None,
        next_cursor=at(Towards.NEXT, last) if more or not forward else None,
        previous_cursor=at(Towards.PREVIOUS, first) if (more if not forward else not begins) else None,
    )


async def _following(selected: Sequence[Selection], cursor: Cursor) -> list[tuple[int, Record]]:
    """One more than a page, if there are that many, from a place on; each with its source."""
    forward = cursor.towards is Towards.NEXT
    places = range(cursor.source, len(selected)) if forward else range(cursor.source, -1, -1)
    found: list[tuple[int, Record]] = []
    for source in places:
        selection, is_first = selected[source], source == cursor.source
        if forward:
            batches = selection.after(cursor.place) if is_first else selection.after()
        else:
            batches = selection.before(cursor.place) if is_first else selection.before()
        async for batch in batches:
            found += [(source, record) for record in batch]
            if len(found) > cursor.count:
                return found[: cursor.count + 1]
    return found
