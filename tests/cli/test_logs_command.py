"""What does `instep logs` print, for people, programs and spreadsheets?"""

import csv
import io
import json
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from click.testing import Result
from typer.testing import CliRunner

sys.path.insert(0, str(Path(__file__).parents[1]))

from fakes.installation import Installation, open_installation
from fakes.memory_target import Fault
from instep.cli.main import app
from instep.rules.health.outcomes import Answer

Run = Callable[..., Result]
FORMULA = '=HYPERLINK("http://evil")@x.example'


@pytest.fixture
def company(tmp_path: Path) -> Iterator[Installation]:
    """One was created, one failed, one got no account; one has a name that a spreadsheet would run."""
    with open_installation(tmp_path) as installation:
        installation.hire("ada")
        installation.hire("bob", userPrincipalName=FORMULA)
        installation.hire("cid", accountEnabled=False)
        installation.assign_all()
        refusal = Answer(400, b'{"detail": "no \\u001b[31m such thing"}')
        installation.target.faults = [Fault(refusal, {"POST"}, concerning="HYPERLINK")]
        installation.cycle()
        yield installation


@pytest.fixture
def logs(company: Installation, tmp_path: Path) -> Run:
    return lambda *words: CliRunner(env={"COLUMNS": "400"}).invoke(app, ["logs", *words, "--data", str(tmp_path)])


def test_every_user_that_entered_a_cycle_has_a_line_with_the_reason_in_plain_words(logs: Run) -> None:
    result = logs()
    assert result.exit_code == 0
    assert len(result.stdout.splitlines()) == 3
    assert "ada@corp.example" in result.stdout
    assert "is disabled in the directory" in result.stdout


def test_a_line_steers_no_terminal_whatever_the_target_said(logs: Run) -> None:
    assert "\x1b" not in logs().stdout


def test_json_is_one_object_a_line_with_entras_names(logs: Run) -> None:
    entries = [json.loads(line) for line in logs("--json").stdout.splitlines()]
    assert {entry["status"] for entry in entries} == {"success", "failure", "skipped"}
    [created] = [entry for entry in entries if entry["provisioningAction"] == "create" and entry["status"] == "success"]
    assert (created["sourceIdentity"]["id"], created["sourceIdentity"]["displayName"]) == ("ada", "ada@corp.example")
    assert created["targetIdentity"]["id"] == "account-000001"
    assert [step["name"] for step in created["provisioningSteps"]][-1] == "EntryExportAdd"
    changed = {each["displayName"]: each["newValue"] for each in created["modifiedProperties"]}
    assert changed["userName"] == "ada@corp.example"


@pytest.mark.parametrize(
    ("words", "users"),
    [
        (("--status", "failure"), ["bob"]),
        (("--status", "skipped"), ["cid"]),
        (("--user", "ada@corp.example"), ["ada"]),
        (("--user", "cid"), ["cid"]),
        (("--app", "proxyclick", "--status", "success"), ["ada"]),
        (("--status", "warning"), []),
        (("--action", "create"), ["bob", "ada"]),
        (("--code", "notactiveinsource"), ["cid"]),
        (("--code", "RedundantExport"), []),
        (("--contains", "DISABLED in the"), ["cid"]),
        (("--contains", "ACCOUNT-000001"), ["ada"]),
        (("--contains", "no such text"), []),
        (("--since", "2026-03-02T08:00"), ["cid", "bob", "ada"]),
        (("--since", "2026-03-02T08:00:01"), []),
        (("--since", "2026-03-02T08:00:00+01:00"), ["cid", "bob", "ada"]),
        (("--since", "1h"), []),
        (("--until", "2026-03-02T08:00"), []),
        (("--until", "2026-03-02"), ["cid", "bob", "ada"]),
        (("--until", "9999-12-31", "--limit", "1"), ["cid"]),
        (("--cycle", "nothing"), []),
    ],
)
def test_the_log_is_narrowed_down(logs: Run, words: tuple[str, ...], users: list[str]) -> None:
    found = [json.loads(line)["sourceIdentity"]["id"] for line in logs(*words, "--json").stdout.splitlines()]
    assert found == users


def test_the_newest_come_first_and_no_more_than_asked_for(logs: Run) -> None:
    ids = [json.loads(line)["id"] for line in logs("--json").stdout.splitlines()]
    assert ids == sorted(ids, reverse=True)
    assert len(logs("--json", "--limit", "2").stdout.splitlines()) == 2


def test_one_entry_is_found_by_its_change_id_and_those_of_a_cycle_by_the_cycles(logs: Run) -> None:
    entries = [json.loads(line) for line in logs("--json").stdout.splitlines()]
    for entry in entries:
        [found] = [
            json.loads(line) for line in logs("--change", entry["changeId"].upper(), "--json").stdout.splitlines()
        ]
        assert found == entry
    assert len(logs("--cycle", entries[0]["cycleId"]).stdout.splitlines()) == 3
    elsewhere = entries[0]["changeId"][8:]
    assert logs("--change", f"00000000{elsewhere}").stdout == ""


def test_someone_who_was_purged_is_still_found_by_name_and_by_id(company: Installation, logs: Run) -> None:
    company.delete("ada")
    company.purge("ada")
    for named in ("ada", "Ada@corp.example"):
        assert "account-000001 was created" in logs("--user", named).stdout


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("--since", "yesterday"), "is no moment; write 2026-11-23"),
        (("--until", "0001-01-01T00:00+23:00"), "is no moment"),
        (("--change", "7"), "is no change id"),
        (("--out", "somewhere"), "takes --csv"),
        (("--action", "dance"), "dance"),
    ],
)
def test_what_cannot_be_asked_for_exits_with_2(logs: Run, words: tuple[str, ...], message: str) -> None:
    result = logs(*words)
    assert result.exit_code == 2
    assert message in " ".join(result.stderr.split())


def test_the_three_files_of_entra_are_joined_by_the_change_id(logs: Run, tmp_path: Path) -> None:
    folder = tmp_path / "export"
    assert "3 entries were written" in logs("--csv", "--out", str(folder)).stdout
    entries, steps, properties = (
        list(csv.DictReader((folder / name).open(encoding="utf-8", newline="")))
        for name in (
            "ProvisioningLogs.csv",
            "ProvisioningLogs_ProvisioningSteps.csv",
            "ProvisioningLogs_ModifiedProperties.csv",
        )
    )
    changes = {entry["changeId"]: entry for entry in entries}
    assert len(changes) == 3
    assert {step["changeId"] for step in steps} == set(changes)
    created = {
        row["displayName"]: row["newValue"] for row in properties if changes[row["changeId"]]["status"] == "success"
    }
    assert created["userName"] == "ada@corp.example"
    cells = [value for row in (*entries, *steps, *properties) for value in row.values()]
    assert f"'{FORMULA}" in cells
    assert not [value for value in cells if value[:1] in ("=", "+", "-", "@", "\t", "\r")]


def test_files_that_cannot_be_written_are_named(logs: Run, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    result = logs("--csv", "--out", str(tmp_path / "file"))
    assert result.exit_code == 2
    assert "cannot be written to" in " ".join(result.stderr.split())


def test_csv_has_a_heading_and_no_cell_that_a_spreadsheet_would_run(logs: Run) -> None:
    rows = list(csv.DictReader(io.StringIO(logs("--csv").stdout)))
    assert len(rows) == 3
    assert {row["status"] for row in rows} == {"success", "failure", "skipped"}
    assert f"'{FORMULA}" in [row["user"] for row in rows]
    assert not [value for row in rows for value in row.values() if value[:1] in ("=", "+", "-", "@", "\t", "\r")]
