"""Which steps led to a log entry: their names and details as in Entra's provisioning log (engine.md 9.3)?

They are written from the entry's values when it is read; nothing of them is kept.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

import orjson

from instep.ledger.group_wording import group_cause
from instep.ledger.records import Action, LogEntry, SourceType, Status
from instep.ledger.scope_facts import PASSED, RESULT
from instep.ledger.wording import cause_in_words, reason
from instep.rules.scoping.standing import Cause

SOURCE_NAME = "Instep"  # what the directory is called as the source system
_OF_THE_SOURCE = frozenset({"ImportSkipped"})
_OF_THE_MAPPINGS = frozenset({"AttributeValidationFailed", "MissingValues", "SchemaPropertyCanOnlyAcceptValue"})
_EXPORTS = {
    Action.CREATE: "EntryExportAdd",
    Action.UPDATE: "EntryExportUpdate",
    Action.DISABLE: "EntryExportUpdateSoftDelete",
    Action.DELETE: "EntryExportDelete",
}
_STAGED = {"delete": "EntryExportDelete", "disable": "EntryExportUpdateSoftDelete"}
_GONE = frozenset({Cause.PURGED.value, Cause.SOFT_DELETED.value})
_INACTIVE = _GONE | {Cause.DISABLED.value}
_NOT_ENTITLED = frozenset({Cause.NOT_ASSIGNED.value, Cause.DEFAULT_ACCESS_ONLY.value})


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a user's way through a cycle; `type` is Graph's provisioningStepType."""

    name: str
    type: str  # import, scoping, matching, processing, referenceResolution, export
    status: Status
    description: str
    details: Mapping[str, str] = field(default_factory=dict)


def steps(entry: LogEntry, target_name: str) -> list[Step]:
    """Return the steps in Entra's order, as far as this user came; the last one says the reason."""
    if entry.status is Status.FAILURE and entry.code in _OF_THE_SOURCE:
        name = _import_kind(entry)
        return [Step(f"EntryImport{name}", "import", entry.status, reason(entry), _failed(entry))]
    done = [_import(entry)]
    if (matching := _matching(entry, target_name)) is not None:
        done.append(matching)
        if matching.status is Status.FAILURE:
            return done
    return [*done, _scoping(entry), *_last(entry, target_name)]


def _import_kind(entry: LogEntry) -> str:
    return {Action.CREATE: "Add", Action.DELETE: "Delete"}.get(entry.action, "Update")


def _import(entry: LogEntry) -> Step:
    kind = _import_kind(entry)
    text = f"Received {_kind(entry)} '{entry.user_name}' change of type ({kind}) from {SOURCE_NAME}."
    return Step(f"EntryImport{kind}", "import", Status.SUCCESS, text, {"objectId": entry.user_id})


def _matching(entry: LogEntry, target_name: str) -> Step | None:
    if _is_problem(entry) and entry.code not in _OF_THE_MAPPINGS and entry.code != "EntryConflict":
        return Step("EntryImport", "matching", Status.FAILURE, reason(entry), _failed(entry))
    if matched_by := entry.facts.get("matched_by"):
        found = f"Retrieved '{entry.account_id}' from {target_name}: it matches {entry.user_name} by {matched_by}."
        return Step("EntryImport", "matching", Status.SUCCESS, found, {"JoiningProperty": str(matched_by)})
    if entry.action is Action.CREATE or entry.code == "EntryConflict":
        text = f"No {_resource(entry)} of {target_name} matches {entry.user_name}."
        return Step("EntryImportObjectNotFound", "matching", Status.SUCCESS, text)
    if entry.account_id is not None:
        text = f"{entry.user_name} is linked to '{entry.account_id}' of {target_name}."
        return Step("EntryImport", "matching", Status.SUCCESS, text)
    return None


def _is_problem(entry: LogEntry) -> bool:
    """Whether the user failed before anything was sent."""
    return entry.status is Status.FAILURE and entry.action is Action.OTHER


def _scoping(entry: LogEntry) -> Step:
    if cause := group_cause(entry.facts) if _is_group(entry) else cause_in_words(entry.facts):
        text = f"{entry.user_name} {cause}."
        return Step("EntrySynchronizationScoping", "scoping", Status.SKIPPED, text, _scoping_details(entry))
    passed = f": the scoping filter {entry.facts[PASSED]} lets in" if PASSED in entry.facts else ""
    text = f"{entry.user_name} is {'' if _is_group(entry) else 'active and '}in scope{passed}."
    return Step("EntrySynchronizationScoping", "scoping", Status.SUCCESS, text, _scoping_details(entry))


def _scoping_details(entry: LogEntry) -> Mapping[str, str]:
    """What is known: the gravest cause is named in the entry, and says nothing about milder ones."""
    cause = entry.facts.get("cause")
    details = {"Active in the source system": str(cause not in _INACTIVE and not entry.facts.get("disabled"))}
    if cause not in _GONE:
        details["Assigned to the application"] = str(cause != Cause.NOT_ASSIGNED)
        details[f"{entry.source_type.value} has the required role"] = str(cause not in _NOT_ENTITLED)
    if cause not in _GONE | _NOT_ENTITLED:
        details["Scoping filter evaluation passed"] = str(cause != Cause.FAILS_FILTER)
    if RESULT in entry.facts:
        details["ScopeEvaluationResult"] = orjson.dumps(entry.facts[RESULT]).decode()
    return details


def _last(entry: LogEntry, target_name: str) -> list[Step]:
    if entry.action is Action.OTHER and (entry.status is not Status.FAILURE or entry.code in _OF_THE_MAPPINGS):
        return [Step("EntrySynchronizationSkip", "processing", entry.status, reason(entry), _skipped(entry))]
    is_new = entry.action is Action.CREATE or entry.code == "EntryConflict"
    what = "will be created in" if is_new else "will be changed in"
    name = "EntrySynchronizationAdd" if is_new else "EntrySynchronizationUpdate"
    decided = Step(
        name, "processing", Status.SUCCESS, f"The {_resource(entry)} of {entry.user_name} {what} {target_name}."
    )
    return [decided, Step(_export_name(entry), "export", entry.status, reason(entry), _failed(entry))]


def _is_group(entry: LogEntry) -> bool:
    return entry.source_type is SourceType.GROUP


def _kind(entry: LogEntry) -> str:
    return entry.source_type.value.lower()


def _resource(entry: LogEntry) -> str:
    return "group" if _is_group(entry) else "account"


def _export_name(entry: LogEntry) -> str:
    if entry.action is Action.STAGED_DELETE:
        return _STAGED.get(str(entry.facts.get("kind")), "EntryExportUpdateSoftDelete")
    return _EXPORTS.get(entry.action, "EntryExportAdd")


def _skipped(entry: LogEntry) -> Mapping[str, str]:
    details = {"SkipReason": entry.code, "ReportableIdentifier": entry.user_name}
    if isinstance(name := entry.facts.get("property"), str):
        details["PropertyName"] = name
    return details


def _failed(entry: LogEntry) -> Mapping[str, str]:
    details = {"ReportableIdentifier": entry.user_name}
    if entry.status is Status.FAILURE:
        details["ErrorCode"] = entry.code
    return details
