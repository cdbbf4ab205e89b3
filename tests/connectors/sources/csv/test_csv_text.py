"""Can a spreadsheet be made to run what we write?"""

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from instep.connectors.sources.csv.csv_text import neutralised, write_csv


@pytest.mark.parametrize("text", ["=1+3", "+44 20", "-1", "@SUM(A1)", "\t=1", "\r=1"])
def test_what_would_begin_a_formula_gets_an_apostrophe(text):
    assert neutralised(text) == "'" + text


@pytest.mark.parametrize("text", ["", "Amy", "1+3", "a=b", "'=1"])
def test_other_texts_stay(text):
    assert neutralised(text) == text


@given(st.lists(st.lists(st.text(), min_size=1, max_size=3)))
def test_no_cell_that_is_written_begins_a_formula(rows):
    stream = io.StringIO(newline="")
    write_csv(stream, ["=a"], rows)
    read = list(csv.reader(io.StringIO(stream.getvalue(), newline="")))
    assert not any(cell.startswith(("=", "+", "-", "@", "\t", "\r")) for row in read for cell in row)
