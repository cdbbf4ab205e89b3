"""Which tables hold what has drifted, and how far the sweep is that looks for it?"""

from sqlalchemy import Column, PrimaryKeyConstraint, Table

from instep.store.tables.base import Text, metadata

# The last sweep of each job, to go on with or to be shown.
drift_sweeps = Table(
    "drift_sweeps",
    metadata,
    Column("job_id", Text, primary_key=True),
    Column("sweep", Text, nullable=False),  # JSON: instep.ledger.drift.Sweep
)

# The last random sample of each job.
drift_samples = Table(
    "drift_samples",
    metadata,
    Column("job_id", Text, primary_key=True),
    Column("sample", Text, nullable=False),  # JSON: instep.ledger.drift.Sample
)

# The accounts that the sweep under way has seen; emptied when it ends.
drift_accounts = Table(
    "drift_accounts",
    metadata,
    Column("job_id", Text, nullable=False),
    Column("account_id", Text, nullable=False),
    PrimaryKeyConstraint("job_id", "account_id"),
)

drift_findings = Table(
    "drift_findings",
    metadata,
    Column("job_id", Text, nullable=False),
    Column("account_id", Text, nullable=False),
    Column("attribute", Text, nullable=False),  # "": the account is gone
    Column("user_id", Text, nullable=False),
    Column("user_name", Text, nullable=False),
    Column("drifted_values", Text, nullable=False),  # JSON: written, there, wanted
    Column("found_at", Text, nullable=False),
    PrimaryKeyConstraint("job_id", "account_id", "attribute"),
)
