"""What does a resource of some type consist of, and what does a received body say in its terms?"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from instep.scim.cleaning import attribute_cleaner, takes_any_text
from instep.scim.definitions import COMMON, ENTERPRISE_USER, GROUP, USER, Attribute, Schema
from instep.scim.errors import InvalidPath, InvalidSyntax, InvalidValue, Mutability
from instep.scim.messages import CORE_1_URN
from instep.scim.syntax import Path

__all__ = ["GROUPS", "USERS", "Attribute", "ResourceSchema", "Schema", "Target"]


@dataclass(frozen=True, slots=True)
class Target:
    """The place in a resource that a path names: `extension` is the URN that holds it, None for the core."""

    extension: str | None
    attribute: Attribute | None
    sub_attribute: Attribute | None = None


class ResourceSchema:
    """A resource type's core schema with its extensions, compiled for checking bodies and finding attributes."""

    def __init__(self, core: Schema, *extensions: Schema) -> None:
        self.core = core
        self.extensions = extensions
        self.required = tuple(attribute.name for attribute in core.attributes.values() if attribute.required)
        self._immutable = [(None, one) for one in core.attributes.values() if one.mutability == "immutable"] + [
            (schema.id, one)
            for schema in extensions
            for one in schema.attributes.values()
            if one.mutability == "immutable"
        ]
        self.hides = any(one.returned in ("never", "request") for one in core.attributes.values())
        self._required_in_extensions = [
            (schema.id, [one.name for one in schema.attributes.values() if one.required])
            for schema in extensions
            if any(one.required for one in schema.attributes.values())
        ]
        self._accepted_urns = {core.id.lower(), CORE_1_URN}
        self._usual_urns = ([core.id], [core.id, *(schema.id for schema in extensions)])
        self._attributes = {**COMMON.attributes, **core.attributes}
        self._scopes = {core.id.lower(): (None, self._attributes)} | {
            schema.id.lower(): (schema.id, dict(schema.attributes)) for schema in extensions
        }
        self._members = _members(self._attributes)
        for schema in extensions:
            member = (schema.id, _extension_cleaner(schema), False)
            self._members |= {schema.id: member, schema.id.lower(): member}

    def clean(self, body: object) -> dict[str, Any]:
        """The body in the schema's form, with `schemas` first and without what only the service may set.

        Raises InvalidSyntax when it is no object, InvalidValue when a value does not fit or a required one is missing.
        """
        if type(body) is not dict:
            raise InvalidSyntax(f"A {self.core.name} is a JSON object.")
        found = self._clean_members(body)
        self.check_required(found)
        return {"schemas": self.urns_in_use(found), **found}

    def replacement(self, before: Mapping[str, Any], body: object) -> dict[str, Any]:
        """What a whole resource becomes by a PUT of this body: what it leaves out is gone, but for what is immutable.

        Raises as `clean` does, and Mutability where an immutable value differs (RFC 7644, 3.5.1).
        """
        found = self.clean(body)
        for extension, attribute in self._immutable:
            old = self._part(before, extension).get(attribute.name)
            if old is not None and attribute.name not in self._part(found, extension):
                container = found if extension is None else found.setdefault(extension, {})
                container[attribute.name] = old
        self.check_immutable(before, found)
        return found | {"schemas": self.urns_in_use(found)}

    def check_immutable(self, before: Mapping[str, Any], after: Mapping[str, Any]) -> None:
        """Raises Mutability, naming the first immutable attribute that had a value and has another now, or none."""
        for extension, attribute in self._immutable:
            old = self._part(before, extension).get(attribute.name)
            if old is not None and self._part(after, extension).get(attribute.name) != old:
                raise Mutability(f"'{attribute.name}' cannot be changed once it has a value.")

    @staticmethod
    def _part(resource: Mapping[str, Any], extension: str | None) -> Mapping[str, Any]:
        return resource if extension is None else resource.get(extension) or {}

    def check_required(self, resource: Mapping[str, Any]) -> None:
        """Raises InvalidValue, naming the first required attribute that the resource lacks."""
        for name in self.required:
            if name not in resource:
                raise InvalidValue(f"'{name}' is required: a {self.core.name} cannot be without it.")
        for urn, names in self._required_in_extensions:
            for name in names:
                if urn in resource and name not in resource[urn]:
                    raise InvalidValue(f"'{urn}:{name}' is required where that extension is used.")

    def urns_in_use(self, resource: Mapping[str, Any]) -> list[str]:
        """What `schemas` says of this resource: its core schema and the extensions that it has values of."""
        return [self.core.id, *(schema.id for schema in self.extensions if schema.id in resource)]

    def find(self, path: Path) -> Target | None:
        """The place that a path names, whatever its value filter; None when the schema has no such place."""
        urn, attribute = self._scope_of(path)
        scope = self._scopes.get(urn)
        if scope is None:
            return None
        extension, attributes = scope
        if attribute is None:
            return Target(extension, None)
        found = attributes.get(attribute.lower())
        if found is None and path.urn is None:
            # Seen from Entra: `manager` without the URN of its extension.
            extension, found = self._in_an_extension(attribute.lower())
        if found is None or path.sub_attribute is None:
            return Target(extension, found) if found else None
        sub_attribute = found.sub_attributes.get(path.sub_attribute.lower())
        return Target(extension, found, sub_attribute) if sub_attribute else None

    def locate(self, path: Path) -> Target:
        """As `find`, for a path that must exist: raises InvalidPath."""
        found = self.find(path)
        if found is None:
            raise InvalidPath(f"A {self.core.name} has no attribute {str(path)!r}.")
        return found

    def extension_named(self, urn: str) -> str | None:
        """The URN as its extension spells it; None when it is no extension of this resource type."""
        return self._scopes.get(urn.lower(), (None,))[0]

    def _in_an_extension(self, name: str) -> tuple[str | None, Attribute | None]:
        named = ((schema.id, schema.attributes[name]) for schema in self.extensions if name in schema.attributes)
        return next(named, (None, None))

    def _scope_of(self, path: Path) -> tuple[str, str | None]:
        if path.urn is None:
            return self.core.id.lower(), path.attribute
        # A URN without a version is cut at its last colon; the schema knows better.
        whole = f"{path.urn}:{path.attribute}".lower()
        return (whole, None) if whole in self._scopes else (path.urn.lower(), path.attribute)

    def _clean_members(self, body: dict[str, Any]) -> dict[str, Any]:
        found: dict[str, Any] = {}
        members = self._members
        for key, value in body.items():
            member = members.get(key) or members.get(key.lower())
            if member is None:
                if key.lower() == "schemas":
                    self._check_schemas(value)
            elif type(value) is str and member[2]:
                if value:
                    found[member[0]] = value
            elif (cleaned := member[1](value)) is not None:
                found[member[0]] = cleaned
        return found

    def _check_schemas(self, value: object) -> None:
        if value in self._usual_urns:
            return
        if not isinstance(value, list) or not all(isinstance(urn, str) for urn in value):
            raise InvalidValue("'schemas' must be a list of URNs.")
        if not any(urn.lower() in self._accepted_urns for urn in value):
            raise InvalidValue(f"'schemas' must name {self.core.id}.")


def _members(attributes: Mapping[str, Attribute]) -> dict[str, tuple[str, Callable[[Any], Any], bool]]:
    """Every writable attribute by its name as defined, the usual case, and in lower case; and if any text is right."""
    found = {}
    for key, attribute in attributes.items():
        if not attribute.read_only:
            member = (attribute.name, attribute_cleaner(attribute), takes_any_text(attribute))
            found[key] = found[attribute.name] = member
    return found


def _extension_cleaner(schema: Schema) -> Callable[[Any], Any]:
    members = _members(schema.attributes)

    def clean(value: Any) -> dict[str, Any] | None:
        if value is None or value == "":
            return None
        if type(value) is not dict:
            raise InvalidValue(f"'{schema.id}' must be an object.")
        found = {}
        for key, given in value.items():
            member = members.get(key) or members.get(key.lower())
            if member is not None and (cleaned := member[1](given)) is not None:
                found[member[0]] = cleaned
        return found or None

    return clean


USERS = ResourceSchema(USER, ENTERPRISE_USER)
GROUPS = ResourceSchema(GROUP)
