"""What does a cycle hand to the ledger, and get from it: values only?"""

from dataclasses import dataclass, field
from datetime import datetime

from instep.ledger.plans import Held
from instep.ledger.records import Escrow, Link, LogEntry, OperationState
from instep.rules.planning.plan import Operation, OperationKind, Values


class AdministratorActed(Exception):
    """The job was stopped, connected anew or configured while its cycle ran: the cycle ends here."""


class AccountTaken(Exception):
    """A batch would link an account that another user has; nothing of it was written."""


@dataclass(frozen=True, slots=True)
class Acts:
    """How far administrators' acts have come that end a running cycle: each of these numbers only grows.

    `revision` counts those that leave the configuration as it is; the last stop made it `stopped_in_revision`.
    """

    configuration_version: int
    revision: int
    stopped_in_revision: int


@dataclass(frozen=True, slots=True)
class ToSend:
    """An operation about to be sent, for the ledger."""

    user_id: str
    operation: Operation


@dataclass(frozen=True, slots=True)
class Agreed:
    """What a plan has for a user; `before` and `after` name accounts by their ids, where they are there by now."""

    kind: OperationKind
    account_id: str | None
    before: Values
    after: Values


@dataclass(slots=True)
class Recorded:
    """What one batch leaves in the ledger, in one transaction; `operations` are (id, state)."""

    operations: list[tuple[int, OperationState]] = field(default_factory=list)
    links: list[Link] = field(default_factory=list)
    unlinked: list[str] = field(default_factory=list)
    entries: list[LogEntry] = field(default_factory=list)
    escrows: list[Escrow] = field(default_factory=list)
    released: list[str] = field(default_factory=list)  # users whose escrow or hold is over
    held: list[Held] = field(default_factory=list)
    due: list[tuple[str, datetime]] = field(default_factory=list)  # users, and when their values may be others

    @property
    def decided(self) -> set[str]:
        """Whose links or escrows are written, so that nobody else may have decided about them meanwhile.

        A removal that is held is not among them: it is decided again in every cycle.
        """
        held = {each.planned.user_id for each in self.held}
        linked = {link.user_id for link in self.links}
        return linked | {entry.user_id for entry in self.entries if entry.user_id not in held}


@dataclass(frozen=True, slots=True)
class InHand:
    """Users who are provisioned on demand now, or wanted for it; and of whom it was cut off, its outcome unknown."""

    now: frozenset[str]
    wanted: frozenset[str]
    cut_off: frozenset[str]
