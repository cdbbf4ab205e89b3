"""What does an administrator see of one user's provisioning on demand: each step with its values (engine.md 8.1)?"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from instep.cycle.compiled import CompiledJob
from instep.cycle.turns import Tried, Turn
from instep.ledger.object_summary import as_text
from instep.ledger.records import Action, LogEntry, Status
from instep.ledger.wording import CAUSES, cause_in_words, reason
from instep.rules.health.verdicts import Stopping
from instep.rules.mapping.attribute_mapping import AttributeMapping, Constant, Direct, FromExpression
from instep.rules.mapping.expressions.render import quote
from instep.rules.mapping.redaction import REDACTED, redacted_sources, shown
from instep.rules.planning.plan import Problem
from instep.rules.scoping.standing import Cause, Scope
from instep.rules.source_user import Presence

Row = Mapping[str, str | None]


@dataclass(frozen=True, slots=True)
class ShownStep:
    """One step; each row of its table has the same columns."""

    name: str
    status: Status
    description: str
    rows: Sequence[Row] = ()


@dataclass(frozen=True, slots=True)
class Decided:
    """What the steps are told from: the user's turn and its log entry, with what the job is configured to do."""

    turn: Turn
    compiled: CompiledJob
    mappings: Sequence[AttributeMapping]
    entry: LogEntry | None
    target_name: str


def connection_step(stop: Stopping, target_name: str) -> ShownStep:
    """Return the step that is only shown when it fails."""
    return ShownStep(
        "Test connection", Status.FAILURE, f"The connection to {target_name} does not work: {stop.detail}."
    )


def steps_on_demand(decided: Decided) -> Iterator[ShownStep]:
    """Yield the steps as far as the user came."""
    yield _import_user(decided)
    yield _determine_scope(decided)
    if (matching := _match(decided)) is not None:
        yield matching
    if decided.entry is not None:
        yield _perform(decided, decided.entry)


def _import_user(decided: Decided) -> ShownStep:
    turn, hidden = decided.turn, redacted_sources(decided.mappings)
    read = {name for mapping in _all_compiled(decided) for name in mapping}
    values = dict.fromkeys(sorted(read)) | dict(sorted(turn.source.items()))
    rows = [
        {"attribute": name, "value": REDACTED if name in hidden and value is not None else as_text(value)}
        for name, value in values.items()
    ]
    where = {
        Presence.LIVE: "from the directory",
        Presence.SOFT_DELETED: "from the directory's recycle bin",
        Presence.PURGED: "from the change log: the user was deleted for good",
    }[turn.user.presence]
    if isinstance(turn.plan, Problem) and turn.plan.code == "ImportSkipped":
        return ShownStep("Import user", Status.FAILURE, f"{turn.plan.detail}.", rows)
    return ShownStep("Import user", Status.SUCCESS, f"Read {turn.user.name} {where}.", rows)


def _all_compiled(decided: Decided) -> Iterator[frozenset[str]]:
    mappings = decided.compiled.mappings
    for mapping in (*mappings.always, *mappings.on_creation):
        yield mapping.attributes


def _determine_scope(decided: Decided) -> ShownStep:
    turn, scoping = decided.turn, decided.compiled.scoping
    user, is_everyone = turn.user, scoping.scope is Scope.ALL
    facts = {
        "Active in source system": user.presence is Presence.LIVE and user.is_enabled,
        "Assigned to application": bool(user.roles) or user.has_default_access,
        "Scope sync all": is_everyone,
        "User has required role": is_everyone or bool(user.roles),
    }
    if scoping.filters is not None:
        evaluation = turn.standing.evaluation or scoping.filters.evaluate(user.named_attributes())
        for title, clauses in evaluation.filters:
            facts |= {f"{title} {clause.text}": clause.holds for clause in clauses}
    rows = [{"property": name, "result": str(holds)} for name, holds in facts.items()]
    if turn.standing.cause is None:
        text = f"{user.name} is active and in scope."
        return ShownStep("Determine if user is in scope", Status.SUCCESS, text, rows)
    return ShownStep("Determine if user is in scope", Status.SKIPPED, _why_not(decided, facts), rows)


