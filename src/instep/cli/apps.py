"""The commands `instep apps ...`: add, assign, connect, provision, and look at applications."""

import asyncio
from typing import TYPE_CHECKING, Annotated

import typer

from instep.cli.apps_shown import (
    actions_as_document,
    assignments_as_documents,
    job_as_document,
    status_as_document,
    status_in_words,
)
from instep.cli.directory import DataOption, JsonOption, actor, open_directory, print_json, say

if TYPE_CHECKING:
    from instep.admin.applications import Principal
    from instep.directory.applications import App
    from instep.wiring import Instep

apps_app = typer.Typer(name="apps", no_args_is_help=True, help="The applications that users are provisioned to.")

AppArgument = Annotated[str, typer.Argument(metavar="APP", help="An application, by name, id or template.")]
UserOption = Annotated[str | None, typer.Option("--user", metavar="U", help="A user, by id or userPrincipalName.")]
GroupOption = Annotated[str | None, typer.Option("--group", metavar="G", help="A group, by id or name.")]
AllOption = Annotated[bool, typer.Option("--all", help="The built-in group All users: later joiners count too.")]
TOKEN_VARIABLE = "INSTEP_SECRET_TOKEN"  # noqa: S105


@apps_app.command()
def add(
    template: Annotated[str, typer.Argument(metavar="TEMPLATE", help="An application of the gallery, by its id.")],
    *,
    name: Annotated[str | None, typer.Option(help="What to call it; the gallery's name by default.")] = None,
    data: DataOption = None,
    json: JsonOption = False,
) -> None:
    """Add an application from the gallery, with its app roles and default attribute mappings."""
    from instep.admin.applications import add_app

    with open_directory(data) as instep:
        app, found = add_app(instep.applications, template, name, instep.clock, instep.new_id, actor())
    if json:
        roles = [role.display_name for role in app.roles if role.is_enabled]
        print_json({"id": app.id, "name": app.name, "template": app.template_id, "roles": roles})
        return
    say(f"{app.name} was added, with {len(found.user_mappings)} attribute mappings.")
    for note in (*found.limitations, *found.notes):
        say(f"Note: {note}")
    if found.settings:
        say(f"Its job starts with: {' '.join(f'{name}={word}' for name, word in found.settings)}")
    say(f"Next: assign users (instep apps assign '{app.name}' --all --role User), then connect it.")


@apps_app.command("list")
def list_(*, data: DataOption = None, json: JsonOption = False) -> None:
    """List the applications and the state of their jobs."""
    with open_directory(data) as instep:
        for app in instep.applications.all():
            job = instep.jobs.job_of(app)
            if json:
                print_json(job_as_document(app, job))
            else:
                say(f"{app.name:<30} {'not connected' if job is None else f'{job.state.value}  {job.tenant_url}'}")


@apps_app.command()
def status(app: AppArgument, *, data: DataOption = None, json: JsonOption = False) -> None:
    """Show an application's job: state, cycles, accounts, failures, what is held and why."""
    from instep.admin.status import progress_of, status_of

    with open_directory(data) as instep:
        found = status_of(instep.service, _app(instep, app))
        progress, now = progress_of(instep.service, found), instep.clock()
    if json:
        print_json(status_as_document(found, progress, now))
    else:
        for line in status_in_words(found):
            say(line)


@apps_app.command()
def assign(
    app: AppArgument,
    *,
    user: UserOption = None,
    group: GroupOption = None,
    everyone: AllOption = False,
    role: Annotated[str, typer.Option(help="The app role; Default Access alone does not entitle to an account.")],
    data: DataOption = None,
    json: JsonOption = False,
) -> None:
    """Assign a user, a group or everyone to an app role."""
    from instep.admin import applications as use_cases

    with open_directory(data) as instep:
        found = _app(instep, app)
        principal = principal_of(instep, user, group, "everyone" if everyone else None)
        held = use_cases.find_role(found, role)
        is_new = use_cases.assign(instep.applications, found, principal, held, instep.clock, instep.new_id, actor())
    if json:
        print_json({"app": found.name, "principal": principal.name, "role": held.display_name, "changed": is_new})
    else:
        say(f"{principal.name} {'now has' if is_new else 'has'} the role {held.display_name} of {found.name}.")


@apps_app.command()
def unassign(
    app: AppArgument,
    *,
    user: UserOption = None,
    group: GroupOption = None,
    everyone: AllOption = False,
    data: DataOption = None,
) -> None:
    """End the assignments of a user, a group or everyone."""
    from instep.admin import applications as use_cases

    with open_directory(data) as instep:
        found = _app(instep, app)
        principal = principal_of(instep, user, group, "everyone" if everyone else None)
        use_cases.unassign(instep.applications, found, principal, instep.clock, actor())
    say(f"{principal.name} is no longer assigned to {found.name}.")


@apps_app.command()
def assignments(app: AppArgument, *, data: DataOption = None, json: JsonOption = False) -> None:
    """List who is assigned."""
    with open_directory(data) as instep:
        for document in assignments_as_documents(instep, _app(instep, app)):
            if json:
                print_json(document)
            else:
                say(f"{document['principal_type']:<6} {document['principal']:<50} {document['role']}")


