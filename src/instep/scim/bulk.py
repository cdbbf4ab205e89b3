"""What does a bulk request ask for, and how do its operations refer to each other (RFC 7644, 3.7)?"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from instep.scim.errors import InvalidSyntax, InvalidValue, PayloadTooLarge, UnresolvedReference
from instep.scim.messages import BULK_REQUEST_URN

_MARK = "bulkId:"
_IN_ADDRESS = re.compile(r"(?<=/)bulkId:([^/?]+)")
_IN_FILTER = re.compile(r'(?<=")bulkId:([^"\\]+)(?=")')


@dataclass(frozen=True, slots=True)
class BulkOperation:
    """One operation; `bulk_id` is the client's name for what a POST makes, `version` a condition as If-Match is."""

    method: str
    path: str
    bulk_id: str | None = None
    version: str | None = None
    data: Any = None


@dataclass(frozen=True, slots=True)
class BulkRequest:
    """Operations in the client's order; after `fail_on_errors` of them have failed, no further one is begun."""

    operations: tuple[BulkOperation, ...]
    fail_on_errors: int | None = None


def parse_bulk(body: object, max_operations: int) -> BulkRequest:
    """The request that a BulkRequest message makes; names in any case.

    Raises InvalidSyntax for what is no BulkRequest, InvalidValue for a bulkId that stands twice, PayloadTooLarge for
    more operations than allowed, as RFC 7644, 3.7.4 prescribes.
    """
    if not isinstance(body, dict):
        raise InvalidSyntax("A BulkRequest is a JSON object.")
    members = {key.lower(): value for key, value in body.items()}
    schemas = members.get("schemas")
    if not isinstance(schemas, list) or BULK_REQUEST_URN.lower() not in (str(urn).lower() for urn in schemas):
        raise InvalidSyntax(f"A BulkRequest names {BULK_REQUEST_URN} in its 'schemas'.")
    listed = members.get("operations")
    if not isinstance(listed, list) or not listed:
        raise InvalidSyntax("A BulkRequest has a list of at least one operation in 'Operations'.")
    if len(listed) > max_operations:
        raise PayloadTooLarge(f"A BulkRequest has {max_operations} operations at most, not {len(listed)}: send less.")
    operations = tuple(map(_operation, listed))
    _check_distinct([operation.bulk_id for operation in operations if operation.bulk_id is not None])
    return BulkRequest(operations, _fail_on_errors(members.get("failonerrors")))


def _operation(body: object) -> BulkOperation:
    if not isinstance(body, dict):
        raise InvalidSyntax("Each of the 'Operations' is a JSON object.")
    members = {key.lower(): value for key, value in body.items()}
    method, path = members.get("method"), members.get("path")
    if not isinstance(method, str) or not isinstance(path, str):
        raise InvalidSyntax("An operation of a BulkRequest has a 'method' and a 'path', both texts.")
    return BulkOperation(
        method=method.upper(),
        path="/" + path.lstrip("/"),
        bulk_id=_text(members.get("bulkid"), "bulkId"),
        version=_text(members.get("version"), "version"),
        data=members.get("data"),
    )


def _text(value: object, name: str) -> str | None:
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)  # seen: operations numbered through
    if value is not None and not isinstance(value, str):
        raise InvalidSyntax(f"The '{name}' of an operation is text.")
    return value or None


def _fail_on_errors(value: object) -> int | None:
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int) or value < 1:
        raise InvalidValue("'failOnErrors' is a whole number from 1 on: how many errors are too many.")
    return value


def _check_distinct(bulk_ids: Sequence[str]) -> None:
    seen: set[str] = set()
    for bulk_id in bulk_ids:
        if bulk_id in seen:
            raise InvalidValue(f"The bulkId {bulk_id!r} stands for two operations: give each its own.")
        seen.add(bulk_id)


def references(operation: BulkOperation) -> set[str]:
    """The bulkIds that an operation mentions, in its path or in its data."""
    found = set(_IN_ADDRESS.findall(operation.path))
    for text in _texts(operation.data):
        if text.startswith(_MARK):
            found.add(text.removeprefix(_MARK))
        elif _MARK in text:
            found.update(_IN_FILTER.findall(text))
    return found


def resolved(operation: BulkOperation, ids: Mapping[str, str]) -> BulkOperation:
    """The operation with ids in the place of references. Raises UnresolvedReference where one is not known."""

    def id_of(bulk_id: str) -> str:
        if bulk_id not in ids:
            raise UnresolvedReference(f"{_MARK}{bulk_id} names nothing that this request has made.")
        return ids[bulk_id]

    def change(value: Any) -> Any:
        if isinstance(value, dict):
            return {name: change(member) for name, member in value.items()}
        if isinstance(value, list):
            return [change(element) for element in value]
        if isinstance(value, str) and value.startswith(_MARK):
            return id_of(value.removeprefix(_MARK))
        return _IN_FILTER.sub(lambda match: id_of(match[1]), value) if isinstance(value, str) else value

    path = _IN_ADDRESS.sub(lambda match: id_of(match[1]), operation.path)
    return replace(operation, path=path, data=change(operation.data))


def without_references(operation: BulkOperation, to: set[str]) -> BulkOperation:
    """The operation without the values that refer to what is not made yet: what it can begin with in a circle."""
    unmade = {_MARK + bulk_id for bulk_id in to}

    def refers(value: Any) -> bool:
        if isinstance(value, dict):
            return any(isinstance(member, str) and member in unmade for member in value.values())
        return isinstance(value, str) and value in unmade

    def keep(value: Any) -> Any:
        if isinstance(value, dict):
            return {name: keep(member) for name, member in value.items() if not refers(member)}
        return [keep(element) for element in value if not refers(element)] if isinstance(value, list) else value

    return replace(operation, data=keep(operation.data))


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list):
        for inner in value.values() if isinstance(value, dict) else value:
            yield from _texts(inner)
