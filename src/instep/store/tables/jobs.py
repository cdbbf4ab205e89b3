"""Which tables hold applications, their roles and assignments, their jobs, and the audit log?"""

from sqlalchemy import (
    Boolean,
    Column,
    ForeignKey,
    Index,
    LargeBinary,
    PrimaryKeyConstraint,
    Table,
    UniqueConstraint,
    true,
)

from instep.store.tables.base import Integer, Text, metadata

apps = Table(
    "apps",
    metadata,
    Column("id", Text, primary_key=True),
    Column("name", Text, nullable=False),
    Column("name_key", Text, nullable=False, unique=True),
    Column("template_id", Text, nullable=False),
    Column("schema", Text, nullable=False),  # attribute mappings and scoping filters, as JSON
    Column("created_at", Text, nullable=False),
    Column("notes", Text, nullable=False, server_default=""),  # of administrators, for administrators
    Column("is_enabled", Boolean, nullable=False, server_default=true()),
    Column("is_assignment_required", Boolean, nullable=False, server_default=true()),
    Column("tags", Text, nullable=False, server_default="[]"),  # a JSON array of texts, as is the next
    Column("notification_emails", Text, nullable=False, server_default="[]"),
    Column("template_schema", Text),  # what a restore brings back; null: the schema of the gallery
)

# Users who answer for an application.
app_owners = Table(
    "app_owners",
    metadata,
    Column("app_id", Text, ForeignKey("apps.id", ondelete="CASCADE"), nullable=False),
    Column("user_id", Text, nullable=False, index=True),
    Column("since", Text, nullable=False),
    Column("added_by", Text, nullable=False),
    PrimaryKeyConstraint("app_id", "user_id"),
)

app_roles = Table(
    "app_roles",
    metadata,
    Column("id", Text, primary_key=True),
    Column("app_id", Text, ForeignKey("apps.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("display_name", Text, nullable=False),
    Column("value", Text, nullable=False),
    Column("is_enabled", Boolean, nullable=False),
    Column("description", Text, nullable=False, server_default=""),
)

assignments = Table(
    "assignments",
    metadata,
    Column("id", Text, primary_key=True),
    Column("app_id", Text, ForeignKey("apps.id", ondelete="CASCADE"), nullable=False),
    Column("principal_type", Text, nullable=False),  # User or Group
    Column("principal_id", Text, nullable=False, index=True),
    Column("role_id", Text, nullable=False),  # an app role, or the nil GUID: Default Access
    Column("created_at", Text, nullable=False),
    UniqueConstraint("app_id", "principal_id", "role_id"),
    Index("ix_assignments_app_id_created_at", "app_id", "created_at", "id"),
    Index("ix_assignments_app_id_principal_type", "app_id", "principal_type"),  # to count them
)

# Whom no job may disable or delete: users, or the members of groups; in one application, or ("*") in all.
protections = Table(
    "protections",
    metadata,
    Column("app_id", Text, nullable=False),
    Column("principal_type", Text, nullable=False),  # User or Group
    Column("principal_id", Text, nullable=False),
    Column("protected_at", Text, nullable=False),
    Column("protected_by", Text, nullable=False),
    PrimaryKeyConstraint("app_id", "principal_type", "principal_id"),
)

jobs = Table(
    "jobs",
    metadata,
    Column("id", Text, primary_key=True),
    Column("app_id", Text, ForeignKey("apps.id", ondelete="CASCADE"), nullable=False, unique=True),
    Column("tenant_url", Text, nullable=False),
    Column("secret_token", LargeBinary, nullable=False),  # AES-256-GCM, bound to this job's id
    Column("state", Text, nullable=False),  # Active, Paused or Disabled
    Column("settings", Text, nullable=False),  # JSON: instep.ledger.jobs.JobSettings
    Column("configuration_version", Integer, nullable=False),
    Column("watermark", Integer),  # null: the next cycle is an initial one
    Column("watermark_version", Integer),  # the configuration version that the watermark was reached with
    Column("watermark_identity", Text),  # the target identity likewise
    Column("not_before", Text),  # no cycle before this moment (the target asked for it)
    Column("quarantine", Text),  # JSON: instep.ledger.quarantine.Quarantine
    Column("health", Text),  # JSON: instep.ledger.health.JobHealth
    Column("revision", Integer, nullable=False, server_default="0"),  # grows with acts that end a running cycle
    Column("stopped_in_revision", Integer, nullable=False, server_default="0"),  # what the last stop made of it
    Column("seed", Text, nullable=False),  # what random functions of its mappings draw from; never shown
    Column("created_at", Text, nullable=False),
)

# What is left of a job that was deleted: what its log is shown with, and for how long it is kept.
former_jobs = Table(
    "former_jobs",
    metadata,
    Column("id", Text, primary_key=True),
    Column("app_id", Text, nullable=False),
    Column("app_name", Text, nullable=False),  # at that moment
    Column("schema", Text, nullable=False),  # as of apps
    Column("log_retention_days", Integer),
    Column("deleted_at", Text, nullable=False),
    Column("deleted_by", Text, nullable=False),
)

audit_log = Table(
    "audit_log",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("at", Text, nullable=False),
    Column("actor", Text, nullable=False),
    Column("activity", Text, nullable=False),
    Column("app_id", Text),
    Column("details", Text, nullable=False),
)
Index("ix_audit_log_app_id_at", audit_log.c.app_id, audit_log.c.at)
