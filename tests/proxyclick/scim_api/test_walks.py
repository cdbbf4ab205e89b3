"""The orders that sorted walks go by, kept for a while, and the cursors that name places in them."""

from array import array
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from instep.scim.errors import ExpiredCursor, InvalidCursor
from instep.scim.messages import SearchRequest
from proxyclick.scim_api.cursors import Cursor, Towards, query_mark, read_cursor
from proxyclick.scim_api.walks import CURSOR_TIMEOUT_SECONDS, Walks


class Hands:
    """A clock that stands until it is moved."""

    def __init__(self) -> None:
        self.now = datetime(2026, 1, 1, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now

    def move(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)


def test_an_order_is_kept_while_it_is_used_and_for_ten_minutes_after() -> None:
    clock = Hands()
    walks = Walks(clock)
    used, unused = walks.keep(array("q", [3, 1, 2])), walks.keep(array("q", [1]))
    for _ in range(3):
        clock.move(CURSOR_TIMEOUT_SECONDS - 1)
        assert list(walks.order(used)) == [3, 1, 2]
    with pytest.raises(ExpiredCursor):
        walks.order(unused)
    clock.move(CURSOR_TIMEOUT_SECONDS + 1)
    with pytest.raises(ExpiredCursor, match="begin with an empty one"):
        walks.order(used)


def test_of_too_many_orders_those_unused_for_longest_are_forgotten() -> None:
    walks = Walks(Hands())
    first, second = walks.keep(array("q", [1])), walks.keep(array("q", [2]))
    for _ in range(63):
        walks.order(first)
        last = walks.keep(array("q", [3]))
    assert list(walks.order(first)) == [1]
    assert list(walks.order(last)) == [3]
    with pytest.raises(ExpiredCursor):
        walks.order(second)


def test_orders_do_not_take_all_memory_and_the_latest_is_kept_however_long() -> None:
    walks = Walks(Hands())
    first = walks.keep(array("q", bytes(8 * 3_000_000)))
    second = walks.keep(array("q", bytes(8 * 3_000_000)))
    assert len(walks.order(second)) == 3_000_000
    with pytest.raises(ExpiredCursor):
        walks.order(first)


CURSORS = st.builds(
    Cursor,
    st.sampled_from(Towards),
    st.integers(0, 15),
    st.integers(-1, 2**62),
    st.integers(1, 1000),
    st.binary(min_size=12, max_size=12),
)
MARK = query_mark(SearchRequest(filter="title pr"), "whose")


@given(CURSORS)
def test_a_cursor_that_comes_back_is_the_one_that_was_given(cursor: Cursor) -> None:
    assert read_cursor(cursor.text(MARK), MARK) == cursor


@given(CURSORS, st.text(max_size=60) | st.from_regex(r"[A-Za-z0-9_-]{1,60}", fullmatch=True))
def test_no_other_text_is_a_cursor(cursor: Cursor, text: str) -> None:
    for wrong in (text, cursor.text(MARK) + text, text + cursor.text(MARK)):
        if wrong != cursor.text(MARK):
            with pytest.raises(InvalidCursor):
                read_cursor(wrong, MARK)


@pytest.mark.parametrize(
    ("query", "whose"),
    [
        (SearchRequest(filter="title pr "), "whose"),
        (SearchRequest(filter="title pr", sort_by="title"), "whose"),
        (SearchRequest(filter="title pr", descending=True), "whose"),
        (SearchRequest(filter="title pr"), "anybody's"),
    ],
)
def test_a_cursor_is_bound_to_its_query_and_to_whose_it_is(query: SearchRequest, whose: str) -> None:
    with pytest.raises(InvalidCursor):
        read_cursor(Cursor(Towards.NEXT, 0, 1, 2).text(MARK), query_mark(query, whose))
