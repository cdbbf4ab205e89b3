"""How does a checked file come into the directory, so that a crash at any moment loses and repeats nothing?

What a step does, how far it came and the report so far are one transaction.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import Connection, and_, delete, select, update

from instep.clock import to_text
from instep.directory.imports import FAULTS_KEPT, AppliedRow, Fault, ImportReport, RowOutcome, StagedImport, StagedRow
from instep.directory.users import EditedUser, User
from instep.store.directory.import_records import report_from_json, report_to_json, row_from_record
from instep.store.directory.import_staging import drop_staged
from instep.store.directory.reading import Reading
from instep.store.directory.records import user_from_row
from instep.store.directory.writing import save_users
from instep.store.tables.directory import imports, staged_managers, staged_removals, staged_rows, users


@dataclass(frozen=True, slots=True)
class Batch:
    """instep.directory.ports.ImportBatch in one write transaction."""

    connection: Connection
    staged: StagedImport

    def next_rows(self, limit: int) -> list[StagedRow]:
        """Return the next rows that are not bad and not applied yet."""
        cursor = select(imports.c.cursor).where(imports.c.id == self.staged.id)
        return good_rows(self.connection, self.staged.id, self.connection.execute(cursor).scalar_one(), limit)

    def users(self, user_ids: Sequence[str]) -> dict[str, User]:
        """Return those of these users that there are, live or soft-deleted."""
        return Reading(self.connection).users_with_ids(user_ids)

    def save_rows(self, applied: Sequence[AppliedRow], faults: Sequence[Fault], last_line: int) -> ImportReport:
        """Keep the users with their changes, and the report so far."""
        save_users(self.connection, (each.edited for each in applied), self.staged.actor)
        counts = dict.fromkeys(RowOutcome, 0)
        for each in applied:
            counts[each.outcome] += 1
        report = self._report()
        report = replace(
            report,
            added=report.added + counts[RowOutcome.ADDED],
            updated=report.updated + counts[RowOutcome.UPDATED],
            unchanged=report.unchanged + counts[RowOutcome.UNCHANGED],
            restored=report.restored + counts[RowOutcome.RESTORED],
            bad_rows=report.bad_rows + len(faults),
            faults=(*report.faults, *faults)[:FAULTS_KEPT],
        )
        return self._keep(report, cursor=last_line)

    def next_removals(self, limit: int) -> list[User]:
        """Return the next users to be soft-deleted."""
        query = select(users).join(staged_removals, staged_removals.c.user_id == users.c.id)
        query = query.where(staged_removals.c.import_id == self.staged.id, users.c.deleted_at.is_(None))
        return [user_from_row(row) for row in self.connection.execute(query.limit(limit))]

    def save_removals(self, removed: Sequence[EditedUser]) -> ImportReport:
        """Keep the removals with their changes, and the report so far."""
        save_users(self.connection, removed, self.staged.actor)
        done = and_(
            staged_removals.c.import_id == self.staged.id,
            staged_removals.c.user_id.in_([each.user.id for each in removed]),
        )
        self.connection.execute(delete(staged_removals).where(done))
        report = self._report()
        return self._keep(replace(report, removed=report.removed + len(removed)))

    def finish(self, now: datetime) -> ImportReport:
        """Keep that everything was applied, and drop what was staged; return the report."""
        drop_staged(self.connection, self.staged.id)
        return self._keep(self._report(), state="applied", ended_at=to_text(now))

    def _report(self) -> ImportReport:
        query = select(imports.c.result).where(imports.c.id == self.staged.id)
        return report_from_json(self.connection.execute(query).scalar_one())

    def _keep(self, report: ImportReport, **columns: str | int) -> ImportReport:
        mine = update(imports).where(imports.c.id == self.staged.id)
        self.connection.execute(mine.values(result=report_to_json(report), **columns))
        return report


def good_rows(connection: Connection, import_id: str, after_line: int, limit: int) -> list[StagedRow]:
    """Return rows that are not bad, after a line, with the managers that were found for them."""
    same_row = and_(
        staged_managers.c.import_id == staged_rows.c.import_id, staged_managers.c.line == staged_rows.c.line
    )
    query = select(staged_rows, staged_managers.c.manager_id).outerjoin(staged_managers, same_row)
    left = and_(staged_rows.c.import_id == import_id, staged_rows.c.line > after_line)
    query = query.where(left, staged_rows.c.state == "good").order_by(staged_rows.c.line).limit(limit)
    return [row_from_record(row) for row in connection.execute(query)]
