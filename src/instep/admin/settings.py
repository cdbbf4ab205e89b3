"""How does an administrator change a job's settings: `scope=assigned interval=40m budget.removals=50`?"""

import re
from collections.abc import Callable, Mapping
from dataclasses import replace

from instep.ledger.jobs import JobSettings, Vanished
from instep.rules.scoping.standing import Scope
from instep.scim.dialects import AS_THE_URL_SAYS, DIALECTS, DialectRefused, check_switch, read_switch

_SWITCH = "dialect."
_AS_THE_DIALECT_HAS_IT = "default"
_UNITS = {"s": 1, "m": 60, "h": 3600}


class SettingRefused(Exception):
    """A setting that is not known, or a value that it does not take."""


def change_settings(settings: JobSettings, words: Mapping[str, str]) -> JobSettings:
    """Return the settings with the words applied. Raises SettingRefused; nothing is changed then."""
    for name, value in words.items():
        if name.startswith(_SWITCH):
            settings = _switch(settings, name.removeprefix(_SWITCH), value.strip())
        elif (change := _SETTINGS.get(name)) is not None:
            settings = change(settings, value.strip())
        else:
            known = ", ".join(sorted(_SETTINGS))
            raise SettingRefused(f"There is no setting {name!r}. There are: {known}, and {_SWITCH}SWITCH.")
    return settings


def _scope(settings: JobSettings, value: str) -> JobSettings:
    try:
        return replace(settings, scope=Scope(value))
    except ValueError:
        raise SettingRefused(f"scope takes 'assigned' or 'all', not {value!r}.") from None


def _interval(settings: JobSettings, value: str) -> JobSettings:
    found = re.fullmatch(r"([0-9]{1,6})([smh])", value)
    seconds = int(found[1]) * _UNITS[found[2]] if found else 0
    if seconds < 10:
        raise SettingRefused(f"interval takes a time such as 40m, 90s or 2h, at least 10s, not {value!r}.")
    return replace(settings, interval_seconds=seconds)


def _removals(settings: JobSettings, value: str) -> JobSettings:
    if value == "default":
        return replace(settings, removals=None)
    return replace(settings, removals=_whole("budget.removals", value, 0, 10_000_000, " or 'default'"))


def _concurrency(settings: JobSettings, value: str) -> JobSettings:
    return replace(settings, concurrency=_whole("concurrency", value, 1, 200, ""))


def _rate(settings: JobSettings, value: str) -> JobSettings:
    if value == "unlimited":
        return replace(settings, requests_per_second=None)
    return replace(settings, requests_per_second=float(_whole("rate", value, 1, 100_000, " or 'unlimited'")))


def _timeout(settings: JobSettings, value: str) -> JobSettings:
    return replace(settings, timeout_seconds=float(_whole("timeout", value.removesuffix("s"), 1, 600, " of seconds")))


def _dialect(settings: JobSettings, value: str) -> JobSettings:
    if value == AS_THE_URL_SAYS:
        return replace(settings, dialect=None)
    if value not in DIALECTS:
        known = ", ".join(f"'{name}'" for name in DIALECTS)
        raise SettingRefused(f"dialect takes {known} or '{AS_THE_URL_SAYS}', not {value!r}.")
    return replace(settings, dialect=value)


def _switch(settings: JobSettings, switch: str, value: str) -> JobSettings:
    others = {name: word for name, word in settings.switches.items() if name != switch}
    try:
        if value == _AS_THE_DIALECT_HAS_IT:
            check_switch(switch)
        else:
            read_switch(switch, value)
    except DialectRefused as refusal:
        raise SettingRefused(str(refusal)) from None
    return replace(settings, switches=others if value == _AS_THE_DIALECT_HAS_IT else {**others, switch: value})


def _vanished(settings: JobSettings, value: str) -> JobSettings:
    try:
        return replace(settings, vanished=Vanished(value))
    except ValueError:
        raise SettingRefused(f"vanished takes 'rematch', 'recreate' or 'report', not {value!r}.") from None


def _whole(name: str, value: str, least: int, most: int, otherwise: str) -> int:
    if not (value.isascii() and value.isdigit() and least <= int(value[:12]) <= most):
        raise SettingRefused(f"{name} takes a whole number from {least} to {most}{otherwise}, not {value!r}.")
    return int(value)


_SETTINGS: dict[str, Callable[[JobSettings, str], JobSettings]] = {
    "scope": _scope,
    "interval": _interval,
    "budget.removals": _removals,
    "concurrency": _concurrency,
    "dialect": _dialect,
    "rate": _rate,
    "timeout": _timeout,
    "vanished": _vanished,
}
