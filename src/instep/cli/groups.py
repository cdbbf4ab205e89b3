"""The commands `instep groups ...`: groups of the directory and their direct members."""

from typing import Annotated, Any

import typer

from instep.admin import groups as use_cases
from instep.cli.directory import (
    DataOption,
    JsonOption,
    actor,
    attribute_and_value,
    open_directory,
    print_json,
    say,
    say_on_stderr,
)
from instep.directory.groups import Group
from instep.directory.wording import said_of_change

groups_app = typer.Typer(name="groups", no_args_is_help=True, help="The groups of the directory.")
members_app = typer.Typer(name="members", no_args_is_help=True, help="The direct members of a group.")
groups_app.add_typer(members_app)

GroupArgument = Annotated[str, typer.Argument(metavar="G", help="A group, by id or name.")]
MemberArgument = Annotated[str | None, typer.Argument(metavar="U", help="A user, by id or userPrincipalName.")]
NestedOption = Annotated[str | None, typer.Option("--group", metavar="H", help="A group instead, by id or name.")]


@groups_app.command("list")
def list_(*, data: DataOption = None, json: JsonOption = False) -> None:
    """List the groups with their numbers of members; 'All users' is built in."""
    with open_directory(data) as instep:
        listed = use_cases.list_groups(instep.directory)
    for each in listed:
        if json:
            print_json({**_group_to_json(each.group), "members": each.members})
        else:
            say(f"{each.group.display_name:<40} {each.members:>8,} members   {each.group.id}")


@groups_app.command()
def add(
    group: Annotated[str, typer.Argument(metavar="G", help="The new group's name.")],
    *,
    data: DataOption = None,
    json: JsonOption = False,
) -> None:
    """Make a group without members."""
    with open_directory(data) as instep:
        made = use_cases.add_group(instep.directory, group, instep.new_id, actor(), instep.clock())
    if json:
        print_json(_group_to_json(made))
    else:
        say(f"{made.display_name}: added ({made.id}).")


@groups_app.command("set")
def set_(
    group: GroupArgument,
    attributes: Annotated[list[str], typer.Argument(metavar="ATTR=VALUE...", help="An empty value clears.")],
    *,
    data: DataOption = None,
    json: JsonOption = False,
) -> None:
    """Set attributes of a group, displayName among them."""
    texts = dict(attribute_and_value(each) for each in attributes)
    with open_directory(data) as instep:
        edited = use_cases.set_group(instep.directory, group, texts, actor(), instep.clock())
    if json:
        print_json({**_group_to_json(edited.group), "changed": bool(edited.changes)})
    elif edited.changes:
        said = "; ".join(said_of_change(change) for change in edited.changes)
        say(f"{edited.group.display_name}: {said}.")
    else:
        say_on_stderr(f"{edited.group.display_name}: nothing to change.")


@groups_app.command()
def delete(group: GroupArgument, *, data: DataOption = None, json: JsonOption = False) -> None:
    """Delete a group for good; its members remain users."""
    with open_directory(data) as instep:
        gone = use_cases.delete_group(instep.directory, group, actor(), instep.clock())
    if json:
        print_json({**_group_to_json(gone), "deleted": True})
    else:
        say(f"{gone.display_name}: deleted.")


@members_app.command("list")
def list_members(group: GroupArgument, *, data: DataOption = None, json: JsonOption = False) -> None:
    """List the live direct members of a group: users, then groups."""
    from instep.cli.users_list import list_users

    with open_directory(data) as instep, instep.directory.reading() as reading:
        found = use_cases.find_group(reading, group)
        list_users(reading.members_of(found.id), "json" if json else "text")
        for nested in reading.groups_in(found.id):
            if json:
                print_json(_group_to_json(nested))
            else:
                say(f"{nested.display_name} (a group)   {nested.id}")


@members_app.command("add")
def add_member(
    group: GroupArgument,
    user: MemberArgument = None,
    *,
    nested: NestedOption = None,
    data: DataOption = None,
    json: JsonOption = False,
) -> None:
    """Make a user, or with --group another group, a direct member of a group."""
    who, is_group = _member(user, nested)
    edit_members = use_cases.nest_group if is_group else use_cases.add_member
    with open_directory(data) as instep:
        edit = edit_members(instep.directory, group, who, actor(), instep.clock())
    _print_edit(edit, "is a member now", "json" if json else "text")


@members_app.command("remove")
def remove_member(
    group: GroupArgument,
    user: MemberArgument = None,
    *,
    nested: NestedOption = None,
    data: DataOption = None,
    json: JsonOption = False,
) -> None:
    """End the direct membership of a user, or with --group of another group."""
    who, is_group = _member(user, nested)
    edit_members = use_cases.unnest_group if is_group else use_cases.remove_member
    with open_directory(data) as instep:
        edit = edit_members(instep.directory, group, who, actor(), instep.clock())
    _print_edit(edit, "is no member any more", "json" if json else "text")


def _member(user: str | None, nested: str | None) -> tuple[str, bool]:
    """Return who is meant, and whether that is a group."""
    if user is not None and nested is None:
        return user, False
    if nested is not None and user is None:
        return nested, True
    raise typer.BadParameter("Name one member: a user, or a group with --group.", param_hint="U")


def _print_edit(edit: use_cases.MemberEdit, said: str, form: str) -> None:
    changed = edit.outcome is use_cases.Membership.CHANGED
    if form == "json":
        kind = "nested" if isinstance(edit.member, Group) else "user"
        print_json({"group": _group_to_json(edit.group), kind: edit.member.id, "changed": changed})
    elif changed:
        say(f"{edit.group.display_name}: {edit.name} {said}.")
    else:
        say_on_stderr(f"{edit.group.display_name}: nothing to change for {edit.name}.")


def _group_to_json(group: Group) -> dict[str, Any]:
    return {"id": group.id, "displayName": group.display_name, "builtIn": group.is_built_in}
