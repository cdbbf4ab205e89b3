"""What would a cycle do, as long as not all of it is known? Its operations are kept aside, and counted as they come."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime

from instep.cycle.agreement import is_same
from instep.cycle.judging import JUDGED, judge_as_a_whole
from instep.cycle.ports import Ledger, PlanBook
from instep.cycle.run import BATCH_SIZE
from instep.ledger.jobs import Job
from instep.ledger.plans import PlannedOperation, PlanSubject
from instep.ledger.records import SourceType
from instep.rules.health.budgets import Budgeted, Judgement, subject_of


class Draft:
    """The operations of a cycle in their order, in a plan book rather than in memory."""

    def __init__(self, job: Job) -> None:
        self._job = job
        self._counts: Counter[Budgeted] = Counter()
        self._book: PlanBook | None = None
        self._id = 0

    def keep_in(self, book: PlanBook, now: datetime) -> None:
        """Say where it is kept; before that nothing can be added."""
        self._book, self._id = book, book.begin(self._job, now, "Instep")

    def add(self, planned: Sequence[PlannedOperation]) -> None:
        """Add a batch."""
        self._counts.update(budgeted for each in planned if (budgeted := _budgeted(each)) is not None)
        if self._book is not None:
            self._book.add(self._id, planned)

    def judgements(self, ledger: Ledger, after: Ledger, cycle_id: str) -> Mapping[Budgeted, Judgement]:
        """Judge the creates and updates together with those held before who are not in it, and those done already.

        `after` is the ledger as it would be after the cycle.
        """
        waiting = after.waiting(self._job)
        planned = {each: self._counts[each] + waiting[PlanSubject(each.value)] for each in JUDGED}
        spent = ledger.spent(self._job, cycle_id)
        return judge_as_a_whole(self._job.settings, ledger.active_links(self._job), planned, spent)

    def pages(self) -> Iterator[Sequence[PlannedOperation]]:
        """Yield all operations in their order."""
        after = 0
        while self._book is not None and (page := self._book.operations(self._id, after, BATCH_SIZE)):
            yield [kept.planned for kept in page]
            after = page[-1].number


def _budgeted(planned: PlannedOperation) -> Budgeted | None:
    """Return by which budget an operation is judged; only what is done to accounts is."""
    if planned.kind is None or planned.source_type is not SourceType.USER:
        return None
    return subject_of(planned.kind)


def to_hold(
    ledger: Ledger, job: Job, page: Sequence[PlannedOperation], over: Mapping[Budgeted, Judgement]
) -> Mapping[int, Judgement]:
    """Return which operations of a page, by their place in it, may not be sent: over budget, and not approved."""
    judged = {
        place: over[budgeted]
        for place, each in enumerate(page)
        if (budgeted := _budgeted(each)) is not None and budgeted in over
    }
    approved = ledger.approved(job, {page[place].user_id for place in judged}) if judged else {}
    return {
        place: judgement
        for place, judgement in judged.items()
        if not any(is_same(agreed, page[place]) for agreed in approved.get(page[place].user_id, ()))
    }
