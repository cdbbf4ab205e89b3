"""What do the commands on users and groups print, and how do they exit?"""

import json

import pytest
from typer.testing import CliRunner

from instep.cli.groups import groups_app
from instep.cli.users import users_app

HEADING = "id,userPrincipalName,displayName,department\n"


@pytest.fixture
def instep(tmp_path):
    def run(*words: str):
        app = users_app if words[0] == "users" else groups_app
        return CliRunner().invoke(app, [*words[1:], "--data", str(tmp_path / "data")])

    return run


@pytest.fixture
def file(tmp_path):
    def write(text: str) -> str:
        path = tmp_path / "users.csv"
        path.write_text(text)
        return str(path)

    return write


def test_an_import_says_what_it_did(instep, file):
    result = instep("users", "import", file(HEADING + "u1,amy@x,Amy,Sales\nu2,bob@x,,\n"))
    assert (result.exit_code, result.stdout) == (0, "users.csv: 2 rows: 1 added, 1 bad.\n")
    assert result.stderr == "Line 3, displayName: A value is required.\n"


def test_an_import_reports_in_json_on_one_line(instep, file):
    result = instep("users", "import", file(HEADING + "u1,amy@x,Amy,Sales\nu2,bob@x,,\n"), "--json")
    report = json.loads(result.stdout)
    assert (report["added"], report["bad_rows"]) == (1, 1)
    assert report["faults"] == [{"line": 3, "column": "displayName", "message": "A value is required."}]


def test_a_strict_import_with_a_bad_row_is_refused(instep, file):
    result = instep("users", "import", file(HEADING + "u1,amy@x,,\n"), "--strict")
    assert (result.exit_code, result.stdout) == (1, "")
    assert "nothing was changed" in result.stderr


def test_held_removals_have_an_exit_code_of_their_own(instep, file):
    rows = [f"u{n},u{n}@x,U,\n" for n in range(30)]
    instep("users", "import", file(HEADING + "".join(rows)), "--mode", "snapshot")
    held = instep("users", "import", file(HEADING + rows[0]), "--mode", "snapshot")
    assert held.exit_code == 3
    assert "--allow-removals 29" in held.stderr
    allowed = instep("users", "import", file(HEADING + rows[0]), "--mode", "snapshot", "--allow-removals", "29")
    assert allowed.exit_code == 0
    assert "29 removed" in allowed.stdout


def test_the_number_of_rows_tells_a_file_that_was_cut_at_the_end_of_a_line(instep, file):
    rows = [f"k{n},k{n}@x,Person {n},\n" for n in range(4)]
    instep("users", "import", file(HEADING + "".join(rows)))
    cut = file(HEADING + "".join(rows[:3]))
    held = instep("users", "import", cut, "--mode", "snapshot", "--rows", "4")
    assert held.exit_code == 3
    assert "3 came, but the source spoke of 4. 1 user would go: k3@x." in held.stderr
    assert instep("users", "import", cut, "--mode", "snapshot", "--rows", "3").exit_code == 0


def test_another_number_of_rows_is_told_as_well_where_nobody_is_missing(instep, file):
    told = instep("users", "import", file(HEADING + "u1,amy@x,Amy,Sales\n"), "--mode", "snapshot", "--rows", "2")
    assert (told.exit_code, told.stdout) == (0, "users.csv: 1 row: 1 added.\n")
    assert "not proven to be complete: 1 came, but the source spoke of 2. Nobody of the directory" in told.stderr


def test_the_number_of_rows_is_refused_where_it_would_prove_nothing(instep, file):
    refused = instep("users", "import", file(HEADING), "--rows", "4")
    assert refused.exit_code == 2
    assert "--mode snapshot" in refused.stderr


