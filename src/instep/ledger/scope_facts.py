"""What does a log entry keep of the scoping filters' verdict, and how is it said?"""

from collections.abc import Iterator, Mapping
from typing import Final

from instep.rules.scoping.evaluation import ScopeEvaluation

RESULT: Final = "ScopeEvaluationResult"  # engine.md 4.5, 9.3: one key for each clause
FAILED: Final = "failed_filters"
PASSED: Final = "passed_filter"


def scope_facts(evaluation: ScopeEvaluation) -> dict[str, object]:
    """Return the verdict as facts of a log entry; with what decided it, the user's value too."""
    facts: dict[str, object] = {RESULT: evaluation.as_details()}
    if evaluation.passed:
        facts[PASSED] = evaluation.passed_filter
    else:
        facts[FAILED] = [
            {"filter": title, "clause": clause.text, "value": clause.shown_value}
            for title, clause in evaluation.failures()
        ]
    return facts


def failure_in_words(facts: Mapping[str, object]) -> str:
    """Say which scoping filters somebody fails, and by which clause of each."""
    said = list(_failures(facts))
    if not said:
        return "fails the scoping filters"
    return f"fails the scoping filter{'s' if len(said) > 1 else ''} {'; and '.join(said)}"


def _failures(facts: Mapping[str, object]) -> Iterator[str]:
    failed = facts.get(FAILED)
    for each in failed if isinstance(failed, list) else ():
        yield f"{each['filter']}: {each['clause']} ({each['value']})"
