"""What does a schema say besides its mappings, as long as nobody has saved anything else: names, ids, objects?"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final
from uuid import NAMESPACE_URL, uuid5

from instep.ledger.graph_schema.attributes import write_definition
from instep.ledger.schema import ObjectMapping, Schema
from instep.rules.source_attributes import SourceAttributeDefinition

SOURCE_DIRECTORY: Final = "Instep Directory"
USER_OBJECT: Final = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"
GROUP_OBJECT: Final = "urn:ietf:params:scim:schemas:core:2.0:Group"
SOURCE_USER: Final = "User"
SOURCE_GROUP: Final = "Group"
MAPPING_NAMES: Final = {SOURCE_USER: "Provision Users", SOURCE_GROUP: "Provision Groups"}
_TARGETS: Final = {SOURCE_USER: USER_OBJECT, SOURCE_GROUP: GROUP_OBJECT}

FindAttribute = Callable[[str], SourceAttributeDefinition]


@dataclass(frozen=True, slots=True)
class SourceObject:
    """The users, or the groups, of the directory: their attributes, and the one of a name (raises LookupError)."""

    attributes: Mapping[str, SourceAttributeDefinition]
    find: FindAttribute


@dataclass(frozen=True, slots=True)
class Standard:
    """What one application's schema is compared with: `template` is the schema that it was added with.

    `tied` are pairs of target attributes of users that the application keeps as one value.
    """

    app_id: str
    target_directory: str
    users: SourceObject
    groups: SourceObject
    template: Schema
    tied: tuple[tuple[str, str], ...] = ()

    def source_object(self, name: str) -> SourceObject:
        """Return the object of the directory of that name."""
        return self.users if name == SOURCE_USER else self.groups

    def template_of(self, name: str) -> ObjectMapping | None:
        """Return the template's mapping of users, or of groups."""
        return self.template.users if name == SOURCE_USER else self.template.groups

    def frame(self) -> dict[str, Any]:
        """Return the document without the directory's objects, and without attributes and mappings of the target."""
        return {
            "id": self._id("schema"),
            "version": "1.0",
            "directories": [
                self._directory("source", SOURCE_DIRECTORY, {"readOnly": True}),
                self._directory(
                    "target",
                    self.target_directory,
                    {"readOnly": False, "objects": [_object(_TARGETS[name]) for name in self._mapped()]},
                ),
            ],
            "synchronizationRules": [
                {
                    "id": self._id("rule"),
                    "name": "USER_OUTBOUND_USER",
                    "priority": 1,
                    "editable": True,
                    "metadata": [],
                    "sourceDirectoryName": SOURCE_DIRECTORY,
                    "targetDirectoryName": self.target_directory,
                    "objectMappings": list(map(_object_mapping, self._mapped())),
                }
            ],
        }

    def source_objects(self) -> list[dict[str, Any]]:
        """Return the objects of the directory with all their attributes."""
        return [
            _object(name, [write_definition(one) for one in self.source_object(name).attributes.values()])
            for name in (SOURCE_USER, SOURCE_GROUP)
        ]

    def _directory(self, what: str, name: str, more: Mapping[str, Any]) -> dict[str, Any]:
        return {
            "id": self._id(what),
            "name": name,
            "version": "1.0",
            "discoverabilities": "None",
            "discoveryDateTime": None,
            "metadata": [],
            **more,
        }

    def _mapped(self) -> list[str]:
        return [SOURCE_USER] if self.template.groups is None else [SOURCE_USER, SOURCE_GROUP]

    def _id(self, what: str) -> str:
        return str(uuid5(NAMESPACE_URL, f"instep:{self.app_id}:{what}"))


def _object(name: str, attributes: list[dict[str, Any]] | None = None) -> dict[str, Any]:
    return {"name": name, "metadata": [], "supportedApis": [], "attributes": attributes or []}


def _object_mapping(source: str) -> dict[str, Any]:
    names = {"name": MAPPING_NAMES[source], "sourceObjectName": source, "targetObjectName": _TARGETS[source]}
    return {**names, "metadata": []}
