"""The commands that run an application's job: provision, start, stop, restart, and look at its links."""

import asyncio
import sys
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Annotated, Any, TypeVar

import typer

from instep.cli.apps import AppArgument
from instep.cli.apps_shown import summary_in_words
from instep.cli.directory import DataOption, JsonOption, actor, open_directory, print_json, say

if TYPE_CHECKING:
    from instep.cycle.run import Progress
    from instep.ledger.cycles import CycleSummary
    from instep.wiring import Instep

INTERRUPTED = 4
MAILS_WITHIN_SECONDS = 10.0
T = TypeVar("T")
USER_FAILED = 5


def provision(
    app: AppArgument,
    *,
    user: Annotated[
        str | None, typer.Option("--user", metavar="U", help="Only this user, now, also while a cycle runs.")
    ] = None,
    group: Annotated[
        str | None, typer.Option("--group", metavar="G", help="Only this group, now, also while a cycle runs.")
    ] = None,
    member: Annotated[
        list[str] | None,
        typer.Option("--member", metavar="U", help="With --group: this member, too; at most five, each with --member."),
    ] = None,
    data: DataOption = None,
    json: JsonOption = False,
) -> None:
    """Run one cycle now, in the foreground, or go on with an interrupted one; also where the job is stopped.

    Users who failed before are tried again. The last line is the cycle's summary. Exit codes: 0 the cycle ran to its
    end (the summary counts who failed or is held); 1 refused; 4 interrupted, it goes on when the job runs again.

    With --user, one user is provisioned on demand: each step is shown with its values, and exit code 5 means that the
    user failed. With --group, first each --member is, then the group, then their memberships and nobody else's.
    """
    if group is not None:
        if user is not None:
            raise typer.BadParameter("give either --user or --group", param_hint="--user")
        _provision_group_on_demand(app, group, member or [], data, "json" if json else "words")
        return
    if member:
        raise typer.BadParameter("it chooses a member of a group: give --group, too", param_hint="--member")
    if user is not None:
        _provision_on_demand(app, user, data, "json" if json else "words")
        return
    from instep.admin.applications import find_app
    from instep.admin.provisioning import provision as use_case

    with open_directory(data) as instep, _progress(json) as watch:
        found = find_app(instep.applications, app)
        summary = run_in_loop(lambda: use_case(instep.service, found, watch))
        _deliver_mails(instep)
    if json:
        print_json(summary.as_document())
    else:
        for line in summary_in_words(found.name, summary):
            say(line)
    raise typer.Exit(exit_code(summary))


def _deliver_mails(instep: "Instep") -> None:
    """Send at once what the cycle has to tell; what is not taken now, the service tries again."""
    postman = instep.postman()
    if postman is not None:
        with suppress(TimeoutError):
            asyncio.run(asyncio.wait_for(postman.deliver(), MAILS_WITHIN_SECONDS))


def _provision_on_demand(app: str, user: str, data: DataOption, form: str) -> None:
    from instep.admin.applications import find_app
    from instep.admin.on_demand import provision_on_demand
    from instep.admin.people import find_person
    from instep.cli.on_demand_shown import report_as_documents, report_in_words

    with open_directory(data) as instep:
        found = find_app(instep.applications, app)
        person = find_person(instep.directory, instep.jobs, user)
        report = asyncio.run(provision_on_demand(instep.service, found, person, actor()))
    if form == "json":
        for document in report_as_documents(report):
            print_json(document)
    else:
        for line in report_in_words(found.name, person.name, report):
            say(line)
    code = exit_code(report.summary)
    raise typer.Exit(USER_FAILED if code == 0 and report.advice is not None else code)


def _provision_group_on_demand(app: str, name: str, members: list[str], data: DataOption, form: str) -> None:
    from instep.admin.applications import find_app
    from instep.admin.groups import find_group
    from instep.admin.on_demand_group import MOST_MEMBERS, provision_group_on_demand
    from instep.admin.people import find_person
    from instep.cli.on_demand_shown import group_as_documents, group_in_words

    if len(members) > MOST_MEMBERS:
        raise typer.BadParameter(
            f"at most {MOST_MEMBERS} members at a time; without --group, a cycle takes them all", param_hint="--member"
        )
    with open_directory(data) as instep:
        found = find_app(instep.applications, app)
        with instep.directory.reading() as reading:
            group = find_group(reading, name)
        people = {person.id: person for person in (find_person(instep.directory, instep.jobs, who) for who in members)}
        chosen = list(people.values())
        report = asyncio.run(provision_group_on_demand(instep.service, instep.directory, found, group, chosen, actor()))
    names = [person.name for person in chosen]
    if form == "json":
        for document in group_as_documents(group.display_name, names, report):
            print_json(document)
    else:
        for line in group_in_words(found.name, group.display_name, names, report):
            say(line)
    code = max(exit_code(each.summary) for each in report.all)
    raise typer.Exit(USER_FAILED if code == 0 and any(each.advice for each in report.all) else code)


