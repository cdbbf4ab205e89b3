"""How is an entry of the provisioning log shown?"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from instep.ledger.records import Action, RecordedLogEntry, Status
from instep.ledger.wording import reason

ACTIONS = {
    Action.CREATE: "Create",
    Action.UPDATE: "Update",
    Action.DISABLE: "Disable",
    Action.DELETE: "Delete",
    Action.STAGED_DELETE: "StagedDelete",
    Action.OTHER: "Other",
}
STATUSES = {
    Status.SUCCESS: "Success",
    Status.FAILURE: "Failure",
    Status.SKIPPED: "Skipped",
    Status.WARNING: "Warning",
}


@dataclass(frozen=True, slots=True)
class EntryShown:
    """One line of the log (engine.md 9.5)."""

    id: int
    at: datetime
    identity: str
    action: str
    app_name: str
    status: str
    status_kind: str
    reason: str


def show_entry(recorded: RecordedLogEntry, app_names: Mapping[str, str]) -> EntryShown:
    """Return an entry as the page shows it; `app_names` are by job."""
    entry = recorded.entry
    return EntryShown(
        id=recorded.id,
        at=recorded.at,
        identity=entry.user_name,
        action=ACTIONS[entry.action],
        app_name=app_names.get(recorded.job_id, ""),
        status=STATUSES[entry.status],
        status_kind=entry.status.value,
        reason=reason(entry),
    )
