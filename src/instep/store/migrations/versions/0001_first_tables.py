"""The first tables: directory, applications, jobs, ledger."""

import sqlalchemy as sa
from alembic import op

from instep.store.postgresql.functions import FUNCTIONS, dropped
from instep.store.tables.base import Integer, Text

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    if op.get_bind().dialect.name == "postgresql":
        for function in FUNCTIONS:
            op.execute(function)
    op.create_table(
        "leases",
        sa.Column("name", Text, nullable=False),
        sa.Column("epoch", Integer, nullable=False),
        sa.Column("holder", Text, nullable=False),
        sa.Column("taken_at", Text, nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_leases")),
    )
    op.create_table(
        "administrators",
        sa.Column("id", Text, nullable=False),
        sa.Column("user_name", Text, nullable=False),
        sa.Column("name_key", Text, nullable=False),
        sa.Column("display_name", Text, nullable=False),
        sa.Column("roles", Text, nullable=False),
        sa.Column("is_enabled", sa.Boolean(), nullable=False),
        sa.Column("password_hash", Text, nullable=True),
        sa.Column("issuer", Text, nullable=True),
        sa.Column("subject", Text, nullable=True),
        sa.Column("created_at", Text, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_administrators")),
        sa.UniqueConstraint("name_key", name=op.f("uq_administrators_name_key")),
        sa.UniqueConstraint("issuer", "subject", name=op.f("uq_administrators_issuer_subject")),
    )
    op.create_table(
        "registered_clients",
        sa.Column("id", Text, nullable=False),
        sa.Column("name", Text, nullable=False),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("permissions", Text, nullable=False),
        sa.Column("created_at", Text, nullable=False),
        sa.Column("secret_expires_at", Text, nullable=False),
        sa.Column("last_used_at", Text, nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_registered_clients")),
    )
    op.create_table(
        "access_tokens",
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("client_id", Text, nullable=False),
        sa.Column("expires_at", Text, nullable=False),
        sa.ForeignKeyConstraint(
            ["client_id"],
            ["registered_clients.id"],
            name=op.f("fk_access_tokens_client_id_registered_clients"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_access_tokens")),
    )
    op.create_index(op.f("ix_access_tokens_client_id"), "access_tokens", ["client_id"], unique=False)
    op.create_index(op.f("ix_access_tokens_expires_at"), "access_tokens", ["expires_at"], unique=False)
    op.create_table(
        "api_tokens",
        sa.Column("id", Text, nullable=False),
        sa.Column("administrator_id", Text, nullable=False),
        sa.Column("name", Text, nullable=False),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("permissions", Text, nullable=False),
        sa.Column("created_at", Text, nullable=False),
        sa.Column("expires_at", Text, nullable=False),
        sa.Column("last_used_at", Text, nullable=True),
        sa.ForeignKeyConstraint(
            ["administrator_id"],
            ["administrators.id"],
            name=op.f("fk_api_tokens_administrator_id_administrators"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_api_tokens")),
        sa.UniqueConstraint("digest", name=op.f("uq_api_tokens_digest")),
    )
    op.create_index(op.f("ix_api_tokens_administrator_id"), "api_tokens", ["administrator_id"], unique=False)
    op.create_table(
        "one_time_links",
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("purpose", Text, nullable=False),
        sa.Column("administrator_id", Text, nullable=True),
        sa.Column("expires_at", Text, nullable=False),
        sa.ForeignKeyConstraint(
            ["administrator_id"],
            ["administrators.id"],
            name=op.f("fk_one_time_links_administrator_id_administrators"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_one_time_links")),
    )
    op.create_index(op.f("ix_one_time_links_administrator_id"), "one_time_links", ["administrator_id"], unique=False)
    op.create_table(
        "sessions",
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("administrator_id", Text, nullable=False),
        sa.Column("created_at", Text, nullable=False),
        sa.Column("seen_at", Text, nullable=False),
        sa.Column("confirmed_at", Text, nullable=False),
        sa.Column("method", Text, nullable=False),
        sa.Column("address", Text, nullable=False),
        sa.Column("browser", Text, nullable=False),
        sa.ForeignKeyConstraint(
            ["administrator_id"],
            ["administrators.id"],
            name=op.f("fk_sessions_administrator_id_administrators"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_sessions")),
    )
    op.create_index(op.f("ix_sessions_administrator_id"), "sessions", ["administrator_id"], unique=False)
    op.create_table(
        "apps",
        sa.Column("id", Text, nullable=False),
        sa.Column("name", Text, nullable=False),
        sa.Column("name_key", Text, nullable=False),
        sa.Column("template_id", Text, nullable=False),
        sa.Column("schema", Text, nullable=False),
        sa.Column("created_at", Text, nullable=False),
        sa.Column("notes", Text, server_default="", nullable=False),
        sa.Column("is_enabled", sa.Boolean(), server_default=sa.true(), nullable=False),
        sa.Column("is_assignment_required", sa.Boolean(), server_default=sa.true(), nullable=False),
        sa.Column("tags", Text, server_default="[]", nullable=False),
        sa.Column("notification_emails", Text, server_default="[]", nullable=False),
        sa.Column("template_schema", Text, nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_apps")),
        sa.UniqueConstraint("name_key", name=op.f("uq_apps_name_key")),
    )
    op.create_table(
        "audit_log",
        sa.Column("id", Integer, autoincrement=True, nullable=False),
        sa.Column("at", Text, nullable=False),
        sa.Column("actor", Text, nullable=False),
        sa.Column("activity", Text, nullable=False),
        sa.Column("app_id", Text, nullable=True),
        sa.Column("details", Text, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_log")),
    )
    op.create_index("ix_audit_log_app_id_at", "audit_log", ["app_id", "at"], unique=False)
    op.create_table(
        "changes",
        sa.Column("sequence", Integer, autoincrement=True, nullable=False),
        sa.Column("at", Text, nullable=False),
        sa.Column("kind", Text, nullable=False),
        sa.Column("user_id", Text, nullable=True),
        sa.Column("group_id", Text, nullable=True),
        sa.Column("app_id", Text, nullable=True),
        sa.Column("nested_id", Text, nullable=True),
        sa.Column("attributes", Text, nullable=True),
        sa.Column("actor", Text, nullable=False),
        sa.PrimaryKeyConstraint("sequence", name=op.f("pk_changes")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_changes_user_id_sequence", "changes", ["user_id", "sequence"], unique=False)
    op.create_index(
        "ix_changes_group_id_sequence",
        "changes",
        ["group_id", "sequence"],
        unique=False,
        sqlite_where=sa.text("group_id IS NOT NULL"),
        postgresql_where=sa.text("group_id IS NOT NULL"),
    )
    op.create_table(
        "claims",
        sa.Column("job_id", Text, nullable=False),
        sa.Column("source_type", Text, nullable=False),
        sa.Column("user_id", Text, nullable=False),
        sa.Column("cycle_id", Text, nullable=False),
        sa.Column("state", Text, nullable=False),
        sa.Column("taken_at", Text, nullable=False),
        sa.PrimaryKeyConstraint("job_id", "source_type", "user_id", name=op.f("pk_claims")),
    )
    op.create_table(
        "cycles",
        sa.Column("id", Text, nullable=False),
        sa.Column("job_id", Text, nullable=False),
        sa.Column("kind", Text, nullable=False),
        sa.Column("state", Text, nullable=False),
        sa.Column("configuration_version", Integer, nullable=False),
        sa.Column("target_identity", Text, nullable=False),
        sa.Column("since", Integer, nullable=True),
        sa.Column("head", Integer, nullable=False),
        sa.Column("cursor", Text, nullable=True),
        sa.Column("first_operation", Integer, nullable=True),
        sa.Column("plan_id", Integer, nullable=True),
        sa.Column("counts", Text, nullable=False),
        sa.Column("begun_at", Text, nullable=False),
        sa.Column("ended_at", Text, nullable=True),
        sa.Column("reason", Text, nullable=True),
        sa.Column("actor", Text, nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cycles")),
    )
    op.create_index("ix_cycles_job_id_begun_at", "cycles", ["job_id", "begun_at"], unique=False)
    op.create_table(
        "escrows",
        sa.Column("job_id", Text, nullable=False),
        sa.Column("user_id", Text, nullable=False),
        sa.Column("since", Text, nullable=False),
        sa.Column("attempts", Integer, nullable=False),
        sa.Column("next_attempt_at", Text, nullable=False),
        sa.Column("code", Text, nullable=False),
        sa.Column("facts", Text, nullable=False),
        sa.PrimaryKeyConstraint("job_id", "user_id", name=op.f("pk_escrows")),
    )
    op.create_table(
        "groups",
        sa.Column("id", Text, nullable=False),
        sa.Column("display_name", Text, nullable=False),
        sa.Column("display_name_key", Text, nullable=False),
        sa.Column("attributes", Text, nullable=False),
        sa.Column("created_at", Text, nullable=False),
        sa.Column("deleted_at", Text, nullable=True),
        sa.Column("external_id", Text, nullable=True),
        sa.Column("members_sequence", Integer, nullable=True),
        sa.Column("members_at", Text, nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_groups")),
    )
    op.create_index(op.f("ix_groups_display_name_key"), "groups", ["display_name_key"], unique=False)
    op.create_index(
        "ix_groups_external_id",
        "groups",
        ["external_id"],
        unique=False,
        sqlite_where=sa.text("external_id IS NOT NULL"),
        postgresql_where=sa.text("external_id IS NOT NULL"),
    )
    op.create_table(
        "due_users",
        sa.Column("job_id", Text, nullable=False),
        sa.Column("user_id", Text, nullable=False),
        sa.Column("due_at", Text, nullable=False),
        sa.PrimaryKeyConstraint("job_id", "user_id", name=op.f("pk_due_users")),
    )
    with op.batch_alter_table("due_users", schema=None) as batch_op:
        batch_op.create_index("ix_due_users_due_at", ["job_id", "due_at"], unique=False)

    op.create_table(
        "drift_sweeps",
        sa.Column("job_id", Text, nullable=False),
        sa.Column("sweep", Text, nullable=False),
        sa.PrimaryKeyConstraint("job_id", name=op.f("pk_drift_sweeps")),
    )
    op.create_table(
        "drift_samples",
        sa.Column("job_id", Text, nullable=False),
        sa.Column("sample", Text, nullable=False),
        sa.PrimaryKeyConstraint("job_id", name=op.f("pk_drift_samples")),
    )
    op.create_table(
        "drift_accounts",
        sa.Column("job_id", Text, nullable=False),
        sa.Column("account_id", Text, nullable=False),
        sa.PrimaryKeyConstraint("job_id", "account_id", name=op.f("pk_drift_accounts")),
    )
    op.create_table(
        "drift_findings",
        sa.Column("job_id", Text, nullable=False),
        sa.Column("account_id", Text, nullable=False),
        sa.Column("attribute", Text, nullable=False),
        sa.Column("user_id", Text, nullable=False),
        sa.Column("user_name", Text, nullable=False),
        sa.Column("drifted_values", Text, nullable=False),
        sa.Column("found_at", Text, nullable=False),
        sa.PrimaryKeyConstraint("job_id", "account_id", "attribute", name=op.f("pk_drift_findings")),
    )
    op.create_table(
        "holds",
        sa.Column("job_id", Text, nullable=False),
        sa.Column("user_id", Text, nullable=False),
        sa.Column("plan_id", Integer, nullable=False),
        sa.Column("subject", Text, nullable=False),
        sa.Column("since", Text, nullable=False),
        sa.PrimaryKeyConstraint("job_id", "user_id", name=op.f("pk_holds")),
    )
    op.create_table(
        "imports",
        sa.Column("id", Text, nullable=False),
        sa.Column("state", Text, nullable=False),
        sa.Column("mode", Text, nullable=False),
        sa.Column("file_name", Text, nullable=False),
        sa.Column("actor", Text, nullable=False),
        sa.Column("begun_at", Text, nullable=False),
        sa.Column("ended_at", Text, nullable=True),
        sa.Column("options", Text, nullable=False),
        sa.Column("cursor", Integer, nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=True),
        sa.Column("fingerprint", Text, nullable=True),
        sa.Column("result", Text, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_imports")),
    )
    op.create_table(
        "links",
        sa.Column("job_id", Text, nullable=False),
        sa.Column("target_identity", Text, nullable=False),
        sa.Column("user_id", Text, nullable=False),
        sa.Column("account_id", Text, nullable=False),
        sa.Column("is_active", sa.Boolean(), nullable=False),
        sa.Column("origin", Text, nullable=False),
        sa.Column("last_written", Text, nullable=False),
        sa.Column("linked_at", Text, nullable=False),
        sa.PrimaryKeyConstraint("job_id", "target_identity", "user_id", name=op.f("pk_links")),
        sa.UniqueConstraint(
            "job_id", "target_identity", "account_id", name=op.f("uq_links_job_id_target_identity_account_id")
        ),
        sqlite_with_rowid=False,
    )
    op.create_index(
        "ix_links_inactive",
        "links",
        ["job_id", "target_identity"],
        unique=False,
        sqlite_where=sa.text("is_active = 0"),
        postgresql_where=sa.text("NOT is_active"),
    )
    op.create_table(
        "mails",
        sa.Column("id", Integer, autoincrement=True, nullable=False),
        sa.Column("at", Text, nullable=False),
        sa.Column("job_id", Text, nullable=False),
        sa.Column("app_id", Text, nullable=False),
        sa.Column("app_name", Text, nullable=False),
        sa.Column("recipient", Text, nullable=False),
        sa.Column("kind", Text, nullable=False),
        sa.Column("facts", Text, nullable=False),
        sa.Column("state", Text, nullable=False),
        sa.Column("attempts", Integer, nullable=False),
        sa.Column("next_attempt_at", Text, nullable=False),
        sa.Column("claimed_until", Text, nullable=True),
        sa.Column("sent_at", Text, nullable=True),
        sa.Column("problem", Text, nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mails")),
    )
    op.create_index(
        "ix_mails_queued",
        "mails",
        ["next_attempt_at"],
        unique=False,
        sqlite_where=sa.text("state = 'queued'"),
        postgresql_where=sa.text("state = 'queued'"),
    )
    op.create_table(
        "memberships",
        sa.Column("group_id", Text, nullable=False),
        sa.Column("user_id", Text, nullable=False),
        sa.PrimaryKeyConstraint("group_id", "user_id", name=op.f("pk_memberships")),
    )
    op.create_index(op.f("ix_memberships_user_id"), "memberships", ["user_id"], unique=False)
    op.create_table(
        "operations",
        sa.Column("id", Integer, autoincrement=True, nullable=False),
        sa.Column("cycle_id", Text, nullable=False),
        sa.Column("job_id", Text, nullable=False),
        sa.Column("user_id", Text, nullable=False),
        sa.Column("kind", Text, nullable=False),
        sa.Column("state", Text, nullable=False),
        sa.Column("account_id", Text, nullable=True),
        sa.Column("before", Text, nullable=False),
        sa.Column("after", Text, nullable=False),
        sa.Column("sequence", Integer, nullable=False),
        sa.Column("configuration_version", Integer, nullable=False),
        sa.Column("planned_at", Text, nullable=False),
        sa.Column("ended_at", Text, nullable=True),
        sa.Column("source_type", Text, server_default="User", nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_operations")),
    )
    op.create_index(
        "ix_operations_groups",
        "operations",
        ["job_id", "ended_at"],
        unique=False,
        sqlite_where=sa.text("source_type = 'Group'"),
        postgresql_where=sa.text("source_type = 'Group'"),
    )
    op.create_index(
        "ix_operations_removals",
        "operations",
        ["job_id", "ended_at"],
        unique=False,
        sqlite_where=sa.text("kind IN ('disable', 'delete')"),
        postgresql_where=sa.text("kind IN ('disable', 'delete')"),
    )
    op.create_index(
        "ix_operations_unknown",
        "operations",
        ["job_id"],
        unique=False,
        sqlite_where=sa.text("state = 'unknown'"),
        postgresql_where=sa.text("state = 'unknown'"),
    )
    op.create_table(
        "planned_operations",
        sa.Column("plan_id", Integer, nullable=False),
        sa.Column("number", Integer, nullable=False),
        sa.Column("source_type", Text, nullable=False),
        sa.Column("user_id", Text, nullable=False),
        sa.Column("user_name", Text, nullable=False),
        sa.Column("member_id", Text, nullable=True),
        sa.Column("member_name", Text, nullable=True),
        sa.Column("member_account_id", Text, nullable=True),
        sa.Column("kind", Text, nullable=False),
        sa.Column("state", Text, nullable=False),
        sa.Column("account_id", Text, nullable=True),
        sa.Column("before", Text, nullable=False),
        sa.Column("after", Text, nullable=False),
        sa.Column("sequence", Integer, nullable=False),
        sa.Column("action", Text, nullable=False),
        sa.Column("status", Text, nullable=False),
        sa.Column("code", Text, nullable=False),
        sa.Column("facts", Text, nullable=False),
        sa.Column("outcome", Text, nullable=True),
        sa.Column("operation_id", Integer, nullable=True),
        sa.PrimaryKeyConstraint("plan_id", "number", name=op.f("pk_planned_operations")),
        sqlite_with_rowid=False,
    )
    op.create_index(
        "ix_planned_operations_counts", "planned_operations", ["plan_id", "source_type", "kind", "state"], unique=False
    )
    op.create_index(
        "ix_planned_operations_plan_id_user_id", "planned_operations", ["plan_id", "user_id", "member_id"], unique=False
    )
    with op.batch_alter_table("planned_operations", schema=None) as batch_op:
        batch_op.create_index(
            "ix_planned_operations_operation_id",
            ["operation_id"],
            unique=False,
            sqlite_where=sa.text("operation_id IS NOT NULL"),
            postgresql_where=sa.text("operation_id IS NOT NULL"),
        )
    op.create_table(
        "plans",
        sa.Column("id", Integer, autoincrement=True, nullable=False),
        sa.Column("job_id", Text, nullable=False),
        sa.Column("origin", Text, nullable=False),
        sa.Column("subject", Text, nullable=False),
        sa.Column("state", Text, nullable=False),
        sa.Column("cycle_kind", Text, nullable=False),
        sa.Column("configuration_version", Integer, nullable=False),
        sa.Column("target_identity", Text, nullable=False),
        sa.Column("planned_at", Text, nullable=False),
        sa.Column("planned_by", Text, nullable=False),
        sa.Column("shown_at", Text, nullable=True),
        sa.Column("decided_at", Text, nullable=True),
        sa.Column("decided_by", Text, nullable=True),
        sa.Column("applied_at", Text, nullable=True),
        sa.Column("applied_by", Text, nullable=True),
        sa.Column("ended_at", Text, nullable=True),
        sa.Column("reason", Text, nullable=True),
        sa.Column("undone_cycle_id", Text, nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_plans")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_plans_job_id"), "plans", ["job_id"], unique=False)
    op.create_table(
        "protections",
        sa.Column("app_id", Text, nullable=False),
        sa.Column("principal_type", Text, nullable=False),
        sa.Column("principal_id", Text, nullable=False),
        sa.Column("protected_at", Text, nullable=False),
        sa.Column("protected_by", Text, nullable=False),
        sa.PrimaryKeyConstraint("app_id", "principal_type", "principal_id", name=op.f("pk_protections")),
    )
    op.create_table(
        "provisioning_log",
        sa.Column("id", Integer, autoincrement=True, nullable=False),
        sa.Column("at", Text, nullable=False),
        sa.Column("job_id", Text, nullable=False),
        sa.Column("cycle_id", Text, nullable=False),
        sa.Column("operation_id", Integer, nullable=True),
        sa.Column("user_id", Text, nullable=False),
        sa.Column("user_name", Text, nullable=False),
        sa.Column("account_id", Text, nullable=True),
        sa.Column("action", Text, nullable=False),
        sa.Column("status", Text, nullable=False),
        sa.Column("code", Text, nullable=False),
        sa.Column("facts", Text, nullable=False),
        sa.Column("duration_ms", Integer, nullable=False),
        sa.Column("source_type", Text, server_default="User", nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_provisioning_log")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_provisioning_log_user_id_cycle_id", "provisioning_log", ["user_id", "cycle_id"], unique=False)
    for status in ("failure", "warning"):
        op.create_index(
            f"ix_provisioning_log_{status}s",
            "provisioning_log",
            ["id"],
            unique=False,
            sqlite_where=sa.text(f"status = '{status}'"),
            postgresql_where=sa.text(f"status = '{status}'"),
        )
    op.create_table(
        "hourly_entries",
        sa.Column("job_id", Text, nullable=False),
        sa.Column("hour", Text, nullable=False),
        sa.Column("action", Text, nullable=False),
        sa.Column("status", Text, nullable=False),
        sa.Column("code", Text, nullable=False),
        sa.Column("entries", Integer, nullable=False),
        sa.Column("drifted", Integer, nullable=False),
        sa.PrimaryKeyConstraint("job_id", "hour", "action", "status", "code", name=op.f("pk_hourly_entries")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "hourly_durations",
        sa.Column("job_id", Text, nullable=False),
        sa.Column("hour", Text, nullable=False),
        sa.Column("below_ms", Integer, nullable=False),
        sa.Column("operations", Integer, nullable=False),
        sa.PrimaryKeyConstraint("job_id", "hour", "below_ms", name=op.f("pk_hourly_durations")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "staged_managers",
        sa.Column("import_id", Text, nullable=False),
        sa.Column("line", Integer, nullable=False),
        sa.Column("manager", Text, nullable=False),
        sa.Column("manager_key", Text, nullable=False),
        sa.Column("manager_id", Text, nullable=True),
        sa.PrimaryKeyConstraint("import_id", "line", name=op.f("pk_staged_managers")),
    )
    op.create_index(
        "ix_staged_managers_import_id_manager_id", "staged_managers", ["import_id", "manager_id"], unique=False
    )
    op.create_table(
        "staged_removals",
        sa.Column("import_id", Text, nullable=False),
        sa.Column("user_id", Text, nullable=False),
        sa.PrimaryKeyConstraint("import_id", "user_id", name=op.f("pk_staged_removals")),
    )
    op.create_table(
        "staged_rows",
        sa.Column("import_id", Text, nullable=False),
        sa.Column("line", Integer, nullable=False),
        sa.Column("user_id", Text, nullable=True),
        sa.Column("user_principal_name_key", Text, nullable=True),
        sa.Column("attributes", Text, nullable=False),
        sa.Column("lacks", Text, nullable=True),
        sa.Column("state", Text, nullable=False),
        sa.PrimaryKeyConstraint("import_id", "line", name=op.f("pk_staged_rows")),
    )
    op.create_index("ix_staged_rows_import_id_user_id", "staged_rows", ["import_id", "user_id"], unique=False)
    op.create_index(
        "ix_staged_rows_import_id_user_principal_name_key",
        "staged_rows",
        ["import_id", "user_principal_name_key"],
        unique=False,
    )
    op.create_table(
        "target_accounts",
        sa.Column("job_id", Text, nullable=False),
        sa.Column("account_id", Text, nullable=False),
        sa.Column("attribute", Text, nullable=False),
        sa.Column("value_key", Text, nullable=False),
        sa.Column("account_values", Text, nullable=False),
        sa.PrimaryKeyConstraint("job_id", "account_id", "attribute", name=op.f("pk_target_accounts")),
    )
    op.create_index("ix_target_accounts_value", "target_accounts", ["job_id", "attribute", "value_key"], unique=False)
    op.create_table(
        "turns",
        sa.Column("cycle_id", Text, nullable=False),
        sa.Column("user_id", Text, nullable=False),
        sa.PrimaryKeyConstraint("cycle_id", "user_id", name=op.f("pk_turns")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "users",
        sa.Column("id", Text, nullable=False),
        sa.Column("user_principal_name_key", Text, nullable=False),
        sa.Column("attributes", Text, nullable=False),
        sa.Column("manager_id", Text, nullable=True),
        sa.Column("created_at", Text, nullable=False),
        sa.Column("deleted_at", Text, nullable=True),
        sa.Column("display_name_key", Text, nullable=False),
        sa.Column("surname_key", Text, nullable=False),
        sa.Column("department_key", Text, nullable=False),
        sa.Column("is_enabled", Integer, nullable=False),
        sa.Column("external_id", Text, nullable=True),
        sa.Column("mail_key", Text, nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_users")),
    )
    op.create_index(
        "ix_users_mail_key",
        "users",
        ["mail_key", "id"],
        unique=False,
        sqlite_where=sa.text("mail_key IS NOT NULL"),
        postgresql_where=sa.text("mail_key IS NOT NULL"),
    )
    op.create_table(
        "other_mails",
        sa.Column("user_id", Text, nullable=False),
        sa.Column("mail_key", Text, nullable=False),
        sa.PrimaryKeyConstraint("user_id", "mail_key", name=op.f("pk_other_mails")),
    )
    op.create_index(op.f("ix_other_mails_mail_key"), "other_mails", ["mail_key"], unique=False)
    op.create_index(
        "ix_users_external_id",
        "users",
        ["external_id"],
        unique=False,
        sqlite_where=sa.text("external_id IS NOT NULL"),
        postgresql_where=sa.text("external_id IS NOT NULL"),
    )
    op.create_index(
        "ix_users_deleted_at",
        "users",
        ["deleted_at"],
        unique=False,
        sqlite_where=sa.text("deleted_at IS NOT NULL"),
        postgresql_where=sa.text("deleted_at IS NOT NULL"),
    )
    op.create_index(
        "ix_users_is_enabled",
        "users",
        ["is_enabled", "display_name_key", "id"],
        unique=False,
        sqlite_where=sa.text("deleted_at IS NULL"),
        postgresql_where=sa.text("deleted_at IS NULL"),
    )
    op.create_index(
        "ix_users_display_name_key",
        "users",
        ["display_name_key", "id"],
        unique=False,
        sqlite_where=sa.text("deleted_at IS NULL"),
        postgresql_where=sa.text("deleted_at IS NULL"),
    )
    op.create_index(
        "ix_users_surname_key",
        "users",
        ["surname_key", "id"],
        unique=False,
        sqlite_where=sa.text("deleted_at IS NULL"),
        postgresql_where=sa.text("deleted_at IS NULL"),
    )
    op.create_index(
        "ix_users_department_key",
        "users",
        ["department_key", "display_name_key", "id"],
        unique=False,
        sqlite_where=sa.text("deleted_at IS NULL"),
        postgresql_where=sa.text("deleted_at IS NULL"),
    )
    op.create_index(op.f("ix_users_manager_id"), "users", ["manager_id"], unique=False)
    op.create_index(op.f("ix_users_user_principal_name_key"), "users", ["user_principal_name_key"], unique=False)
    op.create_table(
        "app_owners",
        sa.Column("app_id", Text, nullable=False),
        sa.Column("user_id", Text, nullable=False),
        sa.Column("since", Text, nullable=False),
        sa.Column("added_by", Text, nullable=False),
        sa.ForeignKeyConstraint(["app_id"], ["apps.id"], name=op.f("fk_app_owners_app_id_apps"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("app_id", "user_id", name=op.f("pk_app_owners")),
    )
    op.create_index(op.f("ix_app_owners_user_id"), "app_owners", ["user_id"], unique=False)
    op.create_table(
        "app_roles",
        sa.Column("id", Text, nullable=False),
        sa.Column("app_id", Text, nullable=False),
        sa.Column("display_name", Text, nullable=False),
        sa.Column("value", Text, nullable=False),
        sa.Column("is_enabled", sa.Boolean(), nullable=False),
        sa.Column("description", Text, server_default="", nullable=False),
        sa.ForeignKeyConstraint(["app_id"], ["apps.id"], name=op.f("fk_app_roles_app_id_apps"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_app_roles")),
    )
    op.create_index(op.f("ix_app_roles_app_id"), "app_roles", ["app_id"], unique=False)
    op.create_table(
        "assignments",
        sa.Column("id", Text, nullable=False),
        sa.Column("app_id", Text, nullable=False),
        sa.Column("principal_type", Text, nullable=False),
        sa.Column("principal_id", Text, nullable=False),
        sa.Column("role_id", Text, nullable=False),
        sa.Column("created_at", Text, nullable=False),
        sa.ForeignKeyConstraint(["app_id"], ["apps.id"], name=op.f("fk_assignments_app_id_apps"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_assignments")),
        sa.UniqueConstraint(
            "app_id", "principal_id", "role_id", name=op.f("uq_assignments_app_id_principal_id_role_id")
        ),
    )
    op.create_index("ix_assignments_app_id_created_at", "assignments", ["app_id", "created_at", "id"], unique=False)
    op.create_index("ix_assignments_app_id_principal_type", "assignments", ["app_id", "principal_type"], unique=False)
    op.create_index(op.f("ix_assignments_principal_id"), "assignments", ["principal_id"], unique=False)
    op.create_table(
        "former_jobs",
        sa.Column("id", Text, nullable=False),
        sa.Column("app_id", Text, nullable=False),
        sa.Column("app_name", Text, nullable=False),
        sa.Column("schema", Text, nullable=False),
        sa.Column("log_retention_days", Integer, nullable=True),
        sa.Column("deleted_at", Text, nullable=False),
        sa.Column("deleted_by", Text, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_former_jobs")),
    )
    op.create_table(
        "jobs",
        sa.Column("id", Text, nullable=False),
        sa.Column("app_id", Text, nullable=False),
        sa.Column("tenant_url", Text, nullable=False),
        sa.Column("secret_token", sa.LargeBinary(), nullable=False),
        sa.Column("state", Text, nullable=False),
        sa.Column("settings", Text, nullable=False),
        sa.Column("configuration_version", Integer, nullable=False),
        sa.Column("watermark", Integer, nullable=True),
        sa.Column("watermark_version", Integer, nullable=True),
        sa.Column("watermark_identity", Text, nullable=True),
        sa.Column("not_before", Text, nullable=True),
        sa.Column("quarantine", Text, nullable=True),
        sa.Column("health", Text, nullable=True),
        sa.Column("revision", Integer, server_default="0", nullable=False),
        sa.Column("stopped_in_revision", Integer, server_default="0", nullable=False),
        sa.Column("seed", Text, nullable=False),
        sa.Column("created_at", Text, nullable=False),
        sa.ForeignKeyConstraint(["app_id"], ["apps.id"], name=op.f("fk_jobs_app_id_apps"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_jobs")),
        sa.UniqueConstraint("app_id", name=op.f("uq_jobs_app_id")),
    )
    op.create_table(
        "group_links",
        sa.Column("id", Integer, autoincrement=True, nullable=False),
        sa.Column("job_id", Text, nullable=False),
        sa.Column("target_identity", Text, nullable=False),
        sa.Column("group_id", Text, nullable=False),
        sa.Column("resource_id", Text, nullable=False),
        sa.Column("origin", Text, nullable=False),
        sa.Column("last_written", Text, nullable=False),
        sa.Column("is_compared", sa.Boolean(), nullable=False),
        sa.Column("linked_at", Text, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_group_links")),
        sa.UniqueConstraint(
            "job_id", "target_identity", "group_id", name=op.f("uq_group_links_job_id_target_identity_group_id")
        ),
        sa.UniqueConstraint(
            "job_id", "target_identity", "resource_id", name=op.f("uq_group_links_job_id_target_identity_resource_id")
        ),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "written_memberships",
        sa.Column("link_id", Integer, nullable=False),
        sa.Column("user_id", Text, nullable=False),
        sa.Column("account_id", Text, nullable=False),
        sa.Column("is_certain", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("link_id", "user_id", name=op.f("pk_written_memberships")),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_written_memberships_user_id", "written_memberships", ["user_id"], unique=False)
    op.create_table(
        "group_escrows",
        sa.Column("job_id", Text, nullable=False),
        sa.Column("group_id", Text, nullable=False),
        sa.Column("since", Text, nullable=False),
        sa.Column("attempts", Integer, nullable=False),
        sa.Column("next_attempt_at", Text, nullable=False),
        sa.Column("code", Text, nullable=False),
        sa.Column("facts", Text, nullable=False),
        sa.PrimaryKeyConstraint("job_id", "group_id", name=op.f("pk_group_escrows")),
    )
    op.create_table(
        "due_groups",
        sa.Column("job_id", Text, nullable=False),
        sa.Column("group_id", Text, nullable=False),
        sa.PrimaryKeyConstraint("job_id", "group_id", name=op.f("pk_due_groups")),
    )
    op.create_table(
        "held_groups",
        sa.Column("job_id", Text, nullable=False),
        sa.Column("group_id", Text, nullable=False),
        sa.Column("member_id", Text, nullable=False),
        sa.Column("plan_id", Integer, nullable=False),
        sa.Column("subject", Text, nullable=False),
        sa.Column("since", Text, nullable=False),
        sa.PrimaryKeyConstraint("job_id", "group_id", "member_id", name=op.f("pk_held_groups")),
    )
    op.create_table(
        "nestings",
        sa.Column("group_id", Text, nullable=False),
        sa.Column("nested_id", Text, nullable=False),
        sa.PrimaryKeyConstraint("group_id", "nested_id", name=op.f("pk_nestings")),
    )
    op.create_index(op.f("ix_nestings_nested_id"), "nestings", ["nested_id"], unique=False)
    op.create_table(
        "person_passwords",
        sa.Column("user_id", Text, nullable=False),
        sa.Column("password_hash", Text, nullable=False),
        sa.Column("chosen_at", Text, nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name=op.f("fk_person_passwords_user_id_users"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("user_id", name=op.f("pk_person_passwords")),
    )
    op.create_table(
        "person_links",
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("user_id", Text, nullable=False),
        sa.Column("expires_at", Text, nullable=False),
        sa.Column("since_change", Integer, nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name=op.f("fk_person_links_user_id_users"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_person_links")),
    )
    op.create_index(op.f("ix_person_links_user_id"), "person_links", ["user_id"], unique=False)
    op.create_table(
        "person_authenticators",
        sa.Column("user_id", sa.Text(), nullable=False),
        sa.Column("key", sa.LargeBinary(), nullable=False),
        sa.Column("is_active", sa.Boolean(), nullable=False),
        sa.Column("last_step", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name=op.f("fk_person_authenticators_user_id_users"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("user_id", name=op.f("pk_person_authenticators")),
    )
    op.create_table(
        "person_recovery_codes",
        sa.Column("user_id", sa.Text(), nullable=False),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name=op.f("fk_person_recovery_codes_user_id_users"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("user_id", "digest", name=op.f("pk_person_recovery_codes")),
    )
    op.create_table(
        "person_pending_sign_ins",
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("user_id", sa.Text(), nullable=False),
        sa.Column("method", sa.Text(), nullable=False),
        sa.Column("expires_at", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name=op.f("fk_person_pending_sign_ins_user_id_users"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_person_pending_sign_ins")),
    )
    op.create_index(op.f("ix_person_pending_sign_ins_user_id"), "person_pending_sign_ins", ["user_id"], unique=False)
    op.create_index(
        op.f("ix_person_pending_sign_ins_expires_at"), "person_pending_sign_ins", ["expires_at"], unique=False
    )
    op.create_table(
        "person_sessions",
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("user_id", Text, nullable=False),
        sa.Column("created_at", Text, nullable=False),
        sa.Column("seen_at", Text, nullable=False),
        sa.Column("method", Text, nullable=False),
        sa.Column("address", Text, nullable=False),
        sa.Column("browser", Text, nullable=False),
        sa.Column("since_change", Integer, nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name=op.f("fk_person_sessions_user_id_users"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_person_sessions")),
    )
    op.create_index(op.f("ix_person_sessions_user_id"), "person_sessions", ["user_id"], unique=False)
    op.create_table(
        "saml_configurations",
        sa.Column("app_id", Text, nullable=False),
        sa.Column("configuration", Text, nullable=False),
        sa.ForeignKeyConstraint(
            ["app_id"], ["apps.id"], name=op.f("fk_saml_configurations_app_id_apps"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("app_id", name=op.f("pk_saml_configurations")),
    )
    op.create_table(
        "saml_certificates",
        sa.Column("id", Text, nullable=False),
        sa.Column("app_id", Text, nullable=False),
        sa.Column("certificate", Text, nullable=False),
        sa.Column("private_key", sa.LargeBinary(), nullable=False),
        sa.Column("is_active", sa.Boolean(), nullable=False),
        sa.Column("created_at", Text, nullable=False),
        sa.Column("expires_at", Text, nullable=False),
        sa.Column("told_days_ahead", Integer, nullable=True),
        sa.ForeignKeyConstraint(
            ["app_id"], ["apps.id"], name=op.f("fk_saml_certificates_app_id_apps"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_saml_certificates")),
    )
    op.create_index(op.f("ix_saml_certificates_app_id"), "saml_certificates", ["app_id"], unique=False)
    op.create_table(
        "saml_participations",
        sa.Column("session_index", Text, nullable=False),
        sa.Column("app_id", Text, nullable=False),
        sa.Column("session", sa.LargeBinary(), nullable=False),
        sa.Column("name_id", Text, nullable=False),
        sa.Column("name_id_format", Text, nullable=False),
        sa.Column("begun_at", Text, nullable=False),
        sa.ForeignKeyConstraint(
            ["app_id"], ["apps.id"], name=op.f("fk_saml_participations_app_id_apps"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["session"],
            ["person_sessions.digest"],
            name=op.f("fk_saml_participations_session_person_sessions"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("session_index", name=op.f("pk_saml_participations")),
    )
    op.create_index(op.f("ix_saml_participations_app_id"), "saml_participations", ["app_id"], unique=False)
    op.create_index(op.f("ix_saml_participations_session"), "saml_participations", ["session"], unique=False)
    op.create_table(
        "saml_pseudonyms",
        sa.Column("app_id", Text, nullable=False),
        sa.Column("user_id", Text, nullable=False),
        sa.Column("name_id", Text, nullable=False),
        sa.ForeignKeyConstraint(
            ["app_id"], ["apps.id"], name=op.f("fk_saml_pseudonyms_app_id_apps"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name=op.f("fk_saml_pseudonyms_user_id_users"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("app_id", "user_id", name=op.f("pk_saml_pseudonyms")),
    )
    op.create_index(op.f("ix_saml_pseudonyms_user_id"), "saml_pseudonyms", ["user_id"], unique=False)
    op.create_table(
        "saml_waiting",
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("kind", Text, nullable=False),
        sa.Column("document", Text, nullable=False),
        sa.Column("kept_at", Text, nullable=False),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_saml_waiting")),
    )
    op.create_index(op.f("ix_saml_waiting_kept_at"), "saml_waiting", ["kept_at"], unique=False)
    op.create_table(
        "authenticators",
        sa.Column("administrator_id", Text, nullable=False),
        sa.Column("key", sa.LargeBinary(), nullable=False),
        sa.Column("is_active", sa.Boolean(), nullable=False),
        sa.Column("last_step", sa.BigInteger(), nullable=False),
        sa.Column("created_at", Text, nullable=False),
        sa.ForeignKeyConstraint(
            ["administrator_id"],
            ["administrators.id"],
            name=op.f("fk_authenticators_administrator_id_administrators"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("administrator_id", name=op.f("pk_authenticators")),
    )
    op.create_table(
        "recovery_codes",
        sa.Column("administrator_id", Text, nullable=False),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["administrator_id"],
            ["administrators.id"],
            name=op.f("fk_recovery_codes_administrator_id_administrators"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("administrator_id", "digest", name=op.f("pk_recovery_codes")),
    )
    op.create_table(
        "pending_sign_ins",
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("administrator_id", Text, nullable=False),
        sa.Column("method", Text, nullable=False),
        sa.Column("expires_at", Text, nullable=False),
        sa.ForeignKeyConstraint(
            ["administrator_id"],
            ["administrators.id"],
            name=op.f("fk_pending_sign_ins_administrator_id_administrators"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_pending_sign_ins")),
    )
    op.create_index(
        op.f("ix_pending_sign_ins_administrator_id"), "pending_sign_ins", ["administrator_id"], unique=False
    )
    op.create_index(op.f("ix_pending_sign_ins_expires_at"), "pending_sign_ins", ["expires_at"], unique=False)


def downgrade() -> None:
    """Take back: nothing of Instep is left."""
    for table in (
        "pending_sign_ins",
        "recovery_codes",
        "authenticators",
        "saml_waiting",
        "saml_pseudonyms",
        "saml_participations",
        "saml_certificates",
        "saml_configurations",
        "person_sessions",
        "person_pending_sign_ins",
        "person_recovery_codes",
        "person_authenticators",
        "person_links",
        "person_passwords",
        "nestings",
        "held_groups",
        "due_groups",
        "group_escrows",
        "written_memberships",
        "group_links",
        "jobs",
        "former_jobs",
        "assignments",
        "app_roles",
        "app_owners",
        "users",
        "other_mails",
        "turns",
        "target_accounts",
        "staged_rows",
        "staged_removals",
        "staged_managers",
        "hourly_durations",
        "hourly_entries",
        "provisioning_log",
        "protections",
        "plans",
        "planned_operations",
        "operations",
        "memberships",
        "mails",
        "links",
        "imports",
        "holds",
        "due_users",
        "drift_sweeps",
        "drift_accounts",
        "drift_findings",
        "drift_samples",
        "groups",
        "escrows",
        "cycles",
        "claims",
        "changes",
        "audit_log",
        "sessions",
        "one_time_links",
        "api_tokens",
        "access_tokens",
        "leases",
        "apps",
        "administrators",
        "registered_clients",
    ):
        op.drop_table(table)
    if op.get_bind().dialect.name == "postgresql":
        for function in FUNCTIONS:
            op.execute(dropped(function))
