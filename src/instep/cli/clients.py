"""The commands about registered clients: programs that get their own access tokens for the API."""

from typing import TYPE_CHECKING, Annotated, Any

import typer

from instep.cli.directory import DataOption, JsonOption, actor, open_directory, print_json, say, say_on_stderr
from instep.clock import to_text

if TYPE_CHECKING:
    from instep.access.clients import RegisteredClient
    from instep.admin.access.clients import Registered

clients_app = typer.Typer(
    name="clients", no_args_is_help=True, help="Programs that call the API with a client secret (OAuth 2.0)."
)
ClientArgument = Annotated[str, typer.Argument(metavar="CLIENT", help="A client, by id or name.")]
DaysOption = Annotated[int, typer.Option(min=1, max=731, help="For how many days the client secret is good.")]


@clients_app.command("list")
def list_(*, data: DataOption = None, json: JsonOption = False) -> None:
    """List the clients: what each may do, until when its secret is good, when it was used last."""
    with open_directory(data) as instep:
        for client in instep.access.clients.all():
            if json:
                print_json(_as_document(client))
            else:
                used = f"{client.last_used_at:%Y-%m-%d}" if client.last_used_at else "never"
                say(f"{client.name:<30} {client.id}  until {client.secret_expires_at:%Y-%m-%d}, used {used}")


@clients_app.command()
def add(
    name: Annotated[str, typer.Argument(metavar="NAME", help="What it is.")],
    *,
    permission: Annotated[
        list[str],
        typer.Option("--permission", metavar="P", help="Such as Synchronization.ReadWrite.All; may be repeated."),
    ],
    days: DaysOption = 180,
    data: DataOption = None,
    json: JsonOption = False,
) -> None:
    """Register a program, and print its client id and client secret, this once."""
    from datetime import timedelta

    from instep.access.graph_permissions import KNOWN
    from instep.admin.access.clients import register_client

    with open_directory(data) as instep:
        registered = register_client(instep.access, name, permission, KNOWN, timedelta(days=days), actor())
    _show(registered, "json" if json else "words")


@clients_app.command()
def renew(client: ClientArgument, *, days: DaysOption = 180, data: DataOption = None, json: JsonOption = False) -> None:
    """Give a client another secret; the one before is refused from then on, and so are its access tokens."""
    from datetime import timedelta

    from instep.admin.access.clients import find_client, renew_secret

    with open_directory(data) as instep:
        found = find_client(instep.access, client)
        registered = renew_secret(instep.access, found, timedelta(days=days), actor())
    _show(registered, "json" if json else "words")


@clients_app.command()
def delete(client: ClientArgument, *, data: DataOption = None, json: JsonOption = False) -> None:
    """Delete a client: it is refused from then on, and so are its access tokens."""
    from instep.admin.access.clients import end_client, find_client

    with open_directory(data) as instep:
        found = find_client(instep.access, client)
        end_client(instep.access, found, actor())
    if json:
        print_json(_as_document(found))
    else:
        say(f"{found.name}: deleted.")


def _show(registered: "Registered", form: str) -> None:
    client = registered.client
    if form == "json":
        print_json({**_as_document(client), "client_secret": registered.secret})
        return
    say(f"client id:      {client.id}")
    say(f"client secret:  {registered.secret}")
    say_on_stderr(f"Keep the secret: it is not shown again. It is good until {client.secret_expires_at:%Y-%m-%d}.")


def _as_document(client: "RegisteredClient") -> dict[str, Any]:
    return {
        "client_id": client.id,
        "name": client.name,
        "permissions": sorted(client.permissions),
        "created_at": to_text(client.created_at),
        "secret_expires_at": to_text(client.secret_expires_at),
        "last_used_at": to_text(client.last_used_at) if client.last_used_at else None,
    }