def _why_not(decided: Decided, facts: Mapping[str, bool]) -> str:
    """Entra's composite text: every reason that is known, numbered where there are several."""
    name, entry, cause = decided.turn.user.name, decided.entry, decided.turn.standing.cause
    graver = {name: value for name, value in entry.facts.items() if name != "disabled"} if entry is not None else {}
    reasons = [cause_in_words(graver) or CAUSES[str(cause)]]
    is_hidden = cause is not Cause.DISABLED and decided.turn.user.presence is Presence.LIVE
    if is_hidden and not facts["Active in source system"]:
        reasons.append(CAUSES[Cause.DISABLED])
    if len(reasons) == 1:
        return f"{name} {reasons[0]}."
    numbered = "; ".join(f"{number}) {name} {each}" for number, each in enumerate(reasons, 1))
    return f"{name} should have no active account, for the following reasons: {numbered}."


def _match(decided: Decided) -> ShownStep | None:
    """Each attribute tried with what was found; of a user who is linked, the link and whether the account is there."""
    turn, name = decided.turn, "Match user between source and target system"
    rows = [_tried(turn, tried) for tried in turn.tried]
    if isinstance(turn.plan, Problem) and turn.account is None and (rows or turn.plan.code == "InvalidAnchor"):
        return ShownStep(name, Status.FAILURE, f"{turn.plan.detail}.", rows)
    text = ""
    if turn.vanished_id is not None:
        text = f"{turn.user.name} was linked to {turn.vanished_id}, which is gone from {decided.target_name}. "
    if turn.link is not None:
        was_read = f", which was read from {decided.target_name}" if turn.account is not None else ""
        text = f"{turn.user.name} is linked to {turn.link.account_id}{was_read}."
    elif turn.account is not None:
        text += f"{turn.user.name} matches {turn.account.id}."
    elif rows:
        text += f"No account of {decided.target_name} matches {turn.user.name}."
    return ShownStep(name, Status.SUCCESS, text.strip(), rows) if text else None


def _tried(turn: Turn, tried: Tried) -> Row:
    return {
        "matching attribute": tried.attribute,
        "value": REDACTED if tried.attribute in turn.redacted else tried.value,
        "accounts found": ", ".join(tried.account_ids) or None,
    }


def _perform(decided: Decided, entry: LogEntry) -> ShownStep:
    rows = list(_modified_attributes(decided))
    return ShownStep("Perform action", entry.status, f"{ACTIONS[entry.action]}: {reason(entry)}", rows)


def _modified_attributes(decided: Decided) -> Iterator[Row]:
    """Engine.md 8.1: of a failure too, what it tried to write."""
    turn = decided.turn
    operation = turn.operation
    if operation is None:
        return
    before, after = shown(operation.before, turn.redacted), shown(operation.after, turn.redacted)
    mappings = {mapping.target: mapping for mapping in decided.mappings}
    for target in {**before, **after}:
        yield {
            "target attribute": target,
            "source value": REDACTED
            if target in turn.redacted
            else source_value(turn.source, turn.wanted, mappings.get(target)),
            "expression": expression_of(mappings[target]) if target in mappings else None,
            "original target value": as_text(before.get(target)),
            "modified target value": as_text(after.get(target)),
        }


def expression_of(mapping: AttributeMapping) -> str:
    """Return a mapping's source as an expression: `[mail]`, `"a constant"`, or what was written."""
    match mapping.source:
        case Direct(attribute):
            return f"[{attribute}]"
        case Constant(value):
            return quote(value)
        case FromExpression(text):
            return text
        case _:
            return ""


def source_value(
    source: Mapping[str, object], wanted: Mapping[str, object], mapping: AttributeMapping | None
) -> str | None:
    """Return what a mapping took: the attribute's value, the constant, or what its expression gave."""
    match mapping.source if mapping is not None else None:
        case Direct(attribute):
            return as_text(source.get(attribute))
        case Constant(value):
            return value
        case FromExpression() if mapping is not None:
            return as_text(wanted.get(mapping.target))
        case _:
            return None


ACTIONS = {
    Action.CREATE: "Create",
    Action.UPDATE: "Update",
    Action.DISABLE: "Disable",
    Action.DELETE: "Delete",
    Action.STAGED_DELETE: "Staged delete",
    Action.OTHER: "Skip",
}
