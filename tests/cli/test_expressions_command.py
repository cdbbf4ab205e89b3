"""What do the commands on expressions print, and how do they exit?"""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result
from typer.testing import CliRunner

from instep.cli.main import app

Run = Callable[..., Result]

CASES = [
    {"id": "one", "expression": 'Append([a], "!")', "attributes": {"a": "x"}, "expected": "x!"},
    {"id": "two", "expression": "Item([a], 2)", "attributes": {"a": "x"}, "expected": {"$error": True}},
]
WRONG = {"id": "three", "expression": "Item([a], 2)", "attributes": {"a": "x"}, "expected": "x"}


@pytest.fixture
def expressions() -> Run:
    def run(*words: str, stdin: str | None = None) -> Result:
        return CliRunner().invoke(app, ["expressions", *words], input=stdin)

    return run


def lines(result: Result) -> list[dict[str, object]]:
    return [json.loads(line) for line in result.stdout.splitlines()]


def test_cases_that_pass_are_printed_a_line_each_and_end_well(expressions: Run, tmp_path: Path) -> None:
    file = tmp_path / "cases.json"
    file.write_text(json.dumps(CASES))
    result = expressions("check", str(file), "--json")
    assert result.exit_code == 0
    assert lines(result) == [
        {"id": "one", "passed": True, "got": "x!"},
        {"id": "two", "passed": True, "got": {"$error": True}},
    ]
    assert result.stderr == "2 of 2 cases passed.\n"
    assert expressions("check", "-", "--json", stdin=json.dumps({"cases": CASES})).stdout == result.stdout


def test_one_case_that_does_not_pass_ends_with_1_and_is_told(expressions: Run) -> None:
    result = expressions("check", "-", "--json", stdin=json.dumps([*CASES, WRONG]))
    assert result.exit_code == 1
    problem = "column 1: Item: there is no element 2; the attribute has 1"
    assert lines(result)[2] == {"id": "three", "passed": False, "got": {"$error": True}, "error": problem}
    in_words = expressions("check", "-", stdin=json.dumps([*CASES, WRONG]))
    assert in_words.stdout == f"three: it gives {problem}\n"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[{", "- is no JSON:"),
        ("[" * 100_000, "- is no JSON:"),
        ("{}", "- has no list of cases at its top."),
        ("[5]", "-, case 1: a case is an object."),
        (json.dumps([*CASES, {"id": "c"}]), "-, case 3 (c): it needs 'expression', a text."),
    ],
)
def test_a_file_that_is_malformed_is_refused_with_2_and_its_place(expressions: Run, text: str, message: str) -> None:
    result = expressions("check", "-", "--json", stdin=text)
    assert result.exit_code == 2
    assert result.stdout == ""
    assert message in result.stderr


def test_a_file_that_is_not_there_is_refused_with_2(expressions: Run, tmp_path: Path) -> None:
    result = expressions("check", str(tmp_path / "none.json"))
    assert result.exit_code == 2
    assert "cannot be read: No such file" in result.stderr


def test_an_expression_is_tried_with_the_attributes_given(expressions: Run) -> None:
    result = expressions("test", 'Join(" ", [givenName], [surname])', "--set", "givenName=Ada", "--set", "surname=L=x")
    assert (result.exit_code, result.stdout) == (0, "Ada L=x\n")


def test_an_attribute_that_is_set_twice_has_two_values_and_a_switch_is_no_text(expressions: Run) -> None:
    several = ("--set", "proxyAddresses=a", "--set", "proxyAddresses=b", "--set", "proxyAddresses=a")
    assert expressions("test", "RemoveDuplicates([proxyAddresses])", *several).stdout == "a\nb\n"
    result = expressions("test", "Redact([accountEnabled])", "--set", "accountEnabled=yes", "--json")
    assert lines(result) == [{"value": "True", "attributes": ["accountEnabled"], "redacted": True}]


@pytest.mark.parametrize(
    ("expression", "said"),
    [
        ("[a]", "nothing (null)\n"),
        ("IgnoreFlowIfNullOrEmpty([a])", "nothing: the attribute is left out of the operation\n"),
        ('SelectUniqueValue("a", "b")', "a\nb\n"),
    ],
)
def test_what_is_no_value_is_told_in_words(expressions: Run, expression: str, said: str) -> None:
    assert expressions("test", expression).stdout == said


def test_what_is_wrong_with_an_expression_is_pointed_at(expressions: Run) -> None:
    result = expressions("test", 'Append("abcdef", Switch([x], "d", "a"))')
    assert result.exit_code == 2
    text, pointer, message = result.stderr.splitlines()
    assert text[pointer.index("^") :].startswith("Switch(")
    assert message.startswith("column 18: Switch needs an even number of arguments")


def test_values_that_an_expression_cannot_use_are_an_error_of_theirs(expressions: Run) -> None:
    result = expressions("test", "CDate([d])", "--set", "d=soon")
    assert (result.exit_code, result.stdout) == (1, "")
    assert "CDate: 'soon' is no date" in result.stderr


@pytest.mark.parametrize("wrong", ["a", "=a", "accountEnabled=perhaps"])
def test_an_assignment_that_sets_nothing_is_refused_with_2(expressions: Run, wrong: str) -> None:
    assert expressions("test", "[a]", "--set", wrong).exit_code == 2


def test_an_expression_is_tried_with_a_user_of_the_directory(expressions: Run, tmp_path: Path) -> None:
    data = ("--data", str(tmp_path / "data"))
    file = tmp_path / "users.csv"
    file.write_text("id,userPrincipalName,displayName,department\nu1,ada@corp.example,Ada,Sales\n")
    assert CliRunner().invoke(app, ["users", "import", str(file), *data]).exit_code == 0
    user = ("--user", "ada@corp.example")
    assert expressions("test", "Append([objectId], [department])", *user, *data).stdout == "u1Sales\n"
    assert expressions("test", "[department]", *user, "--set", "department=HR", *data).stdout == "HR\n"
    assert expressions("test", "[a]", "--user", "eve", *data).exit_code == 1


def test_the_functions_are_listed_with_their_parameters(expressions: Run) -> None:
    assert "Mid(source, start, [length])\n    So many characters from a place on" in expressions("functions").stdout
    listed = {line["name"]: line for line in lines(expressions("functions", "--json"))}
    assert len(listed) == 54
    assert listed["Join"]["parameters"] == [
        {"name": "separator", "required": True, "repeatable": False},
        {"name": "source", "required": True, "repeatable": True},
    ]
