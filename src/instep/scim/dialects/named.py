"""Which dialects have a name, and which of them does a Tenant URL select (scim-wire.md 1.6)?"""

from instep.scim.dialects.dialect import (
    Dialect,
    Elements,
    Manager,
    MemberRemoval,
    OpCase,
    Paths,
    Roles,
    Update,
)

ENTRA = Dialect("entra", flag="AzureAdScimPatch2017")
AAD_OPT_SCIM_062020 = Dialect(
    "aadOptscim062020",
    flag="aadOptscim062020",
    op_case=OpCase.LOWER,
    paths=Paths.DOTTED,
    roles=Roles.OBJECTS,
    member_removal=MemberRemoval.BY_FILTER,
)
RFC = Dialect(
    "rfc",
    op_case=OpCase.LOWER,
    elements=Elements.ADDED_WHOLE,
    manager=Manager.OBJECT,
    roles=Roles.OBJECTS,
    member_removal=MemberRemoval.BY_FILTER,
)
PUT_ONLY = Dialect(
    "put-only",
    update=Update.PUT,
    op_case=OpCase.LOWER,
    roles=Roles.OBJECTS,
    member_removal=MemberRemoval.REPLACE_ALL,
)
DIALECTS = {dialect.name: dialect for dialect in (ENTRA, AAD_OPT_SCIM_062020, RFC, PUT_ONLY)}


def dialect_for(flags: str) -> Dialect:
    """Return the dialect that a Tenant URL's query selects; Entra's default where it names none.

    `AzureAdScimPatch2017` goes back to the default, whatever stands beside it.
    """
    named = {part.partition("=")[0].casefold() for part in flags.replace("?", "&").split("&")}
    for dialect in DIALECTS.values():
        if dialect.flag is not None and dialect.flag.casefold() in named:
            return dialect
    return ENTRA
