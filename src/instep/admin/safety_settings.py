"""How does an administrator say how much may happen without asking: `budget.removals=50`?"""

from collections.abc import Callable, Mapping
from dataclasses import replace

from instep.admin.setting_values import SettingRefused, whole
from instep.ledger.jobs import JobSettings
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


def _threshold(settings: JobSettings, value: str) -> JobSettings:
    if value in ("on", "off"):
        return replace(settings, deletion_threshold=ENTRAS_THRESHOLD if value == "on" else None)
    return replace(settings, deletion_threshold=whole(_THRESHOLD, value, 1, _MOST, ", 'on' (500) or 'off'"))


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
    _THRESHOLD: _threshold,
}
