"""What do use cases need of whatever keeps what has drifted?"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from instep.ledger.drift import DriftCounts, Finding, Sample, Sweep
from instep.ledger.jobs import Job


@dataclass(frozen=True, slots=True)
class DriftQuery:
    """Which findings are asked for: of an attribute, about names with a text in them; in the order of accounts.

    `after` is the place of the finding behind which they begin, `before` of the one before which the last of them is.
    """

    attribute: str | None = None
    text: str = ""
    after: str = ""
    before: str = ""
    limit: int = 51


class Drifts(Protocol):
    """The last sweep of each job, and its findings. Each call is one transaction."""

    def sweep(self, job: Job) -> Sweep | None:
        """Return the job's last sweep."""

    def begin(self, job: Job, sweep: Sweep) -> None:
        """Write a new sweep down in place of the last; its findings stay until their accounts are seen again."""

    def seen(self, job: Job, account_ids: Collection[str]) -> int:
        """Return how many of these accounts the sweep under way has seen."""

    def record(
        self, job: Job, sweep: Sweep, account_ids: Collection[str], findings: Sequence[Finding], now: datetime
    ) -> None:
        """Write a page down: the sweep as it is now, whom it saw, and all that was found about them."""

    def end(self, job: Job, sweep: Sweep, now: datetime) -> Sweep:
        """End a walk that saw everyone: whom it did not see is gone, and forgotten where not linked any more."""

    def save(self, job: Job, sweep: Sweep) -> None:
        """Write down how a sweep stands."""

    def findings(self, job: Job, wanted: DriftQuery) -> Sequence[Finding]:
        """Return some of the findings."""

    def linked_users(self, job: Job, places: Sequence[int]) -> Sequence[str]:
        """Return the linked users at these places, counted from 0 in the order of their ids; fewer by now, perhaps."""

    def save_sample(self, job: Job, sample: Sample) -> None:
        """Write a sample down in place of the last."""

    def sample(self, job: Job) -> Sample | None:
        """Return the job's last sample."""

    def counts(self, job: Job) -> DriftCounts:
        """Return how many there are."""
