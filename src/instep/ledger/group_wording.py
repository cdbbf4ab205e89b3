"""How is a log entry about a group said to a person?"""

from collections.abc import Callable, Mapping

from instep.ledger.held_wording import WHAT_TO_DO, over
from instep.ledger.records import Action, LogEntry, Status
from instep.ledger.retry_wording import retried
from instep.ledger.scope_facts import failure_in_words
from instep.rules.scoping.standing import Cause

_CAUSES: Mapping[str, str] = {
    Cause.PURGED.value: "was deleted from the directory",
    Cause.NOT_ASSIGNED.value: "is not assigned to the application",
    Cause.DEFAULT_ACCESS_ONLY.value: "is assigned with the role Default Access only, which does not entitle",
}


def group_cause(facts: Mapping[str, object]) -> str:
    """Say why the application should not have a group, to follow its name; "" for one that it should have."""
    cause = facts.get("cause")
    if cause == Cause.FAILS_FILTER.value:
        return failure_in_words(facts)
    return _CAUSES.get(str(cause), str(cause)) if cause else ""


def group_reason(entry: LogEntry) -> str:
    """Return one sentence or two that say what happened to this group, and why."""
    if entry.status is Status.FAILURE:
        return _failure(entry)
    sentence = _SENTENCES.get(entry.code)
    return sentence(entry) if sentence is not None else f"The group {entry.user_name}: {entry.code}."


def _failure(entry: LogEntry) -> str:
    what = {
        Action.CREATE: "could not be created",
        Action.UPDATE: "could not be updated",
        Action.DELETE: "could not be deleted",
    }.get(entry.action, "could not be provisioned")
    detail = entry.facts.get("detail", entry.code)
    return f"The group {entry.user_name} {what}: {detail}.{_members(entry)} {retried(entry.facts)}"


def _created(entry: LogEntry) -> str:
    return (
        f"The group {entry.user_name} is in scope, and was not there: {entry.account_id} was created.{_members(entry)}"
    )


def _updated(entry: LogEntry) -> str:
    if matched_by := entry.facts.get("matched_by"):
        found = f"The group {entry.user_name} was matched by {matched_by} with {entry.account_id}."
        return f"{found}{_members(entry)}"
    return (
        _members(entry).strip() or f"The group {entry.user_name} differed from {entry.account_id}, which was updated."
    )


def _deleted(entry: LogEntry) -> str:
    gone = ", which was gone already" if entry.facts.get("gone") else ""
    return f"The group {entry.user_name} {group_cause(entry.facts)}: {entry.account_id} was deleted{gone}."


def _redundant(entry: LogEntry) -> str:
    return f"The group {entry.user_name} is already as it should be in {entry.account_id}; nothing was sent."


def _not_wanted(entry: LogEntry) -> str:
    return f"The group {entry.user_name} is not provisioned, because it {group_cause(entry.facts)}."


def _not_permitted(entry: LogEntry) -> str:
    why = group_cause(entry.facts)
    what = f"should go, because it {why}, and stays" if why else "stays as it is"
    return f"The group {entry.user_name} {what}: the Target Object Actions of groups do not allow that."


def _left_alone(entry: LogEntry) -> str:
    why = group_cause(entry.facts)
    return f"The group {entry.user_name} {why}, and stays as it is: what leaves the scope of this job is left alone."


def _held(entry: LogEntry) -> str:
    facts = entry.facts
    if entry.code == "StagedCreate":
        what = f"The group {entry.user_name} is not created yet"
    elif facts.get("of") == "updates":
        what = f"The update of the group {entry.user_name} is held"
    elif facts.get("of") == "memberships":
        changes = "1 change" if facts.get("held") == 1 else f"{facts.get('held')} changes"
        what = f"{changes} of who is in the group {entry.user_name} {'waits' if facts.get('held') == 1 else 'wait'}"
    elif (members := facts.get("held")) is not None:
        what = f"{_count(members)} who should leave the group {entry.user_name} {_stay(members)} for now"
    else:
        what = f"The deletion of the group {entry.user_name} is held, because it {group_cause(facts)}"
    return f"{what}: {over(facts)}. Check whether that is meant: {WHAT_TO_DO}."


def _rejected(entry: LogEntry) -> str:
    why = group_cause(entry.facts)
    return (
        f"The group {entry.user_name} is left as it is{f', although it {why}' if why else ''}: an administrator has "
        "rejected what was held. That lasts until something changes about the group in the directory."
    )


def _not_as_planned(entry: LogEntry) -> str:
    return (
        f"The group {entry.user_name} is left as it is: what the plan has is out of date, as the group has changed "
        "since. The next cycle decides anew."
    )


def _members(entry: LogEntry) -> str:
    facts = entry.facts
    said = []
    if added := facts.get("added"):
        said.append(f"{_count(added)} {_were(added)} added to {entry.user_name}")
    if removed := facts.get("removed"):
        said.append(f"{_count(removed)} {_were(removed)} taken out of {entry.user_name}")
    return f" {' and '.join(said)}." if said else ""


def _count(number: object) -> str:
    return "1 member" if number == 1 else f"{number} members"


def _were(number: object) -> str:
    return "was" if number == 1 else "were"


def _stay(number: object) -> str:
    return "stays" if number == 1 else "stay"


_SENTENCES: Mapping[str, Callable[[LogEntry], str]] = {
    "EntryExportAdd": _created,
    "EntryExportUpdate": _updated,
    "EntryExportDelete": _deleted,
    "RedundantExport": _redundant,
    "NotEffectivelyEntitled": _not_wanted,
    "NotInProvisioningScope": _not_wanted,
    "AlreadyDeleted": _not_wanted,
    "CreateActionOff": _not_permitted,
    "UpdateActionOff": _not_permitted,
    "DeleteActionOff": _not_permitted,
    "SkipOutOfScopeDeletions": _left_alone,
    "NotAsPlanned": _not_as_planned,
    "RejectedByAdministrator": _rejected,
    "StagedCreate": _held,
    "StagedDelete": _held,
    "StagedUpdate": _held,
}
