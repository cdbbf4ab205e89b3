"""How are scoping filters said: the `scope` of an object mapping, groups of clauses (engine.md 4.1)?"""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from instep.ledger.graph_schema.json_object import JsonObject
from instep.rules.scoping.filters import Clause, ScopingFilter

# Experimental in Graph: kept and said again, and without effect.
UNUSED_GROUPS: Final = ("inputFilterGroups", "categoryFilterGroups")


def write_scope(filters: Sequence[ScopingFilter], unused: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """Return the filters as Graph's filter."""
    kept = unused or {}
    return {"groups": list(map(_group, filters)), **{name: kept.get(name, []) for name in UNUSED_GROUPS}}


def _group(scoping_filter: ScopingFilter) -> dict[str, Any]:
    return {"name": scoping_filter.title, "clauses": list(map(_clause, scoping_filter.clauses))}


def _clause(clause: Clause) -> dict[str, Any]:
    return {
        "operatorName": clause.operator,
        "sourceOperandName": clause.attribute,
        "targetOperand": {"values": list(clause.values)},
    }


def read_scope(form: JsonObject) -> tuple[tuple[ScopingFilter, ...], dict[str, Any]]:
    """Return the filters, and the groups that have no effect; what is wrong is noted in the form."""
    groups = form.children("groups")
    kept = {name: value for name, value in form.kept(*UNUSED_GROUPS).items() if value}
    form.finish()
    return tuple(map(_read_group, groups)), kept


def _read_group(form: JsonObject) -> ScopingFilter:
    title = form.text("name", default="")
    clauses = tuple(map(_read_clause, form.children("clauses", named_by="sourceOperandName")))
    form.finish()
    return ScopingFilter(title, clauses)


def _read_clause(form: JsonObject) -> Clause:
    attribute, operator = form.text("sourceOperandName"), form.text("operatorName")
    operand = form.child("targetOperand")
    values: tuple[str, ...] = ()
    if operand is not None:
        values = operand.texts("values")
        operand.finish()
    form.finish()
    return Clause(attribute, operator, values)
