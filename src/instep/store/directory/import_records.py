"""How are an import, its rows and its report kept, and read again?"""

from dataclasses import asdict
from typing import Any

import orjson
from sqlalchemy import Row

from instep.clock import from_text, to_text
from instep.directory.imports import (
    Fault,
    ImportMode,
    ImportOptions,
    ImportReport,
    ReadRow,
    StagedImport,
    StagedRow,
)
from instep.directory.users import name_key
from instep.store.directory.records import attributes_from_json, to_json


def import_to_record(staged: StagedImport) -> dict[str, Any]:
    """Return the columns of an import whose file is being read."""
    options = staged.options
    kept = {
        "is_strict": options.is_strict,
        "allow_removals": options.allow_removals,
        "rows": options.rows,
        "clears": sorted(staged.clears),
    }
    report = ImportReport(staged.id, staged.file_name, options.mode)
    return {
        "id": staged.id,
        "state": "reading",
        "mode": options.mode.value,
        "file_name": staged.file_name,
        "actor": staged.actor,
        "begun_at": to_text(staged.begun_at),
        "options": to_json(kept),
        "cursor": 0,
        "result": report_to_json(report),
    }


def import_from_row(row: Row[Any]) -> StagedImport:
    """Return the import of a row of the table `imports`."""
    kept = orjson.loads(row.options)
    return StagedImport(
        id=row.id,
        file_name=row.file_name,
        actor=row.actor,
        begun_at=from_text(row.begun_at),
        options=ImportOptions(ImportMode(row.mode), kept["is_strict"], kept["allow_removals"], kept.get("rows")),
        clears=frozenset(kept["clears"]),
    )


def report_to_json(report: ImportReport) -> str:
    """Return a report as JSON."""
    return orjson.dumps(asdict(report)).decode()


def report_from_json(text: str) -> ImportReport:
    """Return the report that `report_to_json` wrote."""
    kept = orjson.loads(text)
    kept["mode"] = ImportMode(kept["mode"])
    kept["faults"] = tuple(Fault(**fault) for fault in kept["faults"])
    kept["held_names"] = tuple(kept["held_names"])
    kept["ignored_headings"] = tuple(kept["ignored_headings"])
    kept["doubts"] = tuple(kept.get("doubts", ()))
    return ImportReport(**kept)


def row_to_record(import_id: str, row: ReadRow) -> dict[str, Any]:
    """Return the columns of a row as it was read."""
    name = row.user_principal_name
    return {
        "import_id": import_id,
        "line": row.line,
        "user_id": row.user_id,
        "user_principal_name_key": None if name is None else name_key(name),
        "attributes": to_json(row.attributes),
        "lacks": _lacks(row),
        "state": "bad" if row.faults else "good",
    }


def row_from_record(row: Row[Any]) -> StagedRow:
    """Return a checked row."""
    return StagedRow(row.line, row.user_id, attributes_from_json(row.attributes), row.manager_id)


def _lacks(row: ReadRow) -> str | None:
    for name in ("userPrincipalName", "displayName"):
        if name not in row.attributes:
            return name
    return None
