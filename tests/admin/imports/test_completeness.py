"""What must a file have shown before those whom it does not name may go? (decision 55)"""

import pytest

from instep.connectors.sources.csv.users_file import CsvUsersFile
from instep.directory.imports import ImportReport

HEADING = "id,userPrincipalName,displayName,department\n"
FOUR = ("u0,u0@x,User 0,Law\n", "u1,u1@x,User 1,Law\n", "u2,u2@x,User 2,Law\n", "u3,u3@x,User 3,Law\n")


def is_held(report: ImportReport, *doubts: str) -> bool:
    return (report.removed, report.removals_held > 0, report.doubts) == (0, True, doubts)


@pytest.fixture
def staff(company):
    company.snapshot(HEADING + "".join(FOUR))
    company.wait(days=2)
    return company


def test_a_person_who_is_named_twice_suspends_all_removals(staff):
    report = staff.snapshot(HEADING + FOUR[0] + FOUR[1] + FOUR[2] + FOUR[1])
    assert is_held(report, "Repeated")
    assert "line 3: Line 5 has this id again" in str(report.removals_suspended_because)
    assert set(staff.live()) == {"u0", "u1", "u2", "u3"}


def test_a_repetition_that_makes_up_for_those_who_are_lost_is_seen(staff):
    assert is_held(staff.snapshot(HEADING + FOUR[0] + FOUR[0] + FOUR[1] + FOUR[1]), "Repeated")


def test_a_file_cut_at_the_end_of_a_line_is_told_by_the_number_of_its_rows(staff):
    for _ in range(2):
        report = staff.snapshot(HEADING + FOUR[0] + FOUR[1] + FOUR[2], allow=4, rows=4)
        assert is_held(report, "Miscounted")
        assert report.removals_suspended_because == "3 came, but the source spoke of 4"
    assert set(staff.live()) == {"u0", "u1", "u2", "u3"}


def test_with_the_right_number_of_rows_whoever_is_missing_goes(staff):
    assert staff.snapshot(HEADING + FOUR[0] + FOUR[1] + FOUR[2], rows=3).removed == 1


def test_bad_rows_count_as_rows_of_the_file(staff):
    report = staff.snapshot(HEADING + FOUR[0] + FOUR[1] + FOUR[2] + "u4,,,\n", rows=4)
    assert (report.removed, report.bad_rows) == (1, 1)


def test_one_person_with_two_values_suspends_all_removals(staff):
    report = staff.snapshot(HEADING + FOUR[0] + FOUR[1] + FOUR[2] + "u2,u2@x,User 2,Sales\n")
    assert is_held(report, "Repeated")
    assert staff.live()["u2"].attributes["department"] == "Law"


@pytest.mark.parametrize("end", ["u2,u2@x,User 2,La", "u2,u2@x,User 2,", "u2,u2@x,User 2", "u9,u9@x,User 9,Law"])
def test_a_last_row_that_may_be_cut_in_its_last_cell_suspends_all_removals_and_is_left_out(staff, end):
    for _ in range(2):  # the same file again is no proof either
        report = staff.snapshot(HEADING + FOUR[0] + FOUR[1] + end)
        assert report.removed == 0
        assert report.removals_suspended_because
    assert {user.attributes["department"] for user in staff.live().values()} == {"Law"}
    assert set(staff.live()) == {"u0", "u1", "u2", "u3"}


def test_a_last_row_without_a_line_end_is_whole_if_all_that_it_says_is_known(staff):
    report = staff.snapshot(HEADING + FOUR[0] + FOUR[1] + FOUR[2].rstrip("\n"))
    assert (report.removed, report.removals_suspended_because) == (1, None)


def test_a_last_row_without_a_line_end_is_taken_where_nobody_is_missing(staff):
    report = staff.snapshot(HEADING + "".join(FOUR) + "u9,u9@x,User 9,Law")
    assert (report.added, report.bad_rows, report.removals_suspended_because) == (1, 0, None)


def test_a_last_row_is_taken_without_a_line_end_by_a_merge(staff):
    assert staff.merge(HEADING + FOUR[0] + "u9,u9@x,User 9,La").added == 1


