"""How do the commands show how much may happen without asking?"""

from typing import Any

from instep.ledger.jobs import JobSettings
from instep.rules.health.budgets import Limit


def safety_as_document(settings: JobSettings) -> dict[str, Any]:
    """Return the settings of safety, as `apps set` takes them."""
    threshold = settings.deletion_threshold
    return {
        "budget.removals": _limit(settings.removals, "default"),
        "budget.groups": _limit(settings.group_removals, "default"),
        "budget.creates": _limit(settings.creates, "off"),
        "budget.updates": _limit(settings.updates, "off"),
        "budget.memberships": _limit(settings.memberships, "off"),
        "approval": settings.approval.value,
        "approval.removals": settings.approval_of_removals.value,
        "prevent_accidental_deletions": "off" if threshold is None else threshold,
    }


def _limit(limit: Limit | None, without: str) -> int | str:
    if limit is None:
        return without
    return limit if isinstance(limit, int) else str(limit)
