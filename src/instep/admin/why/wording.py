"""How is the story of one user's account told, in one paragraph that reads well aloud?"""

from collections.abc import Iterator
from datetime import datetime

from instep.admin.why.entitlement import HeldRole
from instep.admin.why.story import Story
from instep.directory.applications import DEFAULT_ACCESS_ROLE_ID
from instep.directory.changes import ChangeKind, RecordedChange
from instep.directory.groups import ALL_USERS_GROUP_ID
from instep.ledger.jobs import JobState
from instep.ledger.records import Action, RecordedLogEntry
from instep.ledger.scope_facts import FAILED, PASSED, failure_in_words
from instep.ledger.wording import cause_in_words, reason
from instep.rules.scoping.standing import Scope


def paragraph(story: Story) -> str:
    """Return the answer as one paragraph."""
    return " ".join(sentence for sentence in _sentences(story) if sentence)


def moment_in_words(at: datetime) -> str:
    """Return a moment for people."""
    return f"{at:%Y-%m-%d %H:%M} UTC"


def cycle_in_words(recorded: RecordedLogEntry) -> str:
    """Say in which cycle something happened, and who asked for it, if somebody did."""
    if recorded.initiated_by is not None:
        return f"on demand by {recorded.initiated_by}"
    kind = f"{recorded.cycle_kind} " if recorded.cycle_kind else ""
    return f"in the {kind}cycle {recorded.cycle_id[:8]}"


def _sentences(story: Story) -> Iterator[str]:
    yield _standing(story)
    yield from _in_directory(story)
    if story.directory.is_there:
        yield from _entitled(story)
    yield _origin(story)
    yield _end(story)
    yield _open(story)
    yield _pending(story)
    yield _last_look(story)


def _standing(story: Story) -> str:
    name, app = story.person.name, story.app.name
    if story.directory.display_name not in (None, name):
        name = f"{story.directory.display_name} ({name})"
    then = f"On {moment_in_words(story.at)}, " if story.at is not None else ""
    has = "had" if story.at is not None else "has"
    if story.account_id is None:
        return f"{then}{name} {has} no account in {app}."
    if story.is_active:
        return f"{then}{name} {has} an active account in {app}, {story.account_id}."
    return f"{then}{name} {has} the account {story.account_id} in {app}, and it {_was(story)} disabled."


def _was(story: Story) -> str:
    return "was" if story.at is not None else "is"


def _in_directory(story: Story) -> Iterator[str]:
    user = story.directory
    if user.was_purged is not None:
        yield f"{user.was_purged.actor} deleted the user from the directory for good {_on(user.was_purged)}."
    elif user.was_created is None:
        yield "The user was not in the directory then." if story.at is not None else ""
    elif user.was_deleted is not None:
        on = _on(user.was_deleted)
        yield f"{user.was_deleted.actor} deleted the user {on}, who {_was(story)} in the recycle bin."
    elif not user.is_enabled:
        if user.was_disabled is not None:
            yield f"{user.was_disabled.actor} disabled the user in the directory {_on(user.was_disabled)}."
        else:
            yield f"The user {_was(story)} disabled in the directory."


def _entitled(story: Story) -> Iterator[str]:
    held = story.entitlement.held
    if story.job.settings.scope is Scope.ALL:
        yield "The job takes all users of the directory."
    elif held:
        yield f"{'; '.join(_role(story, each) for each in held)}."
        if all(each.role_id == DEFAULT_ACCESS_ROLE_ID for each in held):
            yield "That role alone does not entitle to an account."
    elif story.entitlement.lost is not None:
        yield _lost(story, story.entitlement.lost)
    else:
        yield f"The user {_was(story)} not assigned, neither directly nor through a group."
    if FAILED in story.scope_facts:
        yield f"The user {failure_in_words(story.scope_facts)}."
    elif PASSED in story.scope_facts:
        yield f"The user passes the scoping filter {story.scope_facts[PASSED]}."


def _role(story: Story, held: HeldRole) -> str:
    role = story.role_names.get(held.role_id, "a role that is gone")
    assigned = f"{held.assigned.actor} assigned"
    if not held.path:
        return f"{assigned} the role {role} to the user {_on(held.assigned)}"
    if held.path[-1] == ALL_USERS_GROUP_ID:
        return f"{assigned} the role {role} to everyone {_on(held.assigned)}"
    group = f"the group {_group(story, held.path[-1])}"
    said = f"{assigned} the role {role} to {group} {_on(held.assigned)}"
    if held.joined is None:
        return said
    if len(held.path) == 1:
        return f"{said}, and {held.joined.actor} added the user to it {_on(held.joined)}"
    own = f"the group {_group(story, held.path[0])}"
    return f"{said}; {own} is in it, and {held.joined.actor} added the user to that one {_on(held.joined)}"


