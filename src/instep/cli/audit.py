"""The command `instep audit`: what did administrators do, and when?"""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated

import typer

from instep.cli.directory import DataOption, JsonOption, open_directory, print_json, say
from instep.cli.moments import end_from, moment_from

if TYPE_CHECKING:
    from instep.ledger.audit import AuditRow

LONGEST_SHOWN = 60


def audit(
    *,
    app: Annotated[str | None, typer.Option(metavar="APP", help="Only this application.")] = None,
    since: Annotated[str | None, typer.Option(metavar="T", help="From then on: 24h, 2026-11-23, 2026-11-23T14:05.")] = (
        None
    ),
    until: Annotated[str | None, typer.Option(metavar="T", help="Before then; of a date alone, its whole day.")] = None,
    limit: Annotated[int, typer.Option(min=1, max=1_000_000, help="At most so many, the newest first.")] = 1_000,
    data: DataOption = None,
    json: JsonOption = False,
) -> None:
    """Show the audit log: what administrators and the service did to applications and jobs, with old and new values.

    Secrets are masked. Edits of users and groups are in the change log; what was done to accounts is in `instep logs`.
    """
    from instep.admin.applications import find_app
    from instep.admin.ports import AuditQuery
    from instep.ledger.audit import directory_audit

    with open_directory(data) as instep:
        now = instep.clock()
        app_id = find_app(instep.applications, app).id if app is not None else None
        moments = moment_from(since, now, "--since"), end_from(until, now, "--until")
        rows = instep.history.audit(AuditQuery(app_id, *moments, limit=limit))
        names = instep.applications.names()
    for row in rows:
        if json:
            print_json(directory_audit(row, names.get(row.app_id or "")))
        else:
            app_name = names.get(row.app_id or "", "")
            say(f"{row.at:%Y-%m-%d %H:%M:%S}  {row.actor:<16} {app_name:<20} {row.activity}")
            for line in _in_words(row):
                say(f"    {line}")


def _in_words(row: "AuditRow") -> Iterator[str]:
    from instep.ledger.audit import modified, others

    for each in modified(row):
        yield f"{each.name}: {_cut(each.old)} -> {_cut(each.new)}"
    for name, value in others(row):
        yield f"{name}: {_cut(value)}"


def _cut(value: str | None) -> str:
    if value is None:
        return "(none)"
    return value if len(value) <= LONGEST_SHOWN else f"{value[: LONGEST_SHOWN - 1]}…"
