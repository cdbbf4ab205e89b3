"""Which requests does one operation need in the target's dialect, and what came of them together?"""

from collections.abc import Awaitable, Mapping, Sequence
from functools import partial
from typing import Any

import orjson

from instep.cycle.run import Run
from instep.cycle.turns import Request
from instep.cycle.whole_writes import write_whole
from instep.rules.health.outcomes import Outcome
from instep.rules.health.verdicts import (
    BAD_RESPONSE,
    NOT_UNDERSTOOD,
    Done,
    Failed,
    NotThere,
    Uncertain,
    Verdict,
    judge_read,
    judge_write,
)
from instep.rules.planning.plan import Operation, OperationKind, Values
from instep.scim.dialects import ReadBack, Update


def one_request(run: Run, operation: Operation, known: Values) -> Request | None:
    """Return the only request that an operation needs, ready to be sent; None where it needs several.

    `known` is all that the account is known to say.
    """
    target, requests = run.target, run.compiled.requests
    if run.compiled.dialect.read_back is ReadBack.ALWAYS:
        return None
    if operation.kind is OperationKind.CREATE:
        return partial(target.create, orjson.dumps(requests.create(operation.after)))
    account_id = operation.account_id or ""
    if operation.kind is OperationKind.DELETE:
        return partial(target.delete, account_id)
    if run.compiled.dialect.update is Update.PUT:
        return None
    messages = requests.patches(operation.before, operation.after, known)
    return partial(target.patch, account_id, orjson.dumps(messages[0])) if len(messages) == 1 else None


async def several_requests(run: Run, operation: Operation, known: Values) -> Verdict:
    """Send one request after the other, and return what came of them together."""
    verdict = await _write(run, operation, known)
    if run.compiled.dialect.read_back is ReadBack.ALWAYS and type(verdict) is Done:
        return await _read_back(run, operation, verdict)
    return verdict


async def _write(run: Run, operation: Operation, known: Values) -> Verdict:
    requests, account_id = run.compiled.requests, operation.account_id or ""
    match operation.kind:
        case OperationKind.CREATE:
            return judge_write(operation.kind, await run.target.create(orjson.dumps(requests.create(operation.after))))
        case OperationKind.DELETE:
            return judge_write(operation.kind, await run.target.delete(account_id))
        case _ if run.compiled.dialect.update is Update.PUT:
            return await _put(run, operation, account_id)
        case _:
            messages = requests.patches(operation.before, operation.after, known)
            return await _patches(run, operation, account_id, messages)


async def _patches(run: Run, operation: Operation, account_id: str, messages: Sequence[Mapping[str, Any]]) -> Verdict:
    """If a later one fails, what the account says now is unknown."""
    verdict: Verdict = Done(None)
    for number, message in enumerate(messages):
        verdict = judge_write(operation.kind, await run.target.patch(account_id, orjson.dumps(message)), account_id)
        if type(verdict) is not Done:
            return verdict if number == 0 else _half_done(run, verdict)
    return verdict


async def _put(run: Run, operation: Operation, account_id: str) -> Verdict:
    def read(account_id: str) -> Awaitable[Outcome]:
        run.counts.reads_because["a PUT replaces the whole account"] += 1
        return run.target.read(account_id)

    def change(resource: Mapping[str, Any]) -> Mapping[str, Any]:
        return run.compiled.requests.put(resource, operation.after)

    return await write_whole(operation.kind, account_id, read, change, run.target.replace)


async def _read_back(run: Run, operation: Operation, done: Done) -> Verdict:
    """Believe a write only if a read confirms it: that the account is there, and that nothing still says the old."""
    if operation.kind is OperationKind.DELETE or operation.is_final:
        return done
    account_id = operation.account_id or str((done.resource or {}).get("id"))
    run.counts.reads_because["whether a write had its effect"] += 1
    verdict = judge_read(await run.target.read(account_id))
    if isinstance(verdict, NotThere):
        return Failed(BAD_RESPONSE, f"the target answered that it was done, and has no account {account_id}")
    if not isinstance(verdict, Done) or verdict.resource is None:
        run.take_notice(verdict)
        return Uncertain(
            NOT_UNDERSTOOD, f"whether it was done could not be read: {getattr(verdict, 'detail', verdict)}"
        )
    says = run.compiled.form.values(verdict.resource)
    ignored = [name for name, old in operation.before.items() if says.get(name) == old != operation.after.get(name)]
    if ignored:
        return Failed(BAD_RESPONSE, f"the target answered that it was done, and did not change {', '.join(ignored)}")
    return done


def _half_done(run: Run, verdict: Verdict) -> Uncertain:
    run.take_notice(verdict)
    code = getattr(verdict, "code", "SystemForCrossDomainIdentityManagementBadResponse")
    return Uncertain(code, f"only a part was written: {getattr(verdict, 'detail', verdict)}")
