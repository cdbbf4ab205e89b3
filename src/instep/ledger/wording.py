"""How is a log entry said to a person: the reason in plain words?"""

from collections.abc import Callable, Mapping

from instep.ledger.group_wording import group_reason
from instep.ledger.held_wording import held_reason
from instep.ledger.records import Action, LogEntry, SourceType, Status
from instep.ledger.retry_wording import retried
from instep.ledger.scope_facts import failure_in_words
from instep.ledger.undo_wording import undone
from instep.rules.scoping.standing import Cause

CAUSES: Mapping[str, str] = {
    Cause.PURGED.value: "was deleted from the directory for good",
    Cause.SOFT_DELETED.value: "was deleted from the directory (and is in its recycle bin)",
    Cause.NOT_ASSIGNED.value: "is not assigned to the application",
    Cause.DEFAULT_ACCESS_ONLY.value: (
        "is assigned with the role Default Access only, which does not entitle to an account; assign an app role"
    ),
    Cause.FAILS_FILTER.value: "fails the scoping filters",
    Cause.DISABLED.value: "is disabled in the directory",
}


def reason(entry: LogEntry) -> str:
    """Return one sentence or two that say what happened to this user, or group, and why."""
    if entry.source_type is SourceType.GROUP:
        return group_reason(entry)
    if entry.status is Status.FAILURE:
        return _failure(entry)
    if "undoes" in entry.facts and entry.status is Status.SUCCESS:
        return undone(entry)
    return _vanished(entry) + _SENTENCES.get(entry.code, _unnamed)(entry)


def _vanished(entry: LogEntry) -> str:
    account = entry.facts.get("vanished")
    return f"The account {account} was gone from the target. " if account is not None else ""


def cause_in_words(facts: Mapping[str, object]) -> str:
    """Say why a user should have no active account, to follow the name; "" for one who should."""
    cause = facts.get("cause")
    if not cause:
        return ""
    graver = failure_in_words(facts) if cause == Cause.FAILS_FILTER.value else CAUSES.get(str(cause), str(cause))
    return f"{CAUSES[Cause.DISABLED.value]}, and {graver}" if facts.get("disabled") else graver


def _why(entry: LogEntry) -> str:
    cause = cause_in_words(entry.facts)
    return f", because the user {cause}" if cause else ""


def _failure(entry: LogEntry) -> str:
    what = {
        Action.CREATE: "could not be created",
        Action.UPDATE: "could not be updated",
        Action.DISABLE: "could not be disabled",
        Action.DELETE: "could not be deleted",
    }.get(entry.action, "could not be provisioned")
    detail = entry.facts.get("detail", entry.code)
    return f"The account of {entry.user_name} {what}: {detail}. {retried(entry.facts)}"


def _unnamed(entry: LogEntry) -> str:
    return f"{entry.user_name}: {entry.code}."


def _created(entry: LogEntry) -> str:
    if "vanished" in entry.facts:
        return f"{entry.user_name} is active and in scope: {entry.account_id} was created in its place."
    return f"{entry.user_name} is active and in scope, and had no account: {entry.account_id} was created."


def _updated(entry: LogEntry) -> str:
    if entry.facts.get("reference"):
        return f"The manager of {entry.user_name} has an account now; {entry.account_id} was made to refer to it."
    if entry.facts.get("matched_by"):
        return (
            f"{entry.user_name} was matched by {entry.facts['matched_by']} with the account {entry.account_id}; "
            "what differed was updated."
        )
    return f"The account {entry.account_id} differed from what {entry.user_name} should have; that was updated."


def _disabled(entry: LogEntry) -> str:
    if entry.facts.get("gone"):
        whose = f"{entry.user_name}'s account {entry.account_id}"
        return f"{whose} was to be disabled{_why(entry)}, and is gone from the target already."
    final = ", with which the application deletes it" if entry.facts.get("final") else ""
    refused = entry.facts.get("refused")
    others = f" The other changes were refused: {refused}." if refused else ""
    return f"{entry.user_name}'s account {entry.account_id} was disabled{_why(entry)}{final}.{others}"


