"""Whom does a snapshot remove, and when does it hold back?"""

from dataclasses import replace

import pytest

from instep.admin.imports import import_users
from instep.connectors.sources.csv.users_file import CsvUsersFile
from instep.directory.imports import ImportMode, ImportOptions
from instep.directory.users import create_user

HEADING = "id,userPrincipalName,displayName,accountEnabled\n"


def test_who_is_missing_goes_to_the_recycle_bin(company):
    company.snapshot(company.people(10))
    report = company.snapshot(company.people(8))
    assert (report.removed, report.removals_held) == (2, 0)
    assert set(company.deleted()) == {"u8", "u9"}
    assert company.log()[-2:] == [("user_deleted", "u8"), ("user_deleted", "u9")]


def test_over_budget_nobody_goes_and_the_rows_are_still_applied(company):
    company.snapshot(company.people(100))
    report = company.snapshot(company.people(79) + "n1,new@x,New\n")
    assert (report.added, report.removed, report.removals_held, report.removal_budget) == (1, 0, 21, 20)
    assert len(company.live()) == 101
    assert report.held_names[:2] == ("u79@x.example", "u80@x.example")
    assert len(report.held_names) == 10


def test_the_new_rows_of_a_wrong_file_do_not_raise_the_budget(company):
    company.snapshot(company.people(30))
    strangers = "".join(f"s{n},s{n}@y,S\n" for n in range(3000))
    report = company.snapshot(company.people(1) + strangers)
    assert (report.removal_budget, report.removals_held, report.added) == (15, 29, 3000)


@pytest.mark.parametrize(("allowed", "removed", "held"), [(20, 0, 21), (21, 21, 0), (500, 21, 0)])
def test_an_administrator_allows_as_many_removals_as_were_named(company, allowed, removed, held):
    company.snapshot(company.people(100))
    report = company.snapshot(company.people(79), allow=allowed)
    assert (report.removed, report.removals_held) == (removed, held)


def test_the_removals_of_the_last_24_hours_count(company):
    company.snapshot(company.people(100))
    assert company.snapshot(company.people(85)).removed == 15
    company.wait(hours=23)
    report = company.snapshot(company.people(79))
    assert (report.removals_held, report.removed_lately) == (6, 15)
    company.wait(hours=2)
    assert company.snapshot(company.people(79)).removed == 6


def test_a_file_with_only_a_heading_is_held_like_any_other(company):
    company.snapshot(company.people(30))
    report = company.snapshot(HEADING)
    assert (report.rows, report.removed, report.removals_held) == (0, 0, 30)


def test_a_bad_row_with_a_readable_key_counts_as_present(company):
    company.snapshot(company.people(5))
    rows = "u0,u0@x.example,User 0,perhaps\nu1,u1@x.example,,true\nu2,u2@x.example,User 2,\n"
    report = company.snapshot(HEADING + rows)
    assert (report.bad_rows, report.removed, report.removals_suspended_because) == (2, 2, None)
    assert set(company.live()) == {"u0", "u1", "u2"}


WITHOUT_KEY = {
    "no key at all": ",,User 2,true\n",
    "an id that is none": "u 2,u2@x.example,User 2,true\n",
    "a quotation mark in the wrong place": '"u2"x,u2@x.example,User 2,true\n',
    "the heading again": HEADING,
    "the end in mid-row": "u2,u2@x",
    "a quotation mark that is never closed": 'u2,u2@x.example,"User 2,true\nu3,u3@x.example,User 3,true\n',
    "too many cells over two lines": 'u2,u2@x.example,"User\n2",true,extra\n',
    "a NUL in the id": "u\0002,u2@x.example,User 2,true\n",
    "an endless row": "u2,u2@x.example," + "x" * 1_100_000 + ",true\n",
}


@pytest.mark.parametrize("row", WITHOUT_KEY.values(), ids=WITHOUT_KEY.keys())
def test_a_row_that_names_nobody_suspends_all_removals(company, row):
    company.snapshot(company.people(5))
    report = company.snapshot(HEADING + "u0,u0@x.example,Renamed,true\n" + row)
    assert "line 3" in str(report.removals_suspended_because)
    assert (report.removed, report.removals_held, report.updated) == (0, 4, 1)
    assert len(company.live()) == 5


def test_no_allowance_overrides_a_suspension(company):
    company.snapshot(company.people(5))
    assert company.snapshot(HEADING + "u0,u0@x.example,U,true\n,,X,\n", allow=100).removed == 0


def test_a_row_with_another_number_of_cells_still_names_its_user_in_its_first_cell(company):
    company.snapshot(company.people(5))
    report = company.snapshot(HEADING + "u0,u0@x.example,U,true,extra\nu1,u1@x.example\nu2,u2@x.example,U,true\n")
    assert (report.bad_rows, report.removed) == (2, 2)
    assert set(company.live()) == {"u0", "u1", "u2"}


def test_strictness_holds_removals_back_too(company):
    company.snapshot(company.people(5))
    report = company.snapshot(HEADING + "u0,u0@x.example,U,perhaps\n", is_strict=True)
    assert not report.is_applied
    assert len(company.live()) == 5


def test_someone_who_joins_while_a_snapshot_is_applied_is_not_missing(company):
    company.snapshot(company.people(5))
    done = []

    def interrupt(progress):
        if progress.stage == "applying" and not done:
            done.append(True)
            raise KeyboardInterrupt

    file = company.folder / "short.csv"
    file.write_text(company.people(4))
    options = ImportOptions(ImportMode.SNAPSHOT)
    with pytest.raises(KeyboardInterrupt):
        import_users(replace(company.importing, watch=interrupt), CsvUsersFile(file), options, "tester")
    with company.directory.writing("tester") as writing:
        joiner = create_user("j1", {"userPrincipalName": "j@x", "displayName": "J"}, company.now)
        writing.save_user(joiner)
    assert [report.removed for report in company.finish()] == [1]
    assert set(company.live()) == {"u0", "u1", "u2", "u3", "j1"}
    assert company.finish() == ()
