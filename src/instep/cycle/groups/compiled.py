"""What does a job's configuration say of groups, compiled once a cycle?"""

from dataclasses import dataclass

from instep.cycle.scoping import compile_scoping
from instep.ledger.jobs import Job
from instep.ledger.schema import ObjectMapping
from instep.rules.mapping.attribute_mapping import AttributeMapping, Direct
from instep.rules.mapping.wanted import CompiledMappings, compile_mappings
from instep.rules.planning.target_rules import TargetAction, TargetRules
from instep.rules.scoping.standing import ScopingRules
from instep.scim.dialects import Dialect, UserRequests
from instep.scim.messages import GROUP_URN
from instep.scim.resource_form import ResourceForm

MEMBERS = "members"


@dataclass(frozen=True, slots=True)
class CompiledGroups:
    """A job's mapping of groups, ready to decide; `mappings` leave out members, which are written apart."""

    scoping: ScopingRules
    mappings: CompiledMappings
    form: ResourceForm
    requests: UserRequests
    target_rules: TargetRules
    has_members: bool

    @property
    def writes_members(self) -> bool:
        """Whether the members of groups are written: they are mapped, and groups may be updated."""
        return self.has_members and TargetAction.UPDATE in self.target_rules.actions


def compile_groups(job: Job, groups: ObjectMapping | None, dialect: Dialect) -> CompiledGroups | None:
    """Compile the mapping of groups; None where the job provisions none.

    Raises ExpressionError, InvalidPath or FilterError for what cannot be.
    """
    if groups is None or not groups.is_enabled:
        return None
    rows = [row for row in groups.mappings if not _is_of_members(row)]
    names = {row.target for row in rows}
    mappings = compile_mappings(rows, [target for target in groups.targets if target.name in names])
    form = ResourceForm((GROUP_URN,), mappings.targets, mappings.references)
    return CompiledGroups(
        scoping=compile_scoping(job, groups),
        mappings=mappings,
        form=form,
        requests=UserRequests(dialect, form),
        target_rules=TargetRules(
            actions=groups.actions,
            skips_out_of_scope=job.settings.skip_out_of_scope_deletions,
            create_only=frozenset(dialect.group_create_only or ()),
        ),
        has_members=len(rows) < len(groups.mappings),
    )


def _is_of_members(row: AttributeMapping) -> bool:
    return isinstance(row.source, Direct) and row.source.attribute == MEMBERS
