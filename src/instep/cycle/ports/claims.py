"""Who may decide about a user or group while a cycle runs?"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from instep.ledger.cycles import Cycle
from instep.ledger.jobs import Job
from instep.ledger.records import SourceType


@dataclass(frozen=True, slots=True)
class Claim:
    """Whom somebody provisions on demand, in which cycle; `turns` are the members of a group that are chosen."""

    source_type: SourceType
    id: str
    cycle_id: str
    actor: str
    turns: Sequence[str] = ()


class Claims(Protocol):
    """The right to decide about one user or group beside a cycle; it is released when its own cycle ends."""

    def take_beside_a_cycle(self, job: Job, claim: Claim, now: datetime) -> Cycle | None:
        """Claim somebody, with a cycle on demand; None while a cycle has an operation about them in hand.

        That cycle is told that they are wanted.
        """

    def take_alone(self, job: Job, claim: Claim, now: datetime) -> Cycle:
        """Claim somebody while no cycle runs: what is in hand was left so, and its outcome is unknown."""

    def give_up(self, job: Job, claim: Claim) -> None:
        """Want them no more."""
