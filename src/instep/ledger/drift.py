"""What is known of drift: the sweep through a target, and what it found?"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum

from instep.rules.drift.compare import Drifted
from instep.rules.mapping.redaction import shown

GONE = ""  # the attribute of a finding that is about the account as a whole


class SweepState(StrEnum):
    """Where a sweep is: it has pages to go, came to its end, or cannot go on and begins anew."""

    UNDER_WAY = "under way"
    ENDED = "ended"
    BROKEN = "broken"


@dataclass(frozen=True, slots=True)
class Sweep:
    """A walk through all accounts of a target, a few pages at a time; `cursor` and `accounts` say where it goes on.

    `claimed` has every total that the target gave. `gone` is None where the walk was no completeness proof, or has not
    ended: then nobody can say who is gone.
    """

    state: SweepState
    target_identity: str
    begun_at: datetime
    ended_at: datetime | None = None
    cursor: str = ""
    pages: int = 0
    requests: int = 0
    accounts: int = 0
    linked: int = 0
    unlinked: int = 0
    drifted: int = 0
    gone: int | None = None
    claimed: tuple[int, ...] = ()
    doubt: str | None = None  # why it proves nothing about who is gone
    reason: str | None = None  # why it is broken, or stopped before it used up its requests


@dataclass(frozen=True, slots=True)
class Finding:
    """One target attribute of one account that has drifted; of an account that is gone, the account as a whole."""

    account_id: str
    user_id: str
    user_name: str
    drifted: Drifted
    found_at: datetime | None = None

    @property
    def place(self) -> str:
        """Its place in the order of accounts."""
        return f"{self.account_id}\n{self.drifted.attribute}"

    @property
    def is_gone(self) -> bool:
        """Whether the account is not in the target any more."""
        return self.drifted.attribute == GONE

    def hiding(self, hidden: frozenset[str]) -> "Finding":
        """Return it as people may see it: without the values of these target attributes."""
        of = self.drifted
        values = {name: getattr(of, name) for name in ("written", "there", "wanted")}
        if of.attribute not in hidden:
            return self
        masked = {name: shown({of.attribute: value}, hidden)[of.attribute] for name, value in values.items()}
        return replace(self, drifted=Drifted(of.attribute, **masked))


@dataclass(frozen=True, slots=True)
class Sample:
    """Some linked accounts, drawn at random and read one by one; `reason` is why not all that were wanted were read."""

    taken_at: datetime
    accounts: int  # that were linked
    looked_at: int
    drifted: int
    gone: int
    requests: int
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class DriftCounts:
    """How many accounts have drifted, by target attribute, and how many findings there are."""

    findings: int = 0
    accounts: int = 0
    by_attribute: Mapping[str, int] = field(default_factory=dict)
