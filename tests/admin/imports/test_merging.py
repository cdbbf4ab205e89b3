"""What does a merged file do to the people whom it names, and to the others?"""

import pytest

HEADING = "id,userPrincipalName,displayName,department\n"


def test_rows_become_users_and_each_creation_is_logged(company):
    report = company.merge(HEADING + "u1,amy@x,Amy,Sales\nu2,bob@x,Bob,\n")
    assert (report.rows, report.added, report.bad_rows) == (2, 2, 0)
    assert company.live()["u1"].attributes == {
        "accountEnabled": True,
        "userPrincipalName": "amy@x",
        "displayName": "Amy",
        "department": "Sales",
    }
    assert company.log() == [("user_created", "u1"), ("user_created", "u2")]


def test_an_unchanged_file_writes_no_change(company):
    company.merge(HEADING + "u1,amy@x,Amy,Sales\n")
    report = company.merge(HEADING + "u1,amy@x,Amy,Sales\n")
    assert (report.unchanged, report.updated) == (1, 0)
    assert company.log() == [("user_created", "u1")]
    assert company.staged() == 0


def test_people_who_are_not_in_a_merged_file_stay(company):
    company.merge(HEADING + "u1,amy@x,Amy,Sales\n")
    company.merge(HEADING + "u2,bob@x,Bob,\n")
    assert set(company.live()) == {"u1", "u2"}


def test_a_blank_cell_of_a_download_clears_and_a_missing_column_does_not(company):
    company.merge("id,userPrincipalName,displayName,department,jobTitle\nu1,amy@x,Amy,Sales,Clerk\n")
    company.merge(HEADING + "u1,amy@x,Amy,\n")
    assert company.live()["u1"].attributes == {
        "accountEnabled": True,
        "userPrincipalName": "amy@x",
        "displayName": "Amy",
        "jobTitle": "Clerk",
    }


def test_a_blank_cell_of_a_bulk_create_template_leaves_what_is_there(company):
    company.merge(HEADING + "u1,amy@x,Amy,Sales\n")
    heading = (
        "version:v1.0\nName [displayName] Required,User name [userPrincipalName] Required,Department [department]\n"
    )
    report = company.merge(heading + ",AMY@x,\nBob,bob@x,Sales\n,new@x,Sales\n")
    assert (report.updated, report.added, report.bad_rows) == (1, 1, 1)  # the letter case of Amy's name differs
    assert company.live()["u1"].attributes["department"] == "Sales"
    assert [(fault.line, fault.column) for fault in report.faults] == [(5, "displayName")]


def test_blocking_sign_in_is_the_opposite_of_an_enabled_account_and_passwords_are_not_read(company):
    heading = (
        "version:v1.0,,,\nName [displayName] Required,User name [userPrincipalName] Required,"
        "Initial password [passwordProfile] Required,Block sign in (Yes/No) [accountEnabled] Required\n"
    )
    report = company.merge(heading + "Amy,amy@x,secret-1,No\nBob,bob@x,secret-2,Yes\nCid,cid@x,secret-3,\n")
    enabled = {user.user_principal_name: user.is_enabled for user in company.live().values()}
    assert enabled == {"amy@x": True, "bob@x": False, "cid@x": True}
    assert report.ignored_headings == ("Initial password [passwordProfile] Required",)
    assert "secret-1" not in str(company.live())


def test_a_row_without_an_id_is_about_the_live_user_with_its_name(company):
    company.merge(HEADING + "u1,amy@x,Amy,Sales\n")
    report = company.merge(HEADING + ",Amy@X,Amy,Law\n,bob@x,Bob,\n")
    assert (report.updated, report.added) == (1, 1)
    assert company.live()["u1"].attributes["department"] == "Law"
    assert company.names() == {"u1": "Amy@X", "new-3": "bob@x"}


def test_an_account_that_a_file_does_not_speak_of_stays_blocked(company):
    company.merge("id,userPrincipalName,displayName,accountEnabled\nu1,amy@x,Amy,false\n")
    company.merge("id,userPrincipalName,displayName,accountEnabled\nu1,amy@x,Amy,\n")
    assert not company.live()["u1"].is_enabled


def test_a_guid_is_the_same_in_any_letter_case(company):
    company.merge(HEADING + "7CC0C81B-F2A2-489A-8243-EDA96DA4214D,amy@x,Amy,\n")
    report = company.merge(HEADING + "7cc0c81b-f2a2-489a-8243-eda96da4214d,amy@x,Amy,\n")
    assert report.unchanged == 1


def test_formulas_stay_as_they_are(company):
    company.merge(HEADING + "u1,amy@x,=1+3,@SUM(A1)\n")
    assert company.live()["u1"].attributes["displayName"] == "=1+3"


def test_managers_may_stand_further_down_and_be_named_by_id_or_name(company):
    heading = "id,userPrincipalName,displayName,manager\n"
    company.merge(heading + "u1,amy@x,Amy,BOB@x\nu2,bob@x,Bob,u3\nu3,cid@x,Cid,\n")
    assert {user.id: user.manager_id for user in company.live().values()} == {"u1": "u2", "u2": "u3", "u3": None}
    assert [kind for kind, _ in company.log()] == ["user_created"] * 3


def test_a_blank_manager_of_a_download_clears_it(company):
    heading = "id,userPrincipalName,displayName,manager\n"
    company.merge(heading + "u1,amy@x,Amy,u2\nu2,bob@x,Bob,\n")
    report = company.merge(heading + "u1,amy@x,Amy,\nu2,bob@x,Bob,\n")
    assert (report.updated, report.unchanged) == (1, 1)
    assert company.live()["u1"].manager_id is None


def test_nothing_changes_where_strictness_meets_a_bad_row(company):
    report = company.merge(HEADING + "u1,amy@x,Amy,\nu2,bob@x,,\n", is_strict=True)
    assert (report.is_applied, report.bad_rows, company.live(), company.log()) == (False, 1, {}, [])
    assert company.staged() == 0


@pytest.mark.parametrize("actor", ["tester, importing users.csv"])
def test_the_log_says_who_imported_what(company, actor):
    company.merge(HEADING + "u1,amy@x,Amy,\n")
    with company.database.read() as connection:
        assert connection.exec_driver_sql("SELECT DISTINCT actor FROM changes").scalars().all() == [actor]
