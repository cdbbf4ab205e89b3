"""The commands `instep apps filters ...`: an application's scoping filters, and whom they let in."""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Annotated, Any

import typer

from instep.cli.apps import AppArgument
from instep.cli.apps_preview import budgets_as_document
from instep.cli.apps_schema import print_document, problems_named, say_what_was_saved
from instep.cli.directory import DataOption, JsonOption, actor, open_directory, print_json, say
from instep.cli.json_files import STANDARD_INPUT, FileArgument, read_json

if TYPE_CHECKING:
    from instep.admin.schema import Whom
    from instep.admin.scope_preview import Mover, ScopePreview

app_filters = typer.Typer(name="filters", no_args_is_help=True, help="Scoping filters: who is in scope by attributes.")

GroupsOption = Annotated[bool, typer.Option("--groups/--users", help="The filters of groups, or of users (default).")]


@app_filters.callback()
def filters() -> None:
    """Scoping filters: who is in scope by attributes."""


@app_filters.command()
def get(app: AppArgument, *, groups: GroupsOption = False, data: DataOption = None, json: JsonOption = False) -> None:
    """Print an application's scoping filters as JSON: groups of clauses, the scope of Graph's form."""
    from instep.admin.applications import find_app
    from instep.admin.schema import scope_document

    with open_directory(data) as instep:
        document = scope_document(instep.applications, find_app(instep.applications, app), _whom(groups))
    print_document(document, json)


@app_filters.command()
def put(
    app: AppArgument,
    file: FileArgument = STANDARD_INPUT,
    *,
    groups: GroupsOption = False,
    data: DataOption = None,
    json: JsonOption = False,
) -> None:
    """Replace an application's scoping filters; see whom that concerns with `preview` first.

    Clauses inside one group must all hold, one group of several is enough, and without groups everyone passes. What is
    wrong is named with its place, with exit code 2, and nothing is changed. Who falls out of scope is disabled in the
    next cycle, which is an initial one.
    """
    from instep.admin.applications import find_app
    from instep.admin.schema import put_scope

    document = read_json(file)
    with open_directory(data) as instep, problems_named(json):
        found = find_app(instep.applications, app)
        saved = put_scope(instep.service, found, _whom(groups), document, actor())
    say_what_was_saved(found, saved, json)


@app_filters.command()
def preview(
    app: AppArgument,
    file: FileArgument = STANDARD_INPUT,
    *,
    groups: GroupsOption = False,
    limit: Annotated[int, typer.Option(min=0, max=1_000_000, help="Name at most so many of each.")] = 20,
    data: DataOption = None,
    json: JsonOption = False,
) -> None:
    """Say who would enter and leave scope with the filters of a file, before they are saved.

    Everyone who is assigned or linked is evaluated by the saved filters and by the others. Nothing is sent, nothing is
    changed. The last line says how many accounts would be disabled, and whether that is within the budget.
    """
    from instep.admin.applications import find_app
    from instep.admin.group_scope_preview import preview_group_scope
    from instep.admin.scope_preview import preview_scope

    document = read_json(file)
    with open_directory(data) as instep, problems_named(json):
        found = find_app(instep.applications, app)
        use_case = preview_group_scope if groups else preview_scope
        previewed = use_case(instep.service, found, document, limit)
    if json:
        for document in _as_documents(previewed):
            print_json(document)
    else:
        for line in _in_words(previewed):
            say(line)


def _as_documents(preview: "ScopePreview") -> Iterator[dict[str, Any]]:
    for change, movers in (("enters", preview.entering), ("leaves", preview.leaving)):
        for mover in movers:
            yield {"change": change, "id": mover.id, "name": mover.name, "why": mover.why}
    yield {
        "evaluated": preview.evaluated,
        "in_scope": {"before": preview.before, "after": preview.after},
        "enter": preview.enter,
        "leave": preview.leave,
        "lost": preview.lost,
        "budgets": budgets_as_document(preview.judgements),
    }


def _in_words(preview: "ScopePreview") -> Iterator[str]:
    from instep.ledger.planned_wording import judgement_reason
    from instep.rules.health.budgets import Budgeted

    yield from _movers("enter", preview.enter, preview.entering)
    yield from _movers("leave", preview.leave, preview.leaving)
    yield f"Evaluated: {preview.evaluated}. In scope: {preview.before} now, {preview.after} with these filters."
    for kind, judgement in preview.judgements.items():
        what = "Active accounts" if kind is Budgeted.REMOVALS else "Groups of the application"
        held = " All of them would be held." if judgement.is_over else ""
        yield f"{what} that leavers would lose: {preview.lost}. {judgement_reason(kind, judgement)}{held}"


def _movers(verb: str, count: int, movers: "Sequence[Mover]") -> Iterator[str]:
    yield f"{count} would {verb} scope{':' if movers else '.'}"
    for mover in movers:
        yield f"  {mover.name} {mover.why}"
    if count > len(movers) > 0:
        yield f"  and {count - len(movers)} more"


def _whom(groups: bool) -> "Whom":  # noqa: FBT001
    from instep.admin.schema import Whom

    return Whom.GROUPS if groups else Whom.USERS
