"""What does a PATCH ask for, and what is the resource after it (RFC 7644, 3.5.2)?"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from instep.scim.edits import Edit, Verb, as_members, check_writable, edited, exact_value
from instep.scim.errors import InvalidPath, InvalidSyntax, NoTarget, PayloadTooLarge
from instep.scim.messages import PATCH_OP_URN
from instep.scim.paths import parse_path
from instep.scim.schemas import ResourceSchema, Target
from instep.scim.syntax import Path

__all__ = ["Operation", "Patched", "Verb", "apply_patch", "parse_patch"]

MAX_OPERATIONS = 1_000
# About two seconds of work: a single patch must not keep everybody else waiting.
_MOST_VISITS = 2_000_000


@dataclass(frozen=True, slots=True)
class Operation:
    """One operation; `path` None means that the members of `value` are paths themselves."""

    verb: Verb
    path: Path | None
    value: Any = None


@dataclass(frozen=True, slots=True)
class Patched:
    """A resource after a patch; `changed` is false when the patch asked for what was there already."""

    resource: dict[str, Any]
    changed: bool


def parse_patch(body: object) -> tuple[Operation, ...]:
    """The operations of a PatchOp message; names and `op` in any case.

    Raises InvalidSyntax for what is no PatchOp, InvalidPath for a path that is not grammatical, PayloadTooLarge for too
    many operations.
    """
    if not isinstance(body, dict):
        raise InvalidSyntax("A PatchOp is a JSON object.")
    members = {key.lower(): value for key, value in body.items()}
    schemas = members.get("schemas")
    if not isinstance(schemas, list) or PATCH_OP_URN.lower() not in (str(urn).lower() for urn in schemas):
        raise InvalidSyntax(f"A PatchOp names {PATCH_OP_URN} in its 'schemas'.")
    operations = members.get("operations")
    if not isinstance(operations, list) or not operations:
        raise InvalidSyntax("A PatchOp has a list of at least one operation in 'Operations'.")
    if len(operations) > MAX_OPERATIONS:
        raise PayloadTooLarge(
            f"A PatchOp has {MAX_OPERATIONS} operations at most, not {len(operations)}: send several."
        )
    return tuple(map(_operation, operations))


def apply_patch(resource: Mapping[str, Any], operations: Iterable[Operation], schema: ResourceSchema) -> Patched:
    """The resource after all operations; on an error nothing happened, as `resource` itself is never touched.

    Raises InvalidPath, InvalidValue, Mutability or NoTarget, as RFC 7644 table 9 assigns them, and PayloadTooLarge when
    the operations go through too many values.
    """
    patched, effort = dict(resource), _Effort()
    for operation in operations:
        _apply(patched, operation, schema, effort)
    schema.check_required(patched)
    schema.check_immutable(resource, patched)
    patched["schemas"] = schema.urns_in_use(patched)
    return Patched(patched, patched != resource)


class _Effort:
    """How many values of multi-valued attributes may still be visited."""

    def __init__(self) -> None:
        self._left = _MOST_VISITS

    def spend(self, edit: Edit, values: Any) -> None:
        """Takes the visits of one edit away; where a value can be looked for, ten cost as much as one otherwise."""
        if not isinstance(values, list):
            return
        by_filter = edit.value_filter is not None and exact_value(edit.attribute, edit.value_filter) is None
        self._left -= len(values) if by_filter or edit.sub_attribute is not None else len(values) // 10
        if self._left < 0:
            raise PayloadTooLarge(
                f"The patch goes through too many values of '{edit.attribute.name}': send less at once."
            )


def _operation(body: object) -> Operation:
    if not isinstance(body, dict):
        raise InvalidSyntax("Each of the 'Operations' is a JSON object.")
    members = {key.lower(): value for key, value in body.items()}
    name, path = members.get("op"), members.get("path")
    try:
        verb = Verb(name.lower()) if isinstance(name, str) else None
    except ValueError:
        verb = None
    if verb is None:
        raise InvalidSyntax(f"The 'op' of an operation is add, replace or remove, not {name!r}.")
    if path is not None and not isinstance(path, str):
        raise InvalidPath("The 'path' of an operation is text.")
    return Operation(verb, parse_path(path) if path else None, members.get("value"))


def _apply(resource: dict[str, Any], operation: Operation, schema: ResourceSchema, effort: _Effort) -> None:
    path, verb = operation.path, operation.verb
    if path is None:
        if verb is Verb.REMOVE:
            raise NoTarget("An operation that removes needs a path.")
        _apply_members(resource, operation, as_members(operation.value), schema, effort)
        return
    target = schema.locate(path)
    if target.attribute is None:
        _apply_to_schema(resource, operation, target, schema, effort)
    elif target.attribute.name != "schemas" or verb is Verb.REMOVE:  # which follow from what the resource has
        check_writable(target.attribute, target.sub_attribute, verb)
        _edit(resource, operation, path, target, effort)


def _apply_members(
    resource: dict[str, Any], operation: Operation, members: Mapping[str, Any], schema: ResourceSchema, effort: _Effort
) -> None:
    """Every member is a path: plain, dotted (`name.givenName`), with a URN, or the URN of a whole extension.

    As in a whole resource, what the schema does not know or the client may not write is left aside.
    """
    for name, value in members.items():
        path = _member_path(name, schema)
        target = schema.find(path) if path is not None else None
        if path is None or target is None:
            continue
        if target.attribute is None:
            _apply_to_schema(resource, Operation(operation.verb, path, value), target, schema, effort)
        elif not target.attribute.read_only and not (target.sub_attribute and target.sub_attribute.read_only):
            _edit(resource, Operation(operation.verb, path, value), path, target, effort)


def _member_path(name: str, schema: ResourceSchema) -> Path | None:
    extension = schema.extension_named(name)
    if extension is not None:
        return Path(urn=extension)
    try:
        return parse_path(name)
    except InvalidPath:
        return None


def _apply_to_schema(
    resource: dict[str, Any], operation: Operation, target: Target, schema: ResourceSchema, effort: _Effort
) -> None:
    """A bare URN stands for all attributes of that schema."""
    if target.extension is None:
        if operation.verb is Verb.REMOVE:
            raise NoTarget("The attributes of the core schema cannot be removed all at once: name those meant.")
        _apply_members(resource, operation, as_members(operation.value), schema, effort)
    elif operation.verb is Verb.REMOVE or operation.value in (None, "", {}):
        resource.pop(target.extension, None)
    else:
        qualified = {f"{target.extension}:{name}": value for name, value in as_members(operation.value).items()}
        _apply_members(resource, operation, qualified, schema, effort)


def _edit(resource: dict[str, Any], operation: Operation, path: Path, target: Target, effort: _Effort) -> None:
    attribute, extension = target.attribute, target.extension
    if attribute is None:
        return
    container = resource if extension is None else dict(resource.get(extension) or {})
    edit = Edit(operation.verb, attribute, target.sub_attribute, path.value_filter, operation.value)
    effort.spend(edit, container.get(attribute.name))
    new = edited(edit, container.get(attribute.name))
    if new is None:
        container.pop(attribute.name, None)
    else:
        container[attribute.name] = new
    if extension is not None and container:
        resource[extension] = container
    elif extension is not None:
        resource.pop(extension, None)
