"""What do use cases need of whatever keeps plans?"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from instep.ledger.cycles import CycleKind
from instep.ledger.jobs import Job
from instep.ledger.plans import KeptOperation, Plan, PlannedOperation, PlannedState, PlanState
from instep.rules.planning.operations import OperationKind


@dataclass(frozen=True, slots=True)
class PlannedQuery:
    """Which operations of a plan are asked for: of a kind, in a state, about names with a text in them.

    `after` is the number behind which they begin, `before` the one before which the last of them ends.
    """

    kind: OperationKind | None = None
    state: PlannedState | None = None
    text: str = ""
    after: int = 0
    before: int | None = None
    limit: int = 51


class Plans(Protocol):
    """Plans: operations that wait to be agreed to. Each call is one transaction."""

    def begin(self, job: Job, now: datetime, actor: str, undoes: str | None = None) -> int:
        """Begin to write a plan down, perhaps of what undoes a cycle; return its id."""

    def add(self, plan_id: int, operations: Sequence[PlannedOperation]) -> None:
        """Write operations down, in their order."""

    def keep(self, plan_id: int, job: Job, kind: CycleKind, now: datetime, actor: str) -> None:
        """End the writing: the plan waits to be approved or rejected."""

    def discard(self, plan_id: int) -> None:
        """Throw a plan away that was not written to its end."""

    def all(self, job: Job) -> Sequence[Plan]:
        """Return the job's plans, the newest first."""

    def find(self, job: Job, plan_id: int) -> Plan | None:
        """Return a plan of the job that is written to its end."""

    def waiting_held_sets(self, job: Job) -> Sequence[Plan]:
        """Return the held sets that are not at their end, the newest first."""

    def unfinished(self, job: Job) -> Plan | None:
        """Return the newest plan of the job where it is still being written, or was when its writer ended."""

    def operations(
        self, plan_id: int, after: int, limit: int, state: PlannedState | None = None
    ) -> Sequence[KeptOperation]:
        """Return operations of a plan in their order, from behind a number on; all, or those in one state."""

    def page(self, plan_id: int, wanted: PlannedQuery) -> Sequence[KeptOperation]:
        """Return some of a plan's operations, in their order."""

    def show(self, plan: Plan, now: datetime) -> None:
        """Note that people have seen what is in a plan: nothing is added to it from now on."""

    def decide(self, plan: Plan, job: Job, state: PlanState, now: datetime, actor: str) -> bool:
        """Approve or reject a plan that is as it was read; False if somebody decided it meanwhile."""

    def make_stale(self, plan: Plan, job: Job, now: datetime, actor: str, reason: str) -> None:
        """End a plan that can never be applied any more."""
