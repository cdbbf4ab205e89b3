"""What should this user's account say: attribute mappings, compiled once a cycle, give the wanted values."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TypeAlias

from instep.rules.mapping.attribute_mapping import (
    AttributeMapping,
    AttributeType,
    Constant,
    Direct,
    FromExpression,
    NoSource,
    TargetAttribute,
)
from instep.rules.mapping.expressions import DROP, Context, ExpressionError, Value, compile_expression
from instep.rules.mapping.target_values import MappingFailed, TargetValue, converter_for

Evaluate: TypeAlias = Callable[[Mapping[str, Value], Context], TargetValue | None]
IS_SOFT_DELETED = "IsSoftDeleted"

__all__ = ["CompiledMapping", "CompiledMappings", "MappingFailed", "TargetValue", "compile_mappings"]


@dataclass(frozen=True, slots=True)
class CompiledMapping:
    """One attribute mapping, ready to evaluate; `attributes` are the source attributes that it reads.

    `copied_text` is the one source attribute of a direct mapping to a single text, which a text passes unchanged.
    """

    target: str
    evaluate: Evaluate
    default_value: TargetValue | None
    attributes: frozenset[str]
    copied_text: str | None = None


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

    @cached_property
    def _in_order(self) -> tuple[tuple[str, str | None, Evaluate], ...]:
        return tuple((m.target, m.copied_text, m.evaluate) for m in self.always)

    @property
    def targets(self) -> tuple[str, ...]:
        """Every mapped target attribute."""
        return tuple(mapping.target for mapping in (*self.always, *self.on_creation))

    def reading(self, attribute: str) -> tuple[str, ...]:
        """Return the target attributes that follow one source attribute, on creation only or always."""
        return tuple(m.target for m in (*self.always, *self.on_creation) if attribute in m.attributes)

    def following(self, attribute: str) -> tuple[str, ...]:
        """Return the target attributes that are written again when one source attribute changes."""
        return tuple(m.target for m in self.always if attribute in m.attributes)

    def wanted(self, source: Mapping[str, Value], context: Context) -> dict[str, TargetValue]:
        """Return the values that an existing account should have; a null source leaves its target out (1.6).

        Raises MappingFailed, naming the target attribute.
        """
        values: dict[str, TargetValue] = {}
        for target, attribute, evaluate in self._in_order:
            given = source.get(attribute) if attribute is not None else None
            if type(given) is str:  # a text copied into a text: most mappings of most users
                values[target] = given
            elif given is not None or attribute is None:
                value = evaluate(source, context)
                if value is not None:
                    values[target] = value
        return values

    def deprovisioning(self, source: Mapping[str, Value], context: Context) -> dict[str, TargetValue]:
        """Return only the values that follow from IsSoftDeleted: a leaver must go, whatever else fails to map."""
        evaluated = (
            (m.target, m.evaluate(source, context)) for m in self.always if m.target in self.soft_delete_targets
        )
        return {target: value for target, value in evaluated if value is not None}

    def for_creation(
        self, wanted: Mapping[str, TargetValue], source: Mapping[str, Value], context: Context
    ) -> dict[str, TargetValue]:
        """Return what a new account gets: the wanted values, defaults, and what flows on creation only.

        Raises MappingFailed where a required target attribute has no value.
        """
        values = dict(wanted)
        for mapping in self.on_creation:
            value = mapping.evaluate(source, context)
            if value is not None:
                values[mapping.target] = value
        for mapping in self.with_default:
            if mapping.target not in values and mapping.default_value is not None:
                values[mapping.target] = mapping.default_value
        for target in self.required:
            if target not in values:
                raise MappingFailed(target, "the target requires a value and the source has none", "MissingValues")
        return values


def compile_mappings(mappings: Sequence[AttributeMapping], targets: Sequence[TargetAttribute]) -> CompiledMappings:
    """Compile a job's mappings. Raises ExpressionError for an expression that does not parse or compile."""
    known = {target.name: target for target in targets}
    compiled = {m.target: _compile(m, known.get(m.target, TargetAttribute(m.target))) for m in mappings}
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
    )


def _compile(mapping: AttributeMapping, target: TargetAttribute) -> CompiledMapping:
    convert = converter_for(target)
    given = mapping.default_value
    if given is None and target.required:
        given = target.default_value
    default = None if given is None else convert(given)
    match mapping.source:
        case Direct(attribute):
            is_text = target.type in ("String", "Reference") and not target.multivalued
            evaluate = _direct(attribute, convert)
            return CompiledMapping(
                mapping.target, evaluate, default, frozenset({attribute}), attribute if is_text else None
            )
        case Constant(value):
            constant = convert(value)
            return CompiledMapping(mapping.target, lambda _source, _context: constant, default, frozenset())
        case FromExpression(text):
            return _compile_expression(mapping.target, text, target.type, convert, default)
        case NoSource():
            return CompiledMapping(mapping.target, lambda _source, _context: None, default, frozenset())


def _direct(attribute: str, convert: Callable[[Value], TargetValue]) -> Evaluate:
    def evaluate(source: Mapping[str, Value], _context: Context) -> TargetValue | None:
        value = source.get(attribute)
        return None if value is None else convert(value)

    return evaluate


def _compile_expression(
    name: str,
    text: str,
    _type: AttributeType,
    convert: Callable[[Value], TargetValue],
    default: TargetValue | None,
) -> CompiledMapping:
    expression = compile_expression(text)
    if "SelectUniqueValue" in expression.functions:
        raise ExpressionError(1, "SelectUniqueValue is not available in attribute mappings yet")
    run = expression.evaluate

    def evaluate(source: Mapping[str, Value], context: Context) -> TargetValue | None:
        value = run(source, context)
        return None if value is None or value is DROP else convert(value)

    return CompiledMapping(name, evaluate, default, expression.attributes)
