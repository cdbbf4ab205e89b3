"""In which words do the fields of a form stand for the settings of a job, which `instep apps set` takes, too?"""

from collections.abc import Mapping

from instep.ledger.jobs import Approval, JobSettings
from instep.rules.health.budgets import ENTRAS_THRESHOLD, Limit

# The fields by the settings that they stand for.
WORDS: Mapping[str, str] = {
    "scope": "scope",
    "interval": "interval",
    "on_change": "on_change",
    "prevent": "prevent_accidental_deletions",
    "removals": "budget.removals",
    "creates": "budget.creates",
    "updates": "budget.updates",
    "groups": "budget.groups",
    "memberships": "budget.memberships",
    "approval": "approval",
    "approval_of_removals": "approval.removals",
    "rate": "rate",
    "concurrency": "concurrency",
    "timeout": "timeout",
    "log_retention": "log_retention",
    "skip": "skip_out_of_scope_deletions",
    "nested_groups": "nested_groups",
    "vanished": "vanished",
}
# The words of a box that is ticked, and of one that is not.
BOXES: Mapping[str, tuple[str, str]] = {
    "on_change": ("true", "false"),
    "prevent": ("on", "off"),
    "approval": ("required", "off"),
    "approval_of_removals": ("required", "off"),
    "skip": ("true", "false"),
}
_UNITS = ((3600, "h"), (60, "m"))


def words_of(settings: JobSettings) -> Mapping[str, str]:
    """Return what stands in the fields for these settings; the box of a threshold has its number beside it."""
    threshold = settings.deletion_threshold
    rate = settings.requests_per_second
    days = settings.log_retention_days
    return {
        "scope": settings.scope.value,
        "interval": _interval(settings.interval_seconds),
        "on_change": _box(settings.on_change),
        "prevent": _box(threshold is not None),
        "prevent_at": str(ENTRAS_THRESHOLD if threshold is None else threshold),
        "removals": _limit(settings.removals, "default"),
        "groups": _limit(settings.group_removals, "default"),
        "creates": _limit(settings.creates, "off"),
        "updates": _limit(settings.updates, "off"),
        "memberships": _limit(settings.memberships, "off"),
        "approval": _box(settings.approval is Approval.REQUIRED),
        "approval_of_removals": _box(settings.approval_of_removals is Approval.REQUIRED),
        "rate": "unlimited" if rate is None else f"{rate:g}",
        "concurrency": str(settings.concurrency),
        "timeout": f"{settings.timeout_seconds:g}",
        "log_retention": "forever" if days is None else str(days),
        "skip": _box(settings.skip_out_of_scope_deletions),
        "nested_groups": settings.nested_groups.value,
        "vanished": settings.vanished.value,
    }


def _interval(seconds: int) -> str:
    for size, unit in _UNITS:
        if seconds % size == 0:
            return f"{seconds // size}{unit}"
    return f"{seconds}s"


def _limit(limit: Limit | None, without: str) -> str:
    return without if limit is None else str(limit)


def _box(is_ticked: bool) -> str:  # noqa: FBT001
    return "yes" if is_ticked else ""
