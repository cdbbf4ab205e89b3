"""What must an administrator be told of a job's health, and what is it about?"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class NoticeKind(StrEnum):
    """What happened. All of it is sent by mail, and is in the audit log."""

    QUARANTINED = "quarantined"
    QUARANTINE_CHANGED = "quarantined for another reason"
    QUARANTINE_LIFTED = "quarantine lifted"
    DISABLED = "disabled after four weeks of quarantine"
    ESCROWS_PRUNED = "stopped after an initial cycle with too many failures"
    OPERATIONS_HELD = "operations held"
    CERTIFICATE_EXPIRES = "certificate expires"
    """Of an application's sign-in: no cycle has to do with it."""
    USERS_FAILED = "users failed"
    """One digest of a cycle with failures, where the job's setting `notify_failures` wants it."""


@dataclass(frozen=True, slots=True)
class Notice:
    """One thing to tell, as values: `instep.notices` writes the sentences."""

    kind: NoticeKind
    facts: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Mail:
    """One notice on its way to one address; `id` is its own for good, and `attempts` have failed so far."""

    id: str
    number: int
    at: datetime
    app_id: str
    app_name: str
    recipient: str
    notice: Notice
    attempts: int = 0


@dataclass(frozen=True, slots=True)
class WaitingMails:
    """How many mails about a job wait, and why the last of them could not be sent, if one was tried."""

    number: int = 0
    problem: str | None = None


NO_MAILS = WaitingMails()
