"""How does an administrator change a job's settings: `scope=assigned interval=40m budget.removals=50`?"""

import re
from collections.abc import Callable, Mapping
from dataclasses import replace

from instep.admin.dialect_settings import SWITCH, change_switch, choose_dialect
from instep.admin.health_settings import HEALTH_SETTINGS
from instep.admin.safety_settings import SAFETY_SETTINGS
from instep.admin.setting_values import SettingRefused, truth, whole
from instep.ledger.jobs import JobSettings, NestedGroups, Vanished
from instep.ledger.schema import Schema, TargetAction
from instep.rules.mapping.wanted import MappingRefused, compile_mappings, refuse_roles
from instep.rules.scoping.standing import Scope

ACTIONS = "actions"
ACTIONS_OF_GROUPS = "actions.groups"
_LONGEST_DOMAIN = 253
_DOMAIN = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?(?:\.[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?)+")
_UNITS = {"s": 1, "m": 60, "h": 3600}


def change_settings(settings: JobSettings, words: Mapping[str, str]) -> JobSettings:
    """Return the settings with the words applied. Raises SettingRefused; nothing is changed then."""
    for name, value in words.items():
        if name.startswith(SWITCH):
            settings = change_switch(settings, name.removeprefix(SWITCH), value.strip())
        elif (change := _SETTINGS.get(name)) is not None:
            settings = change(settings, value.strip())
        else:
            known = ", ".join(sorted(_SETTINGS))
            others = f"{ACTIONS}, {ACTIONS_OF_GROUPS} and {SWITCH}SWITCH"
            raise SettingRefused(f"There is no setting {name!r}. There are: {known}, {others}.")
    return settings


def is_of_actions(name: str) -> bool:
    """Whether a word names target object actions, which belong to the schema and not to the job's settings."""
    return name in (ACTIONS, ACTIONS_OF_GROUPS)


def change_actions(schema: Schema, words: Mapping[str, str]) -> Schema:
    """Return the schema with the target object actions that the words say. Raises SettingRefused."""
    for name, value in words.items():
        actions = _actions(name, value)
        if name == ACTIONS:
            schema = replace(schema, users=replace(schema.users, actions=actions))
        elif schema.groups is None:
            raise SettingRefused(f"{name}: this application has no groups.")
        else:
            schema = replace(schema, groups=replace(schema.groups, actions=actions))
    return schema


def check_scope(settings: JobSettings, schema: Schema) -> None:
    """Refuse a scope that the mappings do not go with. Raises SettingRefused."""
    if settings.scope is Scope.ALL:
        try:
            refuse_roles(compile_mappings(schema.users.mappings, schema.users.targets).role_targets)
        except MappingRefused as refused:
            raise SettingRefused(f"scope: {refused}.") from None


def _actions(name: str, value: str) -> frozenset[TargetAction]:
    words = {action.name.lower(): action for action in TargetAction}
    named = [] if value.strip() == "none" else [word.strip() for word in value.split(",")]
    if unknown := [word for word in named if word not in words]:
        known = ", ".join(words)
        raise SettingRefused(f"{name} takes 'none' or some of {known}, with commas between, not {unknown[0]!r}.")
    return frozenset(words[word] for word in named)


def _soft_delete(settings: JobSettings, value: str) -> JobSettings:
    return replace(settings, soft_delete=truth("soft_delete", value))


def _skip(settings: JobSettings, value: str) -> JobSettings:
    return replace(settings, skip_out_of_scope_deletions=truth("skip_out_of_scope_deletions", value))


def _on_change(settings: JobSettings, value: str) -> JobSettings:
    return replace(settings, on_change=truth("on_change", value))


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


def _concurrency(settings: JobSettings, value: str) -> JobSettings:
    return replace(settings, concurrency=whole("concurrency", value, 1, 200, ""))


def _rate(settings: JobSettings, value: str) -> JobSettings:
    if value == "unlimited":
        return replace(settings, requests_per_second=None)
    return replace(settings, requests_per_second=float(whole("rate", value, 1, 100_000, " or 'unlimited'")))


def _timeout(settings: JobSettings, value: str) -> JobSettings:
    return replace(settings, timeout_seconds=float(whole("timeout", value.removesuffix("s"), 1, 600, " of seconds")))


def _nested_groups(settings: JobSettings, value: str) -> JobSettings:
    try:
        return replace(settings, nested_groups=NestedGroups(value))
    except ValueError:
        raise SettingRefused(f"nested_groups takes 'direct' or 'expand', not {value!r}.") from None


def _vanished(settings: JobSettings, value: str) -> JobSettings:
    try:
        return replace(settings, vanished=Vanished(value))
    except ValueError:
        raise SettingRefused(f"vanished takes 'rematch', 'recreate' or 'report', not {value!r}.") from None


def _default_domain(settings: JobSettings, value: str) -> JobSettings:
    if value == "none":
        return replace(settings, default_domain=None)
    if len(value) > _LONGEST_DOMAIN or _DOMAIN.fullmatch(value) is None:
        raise SettingRefused(f"default_domain takes a domain such as example.com, or 'none', not {value!r}.")
    return replace(settings, default_domain=value)


def _log_retention(settings: JobSettings, value: str) -> JobSettings:
    if value == "forever":
        return replace(settings, log_retention_days=None)
    days = whole("log_retention", value.removesuffix("d"), 1, 36_500, " days, or 'forever'")
    return replace(settings, log_retention_days=days)


_SETTINGS: dict[str, Callable[[JobSettings, str], JobSettings]] = {
    "scope": _scope,
    "interval": _interval,
    "on_change": _on_change,
    "concurrency": _concurrency,
    "dialect": choose_dialect,
    "skip_out_of_scope_deletions": _skip,
    "soft_delete": _soft_delete,
    "rate": _rate,
    "timeout": _timeout,
    "nested_groups": _nested_groups,
    "vanished": _vanished,
    "default_domain": _default_domain,
    "log_retention": _log_retention,
    **HEALTH_SETTINGS,
    **SAFETY_SETTINGS,
}
