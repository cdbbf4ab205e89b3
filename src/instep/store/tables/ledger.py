"""Which tables hold what happened and what is known: cycles, links, operations, the provisioning log?"""

from sqlalchemy import Boolean, Column, Index, PrimaryKeyConstraint, Table, UniqueConstraint, text

from instep.store.tables.base import Integer, Text, metadata

cycles = Table(
    "cycles",
    metadata,
    Column("id", Text, primary_key=True),
    Column("job_id", Text, nullable=False),
    Column("kind", Text, nullable=False),  # initial, incremental, plan, on demand
    Column("state", Text, nullable=False),  # running, succeeded, failed, superseded
    Column("configuration_version", Integer, nullable=False),
    Column("target_identity", Text, nullable=False),
    Column("since", Integer),  # the watermark that it started from; null for an initial cycle
    Column("head", Integer, nullable=False),  # the feed's head, noted before the first read
    Column("cursor", Text),  # the last user of the unbroken prefix of finished batches; null before the first
    Column("first_operation", Integer),  # null before it wrote one down
    Column("plan_id", Integer),  # the plan that it applies
    Column("counts", Text, nullable=False),  # JSON: created, updated, ... and requests by method
    Column("begun_at", Text, nullable=False),
    Column("ended_at", Text),
    Column("reason", Text),  # why it ended otherwise than well
    Column("actor", Text),  # who asked for it; null for the service's own
)
Index("ix_cycles_job_id_begun_at", cycles.c.job_id, cycles.c.begun_at)

# Who is provisioned on demand, or was beside the cycle that runs: see instep.store.claims.
claims = Table(
    "claims",
    metadata,
    Column("job_id", Text, nullable=False),
    Column("source_type", Text, nullable=False),  # User, or Group: the user's id is the group's then
    Column("user_id", Text, nullable=False),
    Column("cycle_id", Text, nullable=False),
    Column("state", Text, nullable=False),  # wanted, held, over
    Column("taken_at", Text, nullable=False),
    PrimaryKeyConstraint("job_id", "source_type", "user_id"),
)

# On PostgreSQL, how often each lease was taken: whoever had it before writes nothing more.
leases = Table(
    "leases",
    metadata,
    Column("name", Text, primary_key=True),
    Column("epoch", Integer, nullable=False),
    Column("holder", Text, nullable=False),  # for people: host and process
    Column("taken_at", Text, nullable=False),
)

# Whose turn it is in an incremental cycle; emptied when the cycle ends.
turns = Table(
    "turns",
    metadata,
    Column("cycle_id", Text, nullable=False),
    Column("user_id", Text, nullable=False),
    PrimaryKeyConstraint("cycle_id", "user_id"),
    sqlite_with_rowid=False,
)

links = Table(
    "links",
    metadata,
    Column("job_id", Text, nullable=False),
    Column("target_identity", Text, nullable=False),
    Column("user_id", Text, nullable=False),
    Column("account_id", Text, nullable=False),
    Column("is_active", Boolean, nullable=False),
    Column("origin", Text, nullable=False),  # created or matched
    Column("last_written", Text, nullable=False),  # JSON: target attribute -> value that the account is known to have
    Column("linked_at", Text, nullable=False),
    PrimaryKeyConstraint("job_id", "target_identity", "user_id"),
    UniqueConstraint("job_id", "target_identity", "account_id"),
    sqlite_with_rowid=False,
)
# Of the few inactive ones, so that the active ones are counted without reading the rows.
Index(
    "ix_links_inactive",
    links.c.job_id,
    links.c.target_identity,
    sqlite_where=text("is_active = 0"),
    postgresql_where=text("NOT is_active"),
)