def _enabled(entry: LogEntry) -> str:
    return f"{entry.user_name} is active and in scope again: the account {entry.account_id} was enabled."


def _deleted(entry: LogEntry) -> str:
    return f"{entry.user_name}'s account {entry.account_id} was deleted{_why(entry)}."


def _redundant(entry: LogEntry) -> str:
    if entry.facts.get("matched_by"):
        return (
            f"{entry.user_name} was matched by {entry.facts['matched_by']} with the account {entry.account_id}, "
            "which is already as it should be."
        )
    return f"The account {entry.account_id} of {entry.user_name} is already as it should be; nothing was sent."


def _no_account_wanted(entry: LogEntry) -> str:
    return f"{entry.user_name} gets no account{_why(entry)}."


def _already_disabled(entry: LogEntry) -> str:
    return f"{entry.user_name}'s account {entry.account_id} is disabled already{_why(entry)}."


def _not_mapped(entry: LogEntry) -> str:
    return (
        f"{entry.user_name}'s account {entry.account_id} stays as it is although it should be disabled{_why(entry)}: "
        "no attribute mapping uses IsSoftDeleted."
    )


def _suppressed(entry: LogEntry) -> str:
    return (
        f"{entry.user_name}'s account {entry.account_id} is left as it is although it should go{_why(entry)}: "
        "the deletion was suppressed by SkipOutOfScopeDeletions."
    )


def _create_off(entry: LogEntry) -> str:
    return f"{entry.user_name} has no account, and none is created: the action Create is off for this application."


def _update_off(entry: LogEntry) -> str:
    should = f"should be disabled{_why(entry)}" if entry.facts.get("cause") else "differs from what it should say"
    whose = f"{entry.user_name}'s account {entry.account_id}"
    return f"{whose} {should}, and is left as it is: the action Update is off for this application."


def _delete_off(entry: LogEntry) -> str:
    whose = f"{entry.user_name}'s account {entry.account_id}"
    return f"{whose} should be deleted{_why(entry)}, and is left: the action Delete is off for this application."


def _held(entry: LogEntry) -> str:
    return held_reason(entry, _why(entry))


def _not_as_planned(entry: LogEntry) -> str:
    return (
        f"{entry.user_name} is left as is: what the plan has is out of date, as the user, the account or an account "
        "that it refers to has changed since. The next cycle decides anew."
    )


def _protected(entry: LogEntry) -> str:
    return (
        f"{entry.user_name} is protected: the account {entry.account_id} stays as it is{_why(entry)}. "
        "To let it go, end the protection with instep users unprotect, or instep apps unprotect."
    )


def _rejected(entry: LogEntry) -> str:
    return (
        f"{entry.user_name} is left as is, since an administrator has rejected what was held{_why(entry)}. That lasts "
        "until something changes about the user in the directory."
    )


_SENTENCES: Mapping[str, Callable[[LogEntry], str]] = {
    "EntryExportAdd": _created,
    "EntryExportUpdate": _updated,
    "EntryExportUpdateEnable": _enabled,
    "EntryExportUpdateSoftDelete": _disabled,
    "EntryExportDelete": _deleted,
    "RedundantExport": _redundant,
    "NotEffectivelyEntitled": _no_account_wanted,
    "NotInProvisioningScope": _no_account_wanted,
    "NotActiveInSource": _no_account_wanted,
    "SoftDeletedInSource": _no_account_wanted,
    "AlreadyDeleted": _no_account_wanted,
    "AlreadyDisabled": _already_disabled,
    "DeprovisioningNotMapped": _not_mapped,
    "SkipOutOfScopeDeletions": _suppressed,
    "CreateActionOff": _create_off,
    "UpdateActionOff": _update_off,
    "DeleteActionOff": _delete_off,
    "NotAsPlanned": _not_as_planned,
    "ProtectedUser": _protected,
    "RejectedByAdministrator": _rejected,
    "StagedCreate": _held,
    "StagedDelete": _held,
    "StagedUpdate": _held,
}
