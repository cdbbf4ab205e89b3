"""What does a job's configuration say, compiled once a cycle?"""

from dataclasses import dataclass
from datetime import datetime

from instep.cycle.groups.compiled import CompiledGroups, compile_groups
from instep.cycle.scoping import compile_scoping
from instep.ledger.jobs import Job, dialect_of
from instep.ledger.schema import Schema
from instep.rules.mapping.expressions import Context
from instep.rules.mapping.redaction import redacted_targets
from instep.rules.mapping.suited import suit
from instep.rules.mapping.wanted import CompiledMappings, compile_mappings, refuse_roles
from instep.rules.planning.target_rules import EVERYTHING, TargetRules
from instep.rules.scoping.standing import Scope, ScopingRules
from instep.scim.dialects import Dialect, UserRequests
from instep.scim.messages import ENTERPRISE_USER_URN, USER_URN
from instep.scim.resource_form import ResourceForm

# RFC 7643, 4.1.1: unique across the service provider, so that a create can be refused but never doubles an account.
UNIQUE_TARGETS = frozenset({"userName"})


@dataclass(frozen=True, slots=True)
class CompiledJob:
    """One job, ready to decide about users."""

    job: Job
    scoping: ScopingRules
    mappings: CompiledMappings
    form: ResourceForm
    dialect: Dialect
    requests: UserRequests
    context: Context
    target_rules: TargetRules = EVERYTHING
    redacted: frozenset[str] = frozenset()
    groups: CompiledGroups | None = None

    @property
    def target_guarantees_uniqueness(self) -> bool:
        """Whether the first matching attribute is one that no two accounts can share."""
        return bool(self.mappings.matching) and self.mappings.matching[0] in UNIQUE_TARGETS


def compile_job(job: Job, schema: Schema, now: datetime) -> CompiledJob:
    """Compile a job.

    Raises MappingRefused, InvalidPath, FilterError or DialectRefused for what cannot be.
    """
    dialect = dialect_of(job.tenant_url, job.settings)
    suited = suit(schema.users.mappings, dialect)
    mappings = compile_mappings(suited.mappings, schema.users.targets)
    if job.settings.scope is Scope.ALL:
        refuse_roles(mappings.role_targets)
    schemas = dialect.user_schemas or (USER_URN, ENTERPRISE_USER_URN)
    booleans = {target.name for target in schema.users.targets if target.type == "Boolean"}
    form = ResourceForm(schemas, mappings.targets, mappings.references, booleans)
    return CompiledJob(
        job=job,
        scoping=compile_scoping(job, schema.users),
        mappings=mappings,
        form=form,
        dialect=dialect,
        requests=UserRequests(dialect, form, mappings.complex_targets, mappings.adding_targets),
        context=Context(now, job.seed, job.settings.default_domain),
        target_rules=TargetRules(
            actions=schema.users.actions,
            has_soft_delete=job.settings.soft_delete,
            skips_out_of_scope=job.settings.skip_out_of_scope_deletions,
            disabled_accounts=dialect.disabled_accounts,
            create_only=suited.create_only,
        ),
        redacted=redacted_targets(schema.users.mappings),
        groups=compile_groups(job, schema.groups, dialect),
    )
