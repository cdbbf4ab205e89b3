"""Which page of a long list is shown, and how does one come to the next?

A list is paged by keys: its address names the row *after* or *before* which a page begins, so that the last page of
300,000 rows costs as much as the first, and nobody is passed over when rows come or go meanwhile.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar
from urllib.parse import urlencode

from starlette.requests import Request

Row = TypeVar("Row")
ROWS_A_PAGE = 50
_LONGEST_TEXT = 400
_LONGEST_PLACE = 4_000


@dataclass(frozen=True, slots=True)
class Selection:
    """What of a list was asked for: `words` are the search and the filters by name, without those left empty."""

    path: str
    words: Mapping[str, str]
    after: str = ""
    before: str = ""

    def word(self, name: str) -> str:
        """What was typed into a filter, or chosen; "" if nothing was."""
        return self.words.get(name, "")

    @property
    def is_filtered(self) -> bool:
        """Whether anything but a page was asked for."""
        return bool(self.words)

    def address(self, **changed: str) -> str:
        """The list with other words, from its first page; an empty word leaves a filter out."""
        words = {name: word for name, word in {**self.words, **changed}.items() if word}
        return f"{self.path}?{urlencode(words)}" if words else self.path


@dataclass(frozen=True, slots=True)
class ListPage(Generic[Row]):
    """The rows of one page, and the addresses of its neighbours; `found` says how many rows there are in all."""

    selection: Selection
    rows: Sequence[Row]
    found: str
    previous: str | None
    next: str | None


def selection_of(request: Request, *names: str) -> Selection:
    """Read from an address what of a list was asked for; `names` are those of its search and its filters."""
    query = request.query_params
    words = {name: query.get(name, "").strip()[:_LONGEST_TEXT] for name in names}
    return Selection(
        request.url.path,
        {name: word for name, word in words.items() if word},
        query.get("after", "")[:_LONGEST_PLACE],
        query.get("before", "")[:_LONGEST_PLACE],
    )


def page_of(
    selection: Selection, rows: Sequence[Row], keys: Sequence[str], found: str, rows_a_page: int
) -> ListPage[Row]:
    """Return a page of the rows that a keyset query gave; `keys` name them, in the same order.

    The query was for one row more than a page: for those after `selection.after`; or for the last ones before
    `selection.before`, in the order of the list. The row too many tells that there is a neighbour.
    """
    is_more = len(rows) > rows_a_page
    if selection.before:
        rows, keys = rows[-rows_a_page:], keys[-rows_a_page:]
    else:
        rows, keys = rows[:rows_a_page], keys[:rows_a_page]
    has_previous = is_more if selection.before else bool(selection.after)
    has_next = bool(selection.before) or is_more
    return ListPage(
        selection,
        rows,
        found,
        _address(selection, "before", keys[0]) if rows and has_previous else None,
        _address(selection, "after", keys[-1]) if rows and has_next else None,
    )


def _address(selection: Selection, place: str, key: str) -> str:
    return f"{selection.path}?{urlencode({**selection.words, place: key})}"
