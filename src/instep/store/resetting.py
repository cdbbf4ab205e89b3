"""What does each reset scope of a restart clear? (engine.md 11.2)"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Table, delete, select, update

from instep.clock import to_text
from instep.ledger.jobs import Job
from instep.ledger.reset_scopes import ResetScope
from instep.store.health import health_text, lifted
from instep.store.held_sets import approve_held_removals, forget_holds
from instep.store.outbox import tell_of_lifting
from instep.store.tables.groups import due_groups, group_escrows, group_links, held_groups, written_memberships
from instep.store.tables.jobs import jobs
from instep.store.tables.ledger import escrows, links, target_accounts


def reset(
    connection: Connection, job: Job, scopes: frozenset[ResetScope], now: datetime, actor: str
) -> Mapping[ResetScope, int]:
    """Clear what the scopes say; return how many escrows, links and held removals they were about."""
    is_full = ResetScope.FULL in scopes
    values: dict[str, Any] = {}
    counted: dict[ResetScope, int] = {}
    if is_full or ResetScope.WATERMARK in scopes:
        # Another configuration version, so that a cycle under way ends and is not gone on with.
        values |= {"watermark": None, "configuration_version": jobs.c.configuration_version + 1}
        values["health"] = health_text(replace(job.health, are_escrows_pruned=False))
    if is_full or ResetScope.QUARANTINE_STATE in scopes:
        tell_of_lifting(connection, job.app_id, now, actor)
        values |= lifted(now)
    if ResetScope.FORCE_DELETES in scopes:
        counted[ResetScope.FORCE_DELETES] = approve_held_removals(connection, job, now, actor)
        values.setdefault("not_before", to_text(now) if job.quarantine is None else jobs.c.not_before)
    if is_full or ResetScope.ESCROWS in scopes:
        counted[ResetScope.ESCROWS] = sum(_empty(connection, table, job) for table in (escrows, group_escrows))
    if is_full:
        of_job = select(group_links.c.id).where(group_links.c.job_id == job.id)
        connection.execute(delete(written_memberships).where(written_memberships.c.link_id.in_(of_job)))
        counted[ResetScope.FULL] = sum(_empty(connection, table, job) for table in (links, group_links))
        for table in (held_groups, due_groups, target_accounts):
            _empty(connection, table, job)
        forget_holds(connection, job, now)
    if values:
        connection.execute(update(jobs).where(jobs.c.id == job.id).values(**values))
    return counted


def _empty(connection: Connection, table: Table, job: Job) -> int:
    return connection.execute(delete(table).where(table.c.job_id == job.id)).rowcount