operations = Table(
    "operations",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("cycle_id", Text, nullable=False),
    Column("job_id", Text, nullable=False),
    Column("user_id", Text, nullable=False),
    Column("kind", Text, nullable=False),  # create, update, disable, enable, delete
    Column("state", Text, nullable=False),  # planned, sent, done, failed, unknown, held, stale
    Column("account_id", Text),
    Column("before", Text, nullable=False),
    Column("after", Text, nullable=False),
    Column("sequence", Integer, nullable=False),  # the feed's head when it was decided
    Column("configuration_version", Integer, nullable=False),
    Column("planned_at", Text, nullable=False),
    Column("ended_at", Text),
    Column("source_type", Text, nullable=False, server_default="User"),  # or Group: the user's id is the group's then
)
# Operations without a recorded outcome are found from their cycle's first one on; only the few whose outcome stayed
# unknown have an index: one that held every operation while it is under way cost a third of their writing.
Index(
    "ix_operations_unknown",
    operations.c.job_id,
    sqlite_where=text("state = 'unknown'"),
    postgresql_where=text("state = 'unknown'"),
)
Index(
    "ix_operations_removals",
    operations.c.job_id,
    operations.c.ended_at,
    sqlite_where=text("kind IN ('disable', 'delete')"),
    postgresql_where=text("kind IN ('disable', 'delete')"),
)
Index(
    "ix_operations_groups",
    operations.c.job_id,
    operations.c.ended_at,
    sqlite_where=text("source_type = 'Group'"),
    postgresql_where=text("source_type = 'Group'"),
)

provisioning_log = Table(
    "provisioning_log",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("at", Text, nullable=False),
    Column("job_id", Text, nullable=False),
    Column("cycle_id", Text, nullable=False),
    Column("operation_id", Integer),
    Column("user_id", Text, nullable=False),
    Column("user_name", Text, nullable=False),  # who it was at that moment, for people
    Column("account_id", Text),
    Column("action", Text, nullable=False),  # create, update, disable, delete, stageddelete, other
    Column("status", Text, nullable=False),  # success, failure, skipped, warning
    Column("code", Text, nullable=False),  # of instep.ledger.wording: which sentence explains it
    Column("facts", Text, nullable=False),  # JSON: the values that the sentence and the steps are written from
    Column("duration_ms", Integer, nullable=False),
    Column("source_type", Text, nullable=False, server_default="User"),  # or Group
    sqlite_autoincrement=True,  # a change id is made of the number: none is given twice, also after a pruning
)
Index("ix_provisioning_log_user_id_cycle_id", provisioning_log.c.user_id, provisioning_log.c.cycle_id)
# The few that people look for first, found without going through all that went well.
Index(
    "ix_provisioning_log_failures",
    provisioning_log.c.id,
    sqlite_where=text("status = 'failure'"),
    postgresql_where=text("status = 'failure'"),
)
Index(
    "ix_provisioning_log_warnings",
    provisioning_log.c.id,
    sqlite_where=text("status = 'warning'"),
    postgresql_where=text("status = 'warning'"),
)

escrows = Table(
    "escrows",
    metadata,
    Column("job_id", Text, nullable=False),
    Column("user_id", Text, nullable=False),
    Column("since", Text, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("next_attempt_at", Text, nullable=False),
    Column("code", Text, nullable=False),
    Column("facts", Text, nullable=False),
    PrimaryKeyConstraint("job_id", "user_id"),
)

# Users whose values may be others from a moment on, because a mapping uses Now(); a row is taken up by a cycle once.
due_users = Table(
    "due_users",
    metadata,
    Column("job_id", Text, nullable=False),
    Column("user_id", Text, nullable=False),
    Column("due_at", Text, nullable=False),
    PrimaryKeyConstraint("job_id", "user_id"),
)
Index("ix_due_users_due_at", due_users.c.job_id, due_users.c.due_at)

# A walk through a target's accounts, for matching many users at once; emptied when its cycle ends.
target_accounts = Table(
    "target_accounts",
    metadata,
    Column("job_id", Text, nullable=False),
    Column("account_id", Text, nullable=False),
    Column("attribute", Text, nullable=False),  # the matching attribute
    Column("value_key", Text, nullable=False),
    Column("account_values", Text, nullable=False),
    PrimaryKeyConstraint("job_id", "account_id", "attribute"),
)
Index("ix_target_accounts_value", target_accounts.c.job_id, target_accounts.c.attribute, target_accounts.c.value_key)
