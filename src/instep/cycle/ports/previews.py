"""Where does a cycle run without leaving anything, and where is a plan kept?"""

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from instep.cycle.ports.feed import Feed
from instep.cycle.ports.ledger import Ledger
from instep.ledger.jobs import Job
from instep.ledger.plans import KeptOperation, PlannedOperation


class PlanBook(Protocol):
    """Where planned operations are kept in their order."""

    def begin(self, job: Job, now: datetime, actor: str) -> int:
        """Begin to write a plan down; return its id."""

    def add(self, plan_id: int, operations: Sequence[PlannedOperation]) -> None:
        """Write operations down, in their order."""

    def operations(self, plan_id: int, after: int, limit: int) -> Sequence[KeptOperation]:
        """Return operations of a plan in their order, from behind a number on."""


@dataclass(frozen=True, slots=True)
class Aside:
    """Where a cycle can run, and its plan be kept, without leaving anything."""

    feed: Feed
    ledger: Ledger
    plans: PlanBook


class Previews(Protocol):
    """Where a cycle can run without leaving anything: what it would do is shown instead."""

    def open(self, job: Job, show: Callable[[Sequence[PlannedOperation]], None]) -> AbstractContextManager[Aside]:
        """Return ports that keep to themselves what a cycle writes, and show each batch's operations."""
