"""What must an administrator be told of a job's health, and what is it about?"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class NoticeKind(StrEnum):
    """What happened; all but the end of a quarantine are sent by mail, and all are in the audit log."""

    QUARANTINED = "quarantined"
    QUARANTINE_CHANGED = "quarantined for another reason"
    QUARANTINE_LIFTED = "quarantine lifted"
    DISABLED = "disabled after four weeks of quarantine"
    ESCROWS_PRUNED = "stopped after an initial cycle with too many failures"
    REMOVALS_HELD = "removals held"


NOT_MAILED = frozenset({NoticeKind.QUARANTINE_LIFTED})


@dataclass(frozen=True, slots=True)
class Notice:
    """One thing to tell, as values: `instep.notices` writes the sentences."""

    kind: NoticeKind
    facts: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Mail:
    """One notice on its way to one address; `attempts` have failed so far."""

    id: str
    at: datetime
    app_name: str
    recipient: str
    notice: Notice
    attempts: int = 0
