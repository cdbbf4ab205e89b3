"""What goes with a job that is deleted, and what of it stays for the log?"""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection, delete, insert, select, update

from instep.clock import from_text, to_text
from instep.ledger.former_jobs import FormerJob
from instep.ledger.jobs import Job
from instep.store.audit import write_audit
from instep.store.database import Database
from instep.store.documents import schema_from, settings_from
from instep.store.tables.drift import drift_accounts, drift_findings, drift_samples, drift_sweeps
from instep.store.tables.groups import due_groups, group_escrows, group_links, held_groups, written_memberships
from instep.store.tables.jobs import apps, former_jobs, jobs
from instep.store.tables.ledger import claims, cycles, due_users, escrows, links, target_accounts, turns
from instep.store.tables.notices import mails
from instep.store.tables.plans import holds, plans

_KNOWN = (
    links,
    group_links,
    escrows,
    group_escrows,
    due_users,
    due_groups,
    target_accounts,
    holds,
    held_groups,
    claims,
    drift_sweeps,
    drift_accounts,
    drift_findings,
    drift_samples,
)
"""What a job knows and waits for. Its log, cycles, operations and plans stay for as long as it kept them."""


class FormerJobStore:
    """The part of instep.admin.ports.Jobs that is about jobs that were deleted."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def delete(self, job: Job, now: datetime, actor: str) -> None:
        """Delete a job with all that it knows; its log stays."""
        with self._database.write(job.id) as connection:
            delete_job_of(connection, job.app_id, now, actor)

    def former(self) -> Sequence[FormerJob]:
        """Return the jobs that were deleted, the latest first."""
        with self._database.read() as connection:
            return [
                FormerJob(
                    row.id,
                    row.app_id,
                    row.app_name,
                    schema_from(row.schema),
                    row.log_retention_days,
                    from_text(row.deleted_at),
                    row.deleted_by,
                )
                for row in connection.execute(select(former_jobs).order_by(former_jobs.c.deleted_at.desc()))
            ]


def delete_job_of(connection: Connection, app_id: str, now: datetime, actor: str) -> None:
    """Delete an application's job, if it has one, in a transaction of the caller; nothing of it may be running."""
    query = select(jobs, apps.c.name, apps.c.schema).join(apps, apps.c.id == jobs.c.app_id)
    row = connection.execute(query.where(jobs.c.app_id == app_id)).first()
    if row is None:
        return
    of_links = select(group_links.c.id).where(group_links.c.job_id == row.id)
    connection.execute(delete(written_memberships).where(written_memberships.c.link_id.in_(of_links)))
    of_cycles = select(cycles.c.id).where(cycles.c.job_id == row.id)
    connection.execute(delete(turns).where(turns.c.cycle_id.in_(of_cycles)))
    for table in _KNOWN:
        connection.execute(delete(table).where(table.c.job_id == row.id))
    _end_what_is_open(connection, row.id, now)
    connection.execute(
        insert(former_jobs).values(
            id=row.id,
            app_id=app_id,
            app_name=row.name,
            schema=row.schema,
            log_retention_days=settings_from(row.settings).log_retention_days,
            deleted_at=to_text(now),
            deleted_by=actor,
        )
    )
    connection.execute(delete(jobs).where(jobs.c.id == row.id))
    details = {"job": row.id, "before": {"tenant_url": row.tenant_url, "state": row.state}, "after": {}}
    write_audit(connection, app_id, now, actor, "Delete provisioning configuration", details)


def _end_what_is_open(connection: Connection, job_id: str, now: datetime) -> None:
    ended, why = to_text(now), "the job was deleted"
    open_cycle = (cycles.c.job_id == job_id, cycles.c.state.in_(("running", "interrupted")))
    connection.execute(update(cycles).where(*open_cycle).values(state="superseded", ended_at=ended, reason=why))
    open_plan = (plans.c.job_id == job_id, plans.c.state.in_(("draft", "planned", "approved", "applying")))
    connection.execute(update(plans).where(*open_plan).values(state="stale", ended_at=ended, reason=why))
    waiting = (mails.c.job_id == job_id, mails.c.state == "queued")
    connection.execute(update(mails).where(*waiting).values(state="given up", problem=why))
