"""Where does a preview write? Into temporary tables that hide those of the ledger, on a connection that only reads."""

from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime

from instep.cycle.aftermath import Aftermath
from instep.cycle.ports import Aside, Recorded, ToSend
from instep.ledger.cycles import Counts, Cycle, CycleState
from instep.ledger.jobs import Job
from instep.ledger.plans import ACCOUNT_TO_COME, PlannedOperation, planned_operation, renamed, texts_in
from instep.ledger.records import Status
from instep.rules.planning.plan import Operation
from instep.store.database import Database
from instep.store.feed import StoredFeed
from instep.store.groups.preview import PreviewGroupLedger
from instep.store.ledger import StoredLedger
from instep.store.plans import PlanStore
from instep.store.scratch import Scratch, open_scratch

Show = Callable[[Sequence[PlannedOperation]], None]


class StoredPreviews:
    """instep.cycle.ports.Previews over a database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    @contextmanager
    def open(self, job: Job, show: Show) -> Iterator[Aside]:
        """Open ports for one preview; what they write is gone at the end, however that comes."""
        scratch = open_scratch(self._database)
        try:
            scratch.hide_ledger(job)
            ledger = _PreviewLedger(scratch, StoredLedger(self._database), show)
            yield Aside(StoredFeed(scratch), ledger, PlanStore(scratch))
        finally:
            scratch.close()


class _PreviewLedger(StoredLedger):
    """A ledger that shows what it is told to send or to hold."""

    def __init__(self, scratch: Scratch, real: StoredLedger, show: Show) -> None:
        super().__init__(scratch)
        self._real = real
        self._show = show
        self._decided: dict[int, tuple[Operation, int]] = {}  # sent and not recorded yet
        self.groups = PreviewGroupLedger(scratch, real.groups, show)

    def record_sent(
        self, job: Job, cycle: Cycle, operations: Sequence[ToSend], decided_at: int, now: datetime
    ) -> tuple[Sequence[int], Collection[str]]:
        """Write operations down, to show them when they are recorded."""
        ids, stale = super().record_sent(job, cycle, operations, decided_at, now)
        self._decided |= {
            identifier: (each.operation, decided_at)
            for identifier, each in zip(ids, operations, strict=True)
            if each.user_id not in stale
        }
        return ids, stale

    def record(
        self, job: Job, cycle: Cycle, recorded: Recorded, counts: Counts, cursor: str | None, now: datetime
    ) -> Collection[str]:
        """Write what would come of a batch, and show it."""
        taken = super().record(job, cycle, recorded, counts, cursor, now)
        held = {each.planned.user_id: each.planned for each in recorded.held}
        shown = []
        for entry in recorded.entries:
            decided = self._decided.get(entry.operation_id or 0)
            if (planned := held.get(entry.user_id)) is not None:
                shown.append(planned)
            elif decided is not None:
                shown.append(planned_operation(entry, *decided))
            elif entry.status in (Status.FAILURE, Status.WARNING):
                shown.append(planned_operation(entry, None, cycle.head))
        for identifier, _ in recorded.operations:
            self._decided.pop(identifier, None)
        if shown:
            self._show(self._named(job, shown))
        return taken

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
        """End the cycle; what that would mean for the job is left out, and nobody is told."""
        super().end(job, cycle, state, counts, now, reason)

    def removals_since(self, job: Job, moment: datetime) -> int:
        """Return how many removals this job has sent since, and how many this preview has seen."""
        return self._real.removals_since(job, moment) + super().removals_since(job, moment)

    def _named(self, job: Job, shown: Sequence[PlannedOperation]) -> Sequence[PlannedOperation]:
        """Let what refers to an account to come say whose it is: the numbers mean nothing to anyone else."""
        texts = (text for each in shown for text in texts_in(each.account_id, each.before, each.after))
        numbers = {text for text in texts if text.startswith(ACCOUNT_TO_COME)}
        if not numbers:
            return shown
        names = {account: f"{ACCOUNT_TO_COME}{user}" for account, user in self.owners(job, numbers).items()}
        return [
            replace(
                each,
                account_id=names.get(each.account_id or "", each.account_id),
                before=renamed(each.before, names),
                after=renamed(each.after, names),
            )
            for each in shown
        ]
