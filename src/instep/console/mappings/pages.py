"""What do the pages of the mappings show: which there are, the table of one, the form of an attribute mapping?"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from starlette.responses import Response

from instep.console.apps.desk import Desk
from instep.console.asked import Asked
from instep.console.forms import Form
from instep.console.mappings.mapping_form import APPLY, KINDS, WHEN_NULL, form_of, new_form, read_form, with_problems
from instep.console.mappings.object_mapping import Opened, mappings_of, said_source, title_of
from instep.console.mappings.reviewing import Reviewing
from instep.directory.applications import App
from instep.ledger.graph_schema import SchemaRefused
from instep.ledger.schema import TargetAction
from instep.ledger.schema_edits import put_row, remove_row
from instep.rules.mapping.attribute_mapping import AttributeMapping, TargetAttribute
from instep.rules.mapping.expressions.functions.descriptions import DESCRIPTIONS
from instep.rules.mapping.expressions.functions.table import FUNCTIONS

_FUNCTIONS = [(function.name, function.signature, DESCRIPTIONS[function.name]) for function in FUNCTIONS.values()]


def list_mappings(desk: Desk, asked: Asked, app: App) -> Response:
    """The mappings of an application: of users, and of groups where it has them."""
    schema = desk.instep.applications.schema(app.id)
    kinds = {"users": schema.users, "groups": schema.groups}
    shown = [
        (title_of(app, name), f"{mappings_of(app)}/{name}", mapping)
        for name, mapping in kinds.items()
        if mapping is not None
    ]
    return desk.page(asked, app, "provisioning/mappings/list.html", title="Mappings", mappings=shown)


@dataclass(frozen=True, slots=True)
class MappingPages:
    """The pages of one mapping."""

    reviewing: Reviewing

    def show(self, opened: Opened, asked: Asked) -> Response:
        """The table."""
        return self._table(opened, asked, Form(_settings(opened)))

    def settings(self, opened: Opened, asked: Asked) -> Response:
        """Review other actions, or that the mapping is switched on or off."""
        actions = frozenset(action for action in TargetAction if asked.field(action.value) == "yes")
        is_enabled = opened.name == "users" or asked.field("enabled") == "yes"
        edit = opened.changed(lambda mapping: replace(mapping, actions=actions, is_enabled=is_enabled))

        def refused(refusal: SchemaRefused) -> Response:
            return self._table(opened, asked, Form(_settings(opened), problem=str(refusal)))

        return self.reviewing.edit(opened.desk, asked, opened.app, edit, opened.address, refused)

    def new(self, opened: Opened, asked: Asked) -> Response:
        """The form of a new attribute mapping."""
        return self._form(opened, asked, new_form(), None)

    def edit(self, opened: Opened, asked: Asked) -> Response:
        """The form of an attribute mapping."""
        row = opened.row(asked.query("target"))
        return self._gone(opened, asked) if row is None else self._form(opened, asked, form_of(row), row)

    def put(self, opened: Opened, asked: Asked) -> Response:
        """Review a new attribute mapping, or another in place of one."""
        before = opened.row(asked.field("instead_of")) if asked.field("instead_of") else None
        form, row = read_form(asked.form)
        if row is None:
            return self._form(opened, asked, form, before)
        instead_of = None if before is None else before.target
        tied = opened.standard.tied if opened.name == "users" else ()
        edit = opened.changed(lambda mapping: put_row(mapping, row, instead_of, tied))

        def refused(refusal: SchemaRefused) -> Response:
            return self._form(opened, asked, with_problems(form, refusal.problems), before)

        return self.reviewing.edit(opened.desk, asked, opened.app, edit, opened.address, refused)

    def remove(self, opened: Opened, asked: Asked) -> Response:
        """Review the mapping without an attribute mapping."""
        target = asked.field("target")
        row = opened.row(target)
        if row is None:
            return self._gone(opened, asked)
        edit = opened.changed(lambda mapping: remove_row(mapping, target))

        def refused(refusal: SchemaRefused) -> Response:
            return self._form(opened, asked, with_problems(form_of(row), refusal.problems), row)

        return self.reviewing.edit(opened.desk, asked, opened.app, edit, opened.address, refused)

    def _table(self, opened: Opened, asked: Asked, form: Form) -> Response:
        return opened.desk.page(
            asked,
            opened.app,
            "provisioning/mappings/table.html",
            title=opened.title,
            http_status=422 if form.is_refused else 200,
            opened=opened,
            rows=[_row(opened, row) for row in opened.mapping.mappings],
            actions=[action.value for action in TargetAction],
            form=form,
        )

    def _form(self, opened: Opened, asked: Asked, form: Form, row: AttributeMapping | None) -> Response:
        target = None if row is None else row.target
        return opened.desk.page(
            asked,
            opened.app,
            "provisioning/mappings/edit.html",
            title="Add an attribute mapping" if row is None else "Edit attribute",
            http_status=422 if form.is_refused else 200,
            opened=opened,
            form=form,
            target=target,
            partner=opened.partner(target) if target is not None else None,
            is_needed=target is not None and opened.is_needed(target),
            kinds=KINDS,
            apply_choices=APPLY,
            when_null_choices=WHEN_NULL,
            targets=[("", "Choose an attribute"), *((each.name, _said_target(each)) for each in opened.unmapped)],
            functions=_FUNCTIONS,
            person=Form({"who": asked.query("who") or asked.field("who")}),
        )

    def _gone(self, opened: Opened, asked: Asked) -> Response:
        notice = "This attribute is not mapped any more; nothing was changed."
        return opened.desk.frame.redirect(asked, opened.address, notice)


def _settings(opened: Opened) -> Mapping[str, str]:
    ticked = {action.value: "yes" for action in opened.mapping.actions}
    return {**ticked, "enabled": "yes" if opened.mapping.is_enabled else ""}


def _row(opened: Opened, row: AttributeMapping) -> Mapping[str, Any]:
    kind, source = said_source(row)
    return {
        "target": row.target,
        "kind": kind,
        "source": source,
        "default": row.default_value,
        "precedence": row.matching_priority,
        "apply": dict(APPLY)[row.apply],
        "clears": row.when_null == "clear",
        "partner": opened.partner(row.target),
    }


def _said_target(attribute: TargetAttribute) -> str:
    kind = "" if attribute.type == "String" else f" ({attribute.type})"
    return f"{attribute.name}{kind}"