def _lost(story: Story, lost: RecordedChange) -> str:
    change, by, on = lost.change, lost.actor, _on(lost)
    if change.kind is ChangeKind.UNASSIGNED and change.user_id is not None:
        return f"{by} ended the user's assignment {on}."
    if change.group_id == ALL_USERS_GROUP_ID:
        return f"{by} ended the assignment of everyone {on}."
    group = f"the group {_group(story, change.group_id or '')}"
    what = {
        ChangeKind.UNASSIGNED: f"ended the assignment of {group}",
        ChangeKind.MEMBER_REMOVED: f"removed the user from {group}",
        ChangeKind.GROUP_DELETED: f"deleted {group}",
        ChangeKind.GROUP_UNNESTED: f"took another group out of {group}",
    }.get(change.kind, "ended the assignment")
    return f"{by} {what} {on}, through which alone the user was assigned."


def _group(story: Story, group_id: str) -> str:
    return story.group_names.get(group_id, group_id)


def _origin(story: Story) -> str:
    if story.account_id is None:
        return ""
    begun = story.account.begun
    if begun is None or begun.entry.account_id != story.account_id:
        if story.link is None:
            return ""
        how = story.link.link.origin.value
        return (
            f"Instep {how} the account, or linked it, on {moment_in_words(story.link.linked_at)}; "
            "the log of that is not kept any more."
        )
    gone = begun.entry.facts.get("vanished")
    before = f"The account before, {gone}, had vanished: " if gone is not None else ""
    when = f"on {moment_in_words(begun.at)} {cycle_in_words(begun)}"
    if begun.entry.action is Action.CREATE:
        why = "" if gone is not None else ", because no account matched"
        return f"{before}Instep created the account {when}{why}."
    return f"{before}Instep found the account by its {begun.entry.facts['matched_by']} {when}."


def _end(story: Story) -> str:
    ended, disabled = story.account.ended, story.account.disabled
    if story.account_id is None and ended is not None:
        cause = cause_in_words(ended.entry.facts)
        what = "was found to be gone" if ended.entry.facts.get("gone") else "was deleted"
        why = f", because the user {cause}" if cause else ""
        return (
            f"The account {ended.entry.account_id} {what} on {moment_in_words(ended.at)} {cycle_in_words(ended)}{why}."
        )
    if disabled is not None and not story.is_active:
        cause = cause_in_words(disabled.entry.facts)
        why = f", because the user {cause}" if cause else ""
        return f"Instep disabled the account on {moment_in_words(disabled.at)} {cycle_in_words(disabled)}{why}."
    return ""


def _open(story: Story) -> str:
    if (failed := story.account.failed) is not None:
        return _failed(story, failed)
    held = story.account.held
    if held is None or (story.at is None and story.held_since is None):
        return ""
    since = story.held_since or held.at
    return f"Since {moment_in_words(since)}: {reason(held.entry)}"


def _failed(story: Story, failed: RecordedLogEntry) -> str:
    detail = str(failed.entry.facts.get("detail", failed.entry.code)).rstrip(".")
    said = f"The last attempt, on {moment_in_words(failed.at)} {cycle_in_words(failed)}, failed: {detail}."
    if story.escrow is None:
        return said
    again = moment_in_words(story.escrow.next_attempt_at)
    return f"{said} It is tried again in the first cycle after {again}, or when the user changes."


def _pending(story: Story) -> str:
    if not story.is_pending or story.newest_change is None:
        return ""
    change = story.newest_change
    said = f"What {change.actor} changed on {moment_in_words(change.change.at)} has not been taken up yet"
    if story.job.quarantine is not None:
        return f"{said}: the job is in quarantine."
    if story.job.state is not JobState.ACTIVE:
        return f"{said}: the job is stopped, and takes it up when it is started or run."
    return f"{said}: the next cycle does that."


def _last_look(story: Story) -> str:
    last = story.account.last
    if last is None:
        return "" if story.is_pending else "No cycle has come to this user."
    told = (story.account.begun, story.account.disabled, story.account.ended, story.account.failed, story.account.held)
    if any(last is each for each in told):
        return ""
    if last.entry.action is Action.UPDATE:
        names = ", ".join(last.after)
        return f"It was last changed on {moment_in_words(last.at)} {cycle_in_words(last)}: {names}."
    return f"Last decided on {moment_in_words(last.at)} {cycle_in_words(last)}: {reason(last.entry)}"


def _on(recorded: RecordedChange) -> str:
    return f"on {moment_in_words(recorded.change.at)}"
