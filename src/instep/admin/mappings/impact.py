"""Whom would another schema concern: how many accounts, and which of their values, before it is saved?

Everyone of the next initial cycle is decided about twice, by the saved schema and by the other, as the cycle does it
(`instep.cycle.turns`); what differs is counted. Nothing is read from the target, nothing is sent.
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from instep.admin.mappings.unconcerned import IsUnconcerned, unconcerned_by
from instep.admin.provisioning import Service
from instep.admin.scope_preview import batches_of_everyone, imagined_cycle, job_or_none_yet
from instep.cycle.compiled import CompiledJob, compile_job
from instep.cycle.ports import Batch
from instep.cycle.removals import judged
from instep.cycle.turns import Turn, open_turn, settle
from instep.directory.applications import App
from instep.ledger.object_summary import as_text
from instep.ledger.schema import Schema
from instep.rules.health.budgets import Judgement
from instep.rules.mapping.redaction import REDACTED
from instep.rules.matching.match import NoMatch
from instep.rules.planning.plan import Nothing, Operation, Problem, Values
from instep.rules.source_user import SourceUser

SHOWN: Final = 10
MOST_VALUES_SHOWN: Final = 8


@dataclass(frozen=True, slots=True)
class ChangedValue:
    """What an account would say in one attribute: as things are saved now, and with the other schema."""

    attribute: str
    saved: str | None
    other: str | None


@dataclass(frozen=True, slots=True)
class Concerned:
    """One user of the sample: the values that would be others, or the problem that there would be."""

    id: str
    name: str
    values: tuple[ChangedValue, ...] = ()
    problem: str = ""


class Concern(StrEnum):
    """How somebody would be treated otherwise.

    `updated` have an account that would get other values; `created` have none yet, and it would be created with other
    values. `removed` would lose an active account that stays as things are saved, `spared` the reverse; `entering`
    and `leaving` are users without an account who come into scope or go. `failing` could not be provisioned any
    more, `mended` could again.
    """

    UPDATED = "updated"
    CREATED = "created"
    REMOVED = "removed"
    SPARED = "spared"
    ENTERING = "entering"
    LEAVING = "leaving"
    FAILING = "failing"
    MENDED = "mended"


@dataclass(slots=True)
class Impact:
    """What would be otherwise for the `evaluated` of `everyone`; of each concern, the first few are in the `sample`.

    `attributes` counts the users by target attribute; `removals` judges all that the next
    cycle would remove, when everyone was looked at.
    """

    everyone: int
    evaluated: int = 0
    counts: Counter[Concern] = field(default_factory=Counter)
    attributes: Counter[str] = field(default_factory=Counter)
    sample: dict[Concern, list[Concerned]] = field(default_factory=dict)
    removals: Judgement | None = None

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
    yield impact


@dataclass(frozen=True, slots=True)
class _Effect:
    """What becomes of a user: an account with these values, none, one removed, or a problem."""

    kind: str  # written, as it is, new, no account, removed, fails
    values: Values = field(default_factory=dict)
    problem: str = ""


_NO_ACCOUNT: Final = _Effect("no account")
_AS_IT_IS: Final = _Effect("as it is")
_REMOVED: Final = _Effect("removed")


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

    def _count(self, turn: Turn, before: _Effect, after: _Effect, impact: Impact) -> None:
        concern = _concern(before, after)
        values: tuple[ChangedValue, ...] = ()
        if concern is None:
            values = self._changed(turn, before.values, after.values)
            if not values:
                return
            concern = Concern.CREATED if turn.link is None else Concern.UPDATED
        impact.counts[concern] += 1
        impact.attributes.update(value.attribute for value in values)
        sample = impact.sample.setdefault(concern, [])
        if len(sample) < SHOWN:
            sample.append(Concerned(turn.user.id, turn.user.name, values[:MOST_VALUES_SHOWN], after.problem))

    def _changed(self, turn: Turn, before: Values, after: Values) -> tuple[ChangedValue, ...]:
        known: Mapping[str, object] = turn.link.last_written if turn.link is not None else {}
        changed = []
        for attribute in {**before, **after}:
            saved, other = before.get(attribute, known.get(attribute)), after.get(attribute, known.get(attribute))
            if saved != other:
                changed.append(ChangedValue(attribute, self._text(attribute, saved), self._text(attribute, other)))
        return tuple(changed)

    def _text(self, attribute: str, value: object) -> str | None:
        return REDACTED if attribute in self._redacted and value is not None else as_text(value)


def _concern(before: _Effect, after: _Effect) -> Concern | None:
    """Return how somebody would be treated otherwise; None where only values can tell."""
    kinds = before.kind, after.kind
    if "fails" in kinds:
        return Concern.FAILING if after.kind == "fails" else Concern.MENDED
    if "removed" in kinds:
        return Concern.REMOVED if after.kind == "removed" else Concern.SPARED
    if "no account" in kinds:
        return Concern.ENTERING if before.kind == "no account" else Concern.LEAVING
    return None


def _effect(compiled: CompiledJob, turn: Turn) -> _Effect:
    if turn.plan is None:
        settle(compiled, turn, NoMatch())
    match turn.plan:
        case Problem(_, detail):
            return _Effect("fails", problem=detail)
        case Operation(after=after) if not turn.is_removal:
            return _Effect("written" if turn.link is not None else "new", after)
        case Operation():
            return _REMOVED
        case Nothing() if turn.link is not None:
            return _AS_IT_IS
        case _:
            return _NO_ACCOUNT
