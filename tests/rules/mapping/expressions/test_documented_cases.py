"""Do the documented cases hold, as far as their functions are there?"""

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from instep.rules.mapping.expressions import (
    DROP,
    Context,
    EvaluationError,
    ExpressionError,
    as_text,
    compile_expression,
)

CASES = Path(__file__).parents[4].parent / "shared" / "spec" / "expression-cases.json"
CONTEXT = Context(datetime(2026, 1, 1, tzinfo=UTC))
# With these among the cases, most of them are evaluated; the others wait for their functions.
LEAST_EVALUATED = 90


def _frozen(value):
    return tuple(map(_frozen, value)) if isinstance(value, list) else value


def _got(case):
    attributes = {name: _frozen(value) for name, value in case["attributes"].items()}
    try:
        value = compile_expression(case["expression"]).evaluate(attributes, CONTEXT)
    except ExpressionError as refused:
        return None if "not available yet" in refused.message else {"$error": True}
    except EvaluationError:
        return {"$error": True}
    if value is DROP:
        return {"$drop": True}
    return (as_text(value) if isinstance(value, bool) else value,)


@pytest.mark.skipif(not CASES.exists(), reason=f"the shared cases are not beside this checkout ({CASES.name})")
def test_every_shared_case_with_available_functions_gives_what_is_documented():
    results = [(case, got) for case in json.loads(CASES.read_text()) if (got := _got(case)) is not None]
    wrong = {
        case["id"]: got
        for case, got in results
        if got != (case["expected"] if isinstance(case["expected"], dict) else (_frozen(case["expected"]),))
    }
    assert wrong == {}
    assert len(results) >= LEAST_EVALUATED
