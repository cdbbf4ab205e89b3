"""What can be said of a job: its cycles, escrows, and the provisioning log?"""

from collections.abc import Sequence
from typing import Any

import orjson
from sqlalchemy import ColumnElement, Integer, cast, func, select

from instep.admin.ports import CycleReport, LeftOpen, LoggedUser, LogQuery, Milestones
from instep.clock import from_text
from instep.ledger.cycles import Counts, CycleKind, CycleState
from instep.ledger.jobs import Job
from instep.ledger.notices import WaitingMails
from instep.ledger.plans import PlanState
from instep.ledger.records import Action, Escrow, LogEntry, RecordedLogEntry, SourceType, Status
from instep.rules.planning.reverse import Written
from instep.store.database import Database
from instep.store.documents import moment
from instep.store.feed import head
from instep.store.log_places import conditions, places
from instep.store.outbox import OutboxStore
from instep.store.tables.groups import group_escrows, group_links
from instep.store.tables.ledger import cycles, escrows, operations, provisioning_log
from instep.store.tables.plans import holds, plans
from instep.store.written_in_cycles import left_open_in, written_in


class ReportStore:
    """The reading half of instep.admin.ports.Jobs."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def last_cycles(self, job: Job, limit: int) -> Sequence[CycleReport]:
        """Return the newest cycles first, without those of one user on demand."""
        of_job = (cycles.c.job_id == job.id, cycles.c.kind != CycleKind.ON_DEMAND.value)
        query = select(cycles).where(*of_job).order_by(cycles.c.begun_at.desc()).limit(limit)
        with self._database.read() as connection:
            return [_cycle_report(row) for row in connection.execute(query)]

    def cycle(self, job: Job, cycle_id: str) -> CycleReport | None:
        """Return one of the job's cycles, at whatever target."""
        query = select(cycles).where(cycles.c.job_id == job.id, cycles.c.id == cycle_id)
        with self._database.read() as connection:
            row = connection.execute(query).first()
        return None if row is None else _cycle_report(row)

    def written_in(self, cycle: CycleReport, after: str, limit: int) -> Sequence[Written]:
        """Return what a cycle has done to accounts, of so many users whose ids follow one, in its order of each."""
        with self._database.read() as connection:
            return written_in(connection, cycle, after, limit)

    def left_open_in(self, cycle: CycleReport) -> LeftOpen:
        """Return what else a cycle has sent: operations on groups, and those whose outcome is not known."""
        with self._database.read() as connection:
            return left_open_in(connection, cycle)

    def count_escrows(self, job: Job) -> int:
        """Return how many users failed and are tried again."""
        with self._database.read() as connection:
            query = select(func.count()).select_from(escrows).where(escrows.c.job_id == job.id)
            return int(connection.execute(query).scalar_one())

    def escrows(self, job: Job, limit: int | None = None) -> Sequence[Escrow]:
        """Return the users who failed and are tried again, the next first; all, or the first ones."""
        query = select(escrows).where(escrows.c.job_id == job.id).order_by(escrows.c.next_attempt_at).limit(limit)
        with self._database.read() as connection:
            return [
                Escrow(
                    row.user_id,
                    from_text(row.since),
                    row.attempts,
                    from_text(row.next_attempt_at),
                    row.code,
                    orjson.loads(row.facts),
                )
                for row in connection.execute(query)
            ]

    def milestones(self, job: Job) -> Milestones:
        """Return which of the job's cycles ran to their end, and how."""
        completed = (
            select(cycles)
            .where(cycles.c.job_id == job.id, cycles.c.state == CycleState.SUCCEEDED.value)
            .where(cycles.c.kind.in_((CycleKind.INITIAL.value, CycleKind.INCREMENTAL.value)))
            .order_by(cycles.c.begun_at.desc())
            .limit(1)
        )
        error_free = completed.where(_sum_of("failed", "groups_failed") == 0)
        wrote = error_free.where(_sum_of(*_EXPORTS) > 0)
        with self._database.read() as connection:
            found = [connection.execute(query).first() for query in (completed, error_free, wrote)]
        any_of_them, free, with_exports = (None if row is None else _cycle_report(row) for row in found)
        return Milestones(any_of_them is not None, free, with_exports)

    def group_escrows(self, job: Job) -> Sequence[Escrow]:
        """Return the groups that failed and are tried again, the next first; `user_id` is the group's."""
        query = select(group_escrows).where(group_escrows.c.job_id == job.id).order_by(group_escrows.c.next_attempt_at)
        with self._database.read() as connection:
            return [
                Escrow(
                    row.group_id,
                    from_text(row.since),
                    row.attempts,
                    from_text(row.next_attempt_at),
                    row.code,
                    orjson.loads(row.facts),
                )
                for row in connection.execute(query)
            ]

    def linked_groups(self, job: Job) -> int:
        """Return how many groups are linked at the job's present target."""
        query = select(func.count()).where(
            group_links.c.job_id == job.id, group_links.c.target_identity == job.target_identity
        )
        with self._database.read() as connection:
            return int(connection.execute(query).scalar_one())

    def waiting_mails(self, job: Job) -> WaitingMails:
        """Return how many mails about the job wait, and why."""
        return OutboxStore(self._database).waiting(job)

    def held(self, job: Job) -> int:
        """Return how many users are held."""
        waits = plans.c.state.in_((PlanState.PLANNED.value, PlanState.APPROVED.value))
        query = select(func.count()).select_from(holds.join(plans, plans.c.id == holds.c.plan_id))
        query = query.where(holds.c.job_id == job.id, waits)
        with self._database.read() as connection:
            return int(connection.execute(query).scalar_one())

    def log(self, query: LogQuery) -> Sequence[RecordedLogEntry]:
        """Return entries of the provisioning log, the newest first."""
        with self._database.read() as connection:
            return [_log_entry(row) for row in connection.execute(_log_select(query))]

    def log_places(self, query: LogQuery) -> range:
        """Return the numbers among which all entries are that a query asks for, by its period and its cycle."""
        with self._database.read() as connection:
            return places(connection, query)

    def logged_user(self, named: str) -> LoggedUser | None:
        """Return whom the log knows by this id or, the latest first, by this name in any letter case."""
        log = provisioning_log
        newest = select(log.c.user_id, log.c.user_name).order_by(log.c.id.desc()).limit(1)
        by_id = newest.where(log.c.user_id == named)
        by_name = newest.where(func.lower(log.c.user_name) == func.lower(named))
        with self._database.read() as connection:
            row = connection.execute(by_id).first() or connection.execute(by_name).first()
        return None if row is None else LoggedUser(row.user_id, row.user_name)

    def head(self) -> int:
        """Return the sequence of the newest change of the directory."""
        with self._database.read() as connection:
            return head(connection)


