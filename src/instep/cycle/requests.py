"""Which requests does one operation need in the target's dialect, and what came of them together?"""

from collections.abc import Awaitable, Mapping, Sequence
from typing import Any

import orjson

from instep.cycle.run import Run
from instep.rules.health.outcomes import Outcome
from instep.rules.health.verdicts import NOT_UNDERSTOOD, Done, Failed, Uncertain, Verdict, judge_read, judge_write
from instep.rules.planning.plan import Operation, OperationKind, Values
from instep.scim.dialects import Update


def one_request(run: Run, operation: Operation, known: Values) -> Awaitable[Outcome] | None:
    """Return the only request that an operation needs; None where it needs several.

    `known` is all that the account is known to say. It is no coroutine, as nearly every operation is one request.
    """
    target, requests = run.target, run.compiled.requests
    if operation.kind is OperationKind.CREATE:
        return target.create(orjson.dumps(requests.create(operation.after)))
    account_id = operation.account_id or ""
    if operation.kind is OperationKind.DELETE:
        return target.delete(account_id)
    if run.compiled.dialect.update is Update.PUT:
        return None
    messages = requests.patches(operation.before, operation.after, known)
    return target.patch(account_id, orjson.dumps(messages[0])) if len(messages) == 1 else None


async def several_requests(run: Run, operation: Operation, known: Values) -> Verdict:
    """Send one request after the other, and return what came of them together."""
    if run.compiled.dialect.update is Update.PUT:
        return await _put(run, operation, operation.account_id or "")
    messages = run.compiled.requests.patches(operation.before, operation.after, known)
    return await _patches(run, operation, operation.account_id or "", messages)


async def _patches(run: Run, operation: Operation, account_id: str, messages: Sequence[Mapping[str, Any]]) -> Verdict:
    """If a later one fails, what the account says now is unknown."""
    verdict: Verdict = Done(None)
    for number, message in enumerate(messages):
        verdict = judge_write(operation.kind, await run.target.patch(account_id, orjson.dumps(message)))
        if type(verdict) is not Done:
            return verdict if number == 0 else _half_done(run, verdict)
    return verdict


async def _put(run: Run, operation: Operation, account_id: str) -> Verdict:
    """Read the account and write it back changed, so that what the job does not manage stays as it is."""
    run.counts.reads_because["a PUT replaces the whole account"] += 1
    verdict = judge_read(await run.target.read(account_id))
    if not isinstance(verdict, Done) or verdict.resource is None:
        return verdict
    resource: Mapping[str, Any] = verdict.resource
    if resource.get("id") != account_id:
        return Failed(NOT_UNDERSTOOD, f"asked for the account {account_id}, the target answered with another")
    body = orjson.dumps(run.compiled.requests.put(resource, operation.after))
    return judge_write(operation.kind, await run.target.replace(account_id, body))


def _half_done(run: Run, verdict: Verdict) -> Uncertain:
    run.take_notice(verdict)
    code = getattr(verdict, "code", "SystemForCrossDomainIdentityManagementBadResponse")
    return Uncertain(code, f"only a part was written: {getattr(verdict, 'detail', verdict)}")
