"""The commands `instep expressions ...`: what does an expression give, and do written cases hold?"""

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from instep.cli.directory import DataOption, JsonOption, open_directory, print_json, say, say_on_stderr

if TYPE_CHECKING:
    from instep.rules.mapping.expressions import Compiled, Value
    from instep.rules.mapping.expressions.cases import Case

expressions_app = typer.Typer(
    name="expressions", no_args_is_help=True, help="The mapping language: try an expression, list the functions."
)

MISUSED = 2  # the exit code for what is no expression, no case, no assignment

SetOption = Annotated[
    list[str] | None,
    typer.Option("--set", metavar="ATTR=VALUE", help="An attribute of the user; once more for each further value."),
]
UserOption = Annotated[
    str | None, typer.Option("--user", metavar="U", help="Take the attributes of this user of the directory.")
]


@expressions_app.command()
def check(
    cases: Annotated[Path, typer.Argument(metavar="CASES.json", help="A list of cases; - for standard input.")],
    *,
    json: JsonOption = False,
) -> None:
    """Evaluate the cases of a file, and say which give what they expect. Ends with 1 if one does not."""
    from instep.clock import system_clock
    from instep.rules.mapping.expressions.cases import run_case
    from instep.wiring import new_id

    outcomes = [run_case(case, system_clock(), new_id()) for case in _read_cases(cases)]
    for outcome in outcomes:
        if json:
            problem = {"error": outcome.problem} if outcome.problem and not outcome.passed else {}
            print_json({"id": outcome.id, "passed": outcome.passed, "got": outcome.got, **problem})
        elif not outcome.passed:
            say(f"{outcome.id}: it gives {outcome.problem or repr(outcome.got)}")
    passed = sum(outcome.passed for outcome in outcomes)
    say_on_stderr(f"{passed:,} of {len(outcomes):,} cases passed.")
    if passed < len(outcomes):
        raise typer.Exit(1)


@expressions_app.command("test")
def try_(
    expression: Annotated[str, typer.Argument(metavar="EXPRESSION", help="Such as 'Join(\" \", [givenName])'.")],
    *,
    set_: SetOption = None,
    user: UserOption = None,
    data: DataOption = None,
    json: JsonOption = False,
) -> None:
    """Evaluate an expression for a user of the directory, or for the attributes given."""
    from instep.clock import system_clock
    from instep.rules.mapping.expressions import DROP, Candidates, Context, EvaluationError
    from instep.rules.mapping.expressions.cases import json_from
    from instep.wiring import new_id

    compiled = _compiled(expression)
    attributes = {**(_attributes_of(user, data) if user else {}), **_assigned(set_ or [])}
    try:
        value = compiled.evaluate(attributes, Context(system_clock(), new_id()))
    except EvaluationError as error:
        say_on_stderr(f"For these attributes it gives an error: {error}.")
        raise typer.Exit(1) from None
    got: Any = list(value.values) if isinstance(value, Candidates) else json_from(value)
    if json:
        print_json({"value": got, "attributes": sorted(compiled.attributes), "redacted": compiled.redacts})
    elif value is DROP:
        say("nothing: the attribute is left out of the operation")
    elif got is None:
        say("nothing (null)")
    else:
        for each in got if isinstance(got, list) else [got]:
            say(str(each))


@expressions_app.command()
def functions(*, json: JsonOption = False) -> None:
    """List the functions with their parameters; those in brackets may be left out."""
    from instep.rules.mapping.expressions.functions.descriptions import DESCRIPTIONS
    from instep.rules.mapping.expressions.functions.table import FUNCTIONS

    for function in FUNCTIONS.values():
        if json:
            parameters = [
                {"name": each.name, "required": each.required, "repeatable": each.repeatable}
                for each in function.parameters
            ]
            print_json({"name": function.name, "parameters": parameters, "description": DESCRIPTIONS[function.name]})
        else:
            say(function.signature)
            say(f"    {DESCRIPTIONS[function.name]}")


def _compiled(expression: str) -> "Compiled":
    from instep.rules.mapping.expressions import ExpressionError, compile_expression

    try:
        return compile_expression(expression)
    except ExpressionError as error:
        say_on_stderr(f"{expression}\n{' ' * (error.column - 1)}^\n{error}.")
        raise typer.Exit(MISUSED) from None


def _read_cases(path: Path) -> list["Case"]:
    import sys

    import orjson

    from instep.rules.mapping.expressions.cases import BadCase, case_from

    try:
        text = sys.stdin.buffer.read() if str(path) == "-" else path.read_bytes()
        documents = orjson.loads(text)
    except OSError as error:
        raise _misused(f"{path} cannot be read: {error.strerror or error}.") from None
    except orjson.JSONDecodeError as error:
        raise _misused(f"{path} is no JSON: {error}.") from None
    if isinstance(documents, dict):
        documents = documents.get("cases")
    if not isinstance(documents, list):
        raise _misused(f"{path} has no list of cases at its top.")
    cases = []
    for number, document in enumerate(documents, start=1):
        try:
            cases.append(case_from(document))
        except BadCase as problem:
            name = document.get("id") if isinstance(document, dict) else None
            raise _misused(f"{path}, case {number}{f' ({name})' if name else ''}: {problem}.") from None
    return cases


def _assigned(assignments: list[str]) -> Mapping[str, "Value"]:
    """The attributes of `--set`: several values make a list; true and false are what a switch attribute has."""
    from instep.directory.attributes import AttributeType, find_attribute, parse_boolean
    from instep.directory.errors import BadValue

    values: dict[str, Value] = {}
    for assignment in assignments:
        name, equals, text = assignment.partition("=")
        if not name or not equals:
            raise _misused(f"{assignment!r} sets nothing; write ATTR=VALUE.")
        known = find_attribute(name)
        value: Value = text
        if known is not None and known.type is AttributeType.BOOLEAN:
            try:
                value = parse_boolean(text)
            except BadValue as problem:
                raise _misused(f"{name}: {problem}") from None
        earlier = values.get(name)
        if earlier is None:
            values[name] = value
        else:
            values[name] = (*(earlier if isinstance(earlier, tuple) else (earlier,)), value)
    return values


def _attributes_of(user: str, data: Path | None) -> Mapping[str, "Value"]:
    from instep.admin.users import find_user
    from instep.rules.mapping.source_values import source_values
    from instep.rules.scoping.standing import Standing
    from instep.rules.source_user import Presence, SourceUser

    with open_directory(data) as instep, instep.directory.reading() as reading:
        found = find_user(reading, user)
    as_source = SourceUser(found.id, Presence.LIVE, found.attributes, found.manager_id, (), has_default_access=False)
    return source_values(as_source, Standing(None), None)


def _misused(message: str) -> typer.Exit:
    say_on_stderr(message)
    return typer.Exit(MISUSED)
