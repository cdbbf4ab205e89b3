"""How does an administrator say how much may happen without asking: `budget.removals=50 approval=required`?"""

from collections.abc import Callable, Mapping
from dataclasses import replace

from instep.admin.setting_values import SettingRefused, whole
from instep.ledger.jobs import Approval, JobSettings
from instep.rules.health.budgets import ENTRAS_THRESHOLD, Limit, Percent

_MOST = 10_000_000
_THRESHOLD = "prevent_accidental_deletions"


def _removals(settings: JobSettings, value: str) -> JobSettings:
    if value == "default":
        return replace(settings, removals=None)
    return replace(settings, removals=_limit("budget.removals", value, " or 'default'"))


def _group_removals(settings: JobSettings, value: str) -> JobSettings:
    if value == "default":
        return replace(settings, group_removals=None)
    return replace(settings, group_removals=_limit("budget.groups", value, " or 'default'"))


def _creates(settings: JobSettings, value: str) -> JobSettings:
    return replace(settings, creates=_limit_or_off("budget.creates", value))


def _updates(settings: JobSettings, value: str) -> JobSettings:
    return replace(settings, updates=_limit_or_off("budget.updates", value))


def _memberships(settings: JobSettings, value: str) -> JobSettings:
    return replace(settings, memberships=_limit_or_off("budget.memberships", value))


def _threshold(settings: JobSettings, value: str) -> JobSettings:
    if value in ("on", "off"):
        return replace(settings, deletion_threshold=ENTRAS_THRESHOLD if value == "on" else None)
    return replace(settings, deletion_threshold=whole(_THRESHOLD, value, 1, _MOST, ", 'on' (500) or 'off'"))


def _approval(settings: JobSettings, value: str) -> JobSettings:
    return replace(settings, approval=_approval_of("approval", value))


def _approval_of_removals(settings: JobSettings, value: str) -> JobSettings:
    return replace(settings, approval_of_removals=_approval_of("approval.removals", value))


def _approval_of(name: str, value: str) -> Approval:
    try:
        return Approval(value)
    except ValueError:
        raise SettingRefused(f"{name} takes 'required' or 'off', not {value!r}.") from None


def _limit_or_off(name: str, value: str) -> Limit | None:
    return None if value == "off" else _limit(name, value, " or 'off'")


def _limit(name: str, value: str, otherwise: str) -> Limit:
    if not value.endswith("%"):
        return whole(name, value, 0, _MOST, f", a percentage such as 5%,{otherwise}")
    percent = value.removesuffix("%")
    if not (percent.isascii() and percent.isdigit() and int(percent[:12]) <= 100):
        raise SettingRefused(f"{name} takes a number, a percentage from 0% to 100%{otherwise}, not {value!r}.")
    return Percent(int(percent))


SAFETY_SETTINGS: Mapping[str, Callable[[JobSettings, str], JobSettings]] = {
    "budget.removals": _removals,
    "budget.groups": _group_removals,
    "budget.creates": _creates,
    "budget.updates": _updates,
    "budget.memberships": _memberships,
    _THRESHOLD: _threshold,
    "approval": _approval,
    "approval.removals": _approval_of_removals,
}
