"""The command `instep why`: why has this person this account, or none, and each of its values?"""

from typing import TYPE_CHECKING, Annotated, Any

import typer

from instep.cli.directory import DataOption, JsonOption, open_directory, print_json, say
from instep.cli.moments import moment_from

if TYPE_CHECKING:
    from instep.admin.why import Story
    from instep.admin.why.entitlement import HeldRole
    from instep.admin.why.story import ToldValue


def why(
    user: Annotated[str, typer.Argument(metavar="U", help="A user, by id or userPrincipalName.")],
    *,
    app: Annotated[str, typer.Option(metavar="APP", help="The application, by name, id or template.")],
    at: Annotated[
        str | None,
        typer.Option(metavar="TIME", help="At an earlier moment: 2026-11-23T14:05, or 24h for that long ago."),
    ] = None,
    data: DataOption = None,
    json: JsonOption = False,
) -> None:
    """Say in one paragraph why somebody has an account in an application, or none; then its values, and from where."""
    from instep.admin.applications import find_app
    from instep.admin.why import paragraph, tell

    with open_directory(data) as instep:
        found = find_app(instep.applications, app)
        moment = moment_from(at, instep.clock(), "--at")
        story = tell(instep.service, instep.directory, instep.history, found, user, moment)
    if json:
        print_json(_as_document(story))
        return
    say(paragraph(story))
    for value in story.values:
        say(f"  {value.attribute:<45} {value.value}")
        say(f"  {'':<45} {_from_where(story, value)}")


def _from_where(story: "Story", value: "ToldValue") -> str:
    from instep.admin.why.wording import cycle_in_words, moment_in_words

    source = {
        "direct": f"from {value.expression}",
        "expression": f"by {value.expression}",
        "constant": f"always {value.expression}",
    }.get(value.kind, "not mapped any more")
    if (written := value.written) is not None:
        return f"{source}; written {moment_in_words(written.at)} {cycle_in_words(written)}"
    return f"{source}; so when the account was linked" if story.link is not None else source


def _as_document(story: "Story") -> dict[str, Any]:
    from instep.admin.why import paragraph
    from instep.clock import to_text

    return {
        "user_id": story.person.id,
        "user": story.person.name,
        "app": story.app.name,
        "at": to_text(story.at) if story.at is not None else None,
        "answer": paragraph(story),
        "account_id": story.account_id,
        "active": story.is_active if story.account_id is not None else None,
        "assignments": [_assignment(story, held) for held in story.entitlement.held],
        "values": [_value(value) for value in story.values],
    }


def _assignment(story: "Story", held: "HeldRole") -> dict[str, Any]:
    from instep.clock import to_text

    return {
        "role": story.role_names.get(held.role_id, held.role_id),
        "through": [story.group_names.get(group, group) for group in held.path],
        "assigned_at": to_text(held.assigned.change.at),
        "assigned_by": held.assigned.actor,
        "member_since": to_text(held.joined.change.at) if held.joined is not None else None,
    }


def _value(value: "ToldValue") -> dict[str, Any]:
    from instep.clock import to_text
    from instep.ledger.change_ids import change_id

    written = value.written
    return {
        "attribute": value.attribute,
        "value": value.value,
        "mapping": value.kind,
        "expression": value.expression,
        "written_at": to_text(written.at) if written is not None else None,
        "cycle_id": written.cycle_id if written is not None else None,
        "change_id": change_id(written.cycle_id, written.id) if written is not None else None,
    }
