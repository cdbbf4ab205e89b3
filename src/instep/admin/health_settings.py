"""How does an administrator say when a job is quarantined, and who is told: `quarantine.percent=30 notify=MAIL`?"""

import re
from collections.abc import Callable, Mapping
from dataclasses import replace

from instep.admin.setting_values import SettingRefused, truth, whole
from instep.ledger.jobs import JobSettings
from instep.rules.health.quarantine import DEFAULT_THRESHOLDS, ENTRA

_PRESETS = {"default": DEFAULT_THRESHOLDS, "entra": ENTRA}
_MOST = 10_000_000
_ADDRESS = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]+@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)*")
_LONGEST_ADDRESS = 254


def _preset(settings: JobSettings, value: str) -> JobSettings:
    if value not in _PRESETS:
        raise SettingRefused(f"quarantine takes 'default' or 'entra', not {value!r}.")
    return replace(settings, quarantine=_PRESETS[value])


def _minimum(settings: JobSettings, value: str) -> JobSettings:
    if value == "default":
        return replace(settings, quarantine=replace(settings.quarantine, minimum=None))
    minimum = whole("quarantine.minimum", value, 1, _MOST, " or 'default'")
    return replace(settings, quarantine=replace(settings.quarantine, minimum=minimum))


def _percent(settings: JobSettings, value: str) -> JobSettings:
    percent = whole("quarantine.percent", value.removesuffix("%"), 0, 100, "")
    return replace(settings, quarantine=replace(settings.quarantine, percent=percent))


def _failures(settings: JobSettings, value: str) -> JobSettings:
    failures = whole("quarantine.failures", value, 0, _MOST, "")
    return replace(settings, quarantine=replace(settings.quarantine, failures=failures))


def _total(settings: JobSettings, value: str) -> JobSettings:
    total = whole("quarantine.total", value, 0, _MOST, "")
    return replace(settings, quarantine=replace(settings.quarantine, total=total))


def is_mail_address(text: str) -> bool:
    """Whether a text is an address that mails can be sent to."""
    return _ADDRESS.fullmatch(text) is not None and len(text) <= _LONGEST_ADDRESS


def _notify(settings: JobSettings, value: str) -> JobSettings:
    addresses = [address.strip() for address in value.split(",") if address.strip()]
    for address in addresses:
        if not is_mail_address(address):
            raise SettingRefused(f"notify takes mail addresses, with commas between them; {address!r} is none.")
    return replace(settings, notify=tuple(dict.fromkeys(addresses)))


def _notify_failures(settings: JobSettings, value: str) -> JobSettings:
    return replace(settings, notify_failures=truth("notify_failures", value))


HEALTH_SETTINGS: Mapping[str, Callable[[JobSettings, str], JobSettings]] = {
    "quarantine": _preset,
    "quarantine.minimum": _minimum,
    "quarantine.percent": _percent,
    "quarantine.failures": _failures,
    "quarantine.total": _total,
    "notify": _notify,
    "notify_failures": _notify_failures,
}
