"""What does an administrator do with an application's mappings and scoping filters: look, replace, restore?"""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from instep.admin.applications import default_schema
from instep.admin.ports import Applications
from instep.clock import Clock
from instep.directory.applications import App
from instep.directory.definitions import GROUP_ATTRIBUTES, USER_ATTRIBUTES, find_group_attribute, find_user_attribute
from instep.directory.errors import NotFound
from instep.ledger.graph_schema import Standard, read_schema, write_schema, write_scope
from instep.ledger.graph_schema.standard import SOURCE_GROUP, SOURCE_USER, SourceObject
from instep.ledger.schema import Schema
from instep.ledger.schema_changes import schema_changes

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
    return Standard(app.id, target, _USERS, _GROUPS, default_schema(template))


def schema_document(applications: Applications, app: App) -> dict[str, Any]:
    """Return an application's schema in Graph's form."""
    return write_schema(applications.schema(app.id), standard_of(app))


def put_schema(applications: Applications, app: App, document: object, clock: Clock, actor: str) -> SavedSchema:
    """Replace an application's schema by the one that a document says; a running cycle ends, the next is initial.

    Raises SchemaRefused with everything that is wrong, or SchemaMoved; nothing was changed then.
    """
    return _edit(applications, app, lambda _present, standard: read_schema(document, standard), clock, actor)


def restore_schema(applications: Applications, app: App, clock: Clock, actor: str) -> SavedSchema:
    """Bring back the mappings that the application was added with, and no scoping filters (mappings.md 1.10)."""
    return _edit(applications, app, lambda _present, standard: standard.template, clock, actor)


def scope_document(applications: Applications, app: App, whom: Whom) -> dict[str, Any]:
    """Return the scoping filters of users or groups in Graph's form. Raises NotFound where there is no such mapping."""
    mapping = _object_mapping(schema_document(applications, app), app, whom)
    return mapping["scope"] or write_scope(())


def put_scope(applications: Applications, app: App, whom: Whom, scope: object, clock: Clock, actor: str) -> SavedSchema:
    """Replace the scoping filters of users or groups. Raises SchemaRefused, SchemaMoved or NotFound."""
    return _edit(
        applications, app, lambda present, standard: with_scope(present, standard, app, whom, scope), clock, actor
    )


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


def _edit(
    applications: Applications, app: App, edit: Callable[[Schema, Standard], Schema], clock: Clock, actor: str
) -> SavedSchema:
    before, standard = applications.schema(app.id), standard_of(app)
    after = edit(before, standard)
    if write_schema(before, standard) == write_schema(after, standard):
        return SavedSchema(before, ())
    applications.save_schema(app, before, after, clock(), actor)
    return SavedSchema(after, tuple(schema_changes(before, after)) or ("the form of expressions was changed",))
