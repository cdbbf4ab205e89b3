"""What does the document of a configuration say: the same for the same configuration, and no secret?"""

from dataclasses import replace
from typing import Any

from instep.admin.configuration.installation import Installation
from instep.admin.configuration.reading import KIND, VERSION
from instep.admin.schema import standard_of
from instep.admin.setting_words import setting_words
from instep.directory.applications import DEFAULT_ACCESS, App, AppRole, PrincipalType
from instep.directory.protections import EVERY_APPLICATION
from instep.ledger.graph_schema import write_schema
from instep.sign_on.documents import configuration_document as single_sign_on_document


def configuration_document(installation: Installation) -> dict[str, Any]:
    """Return the configuration, sorted and without ids or moments, so that two of them can be compared line by line."""
    return {
        "instep": KIND,
        "version": VERSION,
        "applications": [_application(installation, app) for app in installation.applications.all()],
        "protected": _protected(installation, EVERY_APPLICATION),
    }


def _schema(installation: Installation, app: App) -> dict[str, Any]:
    """Return an application's schema in Graph's form, with ids that do not depend on the installation."""
    standard = replace(standard_of(app), app_id=app.name)
    return write_schema(installation.applications.schema(app.id), standard)


def _app_role(role: AppRole) -> dict[str, Any]:
    """Return an app role without its id."""
    return {
        "display_name": role.display_name,
        "value": role.value,
        "description": role.description,
        "is_enabled": role.is_enabled,
    }


def _application(installation: Installation, app: App) -> dict[str, Any]:
    job = installation.service.jobs.job_of(app)
    of_job = None if job is None else {"tenant_url": job.tenant_url, "settings": dict(setting_words(job.settings))}
    set_up = installation.sign_on.kept.configuration(app.id)
    owners = [(PrincipalType.USER, owner.user_id) for owner in installation.applications.owners(app.id)]
    return {
        "name": app.name,
        "template": app.template_id,
        "notes": app.notes,
        "is_enabled": app.is_enabled,
        "is_assignment_required": app.is_assignment_required,
        "tags": list(app.tags),
        "notification_emails": list(app.notification_emails),
        "app_roles": [_app_role(role) for role in sorted(app.roles, key=lambda role: role.display_name)],
        "job": of_job,
        "single_sign_on": None if set_up is None else single_sign_on_document(set_up),
        "schema": _schema(installation, app),
        "owners": [name["user"] for name in installation.named(owners)],
        "protected": _protected(installation, app.id),
        "assignments": _assignments(installation, app),
    }


def _protected(installation: Installation, app_id: str) -> list[dict[str, str]]:
    everyone = installation.protections.all(None if app_id == EVERY_APPLICATION else app_id)
    return installation.named([(each.principal_type, each.principal_id) for each in everyone if each.app_id == app_id])


def _assignments(installation: Installation, app: App) -> list[dict[str, str]]:
    roles = {role.id: role.display_name for role in (*app.roles, DEFAULT_ACCESS)}
    found = []
    for assignment in installation.applications.assignments(app.id):
        name = installation.name_of(assignment.principal_type, assignment.principal_id)
        if name is not None and assignment.role_id in roles:
            found.append({**name, "role": roles[assignment.role_id]})
    return sorted(found, key=lambda row: sorted(row.items()))
