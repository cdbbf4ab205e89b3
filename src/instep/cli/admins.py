"""The commands about administrators: who may sign in to the console, and as what."""

from typing import TYPE_CHECKING, Annotated, Any

import typer

from instep.cli.directory import DataOption, JsonOption, actor, open_directory, print_json, say

if TYPE_CHECKING:
    from instep.access.administrators import Administrator
    from instep.access.links import Purpose
    from instep.wiring import Instep

DEFAULT_CONSOLE = "http://127.0.0.1:8480"

admins_app = typer.Typer(name="admins", no_args_is_help=True, help="The administrators: who may sign in to Instep.")
AdminArgument = Annotated[str, typer.Argument(metavar="A", help="An administrator, by user name or id.")]
RoleOption = Annotated[
    list[str], typer.Option("--role", metavar="R", help="A role by its name; may be given several times.")
]
ConsoleOption = Annotated[
    str | None,
    typer.Option(
        "--console-url", metavar="URL", help="Where the console is opened.", show_default="the setting, or port 8480"
    ),
]


@admins_app.command("list")
def list_(*, data: DataOption = None, json: JsonOption = False) -> None:
    """List the administrators with their roles, and how each signs in."""
    with open_directory(data) as instep:
        for each in instep.access.administrators.all():
            if json:
                print_json(_as_document(each))
            else:
                state = "" if each.is_enabled else "  disabled"
                say(f"{each.user_name:<40} {', '.join(each.role_names)}{state}")


@admins_app.command()
def add(
    user_name: Annotated[str, typer.Argument(metavar="A", help="The user name: an e-mail address.")],
    *,
    role: RoleOption,
    name: Annotated[str, typer.Option("--name", help="The display name.", show_default="the user name")] = "",
    console_url: ConsoleOption = None,
    data: DataOption = None,
    json: JsonOption = False,
) -> None:
    """Make an administrator, and print a one-time link with which they choose a password."""
    from instep.access.links import Purpose
    from instep.admin.access.administrators import add_administrator, roles_named

    with open_directory(data) as instep:
        roles = roles_named(role)
        made = add_administrator(instep.access, user_name, name or user_name, roles, actor())
        _print_link(instep, made, Purpose.CHOOSE, console_url, form="json" if json else "words")


@admins_app.command()
def link(
    administrator: AdminArgument,
    *,
    sign_in: Annotated[bool, typer.Option("--sign-in", help="Let them in without a password, once.")] = False,
    console_url: ConsoleOption = None,
    data: DataOption = None,
    json: JsonOption = False,
) -> None:
    """Print another one-time link: to choose a password anew. Earlier links of theirs are good no more."""
    from instep.access.links import Purpose

    purpose = Purpose.SIGN_IN if sign_in else Purpose.CHOOSE
    with open_directory(data) as instep:
        found = _find(instep, administrator)
        _print_link(instep, found, purpose, console_url, form="json" if json else "words")


@admins_app.command("set")
def set_(
    administrator: AdminArgument,
    *,
    role: RoleOption = [],  # noqa: B006 - typer reads it, nobody writes to it
    name: Annotated[str, typer.Option("--name", help="Another display name.", show_default="as it is")] = "",
    data: DataOption = None,
    json: JsonOption = False,
) -> None:
    """Give an administrator other roles, in place of those they have, or another name. Who loses one is signed out."""
    from instep.admin.access.administrators import change_administrator, roles_named

    with open_directory(data) as instep:
        before = _find(instep, administrator)
        roles = roles_named(role) if role else before.roles
        after = change_administrator(instep.access, before, name or before.display_name, roles, actor())
        _print(after, f"{after.display_name}: {', '.join(after.role_names)}.", form="json" if json else "words")


@admins_app.command()
def disable(administrator: AdminArgument, *, data: DataOption = None, json: JsonOption = False) -> None:
    """Let an administrator in no more; their sessions end at once, and their API tokens are refused."""
    from instep.admin.access.administrators import disable_administrator

    with open_directory(data) as instep:
        after = disable_administrator(instep.access, _find(instep, administrator), actor())
        _print(after, f"{after.user_name} is disabled, and signed out everywhere.", form="json" if json else "words")


@admins_app.command()
def enable(administrator: AdminArgument, *, data: DataOption = None, json: JsonOption = False) -> None:
    """Let an administrator in again."""
    from instep.admin.access.administrators import enable_administrator

    with open_directory(data) as instep:
        after = enable_administrator(instep.access, _find(instep, administrator), actor())
        _print(after, f"{after.user_name} is enabled.", form="json" if json else "words")


@admins_app.command()
def delete(administrator: AdminArgument, *, data: DataOption = None, json: JsonOption = False) -> None:
    """Delete an administrator with their API tokens; what they did stays in the logs."""
    from instep.admin.access.administrators import delete_administrator

    with open_directory(data) as instep:
        found = _find(instep, administrator)
        delete_administrator(instep.access, found, actor())
        _print(found, f"{found.user_name} is deleted.", form="json" if json else "words")


@admins_app.command("sign-out")
def sign_out(administrator: AdminArgument, *, data: DataOption = None, json: JsonOption = False) -> None:
    """End all sessions of an administrator."""
    from instep.admin.access.sessions import end_sessions

    with open_directory(data) as instep:
        found = _find(instep, administrator)
        ended = end_sessions(instep.access, found, actor())
        if json:
            print_json({"user_name": found.user_name, "sessions_ended": ended})
        else:
            say(f"{found.user_name}: {ended} {'session' if ended == 1 else 'sessions'} ended.")


@admins_app.command("reset-authenticator")
def reset_authenticator(administrator: AdminArgument, *, data: DataOption = None, json: JsonOption = False) -> None:
    """Take the authenticator of an administrator away, who has lost it: the password alone lets in again."""
    from instep.admin.access.authenticators import remove_authenticator

    with open_directory(data) as instep:
        found = _find(instep, administrator)
        remove_authenticator(instep.access, found, actor())
        _print(found, f"{found.user_name} has no authenticator any more.", form="json" if json else "words")


def _find(instep: "Instep", named: str) -> "Administrator":
    from instep.admin.access.administrators import find_administrator

    return find_administrator(instep.access, named)


def _print_link(
    instep: "Instep", administrator: "Administrator", purpose: "Purpose", console_url: str | None, form: str
) -> None:
    from instep.access.links import link_address
    from instep.admin.access.welcoming import issue_link

    secret = issue_link(instep.access, administrator, purpose, actor())
    address = link_address(console_url or instep.settings.console_url or DEFAULT_CONSOLE, secret)
    if form == "json":
        print_json({**_as_document(administrator), "link": address})
    else:
        say(f"{administrator.display_name}: {', '.join(administrator.role_names)}.")
        say(f"Open this once, within 7 days: {address}")


def _print(administrator: "Administrator", said: str, form: str) -> None:
    if form == "json":
        print_json(_as_document(administrator))
    else:
        say(said)


def _as_document(administrator: "Administrator") -> dict[str, Any]:
    ways = [("password", administrator.has_password), ("openid_connect", administrator.subject is not None)]
    return {
        "id": administrator.id,
        "user_name": administrator.user_name,
        "display_name": administrator.display_name,
        "roles": administrator.role_names,
        "enabled": administrator.is_enabled,
        "signs_in_by": [way for way, has in ways if has],
    }
