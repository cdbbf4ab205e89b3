"""The command `instep filters check`: do scoping filters decide as a file of cases says?"""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any

import typer

from instep.cli.directory import JsonOption, print_json, say, say_on_stderr
from instep.cli.json_files import read_json

filters_app = typer.Typer(name="filters", no_args_is_help=True, help="The language of scoping filters.")

_REFUSED = {"$error": True}  # what a case expects whose filters cannot be saved


@filters_app.callback()
def filters() -> None:
    """The language of scoping filters."""


@filters_app.command()
def check(
    cases: Annotated[Path, typer.Argument(metavar="CASES.json", help="A JSON array of cases (-: standard input).")],
    *,
    json: JsonOption = False,
) -> None:
    """Evaluate each case's filters on its user, and compare with what it expects; exit code 0 only if all pass.

    Attributes are taken as the cases name them. A case that expects {"$error": true} passes if its filters could not be
    saved.
    """
    failed = total = 0
    for case in _read(cases):
        got = _got(case)
        passed = got == case["expected"] or (case["expected"] == _REFUSED and isinstance(got, dict))
        total, failed = total + 1, failed + (not passed)
        if json:
            print_json({"id": case["id"], "passed": passed, "got": got})
        elif not passed:
            say(f"{case['id']}: expected {case['expected']!r}, got {got!r}")
    say_on_stderr(f"{total} cases, {failed} failed.")
    raise typer.Exit(1 if failed else 0)


def _got(case: Mapping[str, Any]) -> bool | dict[str, str]:
    from instep.rules.scoping.check import filter_problems
    from instep.rules.scoping.compile import compile_filters
    from instep.rules.scoping.errors import FilterError
    from instep.rules.source_attributes import SourceAttributeDefinition

    given = tuple(_filters(case["filters"]))
    try:
        compiled = compile_filters(given)
    except FilterError as error:
        return {"$error": str(error)}
    if case["expected"] == _REFUSED:
        for problem in filter_problems(given, SourceAttributeDefinition):
            return {"$error": str(problem)}
    return compiled.passes({name: _value(value) for name, value in case["user"].items()})


def _filters(written: Sequence[Sequence[Mapping[str, Any]]]) -> Iterator[Any]:
    from instep.rules.scoping.filters import Clause, ScopingFilter

    for number, clauses in enumerate(written, start=1):
        yield ScopingFilter(str(number), tuple(Clause(c["attribute"], c["operator"], _values(c)) for c in clauses))


def _values(clause: Mapping[str, Any]) -> tuple[str, ...]:
    value = clause.get("value")
    return () if value is None else (str(value),)


def _value(value: Any) -> Any:
    return tuple(map(_value, value)) if isinstance(value, list) else value


def _read(path: Path) -> Sequence[Mapping[str, Any]]:
    """Return the cases of a file; what is wrong with it ends the command with exit code 2."""
    document = read_json(path)
    if not isinstance(document, list):
        raise typer.BadParameter(f"{path} holds no array of cases.", param_hint="CASES.json")
    for number, case in enumerate(document, start=1):
        if problem := _problem(case):
            raise typer.BadParameter(f"{path}, case {number}: {problem}.", param_hint="CASES.json")
    return document


def _problem(case: object) -> str | None:
    if not isinstance(case, dict) or not isinstance(case.get("id"), str):
        return "it is no object with an id"
    if "expected" not in case or not isinstance(case.get("user"), dict):
        return f"{case['id']} needs 'expected', and 'user' with the attributes"
    filters = case.get("filters")
    if not isinstance(filters, list) or not all(isinstance(clauses, list) for clauses in filters):
        return f"{case['id']} needs 'filters', an array of arrays of clauses"
    for clause in (clause for clauses in filters for clause in clauses):
        if not isinstance(clause, dict) or not all(isinstance(clause.get(n), str) for n in ("attribute", "operator")):
            return f"{case['id']} has a clause without 'attribute' or 'operator'"
        if not isinstance(clause.get("value"), str | int | None):
            return f"{case['id']} has a clause whose 'value' is no text"
    return None
