"""How is an object mapping said: its attribute mappings, actions and scoping filters (mappings.md 1.1)?"""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from instep.ledger.graph_schema.json_object import JsonObject
from instep.ledger.graph_schema.scope import read_scope, write_scope
from instep.ledger.graph_schema.sources import read_source, write_source
from instep.ledger.schema import ALL_ACTIONS, ObjectMapping, TargetAction
from instep.rules.mapping.attribute_mapping import Apply, AttributeMapping, NoSource, TargetAttribute, WhenNull
from instep.rules.scoping.filters import ScopingFilter

_APPLY: Final[Mapping[str, Apply]] = {"Always": "always", "ObjectAddOnly": "creation"}
_FLOW_TYPES: Final = {apply: name for name, apply in _APPLY.items()}
_ADDING: Final = ("MultiValueAddOnly", "ValueAddOnly", "AttributeAddOnly")
_USUAL: Final = {"exportMissingReferences": False, "flowBehavior": "FlowWhenChanged"}
_NO_ACTIONS: Final = "None"


def write_object_mapping(mapping: ObjectMapping, frame: Mapping[str, Any]) -> dict[str, Any]:
    """Return an object mapping; `frame` has its names, and what is kept without being used."""
    extras = {row["targetAttributeName"]: row for row in frame.get("attributeMappings", ())}
    scope = frame.get("scope")
    return {
        **frame,
        "enabled": mapping.is_enabled,
        "flowTypes": ", ".join(action.value for action in TargetAction if action in mapping.actions) or _NO_ACTIONS,
        "scope": write_scope(mapping.filters, scope) if mapping.filters or scope is not None else None,
        "attributeMappings": [_write(row, extras.get(row.target, {})) for row in mapping.mappings],
    }


def _write(row: AttributeMapping, extra: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "targetAttributeName": row.target,
        "source": write_source(row.source),
        "defaultValue": row.default_value,
        "matchingPriority": row.matching_priority,
        "flowType": _FLOW_TYPES[row.apply],
        **_USUAL,
        **({"flowNullValues": True} if row.when_null == "clear" else {}),
        **extra,
    }


def read_object_mapping(form: JsonObject, targets: Sequence[TargetAttribute]) -> tuple[ObjectMapping, dict[str, Any]]:
    """Return an object mapping, and its frame; the names of the objects have been read."""
    extras: dict[str, dict[str, Any]] = {}
    rows: dict[str, AttributeMapping] = {}
    for one in form.children("attributeMappings", named_by="targetAttributeName"):
        row, extra = _read(one)
        if row is None:
            continue
        if row.target in rows:
            one.problem("another mapping has the same target; each target attribute takes one")
        rows[row.target] = row
        if extra:
            extras[row.target] = extra
    filters, scope = _read_scope(form)
    frame: dict[str, Any] = form.kept("metadata")
    if scope is not None:
        frame["scope"] = scope
    if extras:
        frame["attributeMappings"] = [{"targetAttributeName": name, **extra} for name, extra in extras.items()]
    mapping = ObjectMapping(
        tuple(rows.values()),
        tuple(targets),
        _read_actions(form),
        filters,
        form.boolean("enabled", default=True),
    )
    form.finish()
    return mapping, frame


def _read(form: JsonObject) -> tuple[AttributeMapping | None, dict[str, Any]]:
    target = form.text("targetAttributeName")
    source = read_source(form.child("source"))
    default, priority = form.optional_text("defaultValue"), form.whole_number("matchingPriority", 0)
    apply = _read_apply(form)
    form.choice("flowBehavior", ("FlowWhenChanged", "FlowAlways"), "FlowWhenChanged")
    form.boolean("exportMissingReferences", default=False)
    when_null: WhenNull = "clear" if form.boolean("flowNullValues", default=False) else "leave"
    kept = form.kept(*_USUAL)
    form.finish()
    if not target:
        return None, {}
    if priority and isinstance(source, NoSource):
        form.problem("a matching attribute needs a source", "matchingPriority")
        priority = 0
    if priority and when_null == "clear":
        form.problem("what accounts are matched by is not cleared", "flowNullValues")
        when_null = "leave"
    extra = {name: value for name, value in kept.items() if value is not None and value != _USUAL[name]}
    return AttributeMapping(target, source, default, priority, apply, when_null), extra


def _read_apply(form: JsonObject) -> Apply:
    if form.raw("flowType") in _ADDING:
        form.problem(
            f"{form.raw('flowType')} is not supported; take Always, or ObjectAddOnly (only during object creation)",
            "flowType",
        )
        return "always"
    return _APPLY[form.choice("flowType", tuple(_APPLY), "Always")]


def _read_scope(form: JsonObject) -> tuple[tuple[ScopingFilter, ...], dict[str, Any] | None]:
    """Return the filters, and what else the scope says; None where it is null or what the filters alone make of it."""
    scope = form.child("scope")
    if scope is None:
        return (), None
    filters, unused = read_scope(scope)
    return filters, unused if unused or not filters else None


def _read_actions(form: JsonObject) -> frozenset[TargetAction]:
    names = {action.value.casefold(): action for action in TargetAction}
    said = form.optional_text("flowTypes")
    if said is None:
        return ALL_ACTIONS
    words = [word for part in said.split(",") if (word := part.strip()) and word != _NO_ACTIONS]
    for word in words:
        if word.casefold() not in names:
            form.problem(f"there is no action {word!r}; there are Add, Update and Delete", "flowTypes")
    return frozenset(names[word.casefold()] for word in words if word.casefold() in names)
