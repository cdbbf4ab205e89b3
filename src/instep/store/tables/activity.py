"""Which tables count what the provisioning log says, so that charts need not read it?"""

from sqlalchemy import Column, PrimaryKeyConstraint, Table

from instep.store.tables.base import Integer, Text, metadata

# They outlive the entries that a job's retention throws away: nobody can be found in them.
hourly_entries = Table(
    "hourly_entries",
    metadata,
    Column("job_id", Text, nullable=False),
    Column("hour", Text, nullable=False),  # 2026-11-23T14
    Column("action", Text, nullable=False),
    Column("status", Text, nullable=False),
    Column("code", Text, nullable=False),
    Column("entries", Integer, nullable=False),
    Column("drifted", Integer, nullable=False),  # of these: whose account was found gone
    PrimaryKeyConstraint("job_id", "hour", "action", "status", "code"),
    sqlite_with_rowid=False,
)

hourly_durations = Table(
    "hourly_durations",
    metadata,
    Column("job_id", Text, nullable=False),
    Column("hour", Text, nullable=False),
    Column("below_ms", Integer, nullable=False),  # a power of two: the operation took less, and at least half of it
    Column("operations", Integer, nullable=False),
    PrimaryKeyConstraint("job_id", "hour", "below_ms"),
    sqlite_with_rowid=False,
)
