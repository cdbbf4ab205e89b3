"""How is it said what undoes a cycle, for whom nothing can be undone, and why?"""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from instep.rules.planning.operations import OperationKind
from instep.rules.planning.reverse import Kept

if TYPE_CHECKING:
    from instep.ledger.plans import PlannedOperation
    from instep.ledger.records import LogEntry

WHAT_FOLLOWS = (
    "Applying it stops the job. Started again, the next cycle writes what the directory, assignments and mappings say "
    "then: put the cause right first."
)
_KEPT: Mapping[Kept, str] = {
    Kept.DELETED: (
        "the cycle deleted the account, which cannot be brought back. If the user should have one, the next cycle "
        "creates another"
    ),
    Kept.NOT_LINKED: "no account is linked with the user any more",
    Kept.ANOTHER_ACCOUNT: "another account is linked with the user by now",
    Kept.ALREADY: "the account is already as it was before the cycle",
    Kept.CHANGED_SINCE: "it was written again since, so that the value before the cycle is out of date",
    Kept.NOT_MAPPED: "no attribute mapping writes it any more, or its elements are only ever added",
    Kept.WOULD_DELETE: "the application would delete the account rather than disable it; an account is never deleted",
    Kept.CANNOT_DISABLE: "the account cannot be disabled: no attribute mapping says how (IsSoftDeleted)",
    Kept.FROZEN: "the application changes nothing about a disabled account",
    Kept.PROTECTED: "the user is protected, and the account would be disabled",
    Kept.UPDATE_OFF: "the action Update is off for this application",
}


def kept_in_words(kept: Kept) -> str:
    """Say why something is left as it is, without a full stop."""
    return _KEPT[kept]


def reversal_reason(planned: "PlannedOperation") -> str:
    """Return a sentence that says what undoes the cycle for one user, or why nothing does."""
    name, account = planned.user_name, planned.account_id
    attributes = planned.facts.get("kept")
    left = "".join(f" {each} is left: {_why(code)}." for each, code in _pairs(attributes))
    match planned.kind:
        case None:
            return f"Nothing is undone for {name}: {_why(planned.code)}."
        case OperationKind.DISABLE if planned.facts.get("created"):
            return f"{name}'s account {account}, which the cycle created, is disabled; it is not deleted.{left}"
        case OperationKind.DISABLE:
            return f"{name}'s account {account} is disabled again, as before the cycle.{left}"
        case OperationKind.ENABLE:
            return f"{name}'s account {account} is enabled again, as before the cycle.{left}"
        case _:
            return f"{name}'s account {account} gets the values again that it had before the cycle.{left}"


def undone(entry: "LogEntry") -> str:
    """Return the sentence of a log entry that says that something was undone."""
    what = {
        "EntryExportUpdateEnable": "was enabled again",
        "EntryExportUpdateSoftDelete": "was disabled",
    }.get(entry.code, "was given the values again that it had before")
    return (
        f"{entry.user_name}'s account {entry.account_id} {what}: an administrator had the cycle "
        f"{entry.facts['undoes']} undone. The next cycle writes what the user should have then."
    )


def _why(code: object) -> str:
    return _KEPT[Kept(code)] if isinstance(code, str) and code in list(Kept) else str(code)


def _pairs(kept: object) -> list[tuple[str, str]]:
    return [(str(name), str(code)) for name, code in kept.items()] if isinstance(kept, Mapping) else []
