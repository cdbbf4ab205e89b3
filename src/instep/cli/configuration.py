"""The commands `instep export` and `instep import`: the configuration of applications as a JSON document."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from instep.cli.directory import DataOption, JsonOption, actor, open_directory, print_json, say, say_on_stderr
from instep.cli.json_files import STANDARD_INPUT, FileArgument, read_json

if TYPE_CHECKING:
    from collections.abc import Sequence

    from instep.admin.configuration import Configuration, ConfigurationRefused, Installation, Step
    from instep.wiring import Instep


def export(
    file: Annotated[
        Path | None, typer.Argument(metavar="FILE", help="Where to write it.", show_default="standard output")
    ] = None,
    *,
    data: DataOption = None,
) -> None:
    """Export the configuration: applications with app roles, mappings, filters, settings, single sign-on, owners.

    The same configuration gives the same text, so that two exports can be compared. There is no secret in it, and
    nothing of what was provisioned: that is kept by `instep backup`.
    """
    import orjson

    from instep.admin.configuration import configuration_document

    with open_directory(data) as instep:
        document = configuration_document(_installation(instep))
    text = orjson.dumps(document, option=orjson.OPT_INDENT_2).decode() + "\n"
    if file is None:
        typer.echo(text, nl=False)
        return
    try:
        file.write_text(text)
    except OSError as error:
        raise typer.BadParameter(f"{file} cannot be written: {error.strerror}.", param_hint="FILE") from None
    say_on_stderr(f"The configuration of {len(document['applications'])} applications was written to {file}.")


def import_(
    file: FileArgument = STANDARD_INPUT,
    *,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only show what would be changed.")] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask before changing anything.")] = False,
    without_people: Annotated[
        bool, typer.Option("--without-people", help="Leave out owners, protections and assignments.")
    ] = False,
    data: DataOption = None,
    json: JsonOption = False,
) -> None:
    """Import a configuration: show what it would change, ask, and make all of it in one transaction, or nothing.

    Nothing is removed: an application, role, owner, protection or assignment that the document does not name stays.
    New jobs are stopped and not connected, as a Secret Token is in no export. Neither is a key: where single sign-on is
    set up anew, a SAML certificate is made; one that is here stays as it is.
    """
    from instep.admin.configuration import ConfigurationRefused, import_steps, read_configuration

    document = read_json(file)
    with open_directory(data) as instep:
        try:
            configuration = read_configuration(document)
            wanted = _without_people(configuration) if without_people else configuration
            steps = import_steps(_installation(instep), wanted)
        except ConfigurationRefused as refused:
            raise _refusal(refused, _form(json=json)) from None
        _show(steps, _form(json=json))
        if steps and not dry_run and (yes or _agreed(file)):
            with instep.together():
                for step in steps:
                    step.take()
            _say_what_is_next(instep, wanted, steps, _form(json=json))


def _show(steps: "Sequence[Step]", form: str) -> None:
    for step in steps:
        if form == "json":
            print_json({"change": step.says})
        else:
            say(step.says)
    if not steps:
        say_on_stderr("All of it is so already; nothing is to be changed.")


def _agreed(file: Path) -> bool:
    if file == STANDARD_INPUT:
        raise typer.BadParameter("Standard input is the document: agree by --yes, or look by --dry-run.")
    return typer.confirm("Change all this?", abort=True, err=True)


def _say_what_is_next(instep: "Instep", configuration: "Configuration", steps: "Sequence[Step]", form: str) -> None:
    number = len(steps)
    if form == "json":
        print_json({"changed": number})
        return
    say(f"Done: {number} change{'s' if number > 1 else ''}.")
    apps = {app.name: app for app in instep.applications.all()}
    for wanted in configuration.applications:
        job = instep.jobs.job_of(apps[wanted.name])
        if job is not None and wanted.job is not None and wanted.job.tenant_url and not job.is_connected:
            say(
                f"Next: instep apps connect '{wanted.name}' --tenant-url '{wanted.job.tenant_url}' --token-stdin, "
                "then preview and start it."
            )
    for step in steps:
        if step.next:
            say(f"Next: {step.next}")


def _refusal(refused: "ConfigurationRefused", form: str) -> typer.Exit:
    number = len(refused.problems)
    say_on_stderr(f"Refused: {number} problem{'s' if number > 1 else ''}; nothing was changed.")
    for problem in refused.problems:
        if form == "json":
            print_json({"place": problem.place, "problem": problem.message})
        else:
            say_on_stderr(f"  {problem}")
    return typer.Exit(2)


def _without_people(configuration: "Configuration") -> "Configuration":
    from dataclasses import replace

    applications = (replace(app, owners=(), protected=(), assignments=()) for app in configuration.applications)
    return replace(configuration, applications=tuple(applications), protected=())


def _installation(instep: "Instep") -> "Installation":
    from instep.admin.configuration import Installation

    kept: Any = instep.applications
    return Installation(instep.service, kept, instep.directory, instep.protections, instep.sign_on, actor())


def _form(*, json: bool) -> str:
    return "json" if json else "words"
