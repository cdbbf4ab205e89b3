"""Where are jobs kept: their configuration, state and secret, and what the audit log says of each change?"""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, func, insert, select, update

from instep.clock import to_text
from instep.directory.applications import App
from instep.ledger.cycles import CycleKind
from instep.ledger.jobs import Job, JobSettings, JobState
from instep.ledger.reset_scopes import PORTAL_RESTART, ResetScope
from instep.store.activity import ActivityStore
from instep.store.audit import write_audit
from instep.store.database import Database
from instep.store.documents import moment, settings_from, settings_text
from instep.store.former_jobs import FormerJobStore
from instep.store.health import health_from, lifted, quarantine_from
from instep.store.held_sets import approved_at
from instep.store.job_secrets import JobSecrets
from instep.store.lease import JobLeases
from instep.store.links import LinkStore
from instep.store.outbox import tell_of_lifting
from instep.store.pruning import LogPruning
from instep.store.reports import ReportStore
from instep.store.resetting import reset
from instep.store.secret_box import SecretBox, SecretUnreadable
from instep.store.tables.jobs import apps, jobs
from instep.store.tables.ledger import cycles


class JobStore(ReportStore, ActivityStore, LinkStore, LogPruning, FormerJobStore, JobLeases, JobSecrets):
    """instep.admin.ports.Jobs over a database."""

    def __init__(self, database: Database, secrets: SecretBox) -> None:
        ReportStore.__init__(self, database)
        ActivityStore.__init__(self, database)
        LinkStore.__init__(self, database)
        LogPruning.__init__(self, database)
        FormerJobStore.__init__(self, database)
        JobLeases.__init__(self, database)
        JobSecrets.__init__(self, database, secrets)

    def job_of(self, app: App) -> Job | None:
        """Return the application's job, if it was connected."""
        with self._database.read() as connection:
            row = connection.execute(_query().where(jobs.c.app_id == app.id)).first()
            return None if row is None else _job(connection, row)

    def all(self) -> Sequence[Job]:
        """Return every job."""
        with self._database.read() as connection:
            return [_job(connection, row) for row in connection.execute(_query().order_by(apps.c.name_key)).all()]

    def connect(self, job: Job, secret_token: str, now: datetime, actor: str) -> None:
        """Create the job, or save another Tenant URL and Secret Token for it; that lifts its quarantine, and is tried.

        A cycle under way ends and goes on with the new ones. Another target identity makes the next cycle an initial
        one by itself: the watermark belongs to the old one.
        """
        with self._database.write(job.id) as connection:
            sealed = self._secrets.seal(secret_token, job.id)  # in here: by a key that was the newest one just before
            tell_of_lifting(connection, job.app_id, now, actor)
            details = self._connection_details(connection, job, secret_token)
            values = {"tenant_url": job.tenant_url, "secret_token": sealed}
            saved = {**values, **lifted(now), "revision": jobs.c.revision + 1}
            known = connection.execute(update(jobs).where(jobs.c.id == job.id).values(**saved)).rowcount
            if not known:
                connection.execute(insert(jobs).values(**values, **_new(job, now)))
            activity = "Update provisioning setting or credentials" if known else "Add provisioning configuration"
            write_audit(connection, job.app_id, now, actor, activity, details)

    def _connection_details(self, connection: Connection, job: Job, secret_token: str) -> Mapping[str, object]:
        """What the audit log says of a connection: of the Secret Token no more than whether it is another one."""
        query = select(jobs.c.tenant_url, jobs.c.secret_token).where(jobs.c.id == job.id)
        kept = connection.execute(query).first()
        after = {"tenant_url": job.tenant_url, "secret_token": "saved"}
        if kept is None:
            return {"before": {}, "after": after}
        try:
            is_same = self._secrets.open(kept.secret_token, job.id) == secret_token
        except SecretUnreadable:
            is_same = False
        before = {"tenant_url": kept.tenant_url, "secret_token": "saved" if is_same else "another"}
        return {"before": before, "after": after}

    def save_settings(self, job: Job, settings: JobSettings, now: datetime, actor: str) -> None:
        """Save settings; if they decide otherwise about users, the next cycle is an initial one."""
        saved: dict[str, Any] = {"settings": settings_text(settings)}
        if not settings.decides_as(job.settings):
            saved |= {"configuration_version": job.configuration_version + 1, **lifted(now)}
        with self._database.write(job.id) as connection:
            if "quarantine" in saved:
                tell_of_lifting(connection, job.app_id, now, actor)
            connection.execute(update(jobs).where(jobs.c.id == job.id).values(**saved))
            details = {"before": settings_text(job.settings), "after": settings_text(settings)}
            write_audit(connection, job.app_id, now, actor, "Update provisioning setting or credentials", details)

    def set_state(self, job: Job, state: JobState, now: datetime, actor: str) -> None:
        """Start or stop the job: starting lifts its quarantine, stopping ends a cycle under way."""
        stopped = {"revision": jobs.c.revision + 1, "stopped_in_revision": jobs.c.revision + 1}
        values = {**(lifted(now) if state is JobState.ACTIVE else stopped), "state": state.value}
        activity = "Enable/start" if state is JobState.ACTIVE else "Disable/pause"
        with self._database.write(job.id) as connection:
            if state is JobState.ACTIVE:
                tell_of_lifting(connection, job.app_id, now, actor)
            connection.execute(update(jobs).where(jobs.c.id == job.id).values(**values))
            details = {"before": {"state": job.state.value}, "after": {"state": state.value}}
            write_audit(connection, job.app_id, now, actor, f"{activity} provisioning configuration", details)

    def restart(
        self, job: Job, now: datetime, actor: str, scopes: Collection[ResetScope] = PORTAL_RESTART
    ) -> Mapping[ResetScope, int]:
        """Clear what the scopes say (engine.md 11.2); return how many rows each of them was about."""
        with self._database.write(job.id) as connection:
            cleared = reset(connection, job, frozenset(scopes), now, actor)
            details = {"scopes": sorted(scope.value for scope in scopes)}
            write_audit(connection, job.app_id, now, actor, "Enable/restart provisioning configuration", details)
            return cleared


def _query() -> Any:
    return select(jobs, apps.c.name.label("app_name"), apps.c.template_id).join(apps, apps.c.id == jobs.c.app_id)


def _job(connection: Connection, row: Any) -> Job:
    last = connection.execute(
        select(func.max(cycles.c.ended_at), func.max(cycles.c.begun_at).filter(cycles.c.plan_id.is_(None))).where(
            cycles.c.job_id == row.id, cycles.c.kind != CycleKind.ON_DEMAND.value
        )
    ).one()
    return Job(
        id=row.id,
        app_id=row.app_id,
        app_name=row.app_name,
        template_id=row.template_id,
        tenant_url=row.tenant_url,
        state=JobState(row.state),
        settings=settings_from(row.settings),
        configuration_version=row.configuration_version,
        watermark=row.watermark,
        watermark_version=row.watermark_version,
        watermark_identity=row.watermark_identity,
        not_before=moment(row.not_before),
        quarantine=quarantine_from(row.quarantine),
        last_ended_at=moment(last[0]),
        health=health_from(row.health),
        revision=row.revision,
        seed=row.seed,
        last_begun_at=moment(last[1]),
        approved_at=moment(approved_at(connection, row.id)),
    )


def _new(job: Job, now: datetime) -> dict[str, Any]:
    return {
        "id": job.id,
        "app_id": job.app_id,
        "state": job.state.value,
        "settings": settings_text(job.settings),
        "configuration_version": job.configuration_version,
        "seed": job.seed,
        "created_at": to_text(now),
    }
