"""What does an administrator do with an application's mappings and scoping filters: look, replace, restore?"""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from instep.admin.applications import default_schema
from instep.admin.ports import Applications
from instep.admin.provisioning import Service
from instep.cycle.compiled import compile_job
from instep.directory.applications import App
from instep.directory.definitions import GROUP_ATTRIBUTES, USER_ATTRIBUTES, find_group_attribute, find_user_attribute
from instep.directory.errors import NotFound
from instep.ledger.graph_schema import Problem, SchemaRefused, Standard, read_schema, write_schema, write_scope
from instep.ledger.graph_schema.standard import SOURCE_GROUP, SOURCE_USER, SourceObject
from instep.ledger.schema import Schema
from instep.ledger.schema_changes import schema_changes
from instep.rules.mapping.wanted import MappingRefused

_USERS = SourceObject(USER_ATTRIBUTES, find_user_attribute)
_GROUPS = SourceObject(GROUP_ATTRIBUTES, find_group_attribute)
_CUSTOM_TARGET = "customappsso"  # what Entra calls the target directory of an application that is not in the gallery


class Whom(StrEnum):
    """Whose scoping filters."""

    USERS = SOURCE_USER
    GROUPS = SOURCE_GROUP


@dataclass(frozen=True, slots=True)
class SavedSchema:
    """What was saved; without `changes` it was all as it had been, and nothing was written."""

    schema: Schema
    changes: tuple[str, ...]


def standard_of(app: App) -> Standard:
    """Return what an application's schema is written and checked with: its template, and the directory's attributes."""
    from instep.gallery.templates import CUSTOM_SCIM, load_template  # reads 334 templates

    template = load_template(app.template_id)
    target = _CUSTOM_TARGET if template.id == CUSTOM_SCIM else template.name
    return Standard(app.id, target, _USERS, _GROUPS, default_schema(template), template.tied)


def schema_document(applications: Applications, app: App) -> dict[str, Any]:
    """Return an application's schema in Graph's form."""
    return write_schema(applications.schema(app.id), standard_of(app))


def put_schema(service: Service, app: App, document: object, actor: str) -> SavedSchema:
    """Replace an application's schema by the one that a document says; a running cycle ends, the next is initial.

    Raises SchemaRefused with everything that is wrong, or SchemaMoved; nothing was changed then.
    """
    return _edit(service, app, lambda _present, standard: read_schema(document, standard), actor)


def restore_schema(service: Service, app: App, actor: str) -> SavedSchema:
    """Bring back the schema of the template: the gallery's, which has no scoping filters (mappings.md 1.10), or another
    that was saved in its place.
    """
    kept = service.applications.template_schema(app.id)
    return _edit(service, app, lambda _present, standard: kept or standard.template, actor)


def template_document(applications: Applications, app: App) -> dict[str, Any]:
    """Return the schema that a restore brings back, in Graph's form."""
    standard = standard_of(app)
    return write_schema(applications.template_schema(app.id) or standard.template, standard)


def put_template(service: Service, app: App, document: object, actor: str) -> None:
    """Replace the schema of an application's template; a job that there is keeps its own, a later one begins with it.

    Raises SchemaRefused or SchemaMoved; nothing was changed then.
    """
    standard = standard_of(app)
    wanted = read_schema(document, standard)
    before = service.applications.template_schema(app.id) or standard.template
    if write_schema(before, standard) != write_schema(wanted, standard):
        service.applications.save_template_schema(app, before, wanted, service.clock(), actor)
    if service.jobs.job_of(app) is None:
        put_schema(service, app, document, actor)


def scope_document(applications: Applications, app: App, whom: Whom) -> dict[str, Any]:
    """Return the scoping filters of users or groups in Graph's form. Raises NotFound where there is no such mapping."""
    mapping = _object_mapping(schema_document(applications, app), app, whom)
    return mapping["scope"] or write_scope(())


def put_scope(service: Service, app: App, whom: Whom, scope: object, actor: str) -> SavedSchema:
    """Replace the scoping filters of users or groups. Raises SchemaRefused, SchemaMoved or NotFound."""
    return _edit(service, app, lambda present, standard: with_scope(present, standard, app, whom, scope), actor)


def with_scope(present: Schema, standard: Standard, app: App, whom: Whom, scope: object) -> Schema:
    """Return the schema with other scoping filters. Raises SchemaRefused or NotFound."""
    document = write_schema(present, standard)
    _object_mapping(document, app, whom)["scope"] = scope
    return read_schema(document, standard)


def _object_mapping(document: dict[str, Any], app: App, whom: Whom) -> dict[str, Any]:
    (rule,) = document["synchronizationRules"]
    mappings: list[dict[str, Any]] = rule["objectMappings"]
    for mapping in mappings:
        if mapping["sourceObjectName"] == whom.value:
            return mapping
    raise NotFound(f"{app.name} has no mapping of {whom.name.lower()}, so there is nothing to filter.")


def _edit(service: Service, app: App, edit: Callable[[Schema, Standard], Schema], actor: str) -> SavedSchema:
    before, standard = service.applications.schema(app.id), standard_of(app)
    after = edit(before, standard)
    if write_schema(before, standard) == write_schema(after, standard):
        return SavedSchema(before, ())
    require_a_job_that_can_run(service, app, after)
    service.applications.save_schema(app, before, after, service.clock(), actor)
    return SavedSchema(after, tuple(schema_changes(before, after)) or ("the form of expressions was changed",))


def require_a_job_that_can_run(service: Service, app: App, schema: Schema) -> None:
    """Raise SchemaRefused for what is sound in itself and not with the job's settings, such as roles and scope=all."""
    job = service.jobs.job_of(app)
    try:
        if job is not None:
            compile_job(job, schema, service.clock())
    except MappingRefused as refused:
        raise SchemaRefused([Problem(f"user mapping of {refused.target}", refused.problem)]) from None