@apps_app.command()
def connect(
    app: AppArgument,
    *,
    tenant_url: Annotated[str, typer.Option(metavar="URL", help="The base address of the application's SCIM service.")],
    token_stdin: Annotated[
        bool, typer.Option("--token-stdin", help="Read the Secret Token from standard input.")
    ] = False,
    data: DataOption = None,
    json: JsonOption = False,
) -> None:
    """Test the connection and save it; the first time this creates the application's job, stopped.

    The Secret Token comes by standard input (--token-stdin) or in the environment (INSTEP_SECRET_TOKEN), never as an
    argument, which other users of this machine could read.
    """
    from instep.admin.provisioning import connect as use_case
    from instep.connectors.targets.scim.addresses import check_tenant_url

    secret_token = _secret_token("standard input" if token_stdin else "environment")
    with open_directory(data) as instep:
        found = _app(instep, app)
        address = check_tenant_url(tenant_url, instep.allowed_targets)
        job = asyncio.run(use_case(instep.service, found, address, secret_token, actor()))
    if json:
        print_json(job_as_document(found, job))
    else:
        say("The connection works and was saved.")
        say(f"Next: instep apps provision '{found.name}' runs one cycle now;")
        say(f"      instep apps start '{found.name}' lets the accounts follow while instep serve runs.")


@apps_app.command("test")
def check_connection(app: AppArgument, *, data: DataOption = None, json: JsonOption = False) -> None:
    """Test the saved connection."""
    from instep.admin.provisioning import saved_door, test_connection

    with open_directory(data) as instep:
        found = _app(instep, app)
        asyncio.run(test_connection(instep.service, found, saved_door(instep.service, found)))
    if json:
        print_json({"app": found.name, "works": True})
    else:
        say(f"The supplied credentials are authorized to enable provisioning of {found.name}.")


@apps_app.command("set")
def set_(
    app: AppArgument,
    values: Annotated[
        list[str],
        typer.Argument(
            metavar="NAME=VALUE...",
            help="scope=assigned|all interval=40m on_change=true|false "
            "budget.removals=N|default budget.creates=N|off budget.updates=N|off "
            "approval=required|off approval.removals=required|off concurrency=N rate=N|unlimited timeout=S "
            "actions=create,update,delete soft_delete=true|false skip_out_of_scope_deletions=true|false "
            "dialect=NAME|auto dialect.SWITCH=WORD|default default_domain=DOMAIN|none "
            "log_retention=DAYS|forever "
            "quarantine=default|entra quarantine.minimum=N|default quarantine.percent=N quarantine.failures=N "
            "quarantine.total=N notify=MAIL,MAIL notify_failures=true|false",
        ),
    ],
    *,
    data: DataOption = None,
    json: JsonOption = False,
) -> None:
    """Change settings of an application's job."""
    from instep.admin.dialect_settings import check_switches
    from instep.admin.provisioning import require_job
    from instep.admin.setting_values import SettingRefused
    from instep.admin.settings import change_actions, change_settings, check_scope, is_of_actions

    words = {}
    for value in values:
        name, equals, given = value.partition("=")
        if not equals:
            raise typer.BadParameter(f"{value!r} is not of the form NAME=VALUE.", param_hint="NAME=VALUE")
        words[name.strip()] = given
    actions = {name: words.pop(name) for name in list(words) if is_of_actions(name)}
    with open_directory(data) as instep:
        found = _app(instep, app)
        job, schema = require_job(instep.service, found), instep.applications.schema(found.id)
        try:
            settings, changed = change_settings(job.settings, words), change_actions(schema, actions)
            check_scope(settings, changed)
            check_switches(settings, changed)
        except SettingRefused as refusal:
            raise typer.BadParameter(str(refusal), param_hint="NAME=VALUE") from None
        if words:
            instep.jobs.save_settings(job, settings, instep.clock(), actor())
        if actions:
            instep.applications.save_schema(found, schema, changed, instep.clock(), actor())
        saved = job_as_document(found, instep.jobs.job_of(found))
        saved["settings"] |= actions_as_document(changed)
    if json:
        print_json(saved)
    else:
        say(f"The settings of {found.name} were saved.")
        if "notify" in words and instep.settings.smtp_host is None:
            say("No mail server is set here; instep serve needs one to send them: INSTEP_SMTP_HOST and its like.")


def _app(instep: "Instep", named: str) -> "App":
    from instep.admin.applications import find_app

    return find_app(instep.applications, named)


def principal_of(instep: "Instep", user: str | None, group: str | None, everyone: str | None) -> "Principal":
    """Return who is meant by the options; exactly one of them must be given."""
    from instep.admin.applications import Principal
    from instep.admin.groups import find_group
    from instep.admin.users import find_user
    from instep.directory.applications import PrincipalType
    from instep.directory.groups import ALL_USERS_GROUP_ID, ALL_USERS_NAME

    if sum(choice is not None for choice in (user, group, everyone)) != 1:
        raise typer.BadParameter("Give one of --user U, --group G or --all.")
    if everyone is not None:
        return Principal(PrincipalType.GROUP, ALL_USERS_GROUP_ID, ALL_USERS_NAME)
    with instep.directory.reading() as reading:
        if user is not None:
            found = find_user(reading, user)
            return Principal(PrincipalType.USER, found.id, found.user_principal_name)
        known = find_group(reading, group or "")
        return Principal(PrincipalType.GROUP, known.id, known.display_name)


def _secret_token(source: str) -> str:
    import os
    import sys

    given = sys.stdin.readline() if source == "standard input" else os.environ.get(TOKEN_VARIABLE, "")
    token = given.strip()
    if not token:
        raise typer.BadParameter(
            f"No Secret Token. Give it by --token-stdin, or in the environment as {TOKEN_VARIABLE}."
        )
    if not token.isascii() or not token.isprintable():
        raise typer.BadParameter("The Secret Token has characters that no token has. Copy it again, whole.")
    return token
