"""Which rows of a snapshot are left out, because they may be about somebody whom it seems to miss?

While nobody is missing every row holds, but for those that surely stand in shifted columns. Where somebody is, rows
that may be about them are left out, and suspend all removals: who else is missing cannot be said either. A second
import of the same must not find known what the first one made of them.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import chain

from instep.admin.staged_source import StagedSource
from instep.directory.imports import FAULTS_KEPT, Fault, repeats_what_is_known
from instep.directory.ports import ImportCheck
from instep.rules.health.forms import customs_of

_OPEN_END = (
    "The file ends with this row and without a line end, so the row may be cut off, and people are missing: it is left "
    "out. If it is whole, end it with a line end."
)
_UNATTRIBUTED = (
    "The row has no id and a name that nobody has, and people are missing: it is left out, as it may be one of them "
    "under another name. Give the row its id."
)
_REKEYED = (
    "{0} is missing, and this row has the userPrincipalName and displayName of {0} with another id: it is left out, "
    "and {0} stays. Give the row that id; if it is another person, or the id has changed for good, delete {0} first."
)
_DISPLACED = (
    "It is about nobody who is known, and {}: it seems to stand in shifted columns, and is left out. If it is right, "
    "import this row first, with --mode merge."
)


@dataclass(frozen=True, slots=True)
class LeftOut:
    """The first of the rows left out; and why the reading proves nothing, in the words of Reading."""

    faults: tuple[Fault, ...] = ()
    cut: str | None = None
    unattributed: str | None = None
    displaced: str | None = None

    def __add__(self, other: "LeftOut") -> "LeftOut":
        return LeftOut(
            self.faults + other.faults,
            self.cut or other.cut,
            self.unattributed or other.unattributed,
            self.displaced or other.displaced,
        )


@dataclass(frozen=True, slots=True)
class _Stranger:
    """A row about nobody who is known, and what is odd about its keys."""

    line: int
    oddity: str
    is_shifted: bool


def leave_out_rekeyed(check: ImportCheck) -> LeftOut:
    """Leave out rows about people who are missing under the ids that they had; these are missing no more."""
    rekeyed = check.fail_rekeyed()[:FAULTS_KEPT]
    return LeftOut(tuple(Fault(line, "id", _REKEYED.format(user_id)) for line, user_id in rekeyed))


def leave_out_shifted(check: ImportCheck, source: StagedSource, since: datetime | None) -> LeftOut:
    """Leave out rows that surely stand in shifted columns, although nobody is missing."""
    return _leave_out_displaced(check, [odd for odd in _odd_strangers(check, source, since) if odd.is_shifted])


def leave_out_doubtful(check: ImportCheck, source: StagedSource, since: datetime | None, now: datetime) -> LeftOut:
    """Leave out rows that may be about one of those missing."""
    left_out = _leave_out_displaced(check, list(_odd_strangers(check, source, since)))
    left_out += _leave_out_cut(check, source, now)
    if source.key == "id":
        left_out += _leave_out_unattributed(check)
    return left_out


def _leave_out_cut(check: ImportCheck, source: StagedSource, now: datetime) -> LeftOut:
    row = source.tally.open_row
    if row is None or repeats_what_is_known(row, *check.people_of(row), source.work.clears, now):
        return LeftOut()
    check.fail_rows([row.line])
    said = f"it ends in line {row.line} without a line end, so that row may be cut off"
    return LeftOut((Fault(row.line, None, _OPEN_END),), cut=said)


def _leave_out_unattributed(check: ImportCheck) -> LeftOut:
    lines = check.fail_unattributed()
    if not lines:
        return LeftOut()
    said = f"line {lines[0]} has no id and a name that nobody has, so it may be somebody who is missing, renamed"
    return LeftOut(tuple(Fault(line, None, _UNATTRIBUTED) for line in lines), unattributed=said)


def _leave_out_displaced(check: ImportCheck, found: Sequence[_Stranger]) -> LeftOut:
    if not found:
        return LeftOut()
    check.fail_rows([stranger.line for stranger in found])
    faults = tuple(Fault(stranger.line, None, _DISPLACED.format(stranger.oddity)) for stranger in found[:FAULTS_KEPT])
    about = "seems to stand in shifted columns, as it is about nobody who is known, and"
    return LeftOut(faults, displaced=f"line {found[0].line} {about} {found[0].oddity}")


def _odd_strangers(check: ImportCheck, source: StagedSource, since: datetime | None) -> Iterator[_Stranger]:
    strangers = check.strangers(by_id=source.key == "id")
    first = next(strangers, None)
    if first is None:
        return
    customs = customs_of(check.known_keys(since))
    for line, user_id, name in chain([first], strangers):
        oddities = customs.oddities(user_id, name)
        if oddities:
            yield _Stranger(line, " and ".join(oddities), customs.are_shifted(user_id, name))
