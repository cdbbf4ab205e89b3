"""What does an account say otherwise than was last written to it, and what should it say?"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from instep.rules.mapping.wanted import TargetValue
from instep.rules.planning.difference import difference
from instep.rules.planning.operations import Values


@dataclass(frozen=True, slots=True)
class Drifted:
    """One target attribute with its three values; None is no value. `wanted` is what the mappings give now."""

    attribute: str
    written: TargetValue | None
    there: TargetValue | None
    wanted: TargetValue | None


def compare(
    last_written: Values,
    there: Mapping[str, object],
    wanted: Values,
    compared: Collection[str],
    case_insensitive: frozenset[str],
    adding: frozenset[str],
) -> tuple[Drifted, ...]:
    """Return the target attributes among `compared` whose value is not what was last written.

    What was never written cannot have drifted. Values are the same by the rules of planning: letter case, the order of
    elements and what is only ever added make no difference where they make none to a cycle.
    """
    written = {name: value for name, value in last_written.items() if name in compared}
    current = {name: value for name, value in there.items() if name in written}
    _, differing = difference(current, written, case_insensitive, adding)  # type: ignore[arg-type]
    return tuple(
        Drifted(name, written[name], current.get(name), wanted.get(name))  # type: ignore[arg-type]
        for name in written
        if name in differing
    )
