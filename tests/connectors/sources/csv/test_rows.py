"""Which cells of a row are taken, and which are faults?"""

import io

import pytest

from instep.connectors.sources.csv.users_file import CsvUsersFile, OpenUsersFile
from instep.directory.errors import UnreadableFile
from instep.directory.imports import ReadRow

HEADING = "id,userPrincipalName,displayName,accountEnabled,department,other\n"


def read(rows: str, heading: str = HEADING) -> list[ReadRow]:
    content = (heading + rows).encode()
    return list(OpenUsersFile(io.BytesIO(content), "users.csv", len(content)).rows())


def faults(rows: str) -> list[tuple[int, str | None]]:
    return [(fault.line, fault.column) for row in read(rows) for fault in row.faults]


def test_keys_are_trimmed_and_other_values_are_not():
    (row,) = read(" u1 , amy@x , Amy ,true, Sales ,\n")
    assert (row.user_id, row.user_principal_name) == ("u1", "amy@x")
    assert (row.attributes["userPrincipalName"], row.attributes["department"]) == ("amy@x", " Sales ")


def test_every_fault_of_a_row_is_named():
    assert faults("u1,,,perhaps,,\n") == [(2, "accountEnabled"), (2, "userPrincipalName"), (2, "displayName")]


def test_a_row_of_blank_cells_is_passed_over():
    assert read(",, ,,,\n,,,,,\n") == []


def test_lines_are_counted_through_cells_with_newlines():
    assert [row.line for row in read('u1,a@x,"A\nA",,,\nu2,b@x,B,,,\n')] == [2, 4]


@pytest.mark.parametrize(
    ("cell", "column"),
    [("x" * 4097, "department"), ("a\0b", "department")],
)
def test_a_value_too_long_or_with_nul_is_a_bad_cell(cell, column):
    assert faults(f"u1,a@x,A,true,{cell},\n") == [(2, column)]


def test_in_a_column_that_is_not_read_only_a_huge_cell_is_a_fault():
    assert faults(f"u1,a@x,A,true,,{'x' * 60_000}\n") == []
    assert faults(f"u1,a@x,A,true,,{'x' * 70_000}\n") == [(2, "other")]


@pytest.mark.parametrize("given", ["u 1", "u\x071", "x" * 129])
def test_an_id_that_cannot_be_one_leaves_the_row_without_a_key(given):
    (row,) = read(f"{given},a@x,A,true,,\n")
    assert (row.has_key, row.faults[0].column) == (False, "id")


def test_a_heading_in_the_middle_names_nobody():
    (row,) = read(HEADING)
    assert not row.has_key


@pytest.mark.parametrize("content", ["", "\n\n", "version:v1.0\n", "\ufeff"])
def test_an_empty_file_is_refused(tmp_path, content):
    file = tmp_path / "users.csv"
    file.write_text(content)
    with pytest.raises(UnreadableFile, match="empty"), CsvUsersFile(file).open():
        pass


def test_a_file_that_is_not_there_is_refused(tmp_path):
    with pytest.raises(UnreadableFile, match="cannot be read"), CsvUsersFile(tmp_path / "none.csv").open():
        pass
