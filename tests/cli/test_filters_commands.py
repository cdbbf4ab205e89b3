"""What does `instep filters check` print, and how does it exit?"""

import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from instep.cli.main import app

REFUSED = {"$error": True}


def check(cases: Any, folder: Path, *options: str) -> Any:
    file = folder / "cases.json"
    file.write_bytes(cases if isinstance(cases, bytes) else json.dumps(cases).encode())
    return CliRunner(env={"COLUMNS": "400"}).invoke(app, ["filters", "check", str(file), *options])


def case(name: str, expected: Any, *clauses: dict[str, Any], **user: Any) -> dict[str, Any]:
    return {"id": name, "filters": [list(clauses)], "user": user, "expected": expected}


def clause(attribute: str, operator: str, **value: Any) -> dict[str, Any]:
    return {"attribute": attribute, "operator": operator, **value}


SALES = clause("department", "EQUALS", value="Sales")


def test_every_case_has_a_line_and_the_exit_code_is_0_only_if_all_pass(tmp_path: Path) -> None:
    cases = [
        case("in", True, SALES, department="Sales"),
        case("out", False, SALES, department="IT"),
        case("several values", True, clause("tags", "Includes", value="x"), tags=["xa", "xb"]),
        {"id": "none", "filters": [], "user": {}, "expected": True},
    ]
    result = check(cases, tmp_path, "--json")
    assert result.exit_code == 0
    assert [json.loads(line) for line in result.stdout.splitlines()] == [
        {"id": each["id"], "passed": True, "got": each["expected"]} for each in cases
    ]

    result = check([*cases, case("wrong", True, SALES, department="IT")], tmp_path, "--json")
    assert result.exit_code == 1
    assert json.loads(result.stdout.splitlines()[-1]) == {"id": "wrong", "passed": False, "got": False}
    assert "5 cases, 1 failed." in result.stderr
    assert check([case("wrong", True, SALES)], tmp_path).stdout == "wrong: expected True, got False\n"


@pytest.mark.parametrize(
    ("refused", "message"),
    [
        (clause("department", "LIKE", value="x"), "no operator"),
        (clause("level", "Greater_Than", value="high"), "whole number"),
        (clause("mail", "REGEX MATCH", value="(?=x)"), "lookahead"),
        (clause("userType", "EQUALS", value="Guest"), "cannot be used"),
    ],
)
def test_a_case_can_expect_that_its_filters_cannot_be_saved(
    tmp_path: Path, refused: dict[str, Any], message: str
) -> None:
    result = check([case("refused", REFUSED, refused)], tmp_path, "--json")
    assert result.exit_code == 0
    line = json.loads(result.stdout)
    assert line["passed"] is True
    assert message in line["got"]["$error"]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"[", "is not JSON"),
        (b"{}", "no array"),
        (b"[1]", "case 1: it is no object with an id"),
        (b'[{"id": "a", "filters": [], "user": {}}]', "needs 'expected'"),
        (b'[{"id": "a", "filters": [], "expected": true}]', "'user'"),
        (b'[{"id": "a", "filters": {}, "user": {}, "expected": true}]', "needs 'filters'"),
        (b'[{"id": "a", "filters": [[{"attribute": "a"}]], "user": {}, "expected": true}]', "without 'attribute'"),
        (b'[{"id": "a", "filters": [["x"]], "user": {}, "expected": true}]', "without 'attribute'"),
        (
            b'[{"id": "a", "filters": [[{"attribute": "a", "operator": "", "value": []}]], "user": {}, "expected": 0}]',
            "no text",
        ),
    ],
)
def test_a_bad_file_is_refused_with_its_reason(tmp_path: Path, content: bytes, message: str) -> None:
    result = check(content, tmp_path)
    assert result.exit_code == 2
    assert message in result.stderr


def test_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    result = CliRunner(env={"COLUMNS": "400"}).invoke(app, ["filters", "check", str(tmp_path / "none.json")])
    assert result.exit_code == 2
    assert "cannot be read" in result.stderr