def start(app: AppArgument, *, data: DataOption = None) -> None:
    """Let `instep serve` run the job: now, every 40 minutes, and as soon as the directory changes."""
    from instep.ledger.jobs import JobState

    _set_state(app, data, JobState.ACTIVE.value)


def stop(app: AppArgument, *, data: DataOption = None) -> None:
    """Stop the job: no new request leaves within a second. Watermark, links and escrows are kept.

    A cycle that runs, in whatever process, finishes what is under way and goes on from there when the job is started.
    """
    from instep.ledger.jobs import JobState

    _set_state(app, data, JobState.PAUSED.value)


def restart(
    app: AppArgument,
    *,
    reset: Annotated[
        str,
        typer.Option(
            metavar="SCOPES",
            help="What to clear, with commas between: Escrows, Watermark, QuarantineState, Full (all of these and the "
            "links), ForceDeletes (lets the held removals go). Without: QuarantineState,Watermark,Escrows.",
        ),
    ] = "",
    data: DataOption = None,
    json: JsonOption = False,
) -> None:
    """Clear state of the job, so that everyone is evaluated again, or whatever --reset says; by default links stay."""
    from instep.admin.applications import find_app
    from instep.admin.provisioning import require_job
    from instep.admin.restarting import restart_job
    from instep.cli.restart_shown import restart_as_document, restart_in_words
    from instep.ledger.reset_scopes import ResetRefused, read_reset_scopes

    try:
        scopes = read_reset_scopes(reset)
    except ResetRefused as refusal:
        raise typer.BadParameter(str(refusal), param_hint="--reset") from None
    with open_directory(data) as instep:
        found = find_app(instep.applications, app)
        cleared = restart_job(instep.service, found, scopes, actor())
        state = require_job(instep.service, found).state
    if json:
        print_json(restart_as_document(found.name, scopes, cleared, state))
    else:
        for line in restart_in_words(found.name, scopes, cleared, state):
            say(line)


def run_in_loop(make: "Callable[[], Coroutine[Any, Any, T]]") -> T:
    """Run a cycle in an event loop made for speed, with the garbage collector tamed (bench/README.md)."""
    import gc

    gc.freeze()
    gc.set_threshold(200_000, 20, 100)
    with asyncio.Runner(loop_factory=_loop_factory()) as runner:
        return runner.run(make())


def _loop_factory() -> "Callable[[], asyncio.AbstractEventLoop] | None":
    try:
        import uvloop
    except ImportError:
        return None
    return uvloop.new_event_loop


def _set_state(app: str, data: DataOption, state: str) -> None:
    from instep.admin.applications import find_app
    from instep.admin.provisioning import switch_job
    from instep.ledger.jobs import JobState

    with open_directory(data) as instep:
        found = find_app(instep.applications, app)
        switch_job(instep.service, found, JobState(state), actor())
    what = "is started; instep serve runs it" if state == JobState.ACTIVE else "is stopped; everything is kept"
    say(f"{found.name} {what}.")


def exit_code(summary: "CycleSummary") -> int:
    """Return 0 for a cycle that ran to its end, and INTERRUPTED for any other."""
    from instep.ledger.cycles import CycleState

    return 0 if summary.state is CycleState.SUCCEEDED else INTERRUPTED


@contextmanager
def _progress(json: bool) -> "Iterator[Callable[[Progress], None]]":  # noqa: FBT001
    """Show a progress bar on a terminal, and nothing anywhere else."""
    if json or not sys.stderr.isatty():
        yield lambda _progress: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeRemainingColumn
    from rich.progress import Progress as Bar

    columns = (
        TextColumn("Provisioning"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("users"),
        TimeRemainingColumn(),
    )
    with Bar(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("")
        yield lambda progress: bar.update(task, completed=progress.users, total=progress.total)
