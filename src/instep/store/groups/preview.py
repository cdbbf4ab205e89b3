"""What would a cycle do about groups? A ledger that shows what it is told to send or to hold."""

from collections.abc import Callable, Collection, Sequence
from datetime import datetime

from instep.cycle.groups.ports import GroupToSend, RecordedGroups
from instep.ledger.cycles import Counts, Cycle
from instep.ledger.groups import RemovedLately
from instep.ledger.jobs import Job
from instep.ledger.planned_groups import planned_for_group
from instep.ledger.plans import PlannedOperation, planned_operation
from instep.ledger.records import OperationState, Status
from instep.store.database import Database
from instep.store.groups.ledger import StoredGroupLedger
from instep.store.groups.naming import named

Show = Callable[[Sequence[PlannedOperation]], None]


class PreviewGroupLedger(StoredGroupLedger):
    """The groups' ledger of a preview, over tables that hide the real ones."""

    def __init__(self, scratch: Database, real: StoredGroupLedger, show: Show) -> None:
        super().__init__(scratch)
        self._real = real
        self._show = show
        self._decided: dict[int, tuple[GroupToSend, int]] = {}  # sent and not recorded yet

    def record_sent(
        self, job: Job, cycle: Cycle, operations: Sequence[GroupToSend], decided_at: int, now: datetime
    ) -> tuple[Sequence[int], Collection[int]]:
        """Write operations down, to show them when they are recorded."""
        ids, stale = super().record_sent(job, cycle, operations, decided_at, now)
        self._decided |= {
            identifier: (each, decided_at)
            for identifier, each in zip(ids, operations, strict=True)
            if identifier not in stale
        }
        return ids, stale

    def record(self, job: Job, cycle: Cycle, recorded: RecordedGroups, counts: Counts, now: datetime) -> None:
        """Write what would come of operations, and show it."""
        super().record(job, cycle, recorded, counts, now)
        facts = {entry.operation_id: entry.facts for entry in recorded.entries}
        shown: list[PlannedOperation] = []
        for identifier, state in recorded.operations:
            each, decided_at = self._decided.pop(identifier, (None, 0))
            if each is not None and state is OperationState.DONE:
                shown += planned_for_group(each.group_id, each.operation, decided_at, facts.get(identifier, {}))
        shown += [held.planned for held in recorded.held]
        shown += [planned_operation(e, None, cycle.head) for e in recorded.entries if e.status is Status.FAILURE]
        if shown:
            with self._database.read() as connection:
                shown = list(named(connection, shown))
            self._show(shown)

    def removed_since(self, job: Job, moment: datetime) -> RemovedLately:
        """Return whom this job has taken out of groups since: the preview judges before it shows anything."""
        return self._real.removed_since(job, moment)