def test_a_manager_in_the_last_cell_may_be_cut_too(staff):
    heading = "id,userPrincipalName,displayName,manager\n"
    staff.merge(heading + "u0,u0@x,User 0,u1@x\nu1,u1@x,User 1,u2\nu12,u12@x,User 12,\n")
    known = staff.snapshot(heading + "u2,u2@x,User 2,\nu12,u12@x,User 12,\nu1,u1@x,User 1,u2\nu0,u0@x,User 0,u1@x")
    assert (known.removed, known.removals_suspended_because) == (1, None)
    cut = staff.snapshot(heading + "u12,u12@x,User 12,\nu0,u0@x,User 0,u1@x\nu1,u1@x,User 1,u")
    assert is_held(cut, "Cut")


def test_an_id_in_the_last_cell_may_be_cut_into_another_persons(staff):
    heading = "userPrincipalName,displayName,id\n"
    staff.merge(heading + "u12@x,User 12,u12\n")
    report = staff.snapshot(heading + "u0@x,User 0,u0\nu2@x,User 2,u2\nu3@x,User 3,u3\nu12@x,User 12,u1")
    assert is_held(report, "Cut")
    assert staff.names()["u1"] == "u1@x"


def test_a_row_without_an_id_may_be_a_missing_person_under_another_name(staff):
    for _ in range(2):  # the same file again is no proof either
        report = staff.snapshot(HEADING + FOUR[0] + FOUR[1] + FOUR[2] + ",married@x,User 3,Law\n")
        assert is_held(report, "Unattributed")
        assert "line 5 has no id" in str(report.removals_suspended_because)
        assert (report.added, report.bad_rows) == (0, 1)


def test_a_row_without_an_id_is_a_joiner_where_nobody_is_missing(staff):
    report = staff.snapshot(HEADING + "".join(FOUR) + ",new@x,New,Law\n")
    assert (report.added, report.bad_rows, report.doubts) == (1, 0, ())


def test_a_row_without_an_id_says_nothing_of_leavers_where_the_name_is_the_key(company):
    company.snapshot("userPrincipalName,displayName\na@x,A\nb@x,B\nc@x,C\nd@x,D\n")
    report = company.snapshot("userPrincipalName,displayName\na@x,A\nb@x,B\nc@x,C\nnew@x,New\n")
    assert (report.added, report.removed, report.doubts) == (1, 1, ())


def row(user_id: str, name: str, said: str = "Somebody", department: str = "Law") -> str:
    return f"{user_id},{name},{said},{department}\n"


GUIDS = [f"6f9619ff-8b86-d011-b42d-00c04fc9{number:04d}" for number in range(12)]
TWELVE = [row(guid, f"p{number}@x", f"Person {number}") for number, guid in enumerate(GUIDS)]
ODD = {
    "an id that is no GUID, as all are": row("p11@x", "p11@y"),
    "an id that is a number": row("4711", "p11@y"),
    "a name without a domain, as all have one": row(GUIDS[0][:-4] + "9999", "Person 11"),
    "both": row("p11@x", "Person 11"),
    "both, in a row that cannot be taken either": "p11@x,Person 11,,\n",
}


@pytest.mark.parametrize("odd", ODD.values(), ids=list(ODD))
def test_a_stranger_whose_keys_look_like_another_columns_may_be_somebody_who_is_missing(company, odd):
    company.snapshot(HEADING + "".join(TWELVE))
    for _ in range(2):  # the same file again is no proof either
        company.wait(days=2)
        report = company.snapshot(HEADING + "".join(TWELVE[:11]) + odd)
        assert is_held(report, "Displaced")
        assert "line 13 seems to stand in shifted columns" in str(report.removals_suspended_because)
        assert (report.added, report.bad_rows) == (0, 1)
    assert set(company.live()) == set(GUIDS)


def test_such_a_stranger_is_a_joiner_where_nobody_is_missing(company):
    company.snapshot(HEADING + "".join(TWELVE))
    report = company.snapshot(HEADING + "".join(TWELVE) + row("4711", "p12@x") + row("svc-backup-1", "backup"))
    assert (report.added, report.bad_rows, report.doubts) == (2, 0, ())


def test_a_stranger_with_a_name_for_an_id_and_none_for_a_name_is_left_out_even_where_nobody_is_missing(company):
    company.snapshot(HEADING + "".join(TWELVE))
    report = company.snapshot(HEADING + "".join(TWELVE) + row("p12@x", "Person 12"))
    assert (report.added, report.bad_rows) == (0, 1)
    assert "shifted columns" in report.faults[0].message