_INDEXED = {Status.FAILURE: "ix_provisioning_log_failures", Status.WARNING: "ix_provisioning_log_warnings"}
_EXPORTS = ("created", "updated", "disabled", "deleted", "groups_created", "groups_updated", "groups_deleted")


def _sum_of(*names: str) -> ColumnElement[int]:
    """The sum of some of a cycle's counts; those that it does not have are none."""
    each = [func.coalesce(cast(func.json_extract(cycles.c.counts, f"$.{name}"), Integer), 0) for name in names]
    return sum(each[1:], each[0])


def _cycle_report(row: Any) -> CycleReport:
    return CycleReport(
        row.id,
        CycleKind(row.kind),
        CycleState(row.state),
        Counts.from_document(orjson.loads(row.counts)),
        from_text(row.begun_at),
        moment(row.ended_at),
        row.reason,
        row.target_identity,
        row.first_operation,
    )


def _log_select(query: LogQuery) -> Any:
    log = provisioning_log
    chosen = (
        select(log, operations.c.before, operations.c.after, cycles.c.actor, cycles.c.kind)
        .join(operations, operations.c.id == log.c.operation_id, isouter=True)
        .join(cycles, cycles.c.id == log.c.cycle_id, isouter=True)
        .order_by(log.c.id.desc())
        .limit(query.limit)
    )
    if query.status in _INDEXED and query.user_id is None:
        chosen = chosen.with_hint(log, f"INDEXED BY {_INDEXED[query.status]}", "sqlite")
    return chosen.where(*conditions(query))


def _log_entry(row: Any) -> RecordedLogEntry:
    entry = LogEntry(
        user_id=row.user_id,
        user_name=row.user_name,
        account_id=row.account_id,
        action=Action(row.action),
        status=Status(row.status),
        code=row.code,
        facts=orjson.loads(row.facts),
        duration_ms=row.duration_ms,
        operation_id=row.operation_id,
        source_type=SourceType(row.source_type),
    )
    before, after = orjson.loads(row.before or "{}"), orjson.loads(row.after or "{}")
    at, kind = from_text(row.at), row.kind or ""
    return RecordedLogEntry(row.id, at, row.job_id, row.cycle_id, entry, before, after, row.actor, kind)
