"""Which groups would another schema concern, before it is saved?"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field

from instep.admin.group_scope_preview import batches_of_groups
from instep.admin.mappings.effects import (
    AS_IT_IS,
    NO_ACCOUNT,
    REMOVED,
    ChangedValue,
    Concern,
    Concerned,
    Effect,
    add_example,
    changed_values,
    concern_of,
)
from instep.admin.provisioning import Service
from instep.cycle.compiled import CompiledJob
from instep.cycle.groups.compiled import CompiledGroups
from instep.cycle.groups.turns import GroupTurn, open_group_turns, settle_group
from instep.ledger.jobs import Job
from instep.rules.matching.match import NoMatch
from instep.rules.planning.operations import Nothing, Operation, Problem


@dataclass(slots=True)
class GroupImpact:
    """How many groups of the `evaluated` would be otherwise, and in which of their own attributes; not of members."""

    evaluated: int = 0
    counts: Counter[Concern] = field(default_factory=Counter)
    attributes: Counter[str] = field(default_factory=Counter)
    sample: dict[Concern, list[Concerned]] = field(default_factory=dict)


def weigh_groups(
    service: Service, job: Job, saved: CompiledJob, other: CompiledJob, redacted: frozenset[str]
) -> GroupImpact | None:
    """Decide about each group twice; None where groups are provisioned by neither, or by only one of the schemas.

    Values of `redacted` target attributes are hidden.
    """
    if saved.groups is None or other.groups is None:
        return None
    impact = GroupImpact()
    for batch in batches_of_groups(service, job):
        before = open_group_turns(saved, saved.groups, batch)
        after = open_group_turns(other, other.groups, batch)
        for one, another in zip(before, after, strict=True):
            effects = _effect(saved, saved.groups, one), _effect(other, other.groups, another)
            _compare(*effects, another, redacted, impact)
    return impact


def _compare(before: Effect, after: Effect, turn: GroupTurn, redacted: frozenset[str], impact: GroupImpact) -> None:
    impact.evaluated += 1
    if before == after:
        return
    concern = concern_of(before, after)
    values: tuple[ChangedValue, ...] = ()
    if concern is None:
        known: Mapping[str, object] = turn.link.last_written if turn.link is not None else {}
        values = tuple(changed_values(before, after, known, redacted))
        if not values:
            return
        concern = Concern.CREATED if turn.link is None else Concern.UPDATED
        impact.attributes.update(value.attribute for value in values)
    impact.counts[concern] += 1
    add_example(impact.sample, concern, turn.group.display_name, values, after)


def _effect(compiled: CompiledJob, groups: CompiledGroups, turn: GroupTurn) -> Effect:
    is_linked = turn.link is not None
    if turn.plan is None:
        settle_group(compiled, groups, turn, NoMatch())
    match turn.plan:
        case Problem(_, detail):
            return Effect("fails", problem=detail)
        case Operation() if turn.is_deletion:
            return REMOVED
        case Operation(after=after):
            return Effect("written" if is_linked else "new", after)
        case Nothing() if is_linked:
            return AS_IT_IS
        case _:
            return NO_ACCOUNT
