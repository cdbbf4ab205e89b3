"""Which tables hold plans: operations that wait until an administrator has agreed to them?"""

from sqlalchemy import Column, Index, PrimaryKeyConstraint, Table, text

from instep.store.tables.base import Integer, Text, metadata

plans = Table(
    "plans",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("job_id", Text, nullable=False, index=True),
    Column("origin", Text, nullable=False),  # saved, held or undo
    Column("subject", Text, nullable=False),  # everything; of a held set, what it holds: removals, creates, updates
    Column("state", Text, nullable=False),  # instep.ledger.plans.PlanState
    Column("cycle_kind", Text, nullable=False),  # of the cycle that was previewed
    Column("configuration_version", Integer, nullable=False),  # that it was decided with
    Column("target_identity", Text, nullable=False),
    Column("planned_at", Text, nullable=False),  # the moment that `Now()` meant
    Column("planned_by", Text, nullable=False),
    Column("shown_at", Text),  # when people first saw what is in a held set: nothing is added from then on
    Column("decided_at", Text),  # approved or rejected
    Column("decided_by", Text),
    Column("applied_at", Text),  # when applying began
    Column("applied_by", Text),
    Column("ended_at", Text),
    Column("reason", Text),  # why it ended otherwise than well
    Column("undone_cycle_id", Text),  # the cycle that it undoes
    sqlite_autoincrement=True,
)

# A user may have two: an account is created, and made to refer to another one later in the same cycle. Of a group, each
# member who comes or goes is a row.
planned_operations = Table(
    "planned_operations",
    metadata,
    Column("plan_id", Integer, nullable=False),
    Column("number", Integer, nullable=False),  # in the order of the cycle
    Column("source_type", Text, nullable=False),  # User, or Group: then the user's columns are its
    Column("user_id", Text, nullable=False),
    Column("user_name", Text, nullable=False),
    Column("member_id", Text),  # the user who comes to the group, or leaves it
    Column("member_name", Text),
    Column("member_account_id", Text),
    Column("kind", Text, nullable=False),
    Column("state", Text, nullable=False),  # instep.ledger.plans.PlannedState
    Column("account_id", Text),
    Column("before", Text, nullable=False),
    Column("after", Text, nullable=False),  # a text that begins with "planned:" stands for that user's account
    Column("sequence", Integer, nullable=False),  # the feed's head when it was decided
    Column("action", Text, nullable=False),  # as the provisioning log would have it, with status, code and facts
    Column("status", Text, nullable=False),
    Column("code", Text, nullable=False),
    Column("facts", Text, nullable=False),
    Column("outcome", Text),  # the code of the log entry that says what became of it
    Column("operation_id", Integer),  # the operation that was sent because this was approved
    PrimaryKeyConstraint("plan_id", "number"),
    Index("ix_planned_operations_plan_id_user_id", "plan_id", "user_id", "member_id"),
    Index("ix_planned_operations_counts", "plan_id", "source_type", "kind", "state"),
    sqlite_with_rowid=False,
)
Index(
    "ix_planned_operations_operation_id",
    planned_operations.c.operation_id,
    sqlite_where=text("operation_id IS NOT NULL"),
    postgresql_where=text("operation_id IS NOT NULL"),
)

# Who is held now, or whose account an administrator wants left as it is: the set says which.
holds = Table(
    "holds",
    metadata,
    Column("job_id", Text, nullable=False),
    Column("user_id", Text, nullable=False),
    Column("plan_id", Integer, nullable=False),
    Column("subject", Text, nullable=False),  # as of the set
    Column("since", Text, nullable=False),
    PrimaryKeyConstraint("job_id", "user_id"),
)
