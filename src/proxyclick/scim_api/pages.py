"""What is a page of a query's results, and how is one cut out of what is selected (RFC 7644, 3.4.2.4)?"""

from collections.abc import Sequence
from dataclasses import dataclass

from proxyclick.scim_api.selection import Selection
from proxyclick.store.resources import Record

MAX_PAGE = 1000
DEFAULT_PAGE = 100


@dataclass(frozen=True, slots=True)
class Page:
    """One page of what was selected.

    `total` counts all of it, and is None where a walk by cursor would have to go through everybody to know.
    """

    records: list[Record]
    total: int | None
    start_index: int | None = None
    next_cursor: str | None = None
    previous_cursor: str | None = None


async def part_of(selection: Selection, offset: int, limit: int) -> tuple[list[Record], int]:
    """Some of what is selected in one source, and how much that is; an offset below zero is none."""
    offset = max(offset, 0)
    if selection.is_all:
        table = selection.source.table
        return (table.page(offset, limit) if limit else []), table.count()
    few = selection.few()
    if few is not None:
        return few[offset : offset + limit], len(few)
    found: list[Record] = []
    count = 0
    async for batch in selection.after():
        found += batch[max(offset - count, 0) :][: limit - len(found)]
        count += len(batch)
    return found, count


async def total_of(selected: Sequence[Selection]) -> int:
    """How much is selected in all sources."""
    return sum([(await part_of(selection, 0, 0))[1] for selection in selected])
