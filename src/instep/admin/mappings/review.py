"""What would saving this edit change, and is it still an edit of what is saved?

Whoever edits sees first what would come of it, and saves then; somebody else may have saved meanwhile.
"""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import orjson

from instep.admin.ports import SchemaMoved
from instep.admin.provisioning import Service
from instep.admin.schema import SavedSchema, put_schema, require_a_job_that_can_run, standard_of
from instep.directory.applications import App
from instep.ledger.graph_schema import Standard, read_schema, write_schema
from instep.ledger.schema import Schema
from instep.ledger.schema_changes import schema_changes

Edit = Callable[[Schema, Standard], Schema]


@dataclass(frozen=True, slots=True)
class Review:
    """An edit that could be saved: the schema that it makes, as a document too, and what is different, in words.

    `seen` names the state that was edited.
    """

    schema: Schema
    document: dict[str, Any]
    seen: str
    changes: tuple[str, ...]


def review(service: Service, app: App, edit: Edit) -> Review:
    """Return what an edit makes of the saved schema; nothing is saved. Raises SchemaRefused."""
    present, standard = service.applications.schema(app.id), standard_of(app)
    edited = read_schema(write_schema(edit(present, standard), standard), standard)
    require_a_job_that_can_run(service, app, edited)
    changes = tuple(schema_changes(present, edited))
    return Review(edited, write_schema(edited, standard), _state(present, standard), changes)


def review_document(service: Service, app: App, document: object) -> Review:
    """Return what a whole document in Graph's form would change. Raises SchemaRefused."""
    return review(service, app, lambda _present, standard: read_schema(document, standard))


def save_reviewed(service: Service, app: App, document: object, seen: str, actor: str) -> SavedSchema:
    """Save what was reviewed. Raises SchemaMoved where the schema is no longer as it was then, or SchemaRefused."""
    if _state(service.applications.schema(app.id), standard_of(app)) != seen:
        raise SchemaMoved(
            f"Somebody else has saved the mappings or scoping filters of {app.name} since you began; nothing was "
            "changed. Look at them as they are now, and repeat your change."
        )
    return put_schema(service, app, document, actor)


def _state(schema: Schema, standard: Standard) -> str:
    return hashlib.sha256(orjson.dumps(write_schema(schema, standard), option=orjson.OPT_SORT_KEYS)).hexdigest()
