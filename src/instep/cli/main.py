"""Which commands does `instep` have?"""

import typer

from instep.cli import (
    apps_deletion,
    apps_drift,
    apps_escrows,
    apps_held,
    apps_preview,
    apps_run,
    apps_undo,
    protections,
)
from instep.cli.admins import admins_app
from instep.cli.apps import apps_app
from instep.cli.apps_filters import app_filters
from instep.cli.apps_links import links_app
from instep.cli.apps_plan import plan_app
from instep.cli.apps_schema import schema_app
from instep.cli.apps_sign_on import sign_on_app
from instep.cli.audit import audit
from instep.cli.backup import backup, restore
from instep.cli.clients import clients_app
from instep.cli.configuration import export, import_
from instep.cli.directory import DatabaseOption, use_database
from instep.cli.expressions import expressions_app
from instep.cli.filters import filters_app
from instep.cli.gallery import gallery_app
from instep.cli.groups import groups_app
from instep.cli.keys import keys_app
from instep.cli.logs import logs_app
from instep.cli.serve import serve
from instep.cli.tokens import tokens_app
from instep.cli.users import users_app
from instep.cli.why import why
from instep.cli.working import worker

for command in (
    apps_preview.preview,
    apps_undo.undo,
    apps_drift.drift,
    apps_held.held,
    apps_run.provision,
    apps_run.start,
    apps_run.stop,
    apps_run.restart,
    apps_escrows.escrows,
    apps_deletion.delete,
    apps_deletion.disconnect,
):
    apps_app.command()(command)
apps_app.command("protect")(protections.protect_in_app)
apps_app.command("unprotect")(protections.unprotect_in_app)
apps_app.command("protected")(protections.protected_in_app)
users_app.command("protect")(protections.protect_user)
users_app.command("unprotect")(protections.unprotect_user)
users_app.command("protected")(protections.protected_users)
apps_app.add_typer(links_app)
apps_app.add_typer(schema_app)
apps_app.add_typer(sign_on_app)
apps_app.add_typer(app_filters)
apps_app.add_typer(plan_app)

app = typer.Typer(
    name="instep",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    help="Automatic user provisioning: keeps the accounts in SaaS applications in step with a directory.",
)
app.add_typer(users_app, name="users")
app.add_typer(groups_app, name="groups")
app.add_typer(gallery_app, name="gallery")
app.add_typer(expressions_app, name="expressions")
app.add_typer(apps_app, name="apps")
app.add_typer(filters_app, name="filters")
app.add_typer(logs_app, name="logs")
app.add_typer(admins_app, name="admins")
app.add_typer(tokens_app, name="tokens")
app.add_typer(clients_app, name="clients")
app.add_typer(keys_app, name="keys")
app.command()(audit)
app.command()(backup)
app.command()(restore)
app.command()(export)
app.command("import")(import_)
app.command()(why)
app.command()(serve)
app.command(hidden=True)(worker)


@app.callback()
def common(database: DatabaseOption = None) -> None:
    """Take what is said before the command."""
    use_database(database)


def run() -> None:
    """Run the command line."""
    app()


if __name__ == "__main__":
    run()
