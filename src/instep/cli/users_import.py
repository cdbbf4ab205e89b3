"""How does `instep users import` show its way and its result?"""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

from instep.admin.imports import Importing, ImportProgress, Watch, import_users
from instep.cli.directory import actor, print_json, say, say_on_stderr
from instep.directory.imports import ImportOptions, ImportReport
from instep.directory.wording import summary_of_import, warnings_of_import

if TYPE_CHECKING:
    from instep.wiring import Instep

APPLIED, REFUSED, REMOVALS_HELD = 0, 1, 3
_STAGES = {"reading": "Reading the file", "checking": "Checking all rows", "applying": "Applying"}


def import_file(instep: "Instep", file: Path, options: ImportOptions, form: str) -> int:
    """Import, print the report as "text" or "json", and return the exit code."""
    from instep.connectors.sources.csv.users_file import CsvUsersFile

    with _progress(form) as watch:
        importing = Importing(instep.directory, instep.clock, instep.new_id, watch)
        result = import_users(importing, CsvUsersFile(file), options, actor())
    for report in result.finished:
        if form == "text":
            say_on_stderr("An earlier import had been interrupted; it was finished first:")
        _print_report(report, form)
    _print_report(result.report, form)
    if result.report.removals_held and (result.report.is_applied or result.report.names_nobody):
        return REMOVALS_HELD
    return APPLIED if result.report.is_applied else REFUSED


def _print_report(report: ImportReport, form: str) -> None:
    if form == "json":
        print_json(asdict(report))
        return
    for warning in warnings_of_import(report):
        say_on_stderr(warning)
    if report.is_applied:
        say(summary_of_import(report))
    else:
        say_on_stderr(summary_of_import(report))


@contextmanager
def _progress(form: str) -> Iterator[Watch]:
    """Show a progress bar on a terminal, and nothing anywhere else."""
    if form == "json" or not sys.stderr.isatty():
        yield lambda _progress: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn

    columns = (TextColumn("{task.description:<18}"), BarColumn(), TaskProgressColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("")

        def watch(progress: ImportProgress) -> None:
            total = progress.total if progress.stage != "checking" else None
            bar.update(task, description=_STAGES[progress.stage], completed=progress.done, total=total)

        yield watch
