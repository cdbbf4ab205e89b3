"""The commands `instep apps links ...`: which account belongs to which user, and what if that is wrong?"""

from typing import TYPE_CHECKING, Annotated, Any

import typer

from instep.cli.apps import AppArgument
from instep.cli.directory import DataOption, JsonOption, actor, open_directory, print_json, say

if TYPE_CHECKING:
    from instep.admin.links import FoundLink

links_app = typer.Typer(name="links", no_args_is_help=True, help="Which account belongs to which user.")
NamedArgument = Annotated[
    str, typer.Argument(metavar="U", help="A user, by id or userPrincipalName; else an account, by its id.")
]


@links_app.callback()
def links() -> None:
    """Which account belongs to which user."""


@links_app.command()
def show(app: AppArgument, user: NamedArgument, *, data: DataOption = None, json: JsonOption = False) -> None:
    """Show a user's account: its id, whether it is active, and the values last written.

    Exit code 1 where the user has no account.
    """
    from instep.admin.applications import find_app
    from instep.admin.links import find_link

    with open_directory(data) as instep:
        found = find_app(instep.applications, app)
        link = find_link(instep.service, instep.directory, found, user)
    if link is None:
        say(f"{user} has no linked account in {found.name}.")
        raise typer.Exit(1)
    if json:
        print_json(link_as_document(link))
        return
    kept = link.kept.link
    state = "active" if kept.is_active else "disabled"
    say(f"{link.name} is linked to the account {kept.account_id} ({kept.origin.value}, {state}).")
    for target, value in kept.last_written.items():
        say(f"  {target:<45} {value}")


@links_app.command()
def remove(app: AppArgument, user: NamedArgument, *, data: DataOption = None, json: JsonOption = False) -> None:
    """Remove the link of a user whose account is the wrong one, or gone; the account itself stays as it is.

    The job must be stopped. The user is matched afresh when provisioned next, for instance on demand.
    """
    from instep.admin.applications import find_app
    from instep.admin.links import remove_link

    with open_directory(data) as instep:
        found = find_app(instep.applications, app)
        link = remove_link(instep.service, instep.directory, found, user, actor())
    if json:
        print_json({"removed": link is not None} | (link_as_document(link) if link is not None else {}))
    elif link is None:
        say(f"{user} has no linked account in {found.name}; nothing was to be removed.")
    else:
        say(f"{link.name} is no longer linked to the account {link.kept.link.account_id}, which stays as it is.")
        say(f"Next: instep apps provision '{found.name}' --user {link.name} matches the user afresh.")


def link_as_document(link: "FoundLink") -> dict[str, Any]:
    """Return a link as one JSON object: Graph's fields (engine.md 2.4), and what the ledger knows beside them."""
    from instep.clock import to_text

    kept = link.kept.link
    return {
        "objectId": kept.user_id,
        "sourceAnchor": kept.user_id,
        "targetAnchor": kept.account_id,
        "displayName": link.name,
        "objectTypeName": "User",
        "active": kept.is_active,
        "origin": kept.origin.value,
        "linked_at": to_text(link.kept.linked_at),
        "last_written": dict(kept.last_written),
    }
