"""What is asked of a source of users that is no file: an end that it vouches for, and places to go on from?"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

import pytest

from instep.admin.import_reading import RESUMPTIONS, Tally, read_whole
from instep.directory.imports import ReadRow
from instep.directory.sources import Key, ReadingStopped, SourcePage


class Pages:
    """A source that says what it is given; an exception stands for a failure at that place, once for each."""

    name = "pages"
    ignored_headings: tuple[str, ...] = ()
    clears: frozenset[str] = frozenset()
    key: Key = "id"
    size = position = 0
    version = written_at = None

    def __init__(self, *pages: SourcePage | Exception) -> None:
        self._pages = list(pages)
        self.asked_after: list[str | None] = []

    @contextmanager
    def open(self) -> Iterator["Pages"]:
        yield self

    def pages(self, after: str | None) -> Iterator[SourcePage]:
        self.asked_after.append(after)
        while self._pages:
            page = self._pages.pop(0)
            if isinstance(page, Exception):
                raise page
            yield page


def page(first: int, rows: int, cursor: str | None = None, *, last: bool = False, total: int | None = None):
    read = [ReadRow(line, f"u{line}", None, {}) for line in range(first, first + rows)]
    return SourcePage(read, last, total, cursor)


def read(source: Pages) -> tuple[Tally, int]:
    staged: list[ReadRow] = []
    return read_whole(source, staged.extend), len(staged)


STOPPED = ReadingStopped("HTTP 503")


def test_only_the_source_says_that_it_has_ended():
    assert read(Pages(page(1, 2), page(3, 1, last=True)))[0].has_ended
    assert not read(Pages(page(1, 2), page(3, 1)))[0].has_ended


def test_an_empty_page_before_the_end_is_no_end():
    tally, staged = read(Pages(page(1, 2, "a"), page(3, 0, "b"), page(3, 1, last=True)))
    assert (tally.rows, staged, tally.has_ended, tally.failure) == (3, 3, True, None)


def test_a_source_that_stops_is_asked_again_for_what_follows_its_last_page():
    source = Pages(page(1, 2, "a"), STOPPED, page(3, 2, "b"), STOPPED, page(5, 1, last=True))
    tally, staged = read(source)
    assert (source.asked_after, tally.rows, staged, tally.failure) == ([None, "a", "b"], 5, 5, None)


def test_after_some_resumptions_without_a_page_it_has_failed():
    source = Pages(page(1, 2, "a"), *[STOPPED] * (RESUMPTIONS + 1), page(3, 1, last=True))
    tally, staged = read(source)
    assert (tally.failure, tally.has_ended, staged) == ("HTTP 503", False, 2)
    assert len(source.asked_after) == 1 + RESUMPTIONS


@pytest.mark.parametrize("pages", [[STOPPED], [page(1, 2), STOPPED]], ids=["before a page", "without a cursor"])
def test_a_source_that_cannot_be_resumed_has_failed_at_once(pages):
    source = Pages(*pages, page(3, 1, last=True))
    assert read(source)[0].failure == "HTTP 503"
    assert source.asked_after == [None]


def test_pages_that_lead_back_are_left():
    tally, staged = read(Pages(page(1, 1, "a"), page(2, 1, "b"), page(3, 1, "a"), page(4, 1, "b")))
    assert (tally.failure, staged) == ("its pages lead in a circle", 3)


def test_a_list_that_goes_on_past_the_number_it_claimed_is_left():
    tally, staged = read(Pages(page(1, 2, "a", total=3), page(3, 2, "b", total=3), page(5, 2, "c", total=3)))
    assert staged == 4
    assert "more came than the 3" in str(tally.failure)


def test_every_number_that_was_claimed_on_the_way_is_kept():
    tally, _ = read(Pages(page(1, 2, "a", total=4), page(3, 2, last=True, total=5)))
    assert tally.reading().claimed == {4, 5}


def said(*rows: ReadRow) -> str:
    tally = Tally()
    tally.take(SourcePage(rows, is_last=True))
    return tally.state(None).fingerprint


def test_what_says_the_same_has_one_fingerprint_in_whatever_order_and_nothing_else_has_it():
    ann = ReadRow(2, "u1", "ann@x", {"displayName": "Ann", "accountEnabled": True}, "u2")
    bob = ReadRow(3, "u2", "bob@x", {"displayName": "Bob", "accountEnabled": True})
    assert said(ann, bob) == said(replace(bob, line=2), replace(ann, line=3))
    others = [
        [ann],
        [ann, ann, bob],
        [replace(ann, user_id=None), bob],
        [replace(ann, manager=None), bob],
        [ann, replace(bob, attributes={"displayName": "Bob", "accountEnabled": "true"})],
        [ann, replace(bob, attributes={"displayName": "Bob"})],
        [],
    ]
    assert len({said(ann, bob), *(said(*rows) for rows in others)}) == len(others) + 1