def test_an_old_file_is_refused_until_it_is_saved_anew(instep, tmp_path):
    rows = [f"u{n},u{n}@x,U,\n" for n in range(4)]
    may, june = tmp_path / "may.csv", tmp_path / "june.csv"
    may.write_text(HEADING + "".join(rows[:3]))
    june.write_text(HEADING + "".join(rows))
    for file in (may, june):
        assert instep("users", "import", str(file), "--mode", "snapshot").exit_code == 0
    old = instep("users", "import", str(may), "--mode", "snapshot", "--allow-removals", "1")
    assert (old.exit_code, old.stdout) == (1, "")
    assert "save it anew" in old.stderr
    assert "may.csv: nothing was changed." in old.stderr
    may.touch()
    assert "1 removed" in instep("users", "import", str(may), "--mode", "snapshot").stdout


def test_a_file_that_is_none_is_refused(instep, file):
    result = instep("users", "import", file("what,ever\n"))
    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr.startswith("Refused: users.csv has no heading row")


def test_wrong_usage_exits_with_2(instep, tmp_path):
    assert instep("users", "import", str(tmp_path / "none.csv")).exit_code == 2
    assert instep("users", "set", "u1", "department").exit_code == 2


def test_a_user_lives_through_the_commands(instep, file):
    instep("users", "import", file(HEADING + "u1,amy@x,Amy,Sales\n"))
    assert instep("users", "set", "amy@x", "department=Law").stdout == "amy@x: department: Sales -> Law\n"
    assert instep("users", "disable", "u1").stdout == "amy@x: accountEnabled: true -> false\n"
    assert "nothing to change" in instep("users", "disable", "u1").stderr
    assert instep("users", "enable", "u1").exit_code == 0
    assert instep("users", "delete", "u1").stdout == "amy@x: deleted\n"
    assert instep("users", "list").stdout == ""
    assert "amy@x" in instep("users", "list", "--deleted").stdout
    assert instep("users", "restore", "amy@x").stdout == "amy@x: restored\n"
    assert instep("users", "purge", "u1").exit_code == 1
    instep("users", "delete", "u1")
    assert instep("users", "purge", "u1").stdout == "amy@x: deleted for good.\n"
    assert instep("users", "show", "u1").exit_code == 1


def test_a_user_is_shown_in_words_and_in_json(instep, file):
    instep("users", "import", file(HEADING + "u1,amy@x,Amy,Sales\n"))
    assert "department         Sales" in instep("users", "show", "u1").stdout
    shown = json.loads(instep("users", "show", "u1", "--json").stdout)
    assert (shown["id"], shown["accountEnabled"], shown["groups"]) == ("u1", True, [])
    assert json.loads(instep("users", "list", "--json").stdout)["userPrincipalName"] == "amy@x"


def test_what_would_steer_the_terminal_is_not_printed(instep, file):
    instep("users", "import", file(HEADING + "u1,amy@x,A\x1b[2Jmy,Sales\n"))
    assert "\x1b" not in instep("users", "show", "u1").stdout


def test_users_are_written_as_csv_that_runs_nothing(instep, file):
    instep("users", "import", file(HEADING + "u1,amy@x,=1+3,Sales\n"))
    heading, row = instep("users", "list", "--csv").stdout.splitlines()
    assert heading.startswith("id,userPrincipalName,displayName,")
    assert row.startswith("u1,amy@x,'=1+3,")


def test_groups_have_members(instep, file):
    instep("users", "import", file(HEADING + "u1,amy@x,Amy,Sales\n"))
    group = json.loads(instep("groups", "add", "Sales", "--json").stdout)
    assert instep("groups", "members", "add", "sales", "amy@x").stdout == "Sales: amy@x is a member now.\n"
    assert "amy@x" in instep("groups", "members", "list", group["id"]).stdout
    listed = [json.loads(line) for line in instep("groups", "list", "--json").stdout.splitlines()]
    assert [(each["displayName"], each["members"], each["builtIn"]) for each in listed] == [
        ("All users", 1, True),
        ("Sales", 1, False),
    ]
    assert instep("groups", "members", "remove", "sales", "u1").exit_code == 0
    assert "nothing to change" in instep("groups", "members", "remove", "sales", "u1").stderr
    assert instep("groups", "delete", "Sales").stdout == "Sales: deleted.\n"
    assert instep("groups", "delete", "All users").exit_code == 1
