"""Do the documented cases hold, and does the runner of cases judge them rightly?"""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from instep.rules.mapping.expressions.cases import BadCase, Outcome, case_from, run_case

CASES = Path(__file__).parents[4].parent / "shared" / "spec" / "expression-cases.json"
NOW = datetime(2026, 1, 1, tzinfo=UTC)
TRIED = ["John.Smith", "J.Smith"]


@pytest.mark.skipif(not CASES.exists(), reason=f"the shared cases are not beside this checkout ({CASES.name})")
def test_every_shared_case_gives_what_is_documented() -> None:
    outcomes = [run_case(case_from(document), NOW, "seed") for document in json.loads(CASES.read_text())]
    assert {outcome.id: outcome.got for outcome in outcomes if not outcome.passed} == {}
    assert len(outcomes) == 147


def outcome(expression: str, expected: Any, context: dict[str, Any] | None = None, **attributes: Any) -> Outcome:
    document = {"id": "a", "expression": expression, "attributes": attributes, "expected": expected}
    return run_case(case_from({**document, "context": context} if context else document), NOW, "seed")


@pytest.mark.parametrize(
    ("expression", "expected", "got"),
    [
        ("[a]", "x", "x"),
        ("[list]", ["x", "y"], ["x", "y"]),
        ("[none]", None, None),
        ("[yes]", "True", "True"),
        ("[yes]", True, "True"),
        ("&HF", 15, 15),
        ("CDate([day])", "8/24/2021 12:00:00 AM", "8/24/2021 12:00:00 AM"),
        ("IgnoreFlowIfNullOrEmpty([none])", {"$drop": True}, {"$drop": True}),
        ("Item([a], 2)", {"$error": True}, {"$error": True}),
        ("Item([a]", {"$error": True}, {"$error": True}),
        ("Append([a], 1)", {"$pattern": "^x[0-9]$"}, "x1"),
        ("AppRoleAssignmentsComplex([roles])", [{"id": "1", "primary": False, "type": "WindowsAzureActiveDirectoryRole",
                                                 "display": "Admin", "value": "admin"}], None),
    ],
)  # fmt: skip
def test_what_is_expected_passes_and_is_shown_as_it_was_got(expression: str, expected: Any, got: Any) -> None:
    roles = [{"id": "1", "value": "admin", "displayName": "Admin"}]
    found = outcome(expression, expected, a="x", list=["x", "y"], yes=True, day="2021-08-24", roles=roles)
    assert found.passed
    assert found.got == (expected if got is None else got)


@pytest.mark.parametrize("expected", ["y", 5, None, [], {"$error": True}, {"$drop": True}, {"$pattern": "^y"}, True])
def test_what_is_not_expected_does_not_pass(expected: Any) -> None:
    assert not outcome("[a]", expected, a="x").passed


def test_an_error_that_is_not_expected_is_told_in_words() -> None:
    found = outcome("Item([a], 2)", "x", a="x")
    assert not found.passed
    assert found.problem == "column 1: Item: there is no element 2; the attribute has 1"


def test_the_context_gives_time_domain_and_the_values_that_are_taken() -> None:
    assert outcome("Now()", "7/2/2021 3:33:38 PM", {"now": "2021-07-02T17:33:38+02:00"}).passed
    assert outcome("Now()", "7/2/2021 3:33:38 PM", {"now": "2021-07-02T15:33:38"}).passed
    assert outcome("DefaultDomain()", "corp.example", {"defaultDomain": "corp.example"}).passed
    rules = 'SelectUniqueValue("john.smith", "j.smith", "jo.smith")'
    assert outcome(rules, "john.smith").passed
    assert outcome(rules, "jo.smith", {"existing": TRIED}).passed
    assert outcome(rules, {"$error": True}, {"existing": [*TRIED, "Jo.Smith"]}).passed
    assert outcome("SelectUniqueValue([none], [none])", None, {"existing": TRIED}).passed


SOUND = {"id": "a", "expression": "[a]", "attributes": {}, "expected": ""}


@pytest.mark.parametrize(
    ("document", "message"),
    [
        ([], "a case is an object"),
        ({**SOUND, "id": 5}, "it needs 'id', a text"),
        ({**SOUND, "attributes": []}, "it needs 'attributes', an object"),
        ({key: SOUND[key] for key in ("id", "expression", "attributes")}, "it needs 'expected'"),
        ({**SOUND, "context": {"now": "soon"}}, "'now' is a time such as"),
        ({**SOUND, "context": {"now": 5}}, "'now' is a time such as"),
        ({**SOUND, "context": {"existing": 5}}, "'existing' is a list"),
        ({**SOUND, "context": []}, "'context' is an object"),
        ({**SOUND, "expected": {"$pattern": "("}}, "its \\$pattern is none"),
        ({**SOUND, "expected": {"$pattern": 5}}, "its \\$pattern is none"),
    ],
)
def test_what_is_no_case_is_refused_in_words(document: Any, message: str) -> None:
    with pytest.raises(BadCase, match=message):
        case_from(document)
