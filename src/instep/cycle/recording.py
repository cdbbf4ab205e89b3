"""What does a user's turn leave in the ledger: states, link, escrow, and one entry of the provisioning log?"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import cast

from instep.clock import to_text
from instep.cycle.compiled import CompiledJob
from instep.cycle.ports import Recorded
from instep.cycle.turns import Turn
from instep.ledger.cycles import Counts
from instep.ledger.records import Action, Escrow, Link, LogEntry, OperationState, Status
from instep.ledger.scope_facts import scope_facts
from instep.rules.health.intervals import next_attempt
from instep.rules.health.quarantine import is_reference_failure
from instep.rules.health.verdicts import Conflict, Done, Failed, NotThere, Uncertain
from instep.rules.mapping.due import next_due
from instep.rules.mapping.redaction import REDACTED, masked
from instep.rules.mapping.wanted import TargetValue
from instep.rules.planning.plan import Nothing, Operation, OperationKind, Problem, Reason, Values
from instep.rules.scoping.standing import Cause

_ACTIONS = {
    OperationKind.CREATE: (Action.CREATE, "EntryExportAdd", "created"),
    OperationKind.UPDATE: (Action.UPDATE, "EntryExportUpdate", "updated"),
    OperationKind.ENABLE: (Action.UPDATE, "EntryExportUpdateEnable", "updated"),
    OperationKind.DISABLE: (Action.DISABLE, "EntryExportUpdateSoftDelete", "disabled"),
    OperationKind.DELETE: (Action.DELETE, "EntryExportDelete", "deleted"),
}
# A user may be disabled as well, which these graver causes would not tell.
_HIDES_DISABLED = frozenset({Cause.NOT_ASSIGNED, Cause.DEFAULT_ACCESS_ONLY, Cause.FAILS_FILTER})


def record_turn(turn: Turn, recorded: Recorded, counts: Counts, now: datetime) -> None:
    """Add what one finished turn leaves; a turn that did not finish (the run stops) leaves only its states."""
    match turn.plan:
        case Operation():
            if not _record_operation(turn, turn.plan, recorded, counts, now):
                _forget(turn, recorded)
                return
        case Nothing(reason):
            _link_what_was_matched(turn, recorded)
            if turn.is_gone and turn.account is None:
                recorded.unlinked.append(turn.user.id)
            status = Status.WARNING if reason is Reason.PROTECTED else Status.SKIPPED
            log_turn(turn, recorded, Action.OTHER, status, reason.value, facts_of(turn))
            _over(turn, recorded)
            counts.skipped += 1
        case Problem(code, detail, attribute):
            _fail(turn, recorded, Action.OTHER, code, detail, now, attribute)
            counts.failed += 1
        case None:
            _forget(turn, recorded)
            return
    counts.users += 1
    recorded.operations.extend(turn.operations)


def count_what_was_recorded(recorded: Recorded, counts: Counts) -> None:
    """Add the counts that are about a batch as a whole: who is entitled, was tried again, failed by a reference."""
    counts.entitled += sum("cause" not in entry.facts for entry in recorded.entries)
    counts.retried += len(recorded.released) + sum(escrow.attempts > 1 for escrow in recorded.escrows)
    counts.reference_failures += sum(is_reference_failure(escrow.code) for escrow in recorded.escrows)


def note_when_due(compiled: CompiledJob, turns: Sequence[Turn], recorded: Recorded) -> None:
    """Add when each of these users may want other values because time goes by; whoever wants none has none."""
    timed = compiled.mappings.timed
    for turn in turns:
        if turn.wanted:
            recorded.due.append((turn.user.id, next_due(timed, turn.source, compiled.context)))


def _record_operation(turn: Turn, operation: Operation, recorded: Recorded, counts: Counts, now: datetime) -> bool:
    action, code, counter = _ACTIONS[operation.kind]
    match turn.verdict:
        case Done(resource):
            _set_state(turn, OperationState.DONE)
            _link_what_was_written(turn, operation, resource, recorded)
            facts = facts_of(turn)
            if turn.is_gone:
                facts["gone"] = True
            if operation.is_final:
                facts["final"] = True
            if turn.refused is not None:
                facts["refused"] = _without_hidden_values(turn, turn.refused, None)
            log_turn(turn, recorded, action, Status.SUCCESS, code, facts)
            _over(turn, recorded)
            setattr(counts, counter, getattr(counts, counter) + 1)
        case Failed(code, detail):
            _set_state(turn, OperationState.FAILED)
            _fail(turn, recorded, action, code, detail, now)
            counts.failed += 1
        case Uncertain():  # the run stopped before the target could be asked: that is what comes first next time
            _set_state(turn, OperationState.UNKNOWN)
            return False
        case Conflict(detail) | NotThere(detail):
            _set_state(turn, OperationState.FAILED)
            _fail(turn, recorded, action, "EntryConflict", detail, now)
            counts.failed += 1
        case _:
            return False
    return True


def _link_what_was_written(
    turn: Turn, operation: Operation, resource: Mapping[str, object] | None, recorded: Recorded
) -> None:
    if operation.kind is OperationKind.DELETE or operation.is_final or _is_without_account(turn):
        recorded.unlinked.append(turn.user.id)
        return
    account_id = operation.account_id or str((resource or {}).get("id"))
    values: Values = operation.after
    if operation.kind is not OperationKind.CREATE:
        values = {**_known_values(turn), **operation.after}
    origin = turn.link.origin if turn.link is not None else turn.origin
    _link(turn, Link(turn.user.id, account_id, operation.leaves_active, origin, _without_cleared(values)), recorded)


def _without_cleared(values: Values) -> Mapping[str, TargetValue]:
    """What was cleared is not known to be; nothing is copied where nothing was."""
    if None not in values.values():
        return cast("Mapping[str, TargetValue]", values)
    return {name: value for name, value in values.items() if value is not None}


def _is_without_account(turn: Turn) -> bool:
    """Whether a leaver's account is gone; the link of whoever was matched or created anew was set aside."""
    return turn.is_gone and turn.link is not None


