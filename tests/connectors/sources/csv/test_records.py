"""Where do records begin and end, and which are not whole?"""

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from instep.connectors.sources.csv.records import LONGEST_RECORD_BYTES, Record, RecordReader
from instep.directory.errors import UnreadableFile


def read(text: str | bytes) -> list[Record]:
    return list(RecordReader(io.BytesIO(text if isinstance(text, bytes) else text.encode()), "users.csv"))


def brief(text: str | bytes) -> list[tuple[int, list[str] | str]]:
    return [(record.line, record.problem or record.cells) for record in read(text)]


def test_a_record_is_named_by_its_first_line_also_after_cells_with_newlines():
    assert brief('a,b\n"x\ny\nz",1\nc,d\n') == [(1, ["a", "b"]), (2, ["x\ny\nz", "1"]), (5, ["c", "d"])]


def test_a_byte_order_mark_and_windows_line_ends_and_blank_lines_do_not_matter():
    assert brief(b"\xef\xbb\xbfa,b\r\n\r\nc,d\r\n") == [(1, ["a", "b"]), (3, ["c", "d"])]


def test_a_quotation_mark_inside_a_plain_cell_is_only_a_character():
    assert brief('a,5" pipe\n') == [(1, ["a", '5" pipe'])]


def test_a_mark_that_is_never_closed_takes_the_rest_of_the_file():
    (good, bad) = read('a,b\nc,"d\ne,f\n')
    assert good.problem is None
    assert (bad.line, bad.cells) == (2, [])
    assert "never closed" in bad.problem


def test_what_cannot_be_read_as_csv_is_one_bad_record():
    (first, last) = read('"a"b,c\nd,e\n')
    assert "cannot be read" in first.problem
    assert (last.line, last.cells) == (2, ["d", "e"])


def test_a_last_row_without_a_line_end_is_known():
    assert [record.has_line_end for record in read("a\nb")] == [True, False]


@pytest.mark.parametrize(
    "long",
    ["x" * (LONGEST_RECORD_BYTES + 5), '"' + "x\n" * LONGEST_RECORD_BYTES + '"', '"' + "x" * 3_000_000 + '\n",y'],
)
def test_a_record_without_end_is_passed_over_and_the_next_are_read(long):
    records = read(f"a,b\n{long}\nc,d\n")
    assert [bool(record.problem) for record in records] == [False, True, False]
    assert records[-1].cells == ["c", "d"]
    assert records[-1].line == 3 + long.count("\n")


def test_text_that_is_not_utf_8_is_refused_with_its_line():
    with pytest.raises(UnreadableFile, match="line 2: byte 3"):
        read(b"a,b\nc,\xe9\n")


def test_utf_16_is_named():
    with pytest.raises(UnreadableFile, match="UTF-16"):
        read("a,b\n".encode("utf-16"))


@given(st.lists(st.lists(st.text(st.characters(exclude_categories=["Cs"]), max_size=6), min_size=2, max_size=4)))
def test_what_was_written_is_read(rows):
    stream = io.StringIO()
    csv.writer(stream, quoting=csv.QUOTE_ALL).writerows(rows)
    assert [record.cells for record in read(stream.getvalue())] == rows


@given(st.binary(max_size=200))
def test_any_bytes_are_records_or_refused(content):
    try:
        records = read(content)
    except UnreadableFile:
        return
    assert [record.line for record in records] == sorted({record.line for record in records})
