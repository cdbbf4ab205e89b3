"""The commands `instep apps schema ...`: an application's attribute mappings in Graph's form."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import typer

from instep.cli.apps import AppArgument
from instep.cli.directory import DataOption, JsonOption, actor, open_directory, print_json, say, say_on_stderr
from instep.cli.json_files import STANDARD_INPUT, FileArgument, read_json

if TYPE_CHECKING:
    from instep.admin.schema import SavedSchema
    from instep.directory.applications import App

schema_app = typer.Typer(name="schema", no_args_is_help=True, help="Attribute mappings, as JSON in Graph's form.")


@schema_app.callback()
def schema() -> None:
    """Attribute mappings, as JSON in Graph's form."""


@schema_app.command()
def get(app: AppArgument, *, data: DataOption = None, json: JsonOption = False) -> None:
    """Print an application's schema: attribute definitions, attribute mappings, actions and scoping filters."""
    from instep.admin.applications import find_app
    from instep.admin.schema import schema_document

    with open_directory(data) as instep:
        document = schema_document(instep.applications, find_app(instep.applications, app))
    print_document(document, json)


@schema_app.command()
def put(
    app: AppArgument, file: FileArgument = STANDARD_INPUT, *, data: DataOption = None, json: JsonOption = False
) -> None:
    """Replace an application's schema by a document that `get` printed, or that Entra exported, edited or not.

    The whole document is checked first. If anything is wrong, every problem is named with its place, the exit code is
    2, and nothing is changed. A running cycle ends, and the next one is an initial one.
    """
    from instep.admin.applications import find_app
    from instep.admin.schema import put_schema

    document = read_json(file)
    with open_directory(data) as instep, problems_named(json):
        found = find_app(instep.applications, app)
        saved = put_schema(instep.service, found, document, actor())
    say_what_was_saved(found, saved, json)


@schema_app.command()
def restore(app: AppArgument, *, data: DataOption = None, json: JsonOption = False) -> None:
    """Restore the default mappings that the application was added with, and take away all scoping filters.

    Everyone is evaluated again in the next cycle; who comes into scope by it gets an account.
    """
    from instep.admin.applications import find_app
    from instep.admin.schema import restore_schema

    with open_directory(data) as instep, problems_named(json):
        found = find_app(instep.applications, app)
        saved = restore_schema(instep.service, found, actor())
    say_what_was_saved(found, saved, json)


def print_document(document: Mapping[str, Any], json: bool) -> None:  # noqa: FBT001
    """Print a document to be edited, or on one line."""
    import orjson

    if json:
        print_json(document)
    else:
        typer.echo(orjson.dumps(document, option=orjson.OPT_INDENT_2).decode())


@contextmanager
def problems_named(json: bool) -> Iterator[None]:  # noqa: FBT001
    """Name every problem of a schema that was refused, and end the command with exit code 2."""
    from instep.ledger.graph_schema import SchemaRefused

    try:
        yield
    except SchemaRefused as refused:
        number = len(refused.problems)
        say_on_stderr(f"Refused: {number} problem{'s' if number > 1 else ''}; nothing was changed.")
        for problem in refused.problems:
            if json:
                print_json({"place": problem.place, "problem": problem.message})
            else:
                say_on_stderr(f"  {problem}")
        raise typer.Exit(2) from None


def say_what_was_saved(app: "App", saved: "SavedSchema", json: bool) -> None:  # noqa: FBT001
    """Say what differs from what there was before, line by line, and what is kept without effect."""
    from instep.ledger.graph_schema import kept_without_effect

    unused = list(kept_without_effect(saved.schema))
    if json:
        changes = {"changed": bool(saved.changes), "changes": list(saved.changes)}
        print_json({"app": app.name, **changes, "without_effect": unused})
    elif not saved.changes:
        say(f"{app.name}: all of it was so already; nothing was changed.")
    else:
        for change in saved.changes:
            say(change)
        for what in unused:
            say(f"Kept, and without effect: {what}")
        say(f"{app.name}: saved. The next cycle is an initial one; everyone is evaluated again.")