def _known_values(turn: Turn) -> Mapping[str, TargetValue]:
    written = turn.link.last_written if turn.link is not None else {}
    if turn.account is None:
        return written
    names = {**written, **turn.wanted}
    return {name: turn.account.values[name] for name in names if name in turn.account.values}  # type: ignore[misc]


def _link_what_was_matched(turn: Turn, recorded: Recorded) -> None:
    """An account that is already as it should be, or may not be changed, is linked without a write."""
    if turn.account is not None:
        active = not turn.standing.is_soft_deleted
        if turn.plan == Nothing(Reason.UPDATE_OFF):
            active = turn.account.values.get("active") is not False
        _link(turn, Link(turn.user.id, turn.account.id, active, turn.origin, _known_values(turn)), recorded)


def _link(turn: Turn, link: Link, recorded: Recorded) -> None:
    """Keep the link; that to a vanished account is removed first, so that nothing of it is taken over."""
    if turn.vanished_id is not None:
        recorded.unlinked.append(turn.user.id)
    recorded.links.append(link)


def _fail(
    turn: Turn,
    recorded: Recorded,
    action: Action,
    code: str,
    detail: str,
    now: datetime,
    attribute: str | None = None,
) -> None:
    detail = _without_hidden_values(turn, detail, attribute)
    attempts = 1 if turn.escrow is None else turn.escrow.attempts + 1
    since = now if turn.escrow is None else turn.escrow.since
    again = next_attempt(attempts, now)
    facts = {**facts_of(turn), "detail": detail, "attempts": attempts, "next_attempt_at": to_text(again)}
    if attribute is not None:
        facts["property"] = attribute
    recorded.escrows.append(Escrow(turn.user.id, since, attempts, again, code, {"detail": detail}))
    if turn.is_gone:
        recorded.unlinked.append(turn.user.id)
    log_turn(turn, recorded, action, Status.FAILURE, code, facts)


def _without_hidden_values(turn: Turn, detail: str, attribute: str | None) -> str:
    """A message may quote a value that is hidden; unlike the values themselves, it is kept without them."""
    if attribute in turn.redacted:
        return f"{attribute}: the value, which is hidden ({REDACTED}), cannot be taken"
    written = turn.operation.after if turn.operation is not None else {}
    return masked(detail, {**turn.wanted, **written}, turn.redacted)


def log_turn(
    turn: Turn, recorded: Recorded, action: Action, status: Status, code: str, facts: Mapping[str, object]
) -> None:
    """Add the entry of one turn."""
    recorded.entries.append(
        LogEntry(
            user_id=turn.user.id,
            user_name=_name(turn),
            account_id=_account_id(turn),
            action=action,
            status=status,
            code=code,
            facts=facts,
            duration_ms=turn.duration_ms,
            operation_id=turn.operations[-1][0] if turn.operations else None,
        )
    )


def _name(turn: Turn) -> str:
    """Who it is; of someone purged the account still knows the name."""
    if turn.user.name == turn.user.id and turn.link is not None:
        return str(turn.link.last_written.get("userName", turn.user.id))
    return turn.user.name


def _account_id(turn: Turn) -> str | None:
    if (answered := turn.answered_id) is not None:
        return answered
    if turn.account is not None:
        return turn.account.id
    return turn.link.account_id if turn.link is not None else None


def facts_of(turn: Turn) -> dict[str, object]:
    """Return what the log says of how the user was decided about."""
    facts: dict[str, object] = {}
    if turn.standing.cause is not None:
        facts["cause"] = turn.standing.cause.value
        if turn.standing.cause in _HIDES_DISABLED and not turn.user.is_enabled:
            facts["disabled"] = True
    if turn.standing.evaluation is not None:
        facts |= scope_facts(turn.standing.evaluation)
    if turn.matched_by is not None:
        facts["matched_by"] = turn.matched_by
    if turn.vanished_id is not None:
        facts["vanished"] = turn.vanished_id
    if turn.is_for_reference:
        facts["reference"] = True
    if turn.undoes is not None:
        facts["undoes"] = turn.undoes
    return facts


def _set_state(turn: Turn, state: OperationState) -> None:
    if turn.operations and turn.operations[-1][1] is OperationState.SENT:
        turn.operations[-1] = (turn.operations[-1][0], state)


def _forget(turn: Turn, recorded: Recorded) -> None:
    """The run stopped before this user was through, with nothing of it at the target: it is decided again later."""
    for identifier, state in turn.operations:
        recorded.operations.append((identifier, OperationState.STALE if state is OperationState.SENT else state))


def _over(turn: Turn, recorded: Recorded) -> None:
    if turn.escrow is not None:
        recorded.released.append(turn.user.id)
