"""How are the inside's values kept as JSON documents?"""

from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime
from typing import Any

import orjson

from instep.clock import from_text
from instep.ledger.jobs import Approval, JobSettings, NestedGroups, Vanished
from instep.ledger.schema import ALL_ACTIONS, ObjectMapping, Schema, TargetAction
from instep.rules.health.budgets import Limit, Percent
from instep.rules.health.quarantine import Thresholds
from instep.rules.mapping.attribute_mapping import (
    AttributeMapping,
    Constant,
    Direct,
    FromExpression,
    NoSource,
    Source,
    TargetAttribute,
)
from instep.rules.scoping.filters import Clause, ScopingFilter
from instep.rules.scoping.standing import Scope

_LIMITS = ("removals", "group_removals", "creates", "updates", "memberships")


def moment(text: str | None) -> datetime | None:
    """Return a stored moment, or None."""
    return None if text is None else from_text(text)


def settings_text(settings: JobSettings) -> str:
    """Return job settings as they are kept."""
    return _text(
        {
            "scope": settings.scope.value,
            "interval_seconds": settings.interval_seconds,
            **_limits(settings),
            "deletion_threshold": settings.deletion_threshold,
            "approval": settings.approval.value,
            "approval_of_removals": settings.approval_of_removals.value,
            "concurrency": settings.concurrency,
            "requests_per_second": settings.requests_per_second,
            "timeout_seconds": settings.timeout_seconds,
            "dialect": settings.dialect,
            "switches": dict(settings.switches),
            "vanished": settings.vanished.value,
            "nested_groups": settings.nested_groups.value,
            "soft_delete": settings.soft_delete,
            "skip_out_of_scope_deletions": settings.skip_out_of_scope_deletions,
            "quarantine": asdict(settings.quarantine),
            "notify": list(settings.notify),
            "default_domain": settings.default_domain,
            "log_retention_days": settings.log_retention_days,
            "on_change": settings.on_change,
            "notify_failures": settings.notify_failures,
            "secret_keys": list(settings.secret_keys),
        }
    )


def settings_from(text: str) -> JobSettings:
    """Return the job settings that `settings_text` wrote; one that is missing takes its default."""
    document = orjson.loads(text)
    document["scope"] = Scope(document["scope"])
    document["vanished"] = Vanished(document.get("vanished", Vanished.REMATCH))
    document["nested_groups"] = NestedGroups(document.get("nested_groups", NestedGroups.DIRECT))
    document["quarantine"] = Thresholds(**document.get("quarantine", {}))
    for name in ("notify", "secret_keys"):
        document[name] = tuple(document.get(name, ()))
    for name in ("approval", "approval_of_removals"):
        document[name] = Approval(document.get(name, Approval.OFF))
    for name in _LIMITS:
        document[name] = _limit_from(document.get(name))
    return JobSettings(**document)


def _limits(settings: JobSettings) -> dict[str, int | str | None]:
    kept = {name: getattr(settings, name) for name in _LIMITS}
    return {name: str(limit) if isinstance(limit, Percent) else limit for name, limit in kept.items()}


def _limit_from(kept: int | str | None) -> Limit | None:
    return Percent(int(kept.removesuffix("%"))) if isinstance(kept, str) else kept


def schema_text(schema: Schema) -> str:
    """Return an application's schema as it is kept."""
    groups = None if schema.groups is None else _object_mapping(schema.groups)
    frame = {"frame": schema.frame} if schema.frame else {}
    return _text({"users": _object_mapping(schema.users), "groups": groups, **frame})


def schema_from(text: str) -> Schema:
    """Return the schema that `schema_text` wrote."""
    document = orjson.loads(text)
    groups = document.get("groups")
    return Schema(
        _object_mapping_from(document["users"]),
        None if groups is None else _object_mapping_from(groups),
        document.get("frame", {}),
    )


def _object_mapping(mapping: ObjectMapping) -> dict[str, Any]:
    return {
        "mappings": [_mapping(row) for row in mapping.mappings],
        "targets": [asdict(target) for target in mapping.targets],
        "actions": sorted(action.value for action in mapping.actions),
        "filters": [asdict(scoping_filter) for scoping_filter in mapping.filters],
        "is_enabled": mapping.is_enabled,
    }


def _object_mapping_from(document: Mapping[str, Any]) -> ObjectMapping:
    return ObjectMapping(
        tuple(_mapping_from(row) for row in document["mappings"]),
        tuple(TargetAttribute(**row) for row in document["targets"]),
        frozenset(map(TargetAction, document.get("actions", ALL_ACTIONS))),
        tuple(_filter_from(row) for row in document.get("filters", ())),
        document.get("is_enabled", True),
    )


def _filter_from(row: Mapping[str, Any]) -> ScopingFilter:
    clauses = (Clause(c["attribute"], c["operator"], tuple(c["values"])) for c in row["clauses"])
    return ScopingFilter(row["title"], tuple(clauses))


def _mapping(mapping: AttributeMapping) -> dict[str, Any]:
    match mapping.source:
        case Direct(attribute):
            source = {"attribute": attribute}
        case Constant(value):
            source = {"constant": value}
        case FromExpression(text):
            source = {"expression": text}
        case NoSource():
            source = {}
    return {
        "target": mapping.target,
        "source": source,
        "default_value": mapping.default_value,
        "matching_priority": mapping.matching_priority,
        "apply": mapping.apply,
        "when_null": mapping.when_null,
    }


def _mapping_from(row: Mapping[str, Any]) -> AttributeMapping:
    return AttributeMapping(**{**row, "source": _source_from(row["source"])})


def _source_from(source: Mapping[str, str]) -> Source:
    match source:
        case {"attribute": attribute}:
            return Direct(attribute)
        case {"constant": value}:
            return Constant(value)
        case {"expression": text}:
            return FromExpression(text)
        case _:
            return NoSource()


def _text(document: object) -> str:
    return orjson.dumps(document).decode()
