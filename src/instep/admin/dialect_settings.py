"""How does an administrator choose a dialect, and set its switches: `dialect=rfc dialect.booleans=text`?"""

from dataclasses import replace
from difflib import get_close_matches

from instep.admin.setting_values import SettingRefused
from instep.ledger.jobs import JobSettings
from instep.ledger.schema import Schema
from instep.scim.dialects import (
    AS_THE_URL_SAYS,
    DIALECTS,
    DialectRefused,
    check_switch,
    chosen_dialect,
    read_switch,
)

SWITCH = "dialect."
_AS_THE_DIALECT_HAS_IT = "default"


def choose_dialect(settings: JobSettings, value: str) -> JobSettings:
    """Return the settings with another dialect, or that of the Tenant URL. Raises SettingRefused."""
    if value == AS_THE_URL_SAYS:
        return replace(settings, dialect=None)
    if value not in DIALECTS:
        known = ", ".join(f"'{name}'" for name in DIALECTS)
        raise SettingRefused(f"dialect takes {known} or '{AS_THE_URL_SAYS}', not {value!r}.")
    return replace(settings, dialect=value)


def change_switch(settings: JobSettings, switch: str, value: str) -> JobSettings:
    """Return the settings with one switch of the dialect set, or as the dialect has it. Raises SettingRefused."""
    others = {name: word for name, word in settings.switches.items() if name != switch}
    try:
        if value == _AS_THE_DIALECT_HAS_IT:
            check_switch(switch)
        else:
            read_switch(switch, value)
    except DialectRefused as refusal:
        raise SettingRefused(str(refusal)) from None
    return replace(settings, switches=others if value == _AS_THE_DIALECT_HAS_IT else {**others, switch: value})


def check_switches(settings: JobSettings, schema: Schema) -> None:
    """Refuse switches that name what is no target attribute of the application. Raises SettingRefused."""
    dialect = chosen_dialect(settings.dialect, "", settings.switches)
    users = {*(row.target for row in schema.users.mappings), *(target.name for target in schema.users.targets)}
    groups = set() if schema.groups is None else {target.name for target in schema.groups.targets}
    for switch, named, known in (
        ("create_only", dialect.create_only, users),
        ("filterable", dialect.filterable, users),
        ("group_create_only", dialect.group_create_only, groups),
    ):
        if unknown := sorted(set(named or ()) - known):
            near = get_close_matches(unknown[0], known, n=3) or sorted(known)[:10]
            raise SettingRefused(
                f"{SWITCH}{switch}: {unknown[0]!r} is no target attribute here. There are, for instance: "
                f"{', '.join(near) or 'none'}."
            )
