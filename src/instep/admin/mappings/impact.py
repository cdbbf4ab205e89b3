"""Whom would another schema concern: how many accounts, and which of their values, before it is saved?

Everyone of the next initial cycle is decided about twice, by the saved schema and by the other, as the cycle does it
(`instep.cycle.turns`); what differs is counted. Nothing is read from the target, nothing is sent.
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

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
from instep.admin.mappings.group_impact import GroupImpact, weigh_groups
from instep.admin.mappings.unconcerned import IsUnconcerned, unconcerned_by
from instep.admin.provisioning import Service
from instep.admin.scope_preview import batches_of_everyone, imagined_cycle, job_or_none_yet
from instep.cycle.compiled import CompiledJob, compile_job
from instep.cycle.ports import Batch
from instep.cycle.removals import judged
from instep.cycle.turns import Turn, open_turn, settle
from instep.directory.applications import App
from instep.ledger.records import SourceType
from instep.ledger.redaction import redacted_in
from instep.ledger.schema import Schema
from instep.rules.health.budgets import Judgement
from instep.rules.matching.match import NoMatch
from instep.rules.planning.plan import Nothing, Operation, Problem
from instep.rules.source_user import SourceUser


@dataclass(slots=True)
class Impact:
    """What would be otherwise for the `evaluated` of `everyone`; of each concern, the first few are in the `sample`.

    `attributes` counts the users by target attribute; `removals` judges all that the next
    cycle would remove, when everyone was looked at; `groups` is there where their
    mapping is another.
    """

    everyone: int
    evaluated: int = 0
    counts: Counter[Concern] = field(default_factory=Counter)
    attributes: Counter[str] = field(default_factory=Counter)
    sample: dict[Concern, list[Concerned]] = field(default_factory=dict)
    removals: Judgement | None = None
    groups: GroupImpact | None = None

    @property
    def is_complete(self) -> bool:
        """Whether everyone was looked at."""
        return self.evaluated >= self.everyone

    @property
    def concerned(self) -> int:
        """How many users would be treated otherwise."""
        return self.counts.total()

    def estimated(self, count: int) -> int:
        """Return what a count of those looked at makes of everyone: users are looked at in the order of their ids."""
        return count if self.is_complete else round(count * self.everyone / max(self.evaluated, 1))


def weigh(service: Service, app: App, other: Schema) -> Iterator[Impact]:
    """Yield the same Impact after each batch, until everyone was looked at; whoever asks may stop at any time.

    Raises what `compile_job` raises.
    """
    job, now = job_or_none_yet(service, app), service.clock()
    present = service.applications.schema(app.id)
    saved, compiled = compile_job(job, present, now), compile_job(job, other, now)
    comparison = _Comparison(saved, compiled, unconcerned_by(saved, compiled, present.users, other.users))
    impact = Impact(service.feed.count(job, imagined_cycle(service, job)))
    removals = 0
    for batch in batches_of_everyone(service, job):
        for user in batch.users:
            removals += comparison.compare(user, batch, impact)
        impact.evaluated += len(batch.users)
        yield impact
    impact.everyone = impact.evaluated  # users whom the change log never heard of are counted, and have no turn
    impact.removals = judged(job, service.ledger, removals, now)
    if present.groups != other.groups:
        hidden = redacted_in(present)[SourceType.GROUP] | redacted_in(other)[SourceType.GROUP]
        impact.groups = weigh_groups(service, job, saved, compiled, hidden)
    yield impact


class _Comparison:
    """The two schemas, compiled, and what of them people must not see."""

    def __init__(self, saved: CompiledJob, other: CompiledJob, is_unconcerned: IsUnconcerned) -> None:
        self._saved, self._other, self._is_unconcerned = saved, other, is_unconcerned
        self._redacted = saved.redacted | other.redacted

    def compare(self, user: SourceUser, batch: Batch, impact: Impact) -> bool:
        """Add one user; return whether the other schema would remove their account."""
        if self._is_unconcerned(user, batch):
            return False
        turn = open_turn(self._other, user, batch)
        before, after = _effect(self._saved, open_turn(self._saved, user, batch)), _effect(self._other, turn)
        if before != after:
            self._count(turn, before, after, impact)
        return turn.is_removal

    def _count(self, turn: Turn, before: Effect, after: Effect, impact: Impact) -> None:
        concern = concern_of(before, after)
        values: tuple[ChangedValue, ...] = ()
        if concern is None:
            known: Mapping[str, object] = turn.link.last_written if turn.link is not None else {}
            values = tuple(changed_values(before, after, known, self._redacted))
            if not values:
                return
            concern = Concern.CREATED if turn.link is None else Concern.UPDATED
        impact.counts[concern] += 1
        impact.attributes.update(value.attribute for value in values)
        add_example(impact.sample, concern, turn.user.name, values, after)


def _effect(compiled: CompiledJob, turn: Turn) -> Effect:
    if turn.plan is None:
        settle(compiled, turn, NoMatch())
    match turn.plan:
        case Problem(_, detail):
            return Effect("fails", problem=detail)
        case Operation(after=after) if not turn.is_removal:
            return Effect("written" if turn.link is not None else "new", after)
        case Operation():
            return REMOVED
        case Nothing() if turn.link is not None:
            return AS_IT_IS
        case _:
            return NO_ACCOUNT
