"""How is one attribute mapping edited in a form, and what is wrong with what was typed?"""

from collections.abc import Iterable, Mapping
from typing import Final

from instep.console.forms import Form, filled
from instep.ledger.graph_schema import Problem
from instep.rules.mapping.attribute_mapping import (
    Apply,
    AttributeMapping,
    Constant,
    Direct,
    FromExpression,
    NoSource,
    Source,
    WhenNull,
)

FIELDS: Final = (
    "target",
    "kind",
    "attribute",
    "constant",
    "expression",
    "default",
    "matching",
    "precedence",
    "apply",
    "when_null",
)
KINDS: Final = [
    ("direct", "Direct", "Copies one attribute of the directory."),
    ("constant", "Constant", "The same text for everyone."),
    ("expression", "Expression", 'What a formula gives, such as Join(" ", [givenName], [surname]).'),
    ("none", "None", "Leaves the attribute alone; where it is empty, it takes the default value."),
]
APPLY: Final = [("always", "Always"), ("creation", "Only during object creation")]
WHEN_NULL: Final = [
    ("leave", "Leave the value of the account as it is"),
    ("clear", "Clear the value of the account (flow null values)"),
]
LONGEST_EXPRESSION: Final = 10_000


def form_of(row: AttributeMapping) -> Form:
    """Return the form as it is when a mapping is opened."""
    kind, texts = _source_texts(row.source)
    return Form(
        {
            "target": row.target,
            "kind": kind,
            "default": row.default_value or "",
            "matching": "yes" if row.matching_priority else "",
            "precedence": str(row.matching_priority or ""),
            "apply": row.apply,
            "when_null": row.when_null,
            **texts,
        }
    )


def new_form() -> Form:
    """Return the form of a new mapping."""
    return Form({"kind": "direct", "apply": "always", "when_null": "leave"})


def read_form(typed: Mapping[str, object]) -> tuple[Form, AttributeMapping | None]:
    """Return what was typed, and the mapping that it says; None where the form has problems."""
    form = filled(FIELDS, typed)
    problems = dict(_problems(form))
    if problems:
        return Form(form.texts, problems), None
    text = form.text
    apply: Apply = "creation" if text("apply") == "creation" else "always"
    when_null: WhenNull = "clear" if text("when_null") == "clear" else "leave"
    priority = int(text("precedence") or 1) if text("matching") == "yes" else 0
    try:
        row = AttributeMapping(
            text("target").strip(), _source(form), text("default") or None, priority, apply, when_null
        )
    except ValueError as problem:
        return form.with_problem("", str(problem)), None
    return form, row


def with_problems(form: Form, problems: Iterable[Problem]) -> Form:
    """Return the form with what is wrong with the schema that it would make, at its field where it has one."""
    others = []
    for problem in problems:
        name = _field_of(form, problem)
        if name and problem.place.endswith(f"mapping of {form.text('target')}"):
            form = form.with_problem(name, _sentence(problem.message.removeprefix("expression, ")))
        else:
            others.append(_sentence(str(problem)))
    return form.with_problem("", " ".join(others)) if others else form


def _field_of(form: Form, problem: Problem) -> str:
    if "precedence" in problem.message:
        return "precedence"
    if "keeps" in problem.message or "needs it" in problem.message:
        return ""
    return {"direct": "attribute", "constant": "constant", "expression": "expression"}.get(form.text("kind"), "")


def _sentence(text: str) -> str:
    return text if text.endswith(".") else f"{text}."


def _problems(form: Form) -> Iterable[tuple[str, str]]:
    text = form.text
    if not text("target").strip():
        yield "target", "Choose the target attribute that takes the value."
    match text("kind"):
        case "direct" if not text("attribute").strip():
            yield "attribute", "Choose the source attribute that is copied."
        case "constant" if not text("constant"):
            yield "constant", "Type the text that every account gets."
        case "expression" if not text("expression").strip():
            yield "expression", "Write an expression; try it below on somebody."
        case "expression" if len(text("expression")) > LONGEST_EXPRESSION:
            yield "expression", f"It is longer than {LONGEST_EXPRESSION:,} characters."
        case "direct" | "constant" | "expression" | "none":
            pass
        case _:
            yield "kind", "Choose one of the types."
    if text("matching") == "yes" and text("precedence") and not _is_precedence(text("precedence")):
        yield "precedence", "The matching precedence is a whole number from 1 to 99; the lowest is tried first."


def _is_precedence(text: str) -> bool:
    return text.isascii() and text.isdigit() and 1 <= int(text[:9]) <= 99


def _source(form: Form) -> Source:
    match form.text("kind"):
        case "direct":
            return Direct(form.text("attribute").strip())
        case "constant":
            return Constant(form.text("constant"))
        case "expression":
            return FromExpression(form.text("expression").replace("\r\n", "\n").strip())
        case _:
            return NoSource()


def _source_texts(source: Source) -> tuple[str, Mapping[str, str]]:
    match source:
        case Direct(attribute):
            return "direct", {"attribute": attribute}
        case Constant(value):
            return "constant", {"constant": value}
        case FromExpression(text):
            return "expression", {"expression": text}
        case NoSource():
            return "none", {}
