"""How does this target want its requests written? One value a dialect (scim-wire.md 1.6)."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from instep.scim.messages import patch_op


class PatchStyle(StrEnum):
    """How several changed attributes are written."""

    A_PATH_EACH = "a path each"
    ONE_PATHLESS = "one path-less replace"  # filtered paths stay operations of their own


@dataclass(frozen=True, slots=True)
class Dialect:
    """The forms that differ between targets; `flag` selects it on a Tenant URL."""

    name: str
    flag: str | None
    add: str
    replace: str
    remove: str
    style: PatchStyle


ENTRA = Dialect("entra", "AzureAdScimPatch2017", "Add", "Replace", "Remove", PatchStyle.A_PATH_EACH)
AAD_OPT_SCIM_062020 = Dialect(
    "aadOptscim062020", "aadOptscim062020", "add", "replace", "remove", PatchStyle.ONE_PATHLESS
)
DIALECTS = (ENTRA, AAD_OPT_SCIM_062020)


def dialect_for(flags: str) -> Dialect:
    """Return the dialect that a Tenant URL's query selects; Entra's default where it names none."""
    named = {part.partition("=")[0].casefold() for part in flags.replace("?", "&").split("&")}
    for dialect in DIALECTS:
        if dialect.flag is not None and dialect.flag.casefold() in named:
            return dialect
    return ENTRA


def patch_message(dialect: Dialect, before: Mapping[str, Any], after: Mapping[str, Any]) -> dict[str, Any]:
    """Return the PatchOp that turns `before` into `after`, both flat values by target; None in `after` removes."""
    if dialect.style is PatchStyle.A_PATH_EACH:
        return patch_op([_operation(dialect, target, before, value) for target, value in after.items()])
    together = {target: value for target, value in after.items() if value is not None and "[" not in target}
    apart = [_operation(dialect, target, before, value) for target, value in after.items() if target not in together]
    return patch_op([*apart, {"op": dialect.replace, "value": together}] if together else apart)


def _operation(dialect: Dialect, target: str, before: Mapping[str, Any], value: Any) -> dict[str, Any]:
    if value is None:
        return {"op": dialect.remove, "path": target}
    return {"op": dialect.replace if target in before else dialect.add, "path": target, "value": value}
