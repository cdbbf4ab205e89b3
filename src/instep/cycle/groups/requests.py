"""Which requests does one operation on a group need in the target's dialect, and what came of them together?

A target that refuses several members at once is asked for fewer and fewer of them, so that one account that it does not
know keeps nobody else out.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import orjson

from instep.cycle.groups.compiled import MEMBERS, CompiledGroups
from instep.cycle.run import Run
from instep.cycle.whole_writes import write_whole
from instep.ledger.groups import GroupOperation
from instep.rules.health.outcomes import Outcome
from instep.rules.health.verdicts import (
    Conflict,
    Done,
    Failed,
    NotThere,
    Verdict,
    judge_write,
)
from instep.rules.planning.memberships import Members
from instep.rules.planning.operations import OperationKind
from instep.scim.dialects import Update
from instep.scim.dialects.members import adding_members, member, removing_members


@dataclass(slots=True)
class Written:
    """What came of a change of members: `refused` says of each user whom the target did not take why."""

    verdict: Verdict
    refused: dict[str, str] = field(default_factory=dict)


async def write_group(run: Run, groups: CompiledGroups, operation: GroupOperation) -> Verdict:
    """Create, update or delete one group."""
    target, kind = run.target.groups, operation.kind
    if kind is OperationKind.CREATE:
        return judge_write(kind, await target.create(orjson.dumps(groups.requests.create(operation.after))))
    resource_id = operation.resource_id or ""
    if kind is OperationKind.DELETE:
        return judge_write(kind, await target.delete(resource_id))
    if run.compiled.dialect.update is Update.PUT:
        return await _put(run, resource_id, lambda resource: groups.requests.put(resource, operation.after))
    known = {**operation.before, **operation.after}
    messages = groups.requests.patches(operation.before, operation.after, known)
    return await _patches(run, kind, resource_id, messages)


async def write_members(
    run: Run, operation: GroupOperation, staying: Sequence[str], read: Callable[[], Awaitable[Verdict]]
) -> Written:
    """Add members to a group, or take them out; `staying` are those that remain, where the dialect names them.

    A 404 to a write is "gone" only when `read` says so (design.md 4, number 6).
    """
    verdict = await _write_together(run, operation, operation.members, staying)
    if not isinstance(verdict, Failed | NotThere):
        return Written(verdict)
    if isinstance(verdict, NotThere):
        is_there = await read()
        if not isinstance(is_there, Done):
            return Written(is_there)
    refused: dict[str, str] = {}
    last = await _write_apart(run, operation, operation.members, staying, verdict, refused)
    return Written(last, refused)


async def _write_apart(
    run: Run,
    operation: GroupOperation,
    members: Members,
    staying: Sequence[str],
    refusal: Failed | NotThere,
    refused: dict[str, str],
) -> Verdict:
    """Halve what was refused until those are left whom the target does not take; they are added to `refused`."""
    if len(members) == 1:
        refused[members.accounts[0][0]] = refusal.detail
        return Done(None)
    middle = len(members) // 2
    for half in (Members(members.accounts[:middle]), Members(members.accounts[middle:])):
        verdict = await _write_together(run, operation, half, staying)
        if isinstance(verdict, Failed | NotThere):
            verdict = await _write_apart(run, operation, half, staying, verdict, refused)
        if not isinstance(verdict, Done):
            return verdict
    return Done(None)


async def _write_together(run: Run, operation: GroupOperation, members: Members, staying: Sequence[str]) -> Verdict:
    resource_id, dialect = operation.resource_id or "", run.compiled.dialect
    ids = list(members.account_ids)
    is_addition = operation.kind is OperationKind.ADD_MEMBERS
    if dialect.update is Update.PUT:
        return await _put(run, resource_id, lambda resource: _with_members(run, resource, ids, is_addition))
    messages = adding_members(dialect, ids) if is_addition else removing_members(dialect, ids, staying)
    verdict = await _patches(run, operation.kind, resource_id, list(messages))
    return Failed("EntryConflict", verdict.detail) if isinstance(verdict, Conflict) else verdict


async def _patches(run: Run, kind: OperationKind, resource_id: str, messages: Sequence[Mapping[str, Any]]) -> Verdict:
    verdict: Verdict = Done(None)
    for message in messages:
        verdict = judge_write(kind, await run.target.groups.patch(resource_id, orjson.dumps(message)))
        if not isinstance(verdict, Done):
            return verdict
    return verdict


async def _put(run: Run, resource_id: str, change: Callable[[Mapping[str, Any]], Mapping[str, Any]]) -> Verdict:
    """Read the group with its members and write it back changed."""

    def read(resource_id: str) -> Awaitable[Outcome]:
        run.counts.reads_because["a PUT replaces the whole group"] += 1
        return run.target.groups.read_whole(resource_id)

    return await write_whole(OperationKind.UPDATE, resource_id, read, change, run.target.groups.replace)


def _with_members(
    run: Run,
    resource: Mapping[str, Any],
    ids: Sequence[str],
    is_addition: bool,  # noqa: FBT001
) -> Mapping[str, Any]:
    there = resource.get(MEMBERS)
    kept = [one for one in there if isinstance(one, dict) and one.get("value") not in ids] if there else []
    new = [member(run.compiled.dialect, account_id) for account_id in ids] if is_addition else []
    return {**resource, MEMBERS: [*kept, *new]}
