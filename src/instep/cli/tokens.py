"""The commands about API tokens: secrets with which programs act for an administrator."""

from typing import TYPE_CHECKING, Annotated, Any

import typer

from instep.cli.directory import DataOption, JsonOption, actor, open_directory, print_json, say, say_on_stderr
from instep.clock import to_text

if TYPE_CHECKING:
    from instep.access.administrators import Administrator
    from instep.access.tokens import ApiToken

tokens_app = typer.Typer(name="tokens", no_args_is_help=True, help="The API tokens of administrators.")
OwnerOption = Annotated[str, typer.Option("--admin", metavar="A", help="Whose it is: by user name or id.")]


@tokens_app.command("list")
def list_(*, data: DataOption = None, json: JsonOption = False) -> None:
    """List the API tokens: whose, what they may do, until when, when they were used last. Secrets are not kept."""
    with open_directory(data) as instep:
        for token, administrator in instep.access.tokens.all():
            if json:
                print_json(_as_document(token, administrator))
            else:
                used = f"{token.last_used_at:%Y-%m-%d}" if token.last_used_at else "never"
                until = f"until {token.expires_at:%Y-%m-%d}, used {used}"
                say(f"{token.name:<30} {administrator.user_name:<35} {until}  {token.id}")


@tokens_app.command()
def add(
    name: Annotated[str, typer.Argument(metavar="NAME", help="For what it is.")],
    *,
    admin: OwnerOption,
    permission: Annotated[
        list[str], typer.Option("--permission", metavar="P", help="What it may do; may be given several times.")
    ],
    days: Annotated[int, typer.Option(min=1, max=366, help="For how many days it is good.")] = 90,
    data: DataOption = None,
    json: JsonOption = False,
) -> None:
    """Make an API token, and print its secret, this once. It may never do more than its administrator."""
    from datetime import timedelta

    from instep.admin.access.administrators import find_administrator
    from instep.admin.access.tokens import issue_token, permissions_named

    with open_directory(data) as instep:
        owner = find_administrator(instep.access, admin)
        allowed = permissions_named(permission)
        issued = issue_token(instep.access, owner, name, allowed, timedelta(days=days), actor())
    if json:
        print_json({**_as_document(issued.token, owner), "secret": issued.secret})
    else:
        say(issued.secret)
        say_on_stderr(f"Keep it: it is not shown again. It is good until {issued.token.expires_at:%Y-%m-%d}.")


@tokens_app.command()
def delete(
    token: Annotated[str, typer.Argument(metavar="ID", help="A token, by id.")],
    *,
    data: DataOption = None,
    json: JsonOption = False,
) -> None:
    """Delete an API token: it is refused from then on."""
    from instep.access.refusals import AccessRefused
    from instep.admin.access.tokens import end_token

    with open_directory(data) as instep:
        owner = next((owner for each, owner in instep.access.tokens.all() if each.id == token), None)
        if owner is None:
            raise AccessRefused(f"There is no API token {token}.")
        ended = end_token(instep.access, owner, token, actor())
    if json:
        print_json(_as_document(ended, owner))
    else:
        say(f"{ended.name}: deleted.")


def _as_document(token: "ApiToken", administrator: "Administrator") -> dict[str, Any]:
    return {
        "id": token.id,
        "name": token.name,
        "administrator": administrator.user_name,
        "permissions": sorted(token.permissions),
        "created_at": to_text(token.created_at),
        "expires_at": to_text(token.expires_at),
        "last_used_at": to_text(token.last_used_at) if token.last_used_at else None,
    }
