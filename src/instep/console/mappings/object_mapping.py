"""Which mapping is a page about: that of users or of groups; what stands in it, and what may be chosen for it?"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from starlette.responses import Response

from instep.admin.schema import Whom, standard_of
from instep.console.apps.desk import Desk
from instep.console.asked import Asked
from instep.directory.applications import App
from instep.ledger.graph_schema import Standard
from instep.ledger.schema import ObjectMapping, Schema
from instep.ledger.schema_edits import tied_to
from instep.rules.mapping.attribute_mapping import AttributeMapping, Constant, Direct, FromExpression, TargetAttribute

WHOM = {"users": Whom.USERS, "groups": Whom.GROUPS}


@dataclass(frozen=True, slots=True)
class Opened:
    """The mapping that a page is about, of an application whose schema was read; `name` is `users` or `groups`."""

    desk: Desk
    app: App
    name: str
    schema: Schema
    mapping: ObjectMapping
    standard: Standard

    @property
    def title(self) -> str:
        """What Entra calls it."""
        return title_of(self.app, self.name)

    @property
    def address(self) -> str:
        """Its page."""
        return f"{mappings_of(self.app)}/{self.name}"

    @property
    def what(self) -> str:
        """One of them."""
        return self.name.removesuffix("s")

    @property
    def source_attributes(self) -> Sequence[str]:
        """The names of the attributes of the directory."""
        return sorted(self.standard.source_object(WHOM[self.name].value).attributes, key=str.casefold)

    @property
    def unmapped(self) -> Sequence[TargetAttribute]:
        """The attributes of the target that no mapping fills yet."""
        mapped = {row.target for row in self.mapping.mappings}
        return [each for each in self.mapping.targets if each.name not in mapped and each.name != "id"]

    def row(self, target: str) -> AttributeMapping | None:
        """Return the attribute mapping of a target attribute."""
        return next((row for row in self.mapping.mappings if row.target == target), None)

    def attribute(self, name: str) -> TargetAttribute | None:
        """Return the attribute of the target of a name."""
        return next((each for each in self.mapping.targets if each.name == name), None)

    def partner(self, target: str) -> str | None:
        """Return the target attribute that is kept as one value with this one."""
        partner = tied_to(target, self.standard.tied) if self.name == "users" else None
        return partner if partner is not None and self.row(partner) is not None else None

    def is_needed(self, target: str) -> bool:
        """Whether the application needs the mapping, so that it cannot be removed."""
        template = self.standard.template_of(WHOM[self.name].value)
        if template is None:
            return False
        required = {each.name for each in template.targets if each.required}
        return target in required and any(row.target == target for row in template.mappings)

    def changed(self, edit: Callable[[ObjectMapping], ObjectMapping]) -> Callable[[Schema, Standard], Schema]:
        """Return an edit of the schema that edits this mapping of it."""

        def edited(schema: Schema, _standard: Standard) -> Schema:
            if self.name == "users":
                return replace(schema, users=edit(schema.users))
            return schema if schema.groups is None else replace(schema, groups=edit(schema.groups))

        return edited


OpenedAnswer = Callable[[Opened, Asked], Response]


def opening(desk: Desk, answer: OpenedAnswer) -> Callable[[Asked], Response]:
    """Return what answers at an address that names an application, and users or groups."""

    def answered(desk: Desk, asked: Asked, app: App) -> Response:
        name, schema = asked.path("whom"), desk.instep.applications.schema(app.id)
        mapping = {"users": schema.users, "groups": schema.groups}.get(name)
        if mapping is not None:
            return answer(Opened(desk, app, name, schema, mapping, standard_of(app)), asked)
        reason = f"{app.name} has no mapping of {name[:40]}."
        return desk.frame.page(asked, "apps/not_there.html", 404, title="No such mapping", reason=reason)

    return desk.about(answered)


def mappings_of(app: App) -> str:
    """Return the address of an application's mappings."""
    return f"/apps/{app.id}/provisioning/mappings"


def title_of(app: App, name: str) -> str:
    """Return what Entra calls the mapping of users, or groups, of an application."""
    return f"Synchronize Microsoft Entra {name} to {app.name}"


def said_source(row: AttributeMapping) -> tuple[str, str]:
    """Return the type of a mapping, and its source as it is written."""
    match row.source:
        case Direct(attribute):
            return "Direct", attribute
        case Constant(value):
            return "Constant", f'"{value}"'
        case FromExpression(text):
            return "Expression", text
        case _:
            return "None", "–"
