"""Where are plans kept: written batch by batch as a preview shows them, decided, and read back?"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, TypeVar

from sqlalchemy import Connection, Row, delete, func, insert, or_, select, update

from instep.admin.ports import PlannedQuery
from instep.clock import from_text, to_text
from instep.ledger.cycles import CycleKind
from instep.ledger.jobs import Job
from instep.ledger.plans import (
    WAITING_STATES,
    KeptOperation,
    Plan,
    PlannedOperation,
    PlannedState,
    PlanOrigin,
    PlanState,
    PlanSubject,
)
from instep.ledger.records import SourceType
from instep.rules.planning.plan import OperationKind
from instep.store.audit import write_audit
from instep.store.database import Database
from instep.store.documents import moment
from instep.store.feed import head
from instep.store.planned_rows import insert_planned, read_planned
from instep.store.tables.plans import planned_operations, plans

Kind = TypeVar("Kind", OperationKind, PlannedState)

_WAITING = [state.value for state in WAITING_STATES]
ABANDONED_AFTER = timedelta(days=1)  # a draft whose writer is gone


class PlanStore:
    """instep.admin.ports.Plans over a database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def begin(self, job: Job, now: datetime, actor: str, undoes: str | None = None) -> int:
        """Begin to write a plan down; return its id. What others began and never ended is thrown away."""
        with self._database.write(job.id) as connection:
            old = select(plans.c.id).where(
                plans.c.state == PlanState.DRAFT.value, plans.c.planned_at < to_text(now - ABANDONED_AFTER)
            )
            _discard(connection, connection.execute(old).scalars().all())
            begun = insert(plans).values(
                job_id=job.id,
                origin=(PlanOrigin.SAVED if undoes is None else PlanOrigin.UNDO).value,
                undone_cycle_id=undoes,
                subject=PlanSubject.EVERYTHING.value,
                state=PlanState.DRAFT.value,
                cycle_kind="",
                configuration_version=job.configuration_version,
                target_identity=job.target_identity,
                planned_at=to_text(now),
                planned_by=actor,
            )
            (plan_id,) = connection.execute(begun.returning(plans.c.id)).one()
            return int(plan_id)

    def add(self, plan_id: int, operations: Sequence[PlannedOperation]) -> None:
        """Write operations down, in their order."""
        with self._database.write() as connection:
            insert_planned(connection, plan_id, operations)

    def keep(self, plan_id: int, job: Job, kind: CycleKind, now: datetime, actor: str) -> None:
        """End the writing: the plan waits to be approved or rejected."""
        with self._database.write(job.id) as connection:
            values = {"state": PlanState.PLANNED.value, "cycle_kind": kind.value}
            connection.execute(update(plans).where(plans.c.id == plan_id).values(**values))
            _audit(connection, job, now, actor, "saved", plan_id)

    def discard(self, plan_id: int) -> None:
        """Throw a plan away that was not written to its end."""
        with self._database.write() as connection:
            _discard(connection, [plan_id])

    def all(self, job: Job) -> Sequence[Plan]:
        """Return the job's plans, the newest first."""
        query = (
            select(plans)
            .where(plans.c.job_id == job.id, plans.c.state != PlanState.DRAFT.value)
            .order_by(plans.c.id.desc())
        )
        with self._database.read() as connection:
            return [_plan(connection, row) for row in connection.execute(query).all()]

    def unfinished(self, job: Job) -> Plan | None:
        """Return the newest plan of the job where it is still being written, or was when its writer ended."""
        query = select(plans).where(plans.c.job_id == job.id).order_by(plans.c.id.desc()).limit(1)
        with self._database.read() as connection:
            row = connection.execute(query).first()
            return _plan(connection, row) if row is not None and row.state == PlanState.DRAFT.value else None

    def find(self, job: Job, plan_id: int) -> Plan | None:
        """Return a plan of the job that is written to its end."""
        of_job = (plans.c.job_id == job.id, plans.c.id == plan_id, plans.c.state != PlanState.DRAFT.value)
        with self._database.read() as connection:
            row = connection.execute(select(plans).where(*of_job)).first()
            return None if row is None else _plan(connection, row)

    def waiting_held_sets(self, job: Job) -> Sequence[Plan]:
        """Return the held sets that are not at their end, the newest first; the operations of no other are counted."""
        of_job = (plans.c.job_id == job.id, plans.c.origin == PlanOrigin.HELD.value, plans.c.state.in_(_WAITING))
        with self._database.read() as connection:
            found = connection.execute(select(plans).where(*of_job).order_by(plans.c.id.desc())).all()
            return [_plan(connection, row) for row in found]

    def operations(
        self, plan_id: int, after: int, limit: int, state: PlannedState | None = None
    ) -> Sequence[KeptOperation]:
        """Return operations of a plan in their order, from behind a number on; all, or those in one state."""
        of_plan = [planned_operations.c.plan_id == plan_id, planned_operations.c.number > after]
        if state is not None:
            of_plan.append(planned_operations.c.state == state.value)
        query = select(planned_operations).where(*of_plan).order_by(planned_operations.c.number).limit(limit)
        with self._database.read() as connection:
            return [read_planned(row) for row in connection.execute(query)]

    def page(self, plan_id: int, wanted: PlannedQuery) -> Sequence[KeptOperation]:
        """Return some of a plan's operations, in their order."""
        row, backwards = planned_operations.c, wanted.before is not None
        query = select(planned_operations).where(row.plan_id == plan_id, row.number > wanted.after)
        for column, value in ((row.kind, wanted.kind), (row.state, wanted.state)):
            if value is not None:
                query = query.where(column == value.value)
        if wanted.text:
            named = (row.user_name, row.member_name)
            query = query.where(or_(*(column.icontains(wanted.text, autoescape=True) for column in named)))
        if backwards:
            query = query.where(row.number < wanted.before)
        order = row.number.desc() if backwards else row.number
        with self._database.read() as connection:
            found = [read_planned(each) for each in connection.execute(query.order_by(order).limit(wanted.limit))]
        return list(reversed(found)) if backwards else found

    def show(self, plan: Plan, now: datetime) -> None:
        """Note that people have seen what is in a plan: nothing is added to it from now on."""
        with self._database.write(plan.job_id) as connection:
            unseen = (plans.c.id == plan.id, plans.c.shown_at.is_(None))
            connection.execute(update(plans).where(*unseen).values(shown_at=to_text(now)))

    def decide(self, plan: Plan, job: Job, state: PlanState, now: datetime, actor: str) -> bool:
        """Approve or reject a plan that is as it was read; False if somebody decided it meanwhile."""
        values = {"state": state.value, "decided_at": to_text(now), "decided_by": actor}
        return self._move(plan, job, state, now, actor, values)

    def make_stale(self, plan: Plan, job: Job, now: datetime, actor: str, reason: str) -> None:
        """End a plan that can never be applied any more."""
        values = {"state": PlanState.STALE.value, "ended_at": to_text(now), "reason": reason}
        self._move(plan, job, PlanState.STALE, now, actor, values)

    def _move(
        self, plan: Plan, job: Job, state: PlanState, now: datetime, actor: str, values: Mapping[str, str]
    ) -> bool:
        as_it_was = (plans.c.id == plan.id, plans.c.state == plan.state.value)
        with self._database.write(job.id) as connection:
            if not connection.execute(update(plans).where(*as_it_was).values(**values)).rowcount:
                return False
            if state is PlanState.REJECTED:
                _reject_operations(connection, plan.id)
            _audit(connection, job, now, actor, state.value, plan.id)
            return True


