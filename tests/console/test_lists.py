"""Does paging by keys go through a list from its beginning to its end, and back, row by row?"""

import itertools
from collections.abc import Sequence
from urllib.parse import parse_qs, urlsplit

from hypothesis import given
from hypothesis import strategies as st
from starlette.requests import Request

from instep.console.lists import ListPage, page_of, selection_of

names = st.lists(st.text(min_size=1, max_size=5), unique=True, max_size=40).map(sorted)


def asked(query: str) -> Request:
    headers: list[tuple[bytes, bytes]] = []
    return Request({"type": "http", "path": "/users", "query_string": query.encode(), "headers": headers})


def page(all_names: Sequence[str], query: str, rows_a_page: int) -> ListPage[str]:
    """What a keyset query over these names gives."""
    selection = selection_of(asked(query), "q")
    if selection.before:
        found = [name for name in all_names if name < selection.before][-rows_a_page - 1 :]
    else:
        found = [name for name in all_names if name > selection.after][: rows_a_page + 1]
    return page_of(selection, found, found, str(len(all_names)), rows_a_page)


@given(names, st.integers(1, 9))
def test_next_leads_through_all_rows_once_and_previous_back(all_names: list[str], rows_a_page: int) -> None:
    pages = [page(all_names, "q=x", rows_a_page)]
    while (address := pages[-1].next) is not None:
        pages.append(page(all_names, urlsplit(address).query, rows_a_page))
    assert [row for each in pages for row in each.rows] == all_names
    assert pages[0].previous is None
    for earlier, later in itertools.pairwise(pages):
        assert later.previous is not None
        assert page(all_names, urlsplit(later.previous).query, rows_a_page).rows == earlier.rows


def test_the_search_stays_on_every_page() -> None:
    shown = page(["a", "b", "c"], "q=%26+x", 1)
    assert shown.next is not None
    assert parse_qs(urlsplit(shown.next).query) == {"q": ["& x"], "after": ["a"]}


def test_an_empty_word_is_no_filter() -> None:
    assert not selection_of(asked("q=++&status="), "q", "status").is_filtered
    selection = selection_of(asked("q=ada&status=off&after=z"), "q", "status")
    assert selection.address(q="") == "/users?status=off"
