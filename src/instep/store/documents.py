"""How are the inside's values kept as JSON documents?"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import orjson

from instep.clock import from_text, to_text
from instep.ledger.jobs import JobSettings, Quarantine, Schema
from instep.rules.mapping.attribute_mapping import (
    AttributeMapping,
    Constant,
    Direct,
    FromExpression,
    NoSource,
    Source,
    TargetAttribute,
)
from instep.rules.scoping.standing import Scope


def moment(text: str | None) -> datetime | None:
    """Return a stored moment, or None."""
    return None if text is None else from_text(text)


def settings_text(settings: JobSettings) -> str:
    """Return job settings as they are kept."""
    return _text(
        {
            "scope": settings.scope.value,
            "interval_seconds": settings.interval_seconds,
            "removals": settings.removals,
            "concurrency": settings.concurrency,
            "requests_per_second": settings.requests_per_second,
            "timeout_seconds": settings.timeout_seconds,
        }
    )


def settings_from(text: str) -> JobSettings:
    """Return the job settings that `settings_text` wrote; one that is missing takes its default."""
    document = orjson.loads(text)
    document["scope"] = Scope(document["scope"])
    return JobSettings(**document)


def quarantine_text(quarantine: Quarantine | None) -> str | None:
    """Return a quarantine as it is kept."""
    if quarantine is None:
        return None
    return _text(
        {
            "since": to_text(quarantine.since),
            "reason": quarantine.reason,
            "detail": quarantine.detail,
            "next_attempt_at": to_text(quarantine.next_attempt_at),
        }
    )


def quarantine_from(text: str | None) -> Quarantine | None:
    """Return the quarantine that `quarantine_text` wrote."""
    if text is None:
        return None
    document = orjson.loads(text)
    return Quarantine(
        from_text(document["since"]), document["reason"], document["detail"], from_text(document["next_attempt_at"])
    )


def schema_text(schema: Schema) -> str:
    """Return an application's attribute mappings as they are kept."""
    return _text(
        {
            "mappings": [_mapping(mapping) for mapping in schema.mappings],
            "targets": [
                {
                    "name": target.name,
                    "type": target.type,
                    "required": target.required,
                    "supported_for_filtering": target.supported_for_filtering,
                    "multivalued": target.multivalued,
                    "case_exact": target.case_exact,
                }
                for target in schema.targets
            ],
        }
    )


def schema_from(text: str) -> Schema:
    """Return the schema that `schema_text` wrote."""
    document = orjson.loads(text)
    return Schema(
        tuple(_mapping_from(row) for row in document["mappings"]),
        tuple(TargetAttribute(**row) for row in document["targets"]),
    )


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
