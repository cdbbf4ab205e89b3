"""Which groups would enter and which would leave the scope if other scoping filters of groups were saved?"""

from instep.admin.provisioning import Service
from instep.admin.schema import Whom, standard_of, with_scope
from instep.admin.scope_preview import Mover, ScopePreview, why
from instep.directory.applications import DEFAULT_ACCESS_ROLE_ID, App
from instep.directory.groups import Group
from instep.directory.ports import Directory
from instep.ledger.schema import ObjectMapping, Schema
from instep.rules.mapping.expressions import Value
from instep.rules.scoping.compile import CompiledFilters, compile_filters
from instep.rules.scoping.standing import Scope


def preview_group_scope(service: Service, directory: Directory, app: App, scope: object, shown: int) -> ScopePreview:
    """Compare the saved scoping filters of groups with others, for the groups that the job is about.

    Raises SchemaRefused for filters that cannot be saved, NotFound where the application has no mapping of groups.
    """
    present = service.applications.schema(app.id)
    other = with_scope(present, standard_of(app), app, Whom.GROUPS, scope)
    before, after = _filters(present), _filters(other)
    preview = ScopePreview(shown)
    for group in _groups(service, directory, app):
        values: dict[str, Value] = {**group.attributes, "objectId": group.id, "displayName": group.display_name}
        was, now = before.evaluate(values), after.evaluate(values)
        preview.evaluated += 1
        preview.before += was.passed
        preview.after += now.passed
        if was.passed is not now.passed:
            preview.take(Mover(group.id, group.display_name, why(now)), enters=now.passed)
    return preview


def _filters(schema: Schema) -> CompiledFilters:
    groups: ObjectMapping | None = schema.groups
    return compile_filters(groups.filters if groups is not None else ())


def _groups(service: Service, directory: Directory, app: App) -> list[Group]:
    """Return the live groups that are assigned to more than Default Access, or all where the job's scope is all."""
    job = service.jobs.job_of(app)
    with directory.reading() as reading:
        groups = reading.groups()
    if job is not None and job.settings.scope is Scope.ALL:
        return groups
    assigned = {
        each.principal_id for each in service.applications.assignments(app.id) if each.role_id != DEFAULT_ACCESS_ROLE_ID
    }
    return [group for group in groups if group.id in assigned]
