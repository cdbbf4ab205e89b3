"""In which words does `instep apps set` take the settings that a job has?"""

from collections.abc import Mapping

from instep.admin.dialect_settings import SWITCH
from instep.ledger.jobs import JobSettings
from instep.rules.health.budgets import Limit
from instep.scim.dialects import AS_THE_URL_SAYS


def setting_words(settings: JobSettings) -> Mapping[str, str]:
    """Return every setting with its word: a job that starts from nothing has the same settings after taking them."""
    thresholds, rate, days = settings.quarantine, settings.requests_per_second, settings.log_retention_days
    return {
        "scope": settings.scope.value,
        "interval": f"{settings.interval_seconds}s",
        "on_change": _truth(settings.on_change),
        "budget.removals": _limit(settings.removals, "default"),
        "budget.groups": _limit(settings.group_removals, "default"),
        "budget.creates": _limit(settings.creates, "off"),
        "budget.updates": _limit(settings.updates, "off"),
        "budget.memberships": _limit(settings.memberships, "off"),
        "prevent_accidental_deletions": str(settings.deletion_threshold or "off"),
        "approval": settings.approval.value,
        "approval.removals": settings.approval_of_removals.value,
        "concurrency": str(settings.concurrency),
        "rate": "unlimited" if rate is None else str(round(rate)),
        "timeout": f"{round(settings.timeout_seconds)}s",
        "dialect": settings.dialect or AS_THE_URL_SAYS,
        **{f"{SWITCH}{switch}": word for switch, word in sorted(settings.switches.items())},
        "skip_out_of_scope_deletions": _truth(settings.skip_out_of_scope_deletions),
        "soft_delete": _truth(settings.soft_delete),
        "nested_groups": settings.nested_groups.value,
        "vanished": settings.vanished.value,
        "default_domain": settings.default_domain or "none",
        "log_retention": "forever" if days is None else str(days),
        "quarantine.minimum": "default" if thresholds.minimum is None else str(thresholds.minimum),
        "quarantine.percent": str(thresholds.percent),
        "quarantine.failures": str(thresholds.failures),
        "quarantine.total": str(thresholds.total),
        "notify": ", ".join(settings.notify),
        "notify_failures": _truth(settings.notify_failures),
    }


def _limit(limit: Limit | None, without: str) -> str:
    return without if limit is None else str(limit)


def _truth(is_so: bool) -> str:  # noqa: FBT001
    return "true" if is_so else "false"
