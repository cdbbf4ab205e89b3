"""The commands `instep users ...`: import, list, look at and edit the people of the directory."""

from pathlib import Path
from typing import Annotated

import typer

from instep.admin import users as use_cases
from instep.cli.admins import DEFAULT_CONSOLE, ConsoleOption
from instep.cli.directory import (
    DataOption,
    JsonOption,
    actor,
    attribute_and_value,
    open_directory,
    print_json,
    say,
    say_on_stderr,
    user_to_json,
)
from instep.cli.users_import import import_file
from instep.cli.users_list import list_users
from instep.directory.imports import ImportMode, ImportOptions
from instep.directory.users import EditedUser
from instep.directory.wording import said_of_change, said_of_value

users_app = typer.Typer(name="users", no_args_is_help=True, help="The people of the directory.")

UserArgument = Annotated[str, typer.Argument(metavar="U", help="A user, by id or userPrincipalName.")]


@users_app.command("import")
def import_(
    file: Annotated[Path, typer.Argument(metavar="FILE", exists=True, dir_okay=False, help="CSV in UTF-8.")],
    *,
    mode: Annotated[
        ImportMode, typer.Option(help="merge: add and update; snapshot: the file is the whole directory.")
    ] = ImportMode.MERGE,
    strict: Annotated[bool, typer.Option("--strict", help="Change nothing if any row is bad.")] = False,
    allow_removals: Annotated[
        int, typer.Option(metavar="N", min=0, help="Let this many users go although they are more than the budget.")
    ] = 0,
    rows: Annotated[
        int | None,
        typer.Option(metavar="N", min=0, help="The rows that a snapshot has; with any other number nobody goes."),
    ] = None,
    data: DataOption = None,
    json: JsonOption = False,
) -> None:
    """Import users from a CSV file.

    The file is Entra's 'Download users', its bulk-create template, or one with
    such headings. A row is about the user with its id (or objectId), else with
    its userPrincipalName. Bad rows are listed and left out.

    With --mode snapshot, live users that the file does not name go to the
    recycle bin after its rows, unless they are more than the budget allows in
    24 hours, or the file is not whole; then nobody goes. A file that was cut at
    the end of a line looks whole: whoever makes the file can say how many rows
    it has, with --rows.

    Exit codes: 0 the rows were applied (bad ones are listed); 1 refused, and
    nothing was changed; 2 wrong usage; 3 the rows were applied, but nobody was
    removed although some are missing.
    """
    if rows is not None and mode is not ImportMode.SNAPSHOT:
        raise typer.BadParameter(
            "--rows says whether a snapshot is whole: use it with --mode snapshot.", param_hint="--rows"
        )
    with open_directory(data) as instep:
        options = ImportOptions(mode, strict, allow_removals, rows)
        code = import_file(instep, file, options, "json" if json else "text")
    raise typer.Exit(code)


@users_app.command("list")
def list_(
    *,
    deleted: Annotated[bool, typer.Option("--deleted", help="Those in the recycle bin.")] = False,
    csv: Annotated[bool, typer.Option("--csv", help="CSV that a spreadsheet may open: formulas begin with '.")] = False,
    data: DataOption = None,
    json: JsonOption = False,
) -> None:
    """List the live users, or those in the recycle bin."""
    with open_directory(data) as instep, instep.directory.reading() as reading:
        users = reading.deleted_users() if deleted else reading.live_users()
        list_users(users, "csv" if csv else "json" if json else "text")


@users_app.command()
def show(user: UserArgument, *, data: DataOption = None, json: JsonOption = False) -> None:
    """Show all that the directory knows of a user."""
    with open_directory(data) as instep:
        details = use_cases.show_user(instep.directory, user)
    found = details.user
    if json:
        print_json({**user_to_json(found), "groups": [group.display_name for group in details.groups]})
        return
    facts = {"id": found.id} | {name: said_of_value(value) for name, value in sorted(found.attributes.items())}
    facts["manager"] = details.manager.user_principal_name if details.manager else "(none)"
    facts["groups"] = ", ".join(group.display_name for group in details.groups) or "(none)"
    facts["created"] = f"{found.created_at:%Y-%m-%d %H:%M:%S} UTC"
    if found.deleted_at:
        facts["deleted"] = f"{found.deleted_at:%Y-%m-%d %H:%M:%S} UTC, in the recycle bin"
    width = max(map(len, facts))
    for name, value in facts.items():
        say(f"{name:<{width}}  {value}")


