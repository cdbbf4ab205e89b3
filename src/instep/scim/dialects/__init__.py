"""How does each target want its requests written? A dialect is data; pure functions write in it."""

from instep.scim.dialects.dialect import (
    Dialect,
    DisabledAccounts,
    Excluded,
    Paging,
    ReadBack,
    Totals,
    Update,
    ValuesPerAttribute,
)
from instep.scim.dialects.named import AAD_OPT_SCIM_062020, DIALECTS, ENTRA, PUT_ONLY, RFC, dialect_for
from instep.scim.dialects.switches import (
    AS_THE_URL_SAYS,
    SWITCHES,
    DialectRefused,
    check_switch,
    chosen_dialect,
    read_switch,
)
from instep.scim.dialects.users import UserRequests

__all__ = [
    "AAD_OPT_SCIM_062020",
    "AS_THE_URL_SAYS",
    "DIALECTS",
    "ENTRA",
    "PUT_ONLY",
    "RFC",
    "SWITCHES",
    "Dialect",
    "DialectRefused",
    "DisabledAccounts",
    "Excluded",
    "Paging",
    "ReadBack",
    "Totals",
    "Update",
    "UserRequests",
    "ValuesPerAttribute",
    "check_switch",
    "chosen_dialect",
    "dialect_for",
    "read_switch",
]
