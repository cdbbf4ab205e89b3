"""The commands that delete an application, or its job alone, or say what that would take."""

import asyncio
from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated, Any

import typer

from instep.cli.apps import AppArgument
from instep.cli.directory import DataOption, JsonOption, actor, open_directory, print_json, say

if TYPE_CHECKING:
    from instep.admin.deletion import Deletion

DryRunOption = Annotated[bool, typer.Option("--dry-run", help="Say what would go, and change nothing.")]


def delete(
    app: AppArgument, *, dry_run: DryRunOption = False, data: DataOption = None, json: JsonOption = False
) -> None:
    """Delete an application: its job, assignments, owners, mappings and filters; for good.

    The accounts and groups at the application itself stay as they are, active or not; to disable them, end the
    assignments first and let a cycle run. The provisioning log and the audit log stay. A running cycle is stopped.
    """
    from instep.admin.applications import find_app
    from instep.admin.deletion import delete_application, deletion_of

    with open_directory(data) as instep:
        found = find_app(instep.applications, app)
        deletion = deletion_of(instep.service, found)
        if not dry_run:
            asyncio.run(delete_application(instep.service, found, actor()))
    _show(deletion, "deleted" if not dry_run else "would be deleted", "json" if json else "words")


def disconnect(
    app: AppArgument, *, dry_run: DryRunOption = False, data: DataOption = None, json: JsonOption = False
) -> None:
    """Delete an application's job: its connection, settings, and what it knows of accounts; for good.

    The accounts stay as they are. Assignments, mappings and logs stay, too; connected again, the application's accounts
    are matched again, and none is created twice.
    """
    from instep.admin.applications import find_app
    from instep.admin.deletion import delete_job, deletion_of

    with open_directory(data) as instep:
        found = find_app(instep.applications, app)
        deletion = deletion_of(instep.service, found)
        if not dry_run:
            asyncio.run(delete_job(instep.service, found, actor()))
    _show(deletion, "disconnected" if not dry_run else "would be disconnected", "json" if json else "words")


def _show(deletion: "Deletion", deed: str, form: str) -> None:
    if form == "json":
        print_json(_as_document(deletion, deed))
        return
    say(f"{deletion.app.name} {'was ' if not deed.startswith('would') else ''}{deed}.")
    for line in _in_words(deletion):
        say(line)


def _as_document(deletion: "Deletion", deed: str) -> dict[str, Any]:
    return {
        "app": deletion.app.name,
        "id": deletion.app.id,
        "done": deed,
        "job": deletion.job.id if deletion.job is not None else None,
        "assigned": deletion.assigned,
        "accounts": deletion.accounts,
        "active_accounts": deletion.active_accounts,
        "groups": deletion.groups,
        "held_removals": deletion.held_removals,
    }


def _in_words(deletion: "Deletion") -> Iterator[str]:
    if deletion.accounts or deletion.groups:
        yield (
            f"Left as they are in the application: {deletion.accounts:,} accounts, "
            f"{deletion.active_accounts:,} of them active, and {deletion.groups:,} groups."
        )
    if deletion.held_removals:
        yield f"First to be approved or rejected: {deletion.held_removals:,} held removals."
