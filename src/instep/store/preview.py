"""Where does a preview write? Into temporary tables that hide those of the ledger, on a connection that only reads.

What a cycle writes and reads again must be hidden here; what is not, SQLite refuses to write.
"""

import sqlite3
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from typing import Any
from urllib.parse import quote

from sqlalchemy import Connection, MetaData, NullPool, create_engine, event, text
from sqlalchemy.schema import CreateIndex, CreateTable

from instep.cycle.aftermath import Aftermath
from instep.cycle.ports import Aside, Recorded, ToSend
from instep.ledger.cycles import Counts, Cycle, CycleState
from instep.ledger.jobs import Job
from instep.ledger.plans import ACCOUNT_TO_COME, PlannedOperation, planned_operation, renamed, texts_in
from instep.ledger.records import Status
from instep.rules.planning.plan import Operation
from instep.store.database import BUSY_TIMEOUT_SECONDS, Database
from instep.store.feed import StoredFeed
from instep.store.groups.preview import PreviewGroupLedger
from instep.store.ledger import StoredLedger
from instep.store.plans import PlanStore
from instep.store.tables import metadata

Show = Callable[[Sequence[PlannedOperation]], None]

_UNFINISHED = "cycle_id IN (SELECT id FROM temp.cycles)"
_OF_JOB = "job_id = :job"
_NOTHING = "1 = 0"
# What a cycle writes, and which of the rows that there are it may read again; in this order.
_HIDDEN = {
    "jobs": "id = :job",
    "cycles": f"{_OF_JOB} AND state IN ('running', 'interrupted')",
    "turns": _UNFINISHED,
    "links": _OF_JOB,
    "operations": f"{_OF_JOB} AND (state = 'unknown' OR (state IN ('planned', 'sent') AND {_UNFINISHED}))",
    "provisioning_log": _UNFINISHED,
    "escrows": _OF_JOB,
    "plans": f"{_OF_JOB} AND origin = 'held' AND ended_at IS NULL",
    "planned_operations": "plan_id IN (SELECT id FROM temp.plans) AND state IN ('planned', 'rejected')",
    "holds": _OF_JOB,
    "due_users": _OF_JOB,
    "target_accounts": _NOTHING,
    "audit_log": _NOTHING,
    "group_links": _OF_JOB,
    "written_memberships": f"link_id IN (SELECT id FROM main.group_links WHERE {_OF_JOB})",
    "group_escrows": _OF_JOB,
    "held_groups": _OF_JOB,
    "due_groups": _OF_JOB,
    "claims": _NOTHING,
    "hourly_entries": _NOTHING,
    "hourly_durations": _NOTHING,
}


class StoredPreviews:
    """instep.cycle.ports.Previews over a database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    @contextmanager
    def open(self, job: Job, show: Show) -> Iterator[Aside]:
        """Open ports for one preview; what they write is gone at the end, however that comes."""
        scratch = _Scratch(self._database)
        try:
            scratch.hide_ledger(job)
            ledger = _PreviewLedger(scratch, StoredLedger(self._database), show)
            yield Aside(StoredFeed(scratch), ledger, PlanStore(scratch))
        finally:
            scratch.close()


class _Scratch(Database):
    """One connection for reading and writing alike: temporary tables belong to it, and end with it."""

    def __init__(self, database: Database) -> None:
        path = quote(str(database.engine.url.database))

        def connect() -> sqlite3.Connection:
            return sqlite3.connect(
                f"file:{path}?mode=ro", uri=True, check_same_thread=False, timeout=BUSY_TIMEOUT_SECONDS
            )

        engine = create_engine("sqlite://", creator=connect, poolclass=NullPool)
        event.listen(engine, "connect", _configure)
        event.listen(engine, "begin", lambda connection: connection.exec_driver_sql("BEGIN"))
        super().__init__(engine)

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """Yield the connection inside a transaction."""
        with self._lock:
            if self._writer is None:
                self._writer = self.engine.connect()
            with self._writer.begin():
                yield self._writer

    write = read

    def hide_ledger(self, job: Job) -> None:
        """Make the temporary tables, with what the job's next cycle reads of them."""
        hidden = MetaData()
        with self.write() as connection:
            for name, rows in _HIDDEN.items():
                table = metadata.tables[name].to_metadata(hidden, schema="temp")
                connection.execute(CreateTable(table, include_foreign_key_constraints=[]))
                for index in table.indexes:
                    connection.execute(CreateIndex(index))
                copy = f"INSERT INTO temp.{name} SELECT * FROM main.{name} WHERE {rows}"
                connection.execute(text(copy), {"job": job.id} if ":job" in rows else {})
            connection.execute(text("UPDATE temp.jobs SET secret_token = x''"))


def _configure(raw: Any, _record: Any) -> None:
    raw.isolation_level = None
    for pragma in ("cache_size=-8192", "temp_store=FILE", "temp.cache_size=-8192"):
        raw.execute(f"PRAGMA {pragma}")


class _PreviewLedger(StoredLedger):
    """A ledger that shows what it is told to send or to hold."""

    def __init__(self, scratch: _Scratch, real: StoredLedger, show: Show) -> None:
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
