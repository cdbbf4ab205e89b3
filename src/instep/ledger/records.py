"""What does the ledger keep of one user in one job: the link, the operation, the log entry, the escrow?"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from instep.rules.mapping.wanted import TargetValue
from instep.rules.planning.plan import OperationKind


class Origin(StrEnum):
    """How an account came to be linked."""

    CREATED = "created"
    MATCHED = "matched"


class SourceType(StrEnum):
    """What an entry or an operation is about (Graph's `identityType`)."""

    USER = "User"
    GROUP = "Group"


class OperationState(StrEnum):
    """Where an operation is; `sent` means that its request may have left, `unknown` that no answer told its effect."""

    PLANNED = "planned"
    SENT = "sent"
    DONE = "done"
    FAILED = "failed"
    UNKNOWN = "unknown"
    HELD = "held"
    STALE = "stale"


class Action(StrEnum):
    """The provisioning log's actions (engine.md 9.2)."""

    CREATE = "create"
    UPDATE = "update"
    DISABLE = "disable"
    DELETE = "delete"
    STAGED_DELETE = "stageddelete"
    OTHER = "other"


class Status(StrEnum):
    """The provisioning log's statuses (engine.md 9.2)."""

    SUCCESS = "success"
    FAILURE = "failure"
    SKIPPED = "skipped"
    WARNING = "warning"


_STAGED = frozenset({"StagedCreate", "StagedUpdate", "StagedDelete"})


@dataclass(frozen=True, slots=True)
class Link:
    """A user's account in one target, and what it is known to say; it outlives a disable."""

    user_id: str
    account_id: str
    is_active: bool
    origin: Origin
    last_written: Mapping[str, TargetValue]


@dataclass(frozen=True, slots=True)
class OpenOperation:
    """An operation whose outcome was not recorded before the engine stopped."""

    id: int
    cycle_id: str
    user_id: str
    kind: OperationKind
    account_id: str | None
    after: Mapping[str, TargetValue]


@dataclass(frozen=True, slots=True)
class LogEntry:
    """One entry of the provisioning log: values, from which `instep.ledger.wording` writes the sentences.

    `user_id`, `user_name` and `account_id` are a group's where `source_type` says so.
    """

    user_id: str
    user_name: str
    account_id: str | None
    action: Action
    status: Status
    code: str
    facts: Mapping[str, object]
    duration_ms: int = 0
    operation_id: int | None = None
    source_type: SourceType = SourceType.USER

    @property
    def is_held(self) -> bool:
        """Whether it says that an operation waits: over a budget, or for an approval."""
        return self.code in _STAGED


@dataclass(frozen=True, slots=True)
class RecordedLogEntry:
    """A log entry as it is read back, with the values that its operation changed.

    `initiated_by` is who asked for it, where somebody did and it was not a cycle's turn.
    """

    id: int
    at: datetime
    job_id: str
    cycle_id: str
    entry: LogEntry
    before: Mapping[str, object]
    after: Mapping[str, object]
    initiated_by: str | None = None
    cycle_kind: str = ""


@dataclass(frozen=True, slots=True)
class Escrow:
    """A user who failed: how often, and when they are tried again (engine.md 1.6)."""

    user_id: str
    since: datetime
    attempts: int
    next_attempt_at: datetime
    code: str
    facts: Mapping[str, object]
