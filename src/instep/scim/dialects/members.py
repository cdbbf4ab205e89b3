"""How are members written into a group and taken out of it, in as few requests as the target allows?"""

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, TypeAlias

from instep.scim.dialects.dialect import Dialect, MemberRemoval
from instep.scim.messages import patch_op
from instep.scim.paths import Path
from instep.scim.syntax import Compare, Operator

Message: TypeAlias = dict[str, Any]
_ENVELOPE_BYTES = 200  # of a PatchOp without its members


def adding_members(dialect: Dialect, account_ids: Iterable[str]) -> Iterator[Message]:
    """Yield the PatchOps that add members by the ids of their accounts."""
    for part in _parts(dialect, [member(dialect, account_id) for account_id in account_ids]):
        yield patch_op([{"op": dialect.add, "path": "members", "value": part}])


def removing_members(dialect: Dialect, account_ids: Sequence[str], staying: Sequence[str]) -> Iterator[Message]:
    """Yield the PatchOps that take members out; `staying` are all who remain, where the target wants to hear of them.

    With `replace-all` the first request writes the first of those who stay, and the others are added after it.
    """
    match dialect.member_removal:
        case _ if not account_ids:
            return
        case MemberRemoval.BY_VALUE:
            for part in _parts(dialect, [{"value": account_id} for account_id in account_ids]):
                yield patch_op([{"op": dialect.remove, "path": "members", "value": part}])
        case MemberRemoval.BY_FILTER:
            for part in _parts(
                dialect, [{"op": dialect.remove, "path": _selecting(i)} for i in account_ids], _most_ops
            ):
                yield patch_op(part)
        case MemberRemoval.REPLACE_ALL:
            yield from replacing_members(dialect, staying)


def replacing_members(dialect: Dialect, account_ids: Iterable[str]) -> Iterator[Message]:
    """Yield the PatchOps after which a group has exactly these members."""
    parts = list(_parts(dialect, [member(dialect, account_id) for account_id in account_ids])) or [[]]
    yield patch_op([{"op": dialect.replace, "path": "members", "value": parts[0]}])
    for part in parts[1:]:
        yield patch_op([{"op": dialect.add, "path": "members", "value": part}])


def member(dialect: Dialect, account_id: str) -> dict[str, str]:
    """Return a group's member as the target wants it written."""
    if dialect.member_type is None:
        return {"value": account_id}
    return {"value": account_id, "type": dialect.member_type}


def _selecting(account_id: str) -> str:
    value_filter = Compare(Path(attribute="value"), Operator.EQ, account_id)
    return str(Path(attribute="members", value_filter=value_filter))


def _most_members(dialect: Dialect) -> int:
    return dialect.members_per_request


def _most_ops(dialect: Dialect) -> int:
    return min(dialect.members_per_request, dialect.operations_per_request or dialect.members_per_request)


def _parts(
    dialect: Dialect, items: Sequence[dict[str, str]], most: Callable[[Dialect], int] = _most_members
) -> Iterator[list[dict[str, str]]]:
    """Cut into parts that are neither too many nor, as JSON, too long for one request; a part has one item at least."""
    longest = dialect.member_bytes_per_request
    part: list[dict[str, str]] = []
    size = _ENVELOPE_BYTES
    for item in items:
        more = len(json.dumps(item)) + 2 if longest is not None else 0
        if part and (len(part) >= most(dialect) or (longest is not None and size + more > longest)):
            yield part
            part, size = [], _ENVELOPE_BYTES
        part.append(item)
        size += more
    if part:
        yield part
