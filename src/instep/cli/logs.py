"""The commands `instep logs ...`: what happened to whom, and why; and what is older than it must be kept?"""

import sys
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from instep.cli.directory import DataOption, JsonOption, open_directory, print_json, say
from instep.cli.moments import end_from, moment_from
from instep.clock import to_text
from instep.ledger.records import Action, Status

if TYPE_CHECKING:
    from instep.admin.provisioning_log import ShownEntry
    from instep.wiring import Instep

_CSV_HEADING = ("time", "user", "action", "status", "code", "account", "reason", "cycle", "application", "change")

logs_app = typer.Typer(
    name="logs", invoke_without_command=True, help="The provisioning log: one entry for each user of each cycle."
)


@logs_app.callback()
def logs(
    context: typer.Context,
    *,
    app: Annotated[str | None, typer.Option(metavar="APP", help="Only this application.")] = None,
    status: Annotated[Status | None, typer.Option(help="Only entries with this status.")] = None,
    action: Annotated[Action | None, typer.Option(help="Only entries with this action.")] = None,
    user: Annotated[str | None, typer.Option(metavar="U", help="Only this user, by id or userPrincipalName.")] = None,
    group: Annotated[str | None, typer.Option(metavar="G", help="Only this group, by id or name.")] = None,
    cycle: Annotated[str | None, typer.Option(metavar="ID", help="Only this cycle.")] = None,
    change: Annotated[str | None, typer.Option(metavar="ID", help="Only the entry with this change id.")] = None,
    since: Annotated[str | None, typer.Option(metavar="T", help="From then on: 24h, 2026-11-23, 2026-11-23T14:05.")] = (
        None
    ),
    until: Annotated[str | None, typer.Option(metavar="T", help="Before then; of a date alone, its whole day.")] = None,
    code: Annotated[str | None, typer.Option(metavar="C", help="Only entries with this code.")] = None,
    contains: Annotated[str | None, typer.Option(metavar="TEXT", help="Only entries that show this text.")] = None,
    limit: Annotated[int, typer.Option(min=1, max=100_000_000, help="At most so many, the newest first.")] = 1_000,
    csv: Annotated[bool, typer.Option("--csv", help="CSV that a spreadsheet may open: formulas begin with '.")] = False,
    out: Annotated[
        Path | None, typer.Option("--out", metavar="DIR", help="With --csv: write Entra's three files to this folder.")
    ] = None,
    data: DataOption = None,
    json: JsonOption = False,
) -> None:
    """Show the provisioning log: one entry for each user that entered a cycle, with the reason in plain words."""
    if context.invoked_subcommand is not None:
        return
    from instep.admin.ports import LogQuery
    from instep.admin.provisioning_log import read_log

    if user is not None and group is not None:
        raise typer.BadParameter("Give one of --user and --group.", param_hint="--group")
    if out is not None and not csv:
        raise typer.BadParameter("--out DIR takes --csv: the three files are CSV.", param_hint="--out")
    with open_directory(data) as instep:
        now = instep.clock()
        query = LogQuery(
            app_id=_app_id(instep, app),
            status=status,
            action=action,
            user_id=_user_id(instep, user) if group is None else _group_id(instep, group),
            cycle_id=cycle,
            code=code,
            entry_id=_entry_id(change),
            since=moment_from(since, now, "--since"),
            until=end_from(until, now, "--until"),
            limit=limit,
        )
        entries = read_log(instep.applications, instep.jobs, query, contains)
        if csv and out is not None:
            _write_files(_of_change(entries, change), out)
        elif csv:
            _print_csv(_of_change(entries, change))
        else:
            _print(_of_change(entries, change), "json" if json else "text")


@logs_app.command()
def prune(
    *,
    app: Annotated[str | None, typer.Option(metavar="APP", help="Only this application.")] = None,
    data: DataOption = None,
    json: JsonOption = False,
) -> None:
    """Throw away what is older than each application's log_retention (`instep serve` does that every hour).

    Links, escrows, what is held, operations without an outcome, the change log and the audit log stay.
    """
    from instep.admin.applications import find_app
    from instep.admin.provisioning import require_job
    from instep.admin.retention import all_logs, log_of
    from instep.admin.retention import prune as use_case

    with open_directory(data) as instep:
        chosen = all_logs(instep.jobs)
        if app is not None:
            chosen = [log_of(require_job(instep.service, find_app(instep.applications, app)))]
        for each in use_case(instep.jobs, chosen, instep.clock):
            entries, days, name = each.pruned.entries, each.log.days, each.log.app_name
            if json:
                print_json({"app": name, "log_retention_days": days, "entries": entries})
            else:
                what = "1 entry" if entries == 1 else f"{entries:,} entries"
                say(f"{name}: {what} older than {days} days thrown away.")


def _app_id(instep: "Instep", app: str | None) -> str | None:
    from instep.admin.applications import find_app

    return find_app(instep.applications, app).id if app is not None else None


def _user_id(instep: "Instep", user: str | None) -> str | None:
    from instep.admin.people import find_person

    return find_person(instep.directory, instep.jobs, user).id if user is not None else None


def _group_id(instep: "Instep", group: str) -> str:
    from instep.admin.groups import find_group

    with instep.directory.reading() as reading:
        return find_group(reading, group).id


def _entry_id(change: str | None) -> int | None:
    from instep.ledger.change_ids import entry_of

    if change is None:
        return None
    entry_id = entry_of(change)
    if entry_id is None:
        raise typer.BadParameter(
            f"{change!r} is no change id, as `instep logs --json` shows it.", param_hint="--change"
        )
    return entry_id


def _of_change(entries: "Iterable[ShownEntry]", change: str | None) -> "Iterable[ShownEntry]":
    """A change id ends with the number of its entry; the rest must be right too."""
    from instep.ledger.change_ids import change_id

    if change is None:
        return entries
    wanted = change.strip().casefold()
    return (e for e in entries if change_id(e.recorded.cycle_id, e.recorded.id) == wanted)


def _print(entries: "Iterable[ShownEntry]", form: str) -> None:
    from instep.ledger.wording import reason

    for shown in entries:
        if form == "json":
            print_json(_as_document(shown))
        else:
            recorded, entry = shown.recorded, shown.recorded.entry
            say(f"{recorded.at:%Y-%m-%d %H:%M:%S}  {entry.status.value:<8} {entry.action.value:<13} {reason(entry)}")


def _as_document(shown: "ShownEntry") -> dict[str, Any]:
    """Graph's form, and what a person asks first beside it."""
    from instep.ledger.object_summary import object_summary
    from instep.ledger.wording import reason

    entry = shown.recorded.entry
    said = {"status": entry.status.value, "code": entry.code, "reason": reason(entry)}
    return object_summary(shown.recorded, shown.job) | said


def _print_csv(entries: "Iterable[ShownEntry]") -> None:
    from instep.connectors.sources.csv.csv_text import write_csv
    from instep.ledger.change_ids import change_id
    from instep.ledger.wording import reason

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
                shown.job.app_name,
                change_id(recorded.cycle_id, recorded.id),
            )
            for shown in entries
            if (recorded := shown.recorded)
        ),
    )


def _write_files(entries: "Iterable[ShownEntry]", folder: Path) -> None:
    from instep.cli.log_files import write_files

    try:
        count = write_files(entries, folder)
    except OSError as error:
        raise typer.BadParameter(f"{folder} cannot be written to: {error.strerror}.", param_hint="--out") from None
    say(f"{count:,} {'entry was' if count == 1 else 'entries were'} written to {folder}.")
