"""Which tables are there? One metadata for all; each area's tables stand in a module of their own."""

from instep.store.tables.access import (
    administrators,
    api_tokens,
    authenticators,
    one_time_links,
    pending_sign_ins,
    recovery_codes,
    sessions,
)
from instep.store.tables.activity import hourly_durations, hourly_entries
from instep.store.tables.base import metadata
from instep.store.tables.directory import (
    changes,
    groups,
    imports,
    memberships,
    nestings,
    other_mails,
    staged_managers,
    staged_rows,
    users,
)
from instep.store.tables.drift import drift_accounts, drift_findings, drift_samples, drift_sweeps
from instep.store.tables.groups import group_escrows, group_links, held_groups, written_memberships
from instep.store.tables.jobs import app_owners, app_roles, apps, assignments, audit_log, jobs, protections
from instep.store.tables.ledger import (
    claims,
    cycles,
    escrows,
    leases,
    links,
    operations,
    provisioning_log,
    target_accounts,
    turns,
)
from instep.store.tables.notices import mails
from instep.store.tables.people import person_links, person_passwords, person_sessions
from instep.store.tables.plans import holds, planned_operations, plans
from instep.store.tables.sign_on import (
    saml_certificates,
    saml_configurations,
    saml_participations,
    saml_pseudonyms,
    saml_waiting,
)

__all__ = [
    "administrators",
    "api_tokens",
    "app_owners",
    "app_roles",
    "apps",
    "assignments",
    "audit_log",
    "authenticators",
    "changes",
    "claims",
    "cycles",
    "drift_accounts",
    "drift_findings",
    "drift_samples",
    "drift_sweeps",
    "escrows",
    "group_escrows",
    "group_links",
    "groups",
    "held_groups",
    "holds",
    "hourly_durations",
    "hourly_entries",
    "imports",
    "jobs",
    "leases",
    "links",
    "mails",
    "memberships",
    "metadata",
    "nestings",
    "one_time_links",
    "operations",
    "other_mails",
    "pending_sign_ins",
    "person_links",
    "person_passwords",
    "person_sessions",
    "planned_operations",
    "plans",
    "protections",
    "provisioning_log",
    "recovery_codes",
    "saml_certificates",
    "saml_configurations",
    "saml_participations",
    "saml_pseudonyms",
    "saml_waiting",
    "sessions",
    "staged_managers",
    "staged_rows",
    "target_accounts",
    "turns",
    "users",
    "written_memberships",
]
