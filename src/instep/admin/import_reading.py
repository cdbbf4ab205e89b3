"""How is a source of users read to its end and staged, and what was seen of it on the way?"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from hashlib import blake2b

import orjson

from instep.directory.imports import FAULTS_KEPT, Fault, ReadRow, SourceState
from instep.directory.sources import ReadingStopped, SourcePage, UsersReading
from instep.rules.health.completeness import Reading

RESUMPTIONS = 3  # of a source that stops, without a page in between
_FINGERPRINT_BYTES = 16
_FINGERPRINTS = 1 << 8 * _FINGERPRINT_BYTES


@dataclass(slots=True)
class Tally:
    """What was seen of a source, page by page."""

    rows: int = 0
    claimed: set[int] = field(default_factory=set)
    has_ended: bool = False
    failure: str | None = None
    unidentified: str | None = None
    open_row: ReadRow | None = None
    faults: list[Fault] = field(default_factory=list)
    cursors: set[str] = field(default_factory=set)
    fingerprint: int = 0  # of all rows, whatever their order

    def take(self, page: SourcePage) -> None:
        """Count a page in; after one that leads nowhere new the reading has failed."""
        self.rows += len(page.rows)
        self.has_ended = page.is_last
        if page.total is not None:
            self.claimed.add(page.total)
        for row in page.rows:
            self.fingerprint = (self.fingerprint + _fingerprint(row)) % _FINGERPRINTS
            self.faults += row.faults[: FAULTS_KEPT - len(self.faults)]
            if self.unidentified is None and not row.has_key:
                self.unidentified = _said_of_nobody(row)
        if page.rows and page.rows[-1].open_end is not None:
            self.open_row = page.rows[-1]
        if not page.is_last:
            self._refuse_circles(page)

    def reading(self) -> Reading:
        """Return what the completeness proof is judged from, as far as the source itself goes."""
        return Reading(self.rows, frozenset(self.claimed), self.has_ended, self.failure, unidentified=self.unidentified)

    def state(self, version: int | None) -> SourceState:
        """Return which state of the source this was."""
        return SourceState(f"{self.fingerprint:032x}", version)

    def _refuse_circles(self, page: SourcePage) -> None:
        if page.cursor is not None and page.cursor in self.cursors:
            self.failure = "its pages lead in a circle"
        elif self.claimed and self.rows > max(self.claimed):
            self.failure = f"more came than the {max(self.claimed):,} that it spoke of, and no end"
        elif page.cursor is not None:
            self.cursors.add(page.cursor)


def read_whole(reading: UsersReading, stage: Callable[[Sequence[ReadRow]], None]) -> Tally:
    """Hand every page's rows to `stage`, and return what was seen; raises UnreadableFile, with some staged already.

    A source that stops is resumed where it can be. If it cannot, or leads in a circle, the tally says that it failed:
    what was read of it stands, and only absence from it means nothing.
    """
    tally = Tally()
    try:
        for page in _pages(reading):
            if page.rows:
                stage(page.rows)
            tally.take(page)
            if tally.failure is not None:
                break
    except ReadingStopped as problem:
        tally.failure = str(problem)
    return tally


def _pages(reading: UsersReading) -> Iterator[SourcePage]:
    cursor: str | None = None
    left = RESUMPTIONS
    while True:
        try:
            for page in reading.pages(cursor):
                yield page
                if page.is_last:
                    return
                cursor, left = page.cursor, RESUMPTIONS
            return
        except ReadingStopped:
            if cursor is None or not left:
                raise
            left -= 1


def _fingerprint(row: ReadRow) -> int:
    said = (row.user_id, row.user_principal_name, row.manager, row.attributes)
    text = orjson.dumps(said, option=orjson.OPT_SORT_KEYS | orjson.OPT_PASSTHROUGH_DATACLASS)
    return int.from_bytes(blake2b(text, digest_size=_FINGERPRINT_BYTES).digest())


def _said_of_nobody(row: ReadRow) -> str:
    why = f": {row.faults[-1].message}" if row.faults else ""
    return f"line {row.line} does not say whom it is about{why}"
