"""How do the commands show how much may happen without asking?"""

from typing import Any

from instep.ledger.jobs import JobSettings
from instep.rules.health.budgets import Limit


def safety_as_document(settings: JobSettings) -> dict[str, Any]:
    """Return the settings of safety, as `apps set` takes them."""
    threshold = settings.deletion_threshold
    return {
        "budget.removals": _limit(settings.removals),
        "budget.groups": _limit(settings.group_removals),
        "prevent_accidental_deletions": "off" if threshold is None else threshold,
    }


def _limit(limit: Limit | None) -> int | str:
    if limit is None:
        return "default"
    return limit if isinstance(limit, int) else str(limit)
