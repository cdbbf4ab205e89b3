"""What should this user's account say: attribute mappings, compiled once a cycle, give the wanted values."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from instep.rules.mapping.attribute_mapping import AttributeMapping, NoSource, TargetAttribute
from instep.rules.mapping.compiled_mapping import (
    LEAVE,
    ROLE_FUNCTIONS,
    CompiledMapping,
    Evaluate,
    GiveCandidates,
    MappingRefused,
    compile_mapping,
    refuse_roles,
)
from instep.rules.mapping.expressions import Context, Value
from instep.rules.mapping.target_values import MappingFailed, TargetValue

IS_SOFT_DELETED = "IsSoftDeleted"

__all__ = ["CompiledMappings", "MappingFailed", "MappingRefused", "TargetValue", "compile_mappings", "refuse_roles"]


@dataclass(frozen=True)
class CompiledMappings:
    """All mappings of one job; evaluated on the whole user, never on what changed alone."""

    always: tuple[CompiledMapping, ...]
    on_creation: tuple[CompiledMapping, ...]
    with_default: tuple[CompiledMapping, ...]
    matching: tuple[str, ...]  # target attributes by precedence
    required: tuple[str, ...]
    references: frozenset[str]
    soft_delete_targets: frozenset[str]
    case_insensitive_targets: frozenset[str]
    where_empty: Mapping[str, TargetValue] = field(default_factory=dict)  # of mappings of type None
    clearing_targets: frozenset[str] = frozenset()

    @cached_property
    def _in_order(self) -> tuple[tuple[str, str | None, Evaluate], ...]:
        return tuple((m.target, m.copied_text, m.evaluate) for m in self.always)

    @cached_property
    def timed(self) -> tuple[CompiledMapping, ...]:
        """The mappings whose value may change as time goes by, and nothing else."""
        return tuple(mapping for mapping in self.always if mapping.uses_now)

    @property
    def targets(self) -> tuple[str, ...]:
        """Every mapped target attribute."""
        return tuple(mapping.target for mapping in (*self.always, *self.on_creation))

    @cached_property
    def choosing(self) -> tuple[tuple[str, GiveCandidates], ...]:
        """The target attributes whose value of several is the first that nobody has, and what gives them."""
        return tuple((m.target, m.candidates) for m in self.on_creation if m.candidates is not None)

    @cached_property
    def complex_targets(self) -> frozenset[str]:
        """The target attributes whose elements are roles as a whole (mappings.md 1.9)."""
        return self._made_by("AppRoleAssignmentsComplex", "AssertiveAppRoleAssignmentsComplex")

    @cached_property
    def adding_targets(self) -> frozenset[str]:
        """Those of which elements are only ever added: what an account has besides stays."""
        return self._made_by("AppRoleAssignmentsComplex")

    def _made_by(self, *functions: str) -> frozenset[str]:
        return frozenset(m.target for m in (*self.always, *self.on_creation) if not m.functions.isdisjoint(functions))

    @property
    def role_targets(self) -> tuple[str, ...]:
        """The target attributes that take app roles, which not everyone has (mappings.md 1.9)."""
        return tuple(m.target for m in (*self.always, *self.on_creation) if m.functions & ROLE_FUNCTIONS)

    def reading(self, attribute: str) -> tuple[str, ...]:
        """Return the target attributes that follow one source attribute, on creation only or always."""
        return tuple(m.target for m in (*self.always, *self.on_creation) if attribute in m.attributes)

    def following(self, attribute: str) -> tuple[str, ...]:
        """Return the target attributes that are written again when one source attribute changes."""
        return tuple(m.target for m in self.always if attribute in m.attributes)

    def wanted(self, source: Mapping[str, Value], context: Context) -> dict[str, TargetValue | None]:
        """Return the values that an existing account should have; a null source leaves its target out (1.6).

        None is for a target attribute that is to be cleared. Raises MappingFailed, naming the target attribute.
        """
        values: dict[str, TargetValue | None] = {}
        given_for = source.get
        for target, attribute, evaluate in self._in_order:
            if attribute is not None:
                given = given_for(attribute)
                if type(given) is str:  # a text copied into a text: most mappings of most users
                    values[target] = given
                    continue
                if given is None:
                    continue
            value = evaluate(source, context)
            if value is not LEAVE:
                values[target] = value
        return values

    def missing_in(self, account: Mapping[str, object]) -> dict[str, TargetValue]:
        """Return the defaults of mappings of type None whose target is empty in an account that was read (1.2)."""
        return {target: value for target, value in self.where_empty.items() if account.get(target) in (None, "", [])}

    def deprovisioning(self, source: Mapping[str, Value], context: Context) -> dict[str, TargetValue | None]:
        """Return only the values that follow from IsSoftDeleted: a leaver must go, whatever else fails to map."""
        evaluated = (
            (m.target, m.evaluate(source, context)) for m in self.always if m.target in self.soft_delete_targets
        )
        return {target: value for target, value in evaluated if value is not LEAVE}

    def for_creation(
        self, wanted: Mapping[str, TargetValue | None], source: Mapping[str, Value], context: Context
    ) -> dict[str, TargetValue]:
        """Return what a new account gets: the wanted values, defaults, and what flows on creation only.

        Raises MappingFailed where a required target attribute has no value.
        """
        values: dict[str, TargetValue] = dict(wanted)  # type: ignore[arg-type]
        for target in self.clearing_targets:
            if values.get(target) is None:
                values.pop(target, None)
        for mapping in self.on_creation:
            value = mapping.evaluate(source, context)
            if value is not None and value is not LEAVE:
                values[mapping.target] = value
        for mapping in self.with_default:
            if mapping.target not in values and mapping.default_value is not None:
                values[mapping.target] = mapping.default_value
        for target in self.required:
            if target not in values:
                raise MappingFailed(target, "the target requires a value and the source has none", "MissingValues")
        return values


def compile_mappings(mappings: Sequence[AttributeMapping], targets: Sequence[TargetAttribute]) -> CompiledMappings:
    """Compile a job's mappings. Raises MappingRefused, naming the target attribute."""
    known = {target.name: target for target in targets}
    compiled: dict[str, CompiledMapping] = {}
    for mapping in mappings:
        if mapping.target in compiled:
            raise MappingRefused(mapping.target, "another mapping has the same target attribute")
        compiled[mapping.target] = compile_mapping(mapping, known.get(mapping.target, TargetAttribute(mapping.target)))
    matching = sorted((m for m in mappings if m.matching_priority), key=lambda m: m.matching_priority)
    return CompiledMappings(
        always=tuple(compiled[m.target] for m in mappings if m.apply == "always"),
        on_creation=tuple(compiled[m.target] for m in mappings if m.apply == "creation"),
        matching=tuple(m.target for m in matching),
        with_default=tuple(m for m in compiled.values() if m.default_value is not None),
        required=tuple(t.name for t in targets if t.required and t.name in compiled),
        references=frozenset(t.name for t in targets if t.type == "Reference" and t.name in compiled),
        soft_delete_targets=frozenset(t for t, m in compiled.items() if IS_SOFT_DELETED in m.attributes),
        case_insensitive_targets=frozenset(t.name for t in targets if not t.case_exact and t.name in compiled),
        where_empty={
            m.target: default
            for m in mappings
            if isinstance(m.source, NoSource) and (default := compiled[m.target].default_value) is not None
        },
        clearing_targets=frozenset(m.target for m in mappings if m.when_null == "clear" and m.apply == "always"),
    )
