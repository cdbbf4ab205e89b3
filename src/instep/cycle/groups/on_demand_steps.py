"""What does an administrator see of one group's provisioning on demand: each step with its values (engine.md 8.1)?"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from instep.cycle.groups.compiled import CompiledGroups
from instep.cycle.groups.turns import GroupTurn
from instep.cycle.on_demand_steps import ACTIONS, Row, ShownStep, expression_of, source_value
from instep.ledger.group_wording import group_cause, group_reason
from instep.ledger.object_summary import as_text
from instep.ledger.records import LogEntry, Status
from instep.ledger.scope_facts import scope_facts
from instep.rules.mapping.attribute_mapping import AttributeMapping
from instep.rules.mapping.redaction import REDACTED, redacted_sources, redacted_targets, shown
from instep.rules.planning.plan import Problem
from instep.rules.scoping.standing import Scope
from instep.rules.source_user import Presence


@dataclass(frozen=True, slots=True)
class ChosenMember:
    """One member whom the administrator chose, and whether their account was written as a member, before and after."""

    user_id: str
    name: str
    account_id: str | None
    is_active: bool
    was_member: bool
    is_member: bool


@dataclass(frozen=True, slots=True)
class DecidedGroup:
    """What the steps are told from: the group's turn and its log entry, with what the job is configured to do."""

    turn: GroupTurn
    groups: CompiledGroups
    mappings: Sequence[AttributeMapping]
    entry: LogEntry | None
    target_name: str
    members: Sequence[ChosenMember]

    @property
    def redacted(self) -> frozenset[str]:
        """The target attributes whose values are hidden."""
        return redacted_targets(self.mappings)


def steps_of_group(decided: DecidedGroup) -> Iterator[ShownStep]:
    """Yield the steps as far as the group came."""
    yield _import_group(decided)
    yield _determine_scope(decided)
    if (matching := _match(decided)) is not None:
        yield matching
    if decided.entry is not None:
        yield _perform(decided, decided.entry)
    if decided.members and decided.groups.has_members:
        yield _provision_members(decided)


def _import_group(decided: DecidedGroup) -> ShownStep:
    turn, hidden = decided.turn, redacted_sources(decided.mappings)
    mappings = decided.groups.mappings
    read = {name for mapping in (*mappings.always, *mappings.on_creation) for name in mapping.attributes}
    values = dict.fromkeys(sorted(read)) | dict(sorted(turn.source.items()))
    rows = [
        {"attribute": name, "value": REDACTED if name in hidden and value is not None else as_text(value)}
        for name, value in values.items()
    ]
    if isinstance(turn.plan, Problem) and turn.plan.code == "ImportSkipped":
        return ShownStep("Import group", Status.FAILURE, f"{turn.plan.detail}.", rows)
    return ShownStep("Import group", Status.SUCCESS, f"Read the group {turn.group.display_name}.", rows)


def _determine_scope(decided: DecidedGroup) -> ShownStep:
    group, scoping, standing = decided.turn.group, decided.groups.scoping, decided.turn.standing
    is_everyone = scoping.scope is Scope.ALL
    facts = {
        "Active in source system": group.presence is Presence.LIVE,
        "Assigned to application": bool(group.roles) or group.has_default_access,
        "Scope sync all": is_everyone,
        "Group has required role": is_everyone or bool(group.roles),
    }
    if scoping.filters is not None:
        evaluation = standing.evaluation or scoping.filters.evaluate(group.named_attributes())
        for title, clauses in evaluation.filters:
            facts |= {f"{title} {clause.text}": clause.holds for clause in clauses}
    rows = [{"property": name, "result": str(holds)} for name, holds in facts.items()]
    name = "Determine if group is in scope"
    if standing.cause is None:
        return ShownStep(name, Status.SUCCESS, f"{group.display_name} is in scope.", rows)
    known = {"cause": standing.cause.value} | (scope_facts(standing.evaluation) if standing.evaluation else {})
    return ShownStep(name, Status.SKIPPED, f"{group.display_name} {group_cause(known)}.", rows)


def _match(decided: DecidedGroup) -> ShownStep | None:
    """Each attribute tried with what was found; of a group that is linked, the link."""
    turn, name = decided.turn, "Match group between source and target system"
    rows: list[Row] = [
        {
            "matching attribute": tried.attribute,
            "value": REDACTED if tried.attribute in decided.redacted else tried.value,
            "groups found": ", ".join(tried.account_ids) or None,
        }
        for tried in turn.tried
    ]
    if isinstance(turn.plan, Problem) and turn.link is None and (rows or turn.plan.code == "InvalidAnchor"):
        return ShownStep(name, Status.FAILURE, f"{turn.plan.detail}.", rows)
    gone = f"It was linked to {turn.vanished_id}, which is gone. " if turn.vanished_id is not None else ""
    group = turn.group.display_name
    if turn.matched_by is not None:
        text = f"{group} matches {turn.resource_id} by {turn.matched_by}."
    elif rows:
        text = f"No group of {decided.target_name} matches {group}."
    elif turn.link is not None:
        text = f"{group} is linked to {turn.resource_id}."
    else:
        return None
    return ShownStep(name, Status.SUCCESS, gone + text, rows)


def _perform(decided: DecidedGroup, entry: LogEntry) -> ShownStep:
    return ShownStep(
        "Perform action", entry.status, f"{ACTIONS[entry.action]}: {group_reason(entry)}", list(_modified(decided))
    )


def _modified(decided: DecidedGroup) -> Iterator[Row]:
    turn, operation = decided.turn, decided.turn.operation
    if operation is None:
        return
    before, after = shown(operation.before, decided.redacted), shown(operation.after, decided.redacted)
    mappings = {mapping.target: mapping for mapping in decided.mappings}
    for target in {**before, **after}:
        mapping = mappings.get(target)
        value = source_value(turn.source, turn.wanted, mapping)
        yield {
            "target attribute": target,
            "source value": REDACTED if target in decided.redacted else value,
            "expression": expression_of(mapping) if mapping is not None else None,
            "original target value": as_text(before.get(target)),
            "modified target value": as_text(after.get(target)),
        }


def _provision_members(decided: DecidedGroup) -> ShownStep:
    turn, members = decided.turn, decided.members
    rows: list[Row] = [
        {
            "member": member.name,
            "account": member.account_id,
            "member before": str(member.was_member),
            "member now": str(member.is_member),
            "why": _why(turn, member),
        }
        for member in members
    ]
    now = sum(member.is_member for member in members)
    changed = sum(member.is_member != member.was_member for member in members)
    text = f"{now:,} of {len(members):,} chosen members are in the group; {changed:,} changed."
    is_refused = any(member.user_id in turn.refused for member in members)
    has_failed = is_refused or turn.problem is not None or isinstance(turn.plan, Problem)
    status = Status.FAILURE if has_failed else Status.WARNING if turn.held else Status.SUCCESS
    return ShownStep("Provision members", status, text, rows)


def _why(turn: GroupTurn, member: ChosenMember) -> str:
    if member.user_id in turn.refused:
        return f"refused: {turn.refused[member.user_id]}"
    if member.user_id in {held.user_id for held in turn.held}:
        return "held: why is said of the action"
    if turn.link is None:
        return "the group is not in the application"
    if member.is_member != member.was_member:
        return "added" if member.is_member else "taken out"
    if not member.is_member and not (member.account_id is not None and member.is_active):
        return "has no active account"
    if member.is_member:
        return "is a member already"
    return "was not written" if turn.problem is not None or isinstance(turn.plan, Problem) else "is no member"
