"""Does an expression give what a written case expects of it (the format of expression-cases.json)?"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, TypeAlias

from instep.rules.mapping.expressions.compile import compile_expression
from instep.rules.mapping.expressions.errors import EvaluationError, ExpressionError
from instep.rules.mapping.expressions.values import DROP, Candidates, Context, Value, as_text

JsonValue: TypeAlias = Any
ERROR: JsonValue = {"$error": True}
DROPPED: JsonValue = {"$drop": True}


class BadCase(Exception):
    """The document is no case; the message says what is wrong with it."""


@dataclass(frozen=True, slots=True)
class Case:
    """An expression, a user's attributes, and what is expected: a value, `$error`, `$drop` or a `$pattern`.

    `existing` are the values that the target's accounts have already, for SelectUniqueValue.
    """

    id: str
    expression: str
    attributes: Mapping[str, Value]
    expected: JsonValue
    now: datetime | None = None
    existing: frozenset[str] = frozenset()
    default_domain: str | None = None


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a case; `problem` is the message where the expression gave an error."""

    id: str
    passed: bool
    got: JsonValue
    problem: str | None = None


def case_from(document: JsonValue) -> Case:
    """Read a case from JSON. Raises BadCase."""
    if not isinstance(document, dict):
        raise BadCase("a case is an object")
    for name, type_, what in (("id", str, "a text"), ("expression", str, "a text"), ("attributes", dict, "an object")):
        if not isinstance(document.get(name), type_):
            raise BadCase(f"it needs {name!r}, {what}")
    if "expected" not in document:
        raise BadCase("it needs 'expected': a value, or one of $error, $drop and $pattern")
    context = document.get("context", {})
    if not isinstance(context, dict):
        raise BadCase("'context' is an object")
    if not isinstance(context.get("existing", []), list):
        raise BadCase("'existing' is a list of the values that are taken")
    domain = context.get("defaultDomain", context.get("default_domain"))
    return Case(
        document["id"],
        document["expression"],
        {name: value_from(value) for name, value in document["attributes"].items()},
        _checked(document["expected"]),
        _moment(context.get("now")),
        frozenset(str(value).casefold() for value in context.get("existing", [])),
        None if domain is None else str(domain),
    )


def run_case(case: Case, now: datetime, seed: str) -> Outcome:
    """Compile and evaluate; `now` is for a case that names no time of its own."""
    context = Context(case.now or now, seed, case.default_domain)
    try:
        value = compile_expression(case.expression).evaluate(case.attributes, context)
    except (ExpressionError, EvaluationError) as error:
        return Outcome(case.id, case.expected == ERROR, ERROR, str(error))
    if isinstance(value, Candidates):
        free = [candidate for candidate in value.values if candidate.casefold() not in case.existing]
        if not free and value.values:
            return Outcome(case.id, case.expected == ERROR, ERROR, "an account has each of the values already")
        value = free[0] if free else None
    got = json_from(value)
    return Outcome(case.id, _is_expected(got, case.expected), got)


def value_from(value: JsonValue) -> Value:
    """A JSON value as a value of the language."""
    if isinstance(value, list):
        return tuple(value_from(element) for element in value)
    if isinstance(value, dict):
        return {str(name): value_from(element) for name, element in value.items()}
    return value  # type: ignore[no-any-return]


def json_from(value: Value) -> JsonValue:
    """A value of the language as JSON: booleans and dates in their canonical text, a dropped value as `$drop`."""
    if value is DROP:
        return DROPPED
    if isinstance(value, tuple):
        return [json_from(element) for element in value]
    if isinstance(value, Mapping):
        parts = value.items()
        return {name: part if isinstance(part, bool) else json_from(part) for name, part in parts}
    if isinstance(value, bool | datetime):
        return as_text(value)
    return value


def _is_expected(got: JsonValue, expected: JsonValue) -> bool:
    if isinstance(expected, dict) and "$pattern" in expected:
        return isinstance(got, str) and re.search(expected["$pattern"], got) is not None
    if isinstance(expected, bool):
        return bool(got == as_text(expected))
    return bool(got == expected)


def _checked(expected: JsonValue) -> JsonValue:
    if isinstance(expected, dict) and "$pattern" in expected:
        try:
            re.compile(expected["$pattern"])
        except (re.error, TypeError) as error:
            raise BadCase(f"its $pattern is none: {error}") from None
    return expected


def _moment(text: JsonValue) -> datetime | None:
    if text is None:
        return None
    try:
        moment = datetime.fromisoformat(text)
    except (TypeError, ValueError):
        raise BadCase(f"'now' is a time such as 2021-07-02T15:33:38Z, not {text!r}") from None
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
