"""Who may have which user principal name, judged on the state after the whole file?"""

HEADING = "id,userPrincipalName,displayName\n"
BOB = "b1,bob@x,Bob\n"  # who stays: a file that names nobody of the directory removes nobody


def test_a_name_passes_from_a_leaver_to_a_joiner_in_one_snapshot(company):
    company.snapshot(HEADING + "u1,amy@x,Amy Old\nu2,bob@x,Bob\n")
    report = company.snapshot(HEADING + "u2,bob@x,Bob\nu3,AMY@x,Amy New\n")
    assert (report.added, report.removed, report.bad_rows) == (1, 1, 0)
    assert company.names() == {"u2": "bob@x", "u3": "AMY@x"}


def test_two_users_may_swap_their_names(company):
    company.merge(HEADING + "u1,amy@x,Amy\nu2,bob@x,Bob\n")
    report = company.merge(HEADING + "u1,bob@x,Amy\nu2,amy@x,Bob\n")
    assert report.updated == 2
    assert company.names() == {"u1": "bob@x", "u2": "amy@x"}


def test_a_joiner_without_an_id_takes_the_name_that_a_renamed_user_gives_up(company):
    company.merge(HEADING + "u1,amy@x,Amy\n")
    report = company.merge(HEADING + ",amy@x,Another Amy\nu1,amy.old@x,Amy\n")
    assert (report.added, report.updated) == (1, 1)
    assert company.names()["u1"] == "amy.old@x"


def test_a_name_that_somebody_outside_the_file_keeps_is_a_bad_cell(company):
    company.merge(HEADING + "u1,amy@x,Amy\n")
    report = company.merge(HEADING + "u2,Amy@X,Amy Two\nu3,cid@x,Cid\n")
    assert (report.added, report.bad_rows) == (1, 1)
    assert [(f.line, f.column) for f in report.faults] == [(2, "userPrincipalName")]
    assert "u1" in report.faults[0].message


def test_a_leaver_whose_removal_is_held_keeps_the_name(company):
    company.snapshot(company.people(30))
    report = company.snapshot(HEADING + "j1,u0@x.example,Joiner\n")
    assert (report.removals_held, report.bad_rows, report.added) == (30, 1, 0)
    assert company.names()["u0"] == "u0@x.example"


def test_a_bad_row_keeps_its_name_and_so_fails_whoever_wanted_it(company):
    company.merge(HEADING + "u1,a@x,A\nu2,b@x,B\nu3,c@x,C\nu4,d@x,D\n")
    report = company.merge(HEADING + "u1,b@x,A\nu2,c@x,B\nu3,d@x,C\n")
    assert [fault.line for fault in report.faults] == [2, 3, 4]
    assert company.names() == {"u1": "a@x", "u2": "b@x", "u3": "c@x", "u4": "d@x"}


def test_one_id_twice_makes_both_rows_bad_and_the_second_names_the_first(company):
    report = company.merge(HEADING + "u1,a@x,A\nu1,b@x,B\nu2,c@x,C\n")
    assert [(f.line, f.column) for f in report.faults] == [(2, "id"), (3, "id")]
    assert "Line 2" in report.faults[1].message
    assert list(company.live()) == ["u2"]


def test_one_name_twice_makes_both_rows_bad(company):
    report = company.merge(HEADING + "u1,a@x,A\nu2,A@X,B\n,c@x,C\n,c@x,C\n")
    assert [(f.line, f.column) for f in report.faults] == [(n, "userPrincipalName") for n in (2, 3, 4, 5)]
    assert report.bad_rows == 4
    assert company.live() == {}


def test_a_deleted_user_does_not_block_the_name(company):
    company.snapshot(HEADING + "u1,amy@x,Amy\n" + BOB)
    company.snapshot(HEADING + "u2,amy@x,Amy Two\n" + BOB)
    assert set(company.deleted()) == {"u1"}
    report = company.merge(HEADING + ",amy@x,Amy Two\n")
    assert report.unchanged == 1


def test_a_row_with_the_id_of_a_deleted_user_restores_and_updates(company):
    company.snapshot(HEADING + BOB + "u1,amy@x,Amy\n")
    company.snapshot(HEADING + BOB)
    report = company.snapshot(HEADING + BOB + "u1,amy.two@x,Amy\n")
    assert (report.restored, report.updated) == (1, 0)
    log = [kind for kind, user_id in company.log() if user_id == "u1"]
    assert log == ["user_created", "user_deleted", "user_restored", "user_updated"]
    assert company.names() == {"u1": "amy.two@x", "b1": "bob@x"}


def test_a_deleted_user_whose_name_is_taken_is_not_restored(company):
    company.snapshot(HEADING + "u1,amy@x,Amy\n" + BOB)
    company.snapshot(HEADING + "u2,amy@x,Amy Two\n" + BOB)
    report = company.merge(HEADING + "u1,amy@x,Amy\n")
    assert report.bad_rows == 1
    assert set(company.live()) == {"u2", "b1"}


def test_a_file_of_ids_alone_edits_those_it_names_and_makes_nobody(company):
    company.merge(HEADING + "u1,amy@x,Amy\n")
    report = company.merge("objectId,department\nu1,Law\nu9,Law\n")
    assert (report.updated, report.bad_rows) == (1, 1)
    assert report.faults[0].column == "userPrincipalName"


def test_a_manager_who_is_not_there_after_the_file_is_a_bad_cell(company):
    heading = "id,userPrincipalName,displayName,manager\n"
    company.snapshot(heading + "u1,amy@x,Amy,u2\nu2,bob@x,Bob,\nu3,cid@x,Cid,\n")
    report = company.snapshot(heading + "u1,amy@x,Amy,u2\nu3,cid@x,Cid,nobody@x\n")
    assert [(f.line, f.column) for f in report.faults] == [(2, "manager"), (3, "manager")]
    assert (report.removed, report.bad_rows) == (1, 2)
    assert company.live()["u1"].manager_id == "u2"


def test_a_new_manager_whose_own_row_is_bad_takes_the_reports_along(company):
    heading = "id,userPrincipalName,displayName,manager\n"
    report = company.merge(heading + "u1,amy@x,Amy,u2\nu2,bob@x,Bob,u3\nu3,cid@x,Cid,nobody\nu4,dan@x,Dan,u4\n")
    assert [(f.line, f.column) for f in report.faults] == [(n, "manager") for n in (2, 3, 4, 5)]
    assert company.live() == {}
