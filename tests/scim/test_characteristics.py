"""Characteristics that the schemas of RFC 7643 hardly use: immutable, required in extensions, returned on request."""

from typing import Any

import pytest

from instep.scim.definitions import schema_from
from instep.scim.errors import InvalidValue, Mutability
from instep.scim.patch import apply_patch, parse_patch
from instep.scim.projection import projection
from instep.scim.schemas import ResourceSchema

URN, EXTENSION = "urn:example:2.0:Badge", "urn:example:extension:2.0:Badge"


def attribute(name: str, **characteristics: Any) -> dict[str, Any]:
    usual = {
        "type": "string",
        "multiValued": False,
        "required": False,
        "mutability": "readWrite",
        "returned": "default",
    }
    return {"name": name, **usual, **characteristics}


CORE = [
    attribute("label", required=True),
    attribute("serial", mutability="immutable"),
    attribute("colour", returned="always"),
    attribute("pin", mutability="writeOnly", returned="never"),
    attribute("notes", returned="request"),
    attribute("state", mutability="readOnly"),
    attribute("issued", type="dateTime"),
    attribute("size", type="integer"),
    attribute("weight", type="decimal"),
    attribute("tags", multiValued=True),
]
BADGES = ResourceSchema(
    schema_from({"id": URN, "name": "Badge", "attributes": CORE}),
    schema_from({"id": EXTENSION, "name": "Extension", "attributes": [
        attribute("door", required=True), attribute("since", mutability="immutable")]}),
)  # fmt: skip
BADGE: dict[str, Any] = {
    "schemas": [URN],
    "id": "1",
    "label": "a",
    "serial": "s",
    "colour": "red",
    "pin": "1",
    "notes": "n",
}


def patched(*operations: dict[str, Any]) -> dict[str, Any]:
    schemas = ["urn:ietf:params:scim:api:messages:2.0:PatchOp"]
    return apply_patch(BADGE, parse_patch({"schemas": schemas, "Operations": list(operations)}), BADGES).resource


@pytest.mark.parametrize("verb", ["add", "replace"])
def test_an_immutable_value_is_set_once_and_never_changed_by_a_patch(verb: str) -> None:
    with pytest.raises(Mutability, match="serial"):
        patched({"op": verb, "path": "serial", "value": "t"})
    with pytest.raises(Mutability, match="serial"):
        patched({"op": "remove", "path": "serial"})
    assert patched({"op": verb, "path": "serial", "value": "s"}) == BADGE
    assert patched({"op": verb, "path": f"{EXTENSION}:since", "value": "1"}, {"op": verb, "path": f"{EXTENSION}:door",
                   "value": "d"})[EXTENSION] == {"since": "1", "door": "d"}  # fmt: skip


def test_an_immutable_value_may_be_left_out_of_a_put_but_not_differ() -> None:
    assert BADGES.replacement(BADGE, {"label": "b"}) == {"schemas": [URN], "label": "b", "serial": "s"}
    assert BADGES.replacement(BADGE, {"label": "b", "serial": "s"})["serial"] == "s"
    assert BADGES.replacement({"label": "a"}, {"label": "b", "serial": "first"})["serial"] == "first"
    with pytest.raises(Mutability, match="serial"):
        BADGES.replacement(BADGE, {"label": "b", "serial": "t"})
    inside = BADGE | {EXTENSION: {"door": "d", "since": "1"}}
    assert BADGES.replacement(inside, {"label": "b", EXTENSION: {"door": "e"}})[EXTENSION] == {
        "door": "e",
        "since": "1",
    }


def test_what_is_returned_never_or_on_request_is_not_shown_of_itself() -> None:
    assert BADGES.hides
    assert set(projection(BADGES)(BADGE)) == {"schemas", "id", "label", "serial", "colour"}
    assert set(projection(BADGES, ["notes", "pin"])(BADGE)) == {"schemas", "id", "colour", "notes"}
    assert set(projection(BADGES, (), ["colour", "label"])(BADGE)) == {"schemas", "id", "serial", "colour"}


def test_a_required_attribute_of_an_extension_is_needed_where_that_is_used() -> None:
    assert BADGES.clean({"label": "a"}) == {"schemas": [URN], "label": "a"}
    with pytest.raises(InvalidValue, match="door"):
        BADGES.clean({"label": "a", EXTENSION: {"since": "1"}})


@pytest.mark.parametrize(
    ("name", "value", "is_good"),
    [
        ("issued", "2026-01-31T12:00:00Z", True),
        ("issued", "2026-01-31T12:00:00.1234567+01:00", True),
        ("issued", "2026-01-31T12:00:00", True),
        ("issued", "2026-01-31", False),
        ("issued", "20260131T120000Z", False),
        ("issued", "2026-02-31T12:00:00Z", False),
        ("size", 42, True),
        ("size", 42.5, False),
        ("size", True, False),
        ("size", "42", False),
        ("weight", 1.5, True),
        ("weight", 2, True),
        ("weight", "heavy", False),
        ("tags", ["a", "b"], True),
        ("tags", "a", True),
        ("tags", [1], False),
        ("state", "ignored", True),
    ],
)
def test_a_value_is_of_its_type(name: str, value: object, *, is_good: bool) -> None:
    if is_good:
        cleaned = BADGES.clean({"label": "a", name: value})
        assert cleaned.get(name, "ignored") in (value, [value], "ignored")
        return
    with pytest.raises(InvalidValue, match=name):
        BADGES.clean({"label": "a", name: value})


def test_of_equal_simple_values_one_is_kept() -> None:
    assert BADGES.clean({"label": "a", "tags": ["a", "b", "a"]})["tags"] == ["a", "b"]
