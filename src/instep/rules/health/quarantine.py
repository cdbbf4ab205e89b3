"""Do so many users fail that the whole job is held back? (engine.md 6.1)"""

from dataclasses import dataclass
from enum import StrEnum

LEAST_MINIMUM = 20
MINIMUM_PERCENT = 20
REFERENCE_FAILURES = frozenset({"UnableToResolveReferenceAttributeValue"})


class QuarantineReason(StrEnum):
    """Why a job is in quarantine; the words are Graph's. Held removals (`TooManyDeletes`) let everything else go on."""

    BASE_ESCROW_THRESHOLD = "EncounteredBaseEscrowThreshold"
    TOTAL_ESCROW_THRESHOLD = "EncounteredTotalEscrowThreshold"
    ESCROW_PROPORTION_THRESHOLD = "EncounteredEscrowProportionThreshold"
    QUARANTINE_EXCEPTION = "EncounteredQuarantineException"
    TOO_MANY_DELETES = "TooManyDeletes"
    ON_DEMAND = "QuarantinedOnDemand"
    UNKNOWN = "Unknown"


# Too many users fail, but the target answers: a leaver need not wait for the next attempt.
THRESHOLDS_EXCEEDED = frozenset(
    {
        QuarantineReason.BASE_ESCROW_THRESHOLD,
        QuarantineReason.TOTAL_ESCROW_THRESHOLD,
        QuarantineReason.ESCROW_PROPORTION_THRESHOLD,
    }
)


@dataclass(frozen=True, slots=True)
class Thresholds:
    """How many failures of a cycle are too many.

    Nothing is looked at below `minimum` failures; None takes a fifth of the accounts, at least 20 and at most Entra's
    5,000. From there on, more than `percent` of the events, or more than `failures` of them, are too many, failures of
    references (a manager, a member) left out; with those, more than `total`.
    """

    minimum: int | None = None
    percent: int = 40
    failures: int = 40_000
    total: int = 60_000


DEFAULT_THRESHOLDS = Thresholds()
ENTRA = Thresholds(minimum=5_000)


@dataclass(frozen=True, slots=True)
class Events:
    """What happened in a cycle: entries of the provisioning log, and how many of them are failures, and of references.

    `accounts` is how many accounts the job looks after; only the default minimum depends on it.
    """

    entries: int
    failures: int
    reference_failures: int = 0
    accounts: int = 0


def is_reference_failure(code: str) -> bool:
    """Whether a failure is about a user's manager or a group's member, not about the user or group itself."""
    return code in REFERENCE_FAILURES


def minimum_of(thresholds: Thresholds, accounts: int) -> int:
    """Return from how many failures on a cycle is looked at."""
    if thresholds.minimum is not None:
        return thresholds.minimum
    return max(LEAST_MINIMUM, min(accounts * MINIMUM_PERCENT // 100, ENTRA.minimum or 0))


def exceeded(thresholds: Thresholds, events: Events) -> QuarantineReason | None:
    """Return the threshold that a cycle's failures exceed, or None; of several, the one that says most."""
    if events.failures < minimum_of(thresholds, max(events.accounts, events.entries)):
        return None
    own = events.failures - events.reference_failures
    if own > thresholds.failures:
        return QuarantineReason.BASE_ESCROW_THRESHOLD
    if events.failures > thresholds.total:
        return QuarantineReason.TOTAL_ESCROW_THRESHOLD
    if own * 100 > events.entries * thresholds.percent:
        return QuarantineReason.ESCROW_PROPORTION_THRESHOLD
    return None
