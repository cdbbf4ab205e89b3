"""Which attributes do the schemas of RFC 7643 define, and with which characteristics (section 2.2)?"""

import json
from collections.abc import Container, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any


@dataclass(frozen=True, slots=True, eq=False)
class Attribute:
    """An attribute or sub-attribute; `sub_attributes` is keyed by the name in lower case.

    Compared by identity, so that what is compiled from one can be kept for it.
    """

    name: str
    type: str
    multi_valued: bool
    required: bool
    case_exact: bool
    mutability: str
    returned: str
    canonical_values: tuple[str, ...]
    sub_attributes: Mapping[str, "Attribute"]

    @property
    def read_only(self) -> bool:
        """Whether clients can never write it."""
        return self.mutability == "readOnly"


@dataclass(frozen=True, slots=True)
class Schema:
    """One schema; `attributes` is keyed by the name in lower case, `document` is what `/Schemas` answers."""

    id: str
    name: str
    attributes: Mapping[str, Attribute]
    document: Mapping[str, Any]

    def without(self, names: Container[str]) -> "Schema":
        """The same schema for a service that lacks some of its attributes."""
        listed = [attribute for attribute in self.document["attributes"] if attribute["name"] not in names]
        return schema_from({**self.document, "attributes": listed})


def schema_from(document: Mapping[str, Any]) -> Schema:
    """The schema that a document in the form of RFC 7643, section 7, describes."""
    return Schema(document["id"], document["name"], _attributes(document["attributes"]), document)


@cache
def _load(name: str) -> Schema:
    return schema_from(json.loads(files(__package__).joinpath(f"{name}.json").read_text("utf-8")))


def _attributes(documents: list[dict[str, Any]]) -> dict[str, Attribute]:
    return {document["name"].lower(): _attribute(document) for document in documents}


def _attribute(document: Mapping[str, Any]) -> Attribute:
    return Attribute(
        name=document["name"],
        type=document["type"],
        multi_valued=document["multiValued"],
        required=document["required"],
        case_exact=document.get("caseExact", False),
        mutability=document["mutability"],
        returned=document["returned"],
        canonical_values=tuple(document.get("canonicalValues", ())),
        sub_attributes=_attributes(document.get("subAttributes", [])),
    )


COMMON = _load("common")
USER = _load("user")
ENTERPRISE_USER = _load("enterprise_user")
GROUP = _load("group")
