"""How did this user's account come to be as it is? The provisioning log, replayed entry by entry."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from instep.ledger.records import Action, RecordedLogEntry, Status


@dataclass(slots=True)
class AccountStory:
    """What the log tells of one user: `begun` created or matched the account, the others happened last.

    `values` are those that were written, and by which entry last.
    """

    account_id: str | None = None
    is_active: bool = False
    begun: RecordedLogEntry | None = None
    disabled: RecordedLogEntry | None = None
    ended: RecordedLogEntry | None = None  # deleted, or found to be gone
    last: RecordedLogEntry | None = None
    values: dict[str, tuple[object, RecordedLogEntry]] = field(default_factory=dict)

    @property
    def failed(self) -> RecordedLogEntry | None:
        """The last entry, if the user failed then."""
        return self.last if self.last is not None and self.last.entry.status is Status.FAILURE else None

    @property
    def held(self) -> RecordedLogEntry | None:
        """The last entry, if what was to be done was held then."""
        return self.last if self.last is not None and self.last.entry.is_held else None


def account_story(entries: Iterable[RecordedLogEntry]) -> AccountStory:
    """Replay a user's entries in their order."""
    story = AccountStory()
    for recorded in entries:
        story.last = recorded
        if recorded.entry.status in (Status.SUCCESS, Status.SKIPPED):
            _apply(story, recorded)
    return story


def _apply(story: AccountStory, recorded: RecordedLogEntry) -> None:
    entry = recorded.entry
    is_gone = entry.action is Action.DELETE or ("gone" in entry.facts and "vanished" not in entry.facts)
    if entry.action is Action.OTHER and "matched_by" not in entry.facts:
        return
    if is_gone:
        story.account_id, story.is_active, story.ended = None, False, recorded
        story.values.clear()
        return
    if entry.action is Action.CREATE or "matched_by" in entry.facts:
        story.values.clear()
        story.begun, story.account_id, story.disabled, story.ended = recorded, entry.account_id, None, None
        story.is_active = entry.action is not Action.DISABLE
    story.account_id = entry.account_id or story.account_id
    if entry.action is Action.DISABLE:
        story.is_active, story.disabled = False, recorded
    elif entry.code == "EntryExportUpdateEnable":
        story.is_active, story.disabled = True, None
    for name, value in recorded.after.items():
        story.values[name] = (value, recorded)
