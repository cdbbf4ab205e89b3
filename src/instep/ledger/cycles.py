"""What is a cycle: its kind, its place, what it has done so far?"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from instep.ledger.group_counts import GroupCounts
from instep.rules.health.budgets import Budgeted, Judgement


class CycleKind(StrEnum):
    """Everyone, those who changed since the watermark, those whom a plan that is applied names, or one user by hand."""

    INITIAL = "initial"
    INCREMENTAL = "incremental"
    PLAN = "plan"
    ON_DEMAND = "on demand"

    @property
    def has_turns(self) -> bool:
        """Whether it is written down whose turn it is; otherwise it is everyone's."""
        return self is not CycleKind.INITIAL


class CycleState(StrEnum):
    """`interrupted` goes on from its cursor; `superseded` ended because the configuration or the target changed."""

    RUNNING = "running"
    INTERRUPTED = "interrupted"
    SUCCEEDED = "succeeded"
    SUPERSEDED = "superseded"


@dataclass(frozen=True, slots=True)
class Cycle:
    """One cycle as the ledger has it; `cursor` is the last user of its unbroken prefix of finished batches."""

    id: str
    job_id: str
    kind: CycleKind
    configuration_version: int
    target_identity: str
    since: int | None
    head: int
    cursor: str | None
    begun_at: datetime
    plan_id: int | None = None  # the plan that it applies


_USER_COUNTS = (
    "users",
    "created",
    "updated",
    "disabled",
    "deleted",
    "skipped",
    "held",
    "failed",
    "reference_failures",
    "entitled",
    "retried",
)


@dataclass(slots=True)
class Counts:
    """What a cycle has done so far, users and requests; kept with the cycle so that a restart goes on counting.

    `reference_failures` are those of the failed whose reference (manager, member) failed; `entitled` should have an
    active account; `retried` had failed before.
    """

    users: int = 0
    created: int = 0
    updated: int = 0
    disabled: int = 0
    deleted: int = 0
    skipped: int = 0
    held: int = 0
    failed: int = 0
    reference_failures: int = 0
    entitled: int = 0
    retried: int = 0
    requests: Counter[str] = field(default_factory=Counter)
    reads_because: Counter[str] = field(default_factory=Counter)
    of_groups: GroupCounts = field(default_factory=GroupCounts)

    def add(self, users: "Counts") -> None:
        """Add what one batch did to its users; requests and reads are counted as they happen."""
        for name in _USER_COUNTS:
            setattr(self, name, getattr(self, name) + getattr(users, name))

    def take_back(self, users: "Counts") -> None:
        """Undo an `add`."""
        for name in _USER_COUNTS:
            setattr(self, name, getattr(self, name) - getattr(users, name))

    def as_document(self) -> dict[str, object]:
        """Return the counts as they are stored and printed."""
        return {
            "users": self.users,
            "created": self.created,
            "updated": self.updated,
            "disabled": self.disabled,
            "deleted": self.deleted,
            "skipped": self.skipped,
            "held": self.held,
            "failed": self.failed,
            "reference_failures": self.reference_failures,
            "entitled": self.entitled,
            "retried": self.retried,
            **self.of_groups.as_document(),
            "requests": dict(sorted(self.requests.items())),
            "reads_because": dict(sorted(self.reads_because.items())),
        }

    @classmethod
    def from_document(cls, document: Mapping[str, object]) -> "Counts":
        """Return the counts that `as_document` wrote."""
        plain = {name: value for name in _USER_COUNTS if isinstance(value := document.get(name), int)}
        requests, reads = document.get("requests"), document.get("reads_because")
        return cls(
            **plain,
            requests=Counter(requests if isinstance(requests, dict) else {}),
            reads_because=Counter(reads if isinstance(reads, dict) else {}),
            of_groups=GroupCounts.from_document(document),
        )


@dataclass(frozen=True, slots=True)
class CycleSummary:
    """How a cycle ended: printed last by `instep apps provision`; `judgements` say what was held."""

    cycle_id: str
    kind: CycleKind
    state: CycleState
    counts: Counts
    reason: str | None = None
    judgements: Mapping[Budgeted, Judgement] = field(default_factory=dict)

    def as_document(self) -> dict[str, object]:
        """Return the summary as one JSON object."""
        ending: dict[str, object] = {"state": self.state.value, "cycle_id": self.cycle_id}
        if self.reason is not None:
            ending["reason"] = self.reason
        return {"kind": self.kind.value, **self.counts.as_document(), **ending}