@users_app.command("set")
def set_(
    user: UserArgument,
    values: Annotated[list[str], typer.Argument(metavar="ATTR=VALUE...", help="An empty value clears.")],
    *,
    data: DataOption = None,
    json: JsonOption = False,
) -> None:
    """Set attributes of a user, for instance: department=Sales accountEnabled=false manager=ann@example.com."""
    texts = dict(attribute_and_value(value) for value in values)
    with open_directory(data) as instep:
        edited = use_cases.set_user(instep.directory, user, texts, actor(), instep.clock())
    _print_edited(edited, "json" if json else "text")


@users_app.command()
def disable(user: UserArgument, *, data: DataOption = None, json: JsonOption = False) -> None:
    """Block a user's account; the user stays in the directory."""
    with open_directory(data) as instep:
        edited = use_cases.disable_user(instep.directory, user, actor(), instep.clock())
    _print_edited(edited, "json" if json else "text")


@users_app.command()
def enable(user: UserArgument, *, data: DataOption = None, json: JsonOption = False) -> None:
    """Unblock a user's account."""
    with open_directory(data) as instep:
        edited = use_cases.enable_user(instep.directory, user, actor(), instep.clock())
    _print_edited(edited, "json" if json else "text")


@users_app.command()
def delete(user: UserArgument, *, data: DataOption = None, json: JsonOption = False) -> None:
    """Move a user to the recycle bin, where the user can be restored for 30 days."""
    with open_directory(data) as instep:
        edited = use_cases.delete_user(instep.directory, user, actor(), instep.clock())
    _print_edited(edited, "json" if json else "text")


@users_app.command()
def restore(user: UserArgument, *, data: DataOption = None, json: JsonOption = False) -> None:
    """Take a user out of the recycle bin."""
    with open_directory(data) as instep:
        edited = use_cases.restore_deleted_user(instep.directory, user, actor(), instep.clock())
    _print_edited(edited, "json" if json else "text")


@users_app.command()
def purge(user: UserArgument, *, data: DataOption = None, json: JsonOption = False) -> None:
    """Delete a user of the recycle bin for good."""
    with open_directory(data) as instep:
        purged = use_cases.purge_user(instep.directory, user, actor(), instep.clock())
    if json:
        print_json({"id": purged.id, "userPrincipalName": purged.user_principal_name, "purged": True})
    else:
        say(f"{purged.user_principal_name}: deleted for good.")


@users_app.command("sign-in-link")
def sign_in_link(
    user: UserArgument, *, console_url: ConsoleOption = None, data: DataOption = None, json: JsonOption = False
) -> None:
    """Print a one-time link with which a user chooses a password for My apps. Earlier links are good no more."""
    from instep.access.people import person_link_address
    from instep.admin.access.people import issue_person_link

    with open_directory(data) as instep:
        found = use_cases.show_user(instep.directory, user).user
        secret = issue_person_link(instep.access, found.id, actor())
        address = person_link_address(console_url or instep.settings.console_url or DEFAULT_CONSOLE, secret)
    if json:
        print_json({"id": found.id, "userPrincipalName": found.user_principal_name, "link": address})
    else:
        say(f"{found.user_principal_name}: open this once, within 7 days: {address}")


@users_app.command("reset-authenticator")
def reset_authenticator(user: UserArgument, *, data: DataOption = None, json: JsonOption = False) -> None:
    """Take the authenticator of a user away, who has lost it: the password alone lets in to My apps again."""
    from instep.access.refusals import AccessRefused
    from instep.admin.access.authenticators import remove_authenticator

    with open_directory(data) as instep:
        found = use_cases.show_user(instep.directory, user).user
        person = instep.access.people.find(found.id)
        if person is None:
            raise AccessRefused("There is no such user any more.")
        remove_authenticator(instep.access, person, actor())
    if json:
        print_json({"id": found.id, "userPrincipalName": found.user_principal_name, "authenticator": None})
    else:
        say(f"{found.user_principal_name} has no authenticator any more.")


def _print_edited(edited: EditedUser, form: str) -> None:
    if form == "json":
        print_json({**user_to_json(edited.user), "changed": bool(edited.changes)})
        return
    name = edited.user.user_principal_name
    if not edited.changes:
        say_on_stderr(f"{name}: nothing to change, it is so already.")
    for change in edited.changes:
        say(f"{name}: {said_of_change(change)}")
