"""How is the list of a target's attributes edited (mappings.md 1.7)?"""

from dataclasses import dataclass
from typing import Final, cast, get_args

from starlette.responses import Response

from instep.console.asked import Asked
from instep.console.forms import Form, filled
from instep.console.mappings.object_mapping import Opened
from instep.console.mappings.reviewing import Reviewing
from instep.ledger.graph_schema import SchemaRefused
from instep.ledger.schema_edits import put_attribute, remove_attribute
from instep.rules.mapping.attribute_mapping import AttributeType, TargetAttribute

FIELDS: Final = ("name", "type", "required", "multivalued", "case_exact", "filtering", "default")
TYPES: Final = [(name, name) for name in get_args(AttributeType)]


@dataclass(frozen=True, slots=True)
class AttributeListPages:
    """The list of attributes, and the form of one."""

    reviewing: Reviewing

    def show(self, opened: Opened, asked: Asked) -> Response:
        """The list."""
        mapped = {row.target for row in opened.mapping.mappings}
        return opened.desk.page(
            asked,
            opened.app,
            "provisioning/mappings/attributes.html",
            title=f"Attribute list of {opened.app.name}",
            opened=opened,
            mapped=mapped,
        )

    def new(self, opened: Opened, asked: Asked) -> Response:
        """The form of a new attribute."""
        return self._form(opened, asked, Form({"type": "String"}), None)

    def edit(self, opened: Opened, asked: Asked) -> Response:
        """The form of an attribute."""
        attribute = opened.attribute(asked.query("name"))
        if attribute is None:
            return self._gone(opened, asked)
        return self._form(opened, asked, _form_of(attribute), attribute.name)

    def put(self, opened: Opened, asked: Asked) -> Response:
        """Review a new attribute, or another in place of one."""
        form, instead_of = filled(FIELDS, asked.form), asked.field("instead_of") or None
        name = form.text("name").strip()
        if not name:
            return self._form(opened, asked, form.with_problem("name", "Type the attribute's name."), instead_of)
        if name != instead_of and opened.attribute(name) is not None:
            problem = "There is an attribute of this name already."
            return self._form(opened, asked, form.with_problem("name", problem), instead_of)
        edit = opened.changed(lambda mapping: put_attribute(mapping, _attribute(form), instead_of))

        def refused(refusal: SchemaRefused) -> Response:
            return self._form(opened, asked, form.with_problem("", str(refusal)), instead_of)

        return self.reviewing.edit(opened.desk, asked, opened.app, edit, self._address(opened), refused)

    def remove(self, opened: Opened, asked: Asked) -> Response:
        """Review the list without an attribute."""
        name = asked.field("name")
        attribute = opened.attribute(name)
        if attribute is None:
            return self._gone(opened, asked)
        edit = opened.changed(lambda mapping: remove_attribute(mapping, name))

        def refused(refusal: SchemaRefused) -> Response:
            return self._form(opened, asked, _form_of(attribute).with_problem("", str(refusal)), name)

        return self.reviewing.edit(opened.desk, asked, opened.app, edit, self._address(opened), refused)

    def _form(self, opened: Opened, asked: Asked, form: Form, instead_of: str | None) -> Response:
        return opened.desk.page(
            asked,
            opened.app,
            "provisioning/mappings/attribute.html",
            title="Add an attribute" if instead_of is None else "Edit an attribute",
            http_status=422 if form.is_refused else 200,
            opened=opened,
            form=form,
            instead_of=instead_of,
            is_mapped=instead_of is not None and opened.row(instead_of) is not None,
            types=TYPES,
        )

    def _gone(self, opened: Opened, asked: Asked) -> Response:
        notice = "There is no such attribute any more; nothing was changed."
        return opened.desk.frame.redirect(asked, self._address(opened), notice)

    def _address(self, opened: Opened) -> str:
        return f"{opened.address}/attributes"


def _form_of(attribute: TargetAttribute) -> Form:
    def ticked(holds: object) -> str:
        return "yes" if holds else ""

    return Form(
        {
            "name": attribute.name,
            "type": attribute.type,
            "required": ticked(attribute.required),
            "multivalued": ticked(attribute.multivalued),
            "case_exact": ticked(attribute.case_exact),
            "filtering": ticked(attribute.supported_for_filtering),
            "default": attribute.default_value or "",
        }
    )


def _attribute(form: Form) -> TargetAttribute:
    kind = form.text("type")
    return TargetAttribute(
        form.text("name").strip(),
        cast(AttributeType, kind) if kind in get_args(AttributeType) else "String",
        form.text("required") == "yes",
        form.text("filtering") == "yes",
        form.text("multivalued") == "yes",
        form.text("case_exact") == "yes",
        form.text("default") or None,
    )
