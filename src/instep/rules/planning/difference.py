"""What does an account not say yet that it should?"""

from typing import Any

from instep.rules.mapping.wanted import TargetValue
from instep.rules.planning.operations import Values
from instep.rules.planning.target_rules import TargetRules


def changeable(wanted: Values, rules: TargetRules) -> Values:
    """Return the wanted values without those that the target takes on creation only."""
    return {name: value for name, value in wanted.items() if name not in rules.create_only}


_NONE: frozenset[str] = frozenset()


def difference(
    current: Values, wanted: Values, case_insensitive: frozenset[str], adding: frozenset[str] = _NONE
) -> tuple[Values, Values]:
    """Return (before, after) of the wanted values that the account does not have yet.

    Of the target attributes in `adding` elements are only added: afterwards there are those of both sides.
    """
    after = {
        name: value
        for name, value in wanted.items()
        if (have := current.get(name)) != value and not _is_same(have, value, name in case_insensitive, name in adding)
    }
    for name in adding.intersection(after):
        after[name] = _together(current.get(name), after[name])
    return {name: current[name] for name in after if name in current}, after


def _is_same(have: TargetValue | None, want: TargetValue | None, ignores_case: bool, adds: bool) -> bool:  # noqa: FBT001
    """Say whether two different values make no difference.

    An empty text, written to an account that has no value, would be read as none again (RFC 7643, 2.5).
    """
    if have is None:
        return want == ""
    if isinstance(have, str) and isinstance(want, str):
        return ignores_case and have.casefold() == want.casefold()
    if not (isinstance(have, list) and isinstance(want, list)):
        return False
    if adds:
        return _values(want) <= _values(have)
    return any(isinstance(element, dict) for element in want) and _values(want) == _values(have)


def _values(elements: list[Any]) -> set[Any]:
    """What tells complex elements apart is their value; what a target says of them besides is its own."""
    return {element.get("value") if isinstance(element, dict) else element for element in elements}


def _together(have: TargetValue | None, want: TargetValue | None) -> TargetValue | None:
    if not (isinstance(have, list) and isinstance(want, list)):
        return want
    there = _values(have)
    return [*have, *(element for element in want if not _values([element]) <= there)]
