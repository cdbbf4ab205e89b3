"""Where does a cycle keep what it does: operations before they are sent, and what came of them?"""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Protocol

from instep.cycle.aftermath import Aftermath, LeftOver
from instep.cycle.groups.ports import GroupLedger
from instep.cycle.ports.records import Acts, Agreed, InHand, Recorded, ToSend
from instep.ledger.cycles import Counts, Cycle, CycleState
from instep.ledger.jobs import Job
from instep.ledger.plans import PlanSubject
from instep.ledger.records import OpenOperation, SourceType
from instep.rules.health.budgets import Budgeted
from instep.rules.matching.match import Account


class Ledger(Protocol):
    """What happened and what is known; each method is one transaction."""

    @property
    def groups(self) -> GroupLedger:
        """The same of groups."""

    def begin(self, job: Job, now: datetime, escrows_due_by: datetime, new_id: str) -> tuple[Cycle, Counts]:
        """Return the job's unfinished cycle to go on with, or a new one whose turns are written down.

        Users in escrow have a turn if their next attempt is due by the moment given.
        """

    def begin_plan(self, job: Job, plan_id: int, now: datetime, new_id: str, actor: str) -> tuple[Cycle, Counts]:
        """Return the unfinished cycle that applies this plan, or a new one: it is the turn of the plan's users."""

    def agreed(self, job: Job, cycle: Cycle, user_ids: Collection[str]) -> Mapping[str, Sequence[Agreed]]:
        """Return what the plan that this cycle applies has for these users."""

    def approved(self, job: Job, user_ids: Collection[str]) -> Mapping[str, Sequence[Agreed]]:
        """Return what was held of these users, and approved."""

    def waiting(self, job: Job) -> Counter[PlanSubject]:
        """Return how many users are held and not approved, by the set that they are in."""

    def spent(self, job: Job, cycle_id: str) -> Counter[Budgeted]:
        """Return how many creates and updates a cycle has done of its own accord, without an approval."""

    def outdated_since(self, job: Job, cycle: Cycle, sequence: int) -> Collection[str] | None:
        """Return about whom something decided at that moment may be wrong by now; None where that is perhaps anyone.

        They have changed since, or were provisioned on demand beside this cycle.
        """

    def open_operations(self, job: Job) -> Sequence[OpenOperation]:
        """Return the operations of this job and target whose outcome is not known."""

    def record_sent(
        self, job: Job, cycle: Cycle, operations: Sequence[ToSend], decided_at: int, now: datetime
    ) -> tuple[Sequence[int], Collection[str]]:
        """Write operations down before they leave; return their ids, and the users who changed since `decided_at`.

        Those who are or were provisioned on demand meanwhile are among them. Their operations are written down as
        stale, and must not be sent.
        """

    def record(
        self, job: Job, cycle: Cycle, recorded: Recorded, counts: Counts, cursor: str | None, now: datetime
    ) -> Collection[str]:
        """Write what came of a batch; the cursor moves if one is given. Raises AccountTaken.

        Where some of the users are or were provisioned on demand since they were decided, they are returned, and
        nothing was written: they must be decided again.
        """

    def wanted(self, job: Job) -> Sequence[str]:
        """Return whom somebody waits for to provision them on demand."""

    def withdraw(self, job: Job, operation_id: int) -> None:
        """Write down that an operation was not sent, and will not be."""

    def in_hand(self, job: Job, source_type: SourceType) -> InHand:
        """Return who is provisioned on demand; whoever was cut off is told once, their operations being unknown."""

    def owners(self, job: Job, account_ids: Collection[str]) -> Mapping[str, str]:
        """Return which of these accounts are linked to which user."""

    def active_links(self, job: Job) -> int:
        """Return how many accounts of this job and target are linked and active."""

    def removals_since(self, job: Job, moment: datetime) -> int:
        """Return how many removals this job has sent since."""

    def held(self, job: Job, cycle: Cycle) -> Collection[str]:
        """Return the users whose removal this cycle has held, before it was interrupted."""

    def keep_accounts(self, job: Job, accounts: Sequence[Account], attributes: Sequence[str]) -> int:
        """Keep accounts read in a walk, findable by these attributes; return how many were not kept before."""

    def kept_accounts(self, job: Job, attribute: str, value_keys: Collection[str]) -> Mapping[str, Sequence[Account]]:
        """Return the kept accounts by their casefolded value of a matching attribute."""

    def forget_accounts(self, job: Job) -> None:
        """Empty what `keep_accounts` kept."""

    def acts(self, job: Job) -> Acts | None:
        """Return how far administrators' acts on the job have come; None where it is gone."""

    def left_over(self, job: Job, cycle: Cycle) -> LeftOver:
        """Return what the cycle leaves to be done."""

    def end(
        self,
        job: Job,
        cycle: Cycle,
        state: CycleState,
        counts: Counts,
        now: datetime,
        reason: str | None,
        aftermath: Aftermath | None = None,
    ) -> None:
        """End the cycle or interrupt it, with what that means for its job; success sets the watermark to its head.

        Where an administrator has acted on the job meanwhile, the aftermath is left out: it is about what was.
        """