def _discard(connection: Connection, plan_ids: Sequence[int]) -> None:
    connection.execute(delete(planned_operations).where(planned_operations.c.plan_id.in_(plan_ids)))
    connection.execute(delete(plans).where(plans.c.id.in_(plan_ids)))


def _reject_operations(connection: Connection, plan_id: int) -> None:
    """What changes from now on ends the rejection."""
    of_plan = (planned_operations.c.plan_id == plan_id, planned_operations.c.state == PlannedState.PLANNED.value)
    values = {"state": PlannedState.REJECTED.value, "sequence": head(connection)}
    connection.execute(update(planned_operations).where(*of_plan).values(**values))


def _audit(connection: Connection, job: Job, now: datetime, actor: str, deed: str, plan_id: int) -> None:
    write_audit(connection, job.app_id, now, actor, "Other", {"plan": plan_id, "deed": deed})


def _plan(connection: Connection, row: Row[Any]) -> Plan:
    of_plan = planned_operations.c.plan_id == row.id
    each = planned_operations.c
    told = (each.source_type, each.kind, each.state)
    counts = connection.execute(select(*told, func.count()).where(of_plan).group_by(*told)).all()
    operations = [(source, kind, number) for source, kind, _, number in counts if kind]
    return Plan(
        id=row.id,
        job_id=row.job_id,
        origin=PlanOrigin(row.origin),
        subject=PlanSubject(row.subject),
        state=PlanState(row.state),
        cycle_kind=CycleKind(row.cycle_kind or CycleKind.PLAN),  # of a draft it is not known yet
        configuration_version=row.configuration_version,
        target_identity=row.target_identity,
        planned_at=from_text(row.planned_at),
        planned_by=row.planned_by,
        shown_at=moment(row.shown_at),
        decided_at=moment(row.decided_at),
        decided_by=row.decided_by,
        applied_at=moment(row.applied_at),
        applied_by=row.applied_by,
        ended_at=moment(row.ended_at),
        reason=row.reason,
        kinds=_summed(
            (OperationKind(kind), number) for source, kind, number in operations if source == SourceType.USER
        ),
        kinds_of_groups=_summed(
            (OperationKind(kind), number) for source, kind, number in operations if source == SourceType.GROUP
        ),
        states=_summed((PlannedState(state), number) for _, _, state, number in counts),
        undoes=row.undone_cycle_id,
    )


def _summed(numbers: Iterable[tuple[Kind, int]]) -> Mapping[Kind, int]:
    counted: Counter[Kind] = Counter()
    for kind, number in numbers:
        counted[kind] += number
    return dict(counted)
