"""The command `instep logs`: what happened to whom, and why?"""

import sys
from typing import Annotated, Any

import typer

from instep.cli.directory import DataOption, JsonOption, open_directory, print_json, say
from instep.clock import to_text
from instep.ledger.records import RecordedLogEntry, Status
from instep.ledger.wording import reason, steps

_CSV_HEADING = ("time", "user", "action", "status", "code", "account", "reason", "cycle")


def logs(
    *,
    app: Annotated[str | None, typer.Option(metavar="APP", help="Only this application.")] = None,
    status: Annotated[Status | None, typer.Option(help="Only entries with this status.")] = None,
    user: Annotated[str | None, typer.Option(metavar="U", help="Only this user, by id or userPrincipalName.")] = None,
    limit: Annotated[int, typer.Option(min=1, max=1_000_000, help="At most so many, the newest first.")] = 1_000,
    csv: Annotated[bool, typer.Option("--csv", help="CSV that a spreadsheet may open: formulas begin with '.")] = False,
    data: DataOption = None,
    json: JsonOption = False,
) -> None:
    """Show the provisioning log: one entry for each user that entered a cycle, with the reason in plain words."""
    from instep.admin.applications import find_app
    from instep.admin.ports import LogQuery

    with open_directory(data) as instep:
        app_id = find_app(instep.applications, app).id if app is not None else None
        query = LogQuery(app_id, status, _user_id(instep, user), limit=limit)
        entries = instep.jobs.log(query)
    if csv:
        _print_csv(entries)
        return
    for recorded in entries:
        if json:
            print_json(_as_document(recorded))
        else:
            entry = recorded.entry
            say(f"{recorded.at:%Y-%m-%d %H:%M:%S}  {entry.status.value:<8} {entry.action.value:<13} {reason(entry)}")


def _user_id(instep: Any, user: str | None) -> str | None:
    if user is None:
        return None
    from instep.admin.users import find_user

    with instep.directory.reading() as reading:
        return find_user(reading, user).id


def _as_document(recorded: RecordedLogEntry) -> dict[str, Any]:
    entry = recorded.entry
    return {
        "id": recorded.id,
        "activityDateTime": to_text(recorded.at),
        "jobId": recorded.job_id,
        "cycleId": recorded.cycle_id,
        "changeId": entry.operation_id,
        "sourceIdentity": {"id": entry.user_id, "displayName": entry.user_name},
        "targetIdentity": {"id": entry.account_id},
        "provisioningAction": entry.action.value,
        "status": entry.status.value,
        "code": entry.code,
        "reason": reason(entry),
        "durationInMilliseconds": entry.duration_ms,
        "steps": [
            {"name": step.name, "type": step.type, "status": step.status.value, "description": step.description}
            for step in steps(entry)
        ],
        "modifiedProperties": [
            {"displayName": name, "oldValue": recorded.before.get(name), "newValue": recorded.after.get(name)}
            for name in {**recorded.before, **recorded.after}
        ],
    }


def _print_csv(entries: Any) -> None:
    from instep.connectors.sources.csv.csv_text import write_csv

    write_csv(
        sys.stdout,
        _CSV_HEADING,
        (
            (
                to_text(recorded.at),
                recorded.entry.user_name,
                recorded.entry.action.value,
                recorded.entry.status.value,
                recorded.entry.code,
                recorded.entry.account_id or "",
                reason(recorded.entry),
                recorded.cycle_id,
            )
            for recorded in entries
        ),
    )
