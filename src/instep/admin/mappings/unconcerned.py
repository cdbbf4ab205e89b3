"""Whom does another schema surely not concern, told by those attribute mappings alone that differ?

Most edits are of one mapping, and most users of whoever weighs them are the same by both: this spares deciding twice
about them. Who is not sure is decided about in full.
"""

from collections.abc import Callable, Collection, Sequence
from typing import TypeAlias

from instep.cycle.compiled import CompiledJob
from instep.cycle.ports import Batch
from instep.ledger.schema import ObjectMapping
from instep.rules.mapping.attribute_mapping import AttributeMapping, TargetAttribute
from instep.rules.mapping.source_values import source_values
from instep.rules.mapping.suited import suit
from instep.rules.mapping.wanted import CompiledMappings, MappingFailed, compile_mappings
from instep.rules.scoping.standing import Standing, decide_standing
from instep.rules.source_user import SourceUser

IsUnconcerned: TypeAlias = Callable[[SourceUser, Batch], bool]


def unconcerned_by(
    saved: CompiledJob, other: CompiledJob, saved_users: ObjectMapping, other_users: ObjectMapping
) -> IsUnconcerned:
    """Return what says of a user that both schemas surely make the same of them, and remove no account."""
    if _rules(saved_users) != _rules(other_users):
        return lambda _user, _batch: False
    rows = suit(saved_users.mappings, saved.dialect).mappings, suit(other_users.mappings, other.dialect).mappings
    differing = {row.target for row in set(rows[0]) ^ set(rows[1])}
    before, after = (_only(differing, mappings, saved_users.targets) for mappings in rows)
    has_same_filters = saved_users.filters == other_users.filters

    def is_unconcerned(user: SourceUser, batch: Batch) -> bool:
        standing = decide_standing(user, saved.scoping)
        if not has_same_filters and standing != decide_standing(user, other.scoping):
            return False
        if standing.is_soft_deleted:
            return user.id not in batch.links
        return _gives_the_same(user, standing, batch, before, after, saved)

    return is_unconcerned


def _gives_the_same(
    user: SourceUser,
    standing: Standing,
    batch: Batch,
    before: CompiledMappings,
    after: CompiledMappings,
    compiled: CompiledJob,
) -> bool:
    source = source_values(user, standing, batch.managers.get(user.manager_id or ""))
    context = compiled.context
    try:
        values = before.wanted(source, context), after.wanted(source, context)
        if values[0] != values[1] or user.id in batch.links:
            return values[0] == values[1]
        return before.for_creation(values[0], source, context) == after.for_creation(values[1], source, context)
    except MappingFailed:
        return False


def _rules(mapping: ObjectMapping) -> object:
    """All that decides besides the values of mappings, and besides the filters."""
    matching = {(row.target, row.matching_priority) for row in mapping.mappings if row.matching_priority}
    return mapping.actions, mapping.targets, matching


def _only(
    differing: Collection[str], rows: Sequence[AttributeMapping], targets: Sequence[TargetAttribute]
) -> CompiledMappings:
    kept = [row for row in rows if row.target in differing]
    return compile_mappings(kept, [target for target in targets if target.name in differing])
