"""How does a list of the directory become a page, and a place in it a part of an address?"""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TypeVar

import orjson

from instep.console.lists import ROWS_A_PAGE, ListPage, Selection, page_of
from instep.directory.listing import Place, Section

Row = TypeVar("Row")
COUNTED_AT_MOST = 1_000


def place_text(place: Place) -> str:
    """Return a place as it stands in an address."""
    return orjson.dumps((place.section, place.key, place.id)).decode()


def read_place(text: str) -> Place | None:
    """Return the place that a text of an address names; None where it names none."""
    try:
        section, key, row_id = orjson.loads(text)
        return Place(Section(section), str(key), str(row_id))
    except (ValueError, TypeError):
        return None


def listed(
    selection: Selection,
    after: Callable[[Place | None, int], Sequence[Row]],
    before: Callable[[Place, int], Sequence[Row]],
    place_of: Callable[[Row], Place],
    found: str,
) -> ListPage[Row]:
    """Return the page of a list that was asked for; one whose place is not understood is the first."""
    end = read_place(selection.before) if selection.before else None
    start = read_place(selection.after) if selection.after else None
    selection = replace(
        selection,
        before=selection.before if end is not None else "",
        after=selection.after if start is not None else "",
    )
    rows = after(start, ROWS_A_PAGE + 1) if end is None else before(end, ROWS_A_PAGE + 1)
    return page_of(selection, rows, [place_text(place_of(row)) for row in rows], found, ROWS_A_PAGE)


def found_in_words(found: int, one: str, many: str) -> str:
    """Say how many were found, where counting stopped beyond the most that are counted."""
    if found > COUNTED_AT_MOST:
        return f"More than {COUNTED_AT_MOST:,} {many}"
    return f"{found:,} {one if found == 1 else many}"
