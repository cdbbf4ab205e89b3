"""How is a resource written as a whole, without undoing what somebody else writes in the same moment?

It is read, changed and written back under the condition that it is still the version that was read (RFC 7644, 3.14).
Where the target says that it is not, it is read again. A target that shows no version has no such condition; one that
refuses its own version does not know what it shows, and is not asked to compare.
"""

import re
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

import orjson

from instep.rules.health.outcomes import Answer, Outcome
from instep.rules.health.verdicts import NOT_UNDERSTOOD, Done, Failed, Verdict, judge_read, judge_write
from instep.rules.planning.operations import OperationKind

Replace = Callable[[str, bytes, str | None], Awaitable[Outcome]]  # id, body, the version that it must be of

_TIMES = 4
_PRECONDITION_FAILED = 412
_ENTITY_TAG = re.compile(r'(?:W/)?"[\x21\x23-\x7e]{0,200}"')  # RFC 9110, 8.8.3; nothing else may come into a header


async def write_whole(
    kind: OperationKind,
    resource_id: str,
    read: Callable[[str], Awaitable[Outcome]],
    change: Callable[[Mapping[str, Any]], Mapping[str, Any]],
    replace: Replace,
) -> Verdict:
    """Read a resource and write it back changed, so that what the job does not manage stays as it is."""
    refused: str | None = None
    for _ in range(_TIMES):
        is_there = judge_read(await read(resource_id))
        if not isinstance(is_there, Done) or is_there.resource is None:
            return is_there
        if is_there.resource.get("id") != resource_id:
            return Failed(NOT_UNDERSTOOD, f"asked for {resource_id}, the target answered with another")
        version = version_of(is_there.resource)
        condition = version if version != refused else None
        outcome = await replace(resource_id, orjson.dumps(change(is_there.resource)), condition)
        if condition is None or not isinstance(outcome, Answer) or outcome.status != _PRECONDITION_FAILED:
            return judge_write(kind, outcome, resource_id)
        refused = condition
    return Failed(NOT_UNDERSTOOD, f"{resource_id} changes faster than it can be written")


def version_of(resource: Mapping[str, Any]) -> str | None:
    """Return the version that a resource shows, as a request names it; None where it shows none that one can."""
    meta = resource.get("meta")
    version = meta.get("version") if isinstance(meta, dict) else None
    return version if isinstance(version, str) and _ENTITY_TAG.fullmatch(version) else None
