"""Did a reading of a list see all of it, so that whoever is not in it is absent? (design.md 4, number 3)

Absence is no order to delete. Whoever reads a list says what was seen on the way, as values; only if nothing of it
gives rise to doubt does the reading say anything about those whom it does not name. What looks whole and is not
(a slice lost together with a total that fits) cannot be told from the truth here: budgets limit that.
"""

from dataclasses import dataclass
from enum import StrEnum


class DoubtKind(StrEnum):
    """What may be wrong with a reading."""

    NOT_ENDED = "NotEnded"
    CUT = "Cut"
    MISCOUNTED = "Miscounted"
    UNIDENTIFIED = "Unidentified"
    REPEATED = "Repeated"
    UNATTRIBUTED = "Unattributed"
    DISPLACED = "Displaced"


@dataclass(frozen=True, slots=True)
class Doubt:
    """A reason why a reading may not have seen everything; `detail` reads on from "because"."""

    kind: DoubtKind
    detail: str


@dataclass(frozen=True, slots=True)
class Reading:
    """What was seen of a list on the way through it.

    `claimed` has every total that the source gave on the way, and is empty where it gives none. `has_ended` is what the
    source said, never that nothing more came; `failure` is why it could not be read on. `cut`, `unidentified`,
    `repeated`, `unattributed` and `displaced` say in words where such an entry was seen first.
    """

    entries: int
    claimed: frozenset[int] = frozenset()
    has_ended: bool = False
    failure: str | None = None
    cut: str | None = None  # the last entry may not be whole
    unidentified: str | None = None  # it cannot be said what an entry is about
    repeated: str | None = None  # two entries are about the same
    unattributed: str | None = None  # an entry may be about somebody new, or about one of those missing
    displaced: str | None = None  # an entry is about somebody new by keys that look like another column's


@dataclass(frozen=True, slots=True)
class Complete:
    """The completeness proof: what is not in the reading is not in the list."""


@dataclass(frozen=True, slots=True)
class Incomplete:
    """The reading proves nothing about what it does not name."""

    doubts: tuple[Doubt, ...]

    @property
    def because(self) -> str:
        """Every doubt, in one sentence without its end."""
        return "; ".join(doubt.detail for doubt in self.doubts)


def judge_reading(reading: Reading) -> Complete | Incomplete:
    """Decide whether a reading is proven to be complete: read to its end, no error, nothing repeated, as claimed."""
    found = (_about_its_end(reading), _about_its_size(reading), *_about_its_entries(reading))
    doubts = tuple(doubt for doubt in found if doubt is not None)
    return Incomplete(doubts) if doubts else Complete()


def _about_its_end(reading: Reading) -> Doubt | None:
    if reading.failure is not None:
        return Doubt(DoubtKind.NOT_ENDED, f"it could not be read to its end: {reading.failure}")
    if not reading.has_ended:
        return Doubt(DoubtKind.NOT_ENDED, f"it stopped after {reading.entries:,} without saying that it had ended")
    return None


def _about_its_size(reading: Reading) -> Doubt | None:
    if not reading.claimed or reading.claimed == {reading.entries}:
        return None
    claimed = ", then ".join(f"{total:,}" for total in sorted(reading.claimed))
    return Doubt(DoubtKind.MISCOUNTED, f"{reading.entries:,} came, but the source spoke of {claimed}")


def _about_its_entries(reading: Reading) -> tuple[Doubt | None, ...]:
    seen = (
        (DoubtKind.CUT, reading.cut),
        (DoubtKind.UNIDENTIFIED, reading.unidentified),
        (DoubtKind.REPEATED, reading.repeated),
        (DoubtKind.UNATTRIBUTED, reading.unattributed),
        (DoubtKind.DISPLACED, reading.displaced),
    )
    return tuple(Doubt(kind, detail) if detail is not None else None for kind, detail in seen)
