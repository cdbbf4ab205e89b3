"""What does an account not say yet that it should?"""

from instep.rules.mapping.wanted import TargetValue
from instep.rules.planning.operations import Values


def difference(current: Values, wanted: Values, case_insensitive: frozenset[str]) -> tuple[Values, Values]:
    """Return (before, after) of the wanted values that the account does not have yet."""
    after = {
        name: value
        for name, value in wanted.items()
        if (have := current.get(name)) != value and not _same_but_for_case(name, have, value, case_insensitive)
    }
    return {name: current[name] for name in after if name in current}, after


def _same_but_for_case(
    name: str, have: TargetValue | None, want: TargetValue | None, insensitive: frozenset[str]
) -> bool:
    return (
        name in insensitive and isinstance(have, str) and isinstance(want, str) and have.casefold() == want.casefold()
    )