def test_a_stranger_who_is_right_is_imported_first_and_then_the_leaver_goes(company):
    company.snapshot(HEADING + "".join(TWELVE))
    odd = row("4711", "p12@x")
    assert is_held(company.snapshot(HEADING + "".join(TWELVE[:11]) + odd), "Displaced")
    company.merge(HEADING + odd)
    report = company.snapshot(HEADING + "".join(TWELVE[:11]) + odd)
    assert (report.removed, report.doubts) == (1, ())


def test_where_keys_have_no_form_in_common_a_leaver_goes_beside_any_joiner(company):
    mixed = "".join(TWELVE[:6]) + "".join(row(f"u{n}", f"name-{n}") for n in range(6))
    company.snapshot(HEADING + mixed)
    report = company.snapshot(HEADING + mixed.replace(TWELVE[0], "") + row("4711", "joiner") + row("x@y", "j2@x"))
    assert (report.added, report.removed, report.doubts) == (2, 1, ())


def test_strangers_of_a_shifted_part_do_not_come_in_and_so_a_file_that_is_shifted_whole_names_nobody(company):
    company.snapshot(HEADING + "".join(FOUR))
    shifted = [row(f"u{n}@x", f"User {n}", "Law", f"u{n}") for n in range(4)]
    company.wait(days=2)
    assert is_held(company.snapshot(HEADING + "".join(FOUR[:2] + tuple(shifted[2:]))), "Displaced")
    company.wait(days=2)
    assert company.snapshot(HEADING + "".join(shifted)).names_nobody
    assert set(company.live()) == {"u0", "u1", "u2", "u3"}


def test_a_missing_person_under_another_id_stays_and_the_other_leavers_go(company):
    company.snapshot(HEADING + "".join(TWELVE))
    rekeyed = row("new-id", "P11@x", "Person 11")
    report = company.snapshot(HEADING + "".join(TWELVE[:10]) + rekeyed)
    assert (report.removed, report.bad_rows, report.added, report.doubts) == (1, 1, 0, ())
    assert set(company.live()) == {*GUIDS[:10], GUIDS[11]}
    assert GUIDS[11] in report.faults[0].message


@pytest.mark.parametrize("people", [1, 2, 3])
def test_a_file_that_names_nobody_of_the_directory_changes_nothing_however_few_they_are(company, people):
    company.snapshot(company.people(people))
    before = company.log()
    for file in (HEADING, HEADING + "s1,s1@y,Stranger,Law\n", HEADING + "s1,s1@y,Stranger,Law\n"):
        report = company.snapshot(file)
        assert (report.is_applied, report.removals_held, report.names_nobody) == (False, people, True)
    assert company.log() == before
    assert company.staged() == 0


def test_an_administrator_may_let_everybody_of_the_directory_go(company):
    company.snapshot(company.people(3))
    company.wait(hours=1)
    assert company.snapshot(HEADING + "s1,s1@y,Stranger,Law\n", allow=3).removed == 3


def test_the_people_of_a_wrong_file_do_not_raise_the_budget_of_its_second_import(company):
    company.snapshot(company.people(20))
    wrong = HEADING + "u0,u0@x.example,User 0,Law\n" + "".join(f"s{n},s{n}@y,Stranger,Law\n" for n in range(40))
    for days in (0, 0, 3):
        company.wait(hours=1, days=days)
        report = company.snapshot(wrong)
        assert (report.removed, report.removals_held, report.removal_budget) == (0, 19, 10)


def test_a_snapshot_that_holds_nothing_back_ends_the_doubt_about_those_before(company):
    company.snapshot(company.people(30))
    company.wait(hours=1)
    assert company.snapshot(company.people(4) + "s1,s1@y,S\n").removals_held == 26
    company.wait(hours=1)
    assert company.snapshot(company.people(30) + "s1,s1@y,S\n").removals_held == 0
    company.wait(hours=1)
    assert company.snapshot(company.people(20) + "s1,s1@y,S\n").removal_budget == 15


def test_a_file_knows_no_number_of_rows_and_vouches_for_its_last(company):
    file = company.folder / "users.csv"
    file.write_text(company.people(2_500))
    with CsvUsersFile(file).open() as users:
        pages = [(len(page.rows), page.is_last, page.total, page.cursor) for page in users.pages(None)]
    assert pages == [(1000, False, None, None), (1000, False, None, None), (500, True, None, None)]
