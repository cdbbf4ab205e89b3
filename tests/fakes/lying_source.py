"""How does a source of users lie: what it tells of the true staff in one reading, as pages or as a file?

Three kinds. *Truths*, among them a source that fails and is resumed. *Lies that can be told*: something in the reading
itself, or in what the directory knew before, gives them away. And *lies that look whole*, which nobody can tell from
the truth, because a source whose people had really left would say the very same:

- `LOST_SLICE`: some people are not told of, and the number claimed fits; `FLAPS`: the same, every other time;
- `CUT_LOOKING_WHOLE`: a file cut at the end of a line, a list that ends early, says so, and claims no number;
- `STALE`: an earlier truth, as from a replica that lags, with nothing that says so: whoever joined since is missing.
- `REKEYED_SLICE`: some people stand there under ids that are nobody's; told of those whose names are as they were, and
  not of those who have married since.

Against these there is the budget, and nothing else.
"""

import csv
import io
import os
import random
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from pathlib import Path

from fakes.staff import COLUMNS, Cells, Staff
from instep.directory.imports import Fault, ReadRow
from instep.directory.sources import Key, ReadingStopped, SourcePage


class Lie(StrEnum):
    """What is wrong with a reading."""

    TRUTH = "the truth"
    RECOVERS = "fails in the middle, and is resumed"
    EMPTY = "nobody at all"
    CUT_SHORT = "stops at a page, without an end"
    CUT_WITH_TOTAL = "ends at a page, and had spoken of more"
    TORN = "a file cut within a row"
    REPEATS = "a page twice"
    REPEATS_AND_DROPS = "a page twice, in place of another"
    TWICE = "a file appended to itself"
    CIRCLES = "pages that lead back"
    FAILS = "fails in the middle, for good"
    SKIPS = "fails in the middle, and goes on further down"
    WRONG_TOTAL = "speaks of another number than comes"
    DOUBLES = "people twice, with other values, in place of others"
    KEYS_EMPTIED = "rows without id and name"
    IDS_EMPTIED = "rows without id"
    SHIFTED = "every text one column further"
    REKEYED = "everybody under a new id"
    SHIFTED_SLICE = "the texts of some rows one column further"
    STALE_BY_VERSION = "an earlier truth, under its version"
    OLD_FILE = "a file of earlier again"
    LOST_SLICE = "some people lost, all else in order"
    FLAPS = "some people lost every other time"
    CUT_LOOKING_WHOLE = "ends early, at the end of a line"
    STALE = "an earlier truth"
    REKEYED_SLICE = "some people under new ids"


TRUTHS = frozenset({Lie.TRUTH, Lie.RECOVERS})
LOOK_WHOLE = frozenset({Lie.LOST_SLICE, Lie.FLAPS, Lie.CUT_LOOKING_WHOLE, Lie.STALE, Lie.REKEYED_SLICE})
CAN_BE_TOLD = frozenset(Lie) - TRUTHS - LOOK_WHOLE
OF_PAGES = frozenset(
    {
        Lie.RECOVERS,
        Lie.CUT_SHORT,
        Lie.CUT_WITH_TOTAL,
        Lie.CIRCLES,
        Lie.FAILS,
        Lie.SKIPS,
        Lie.WRONG_TOTAL,
        Lie.STALE_BY_VERSION,
    }
)
OF_FILES = frozenset({Lie.TORN, Lie.TWICE, Lie.OLD_FILE})


@dataclass(frozen=True, slots=True)
class Telling:
    """What a source says in one reading. `total` is claimed on every page; `fails_after` counts pages."""

    rows: Sequence[Cells]
    page_size: int
    total: int | None
    says_its_end: bool = True
    fails_after: int | None = None
    resumes_at: int | None = None  # the page with which it goes on when asked again
    leads_back: bool = False
    is_twice: bool = False
    cut_characters: int = 0  # off the end of a file, its last line end not counted
    version: int | None = None
    written_at: datetime | None = None  # None: now


class Liar:
    """Draws what a source over a staff says; the same seed says the same. `claims` whether it speaks of a number.

    Whoever takes what was told says so by `taken`: old is only what another has replaced.
    """

    def __init__(self, staff: Staff, seed: int, *, claims: bool, has_versions: bool) -> None:
        self._staff, self._random, self._claims = staff, random.Random(seed), claims
        self._has_versions = has_versions
        self._flapping: set[str] | None = None
        self._taken: list[Telling] = []

    def taken(self, telling: Telling, now: datetime) -> None:
        """Remember what the directory was made from."""
        self._taken = [*self._taken[-6:], replace(telling, written_at=telling.written_at or now)]

    def can_tell(self, lie: Lie) -> bool:
        """Say whether there is anything to tell such a lie with."""
        if lie is Lie.OLD_FILE:
            return bool(self._replaced_files())
        return lie is not Lie.STALE_BY_VERSION or bool(self._replaced_versions())

    def _replaced_files(self) -> list[Telling]:
        return [telling for telling in self._taken if _content(telling) != _content(self._taken[-1])]

    def _replaced_versions(self) -> list[int]:
        latest = max((telling.version or 0 for telling in self._taken), default=0)
        oldest = self._staff.version - len(self._staff.before)
        return list(range(oldest, latest))

    def tell(self, lie: Lie) -> Telling:
        rows = [dict(cells) for cells in self._staff.people.values()]
        if self._random.random() < 0.5:
            self._random.shuffle(rows)
        truth = Telling(rows, max(1, len(rows) // self._random.randint(2, 5)), len(rows) if self._claims else None)
        if self._has_versions:
            truth = replace(truth, version=self._staff.version)
        return _TELL[lie](self, truth)

    # --- truths

    def truth(self, truth: Telling) -> Telling:
        return truth

    def recovers(self, truth: Telling) -> Telling:
        after = self._page(truth)
        return replace(truth, fails_after=after, resumes_at=after)

    # --- lies that can be told

    def empty(self, truth: Telling) -> Telling:
        return replace(truth, rows=[], total=self._random.choice([None, 0, truth.total]))

    def cut_short(self, truth: Telling) -> Telling:
        return replace(truth, rows=truth.rows[: self._page(truth) * truth.page_size], says_its_end=False)

    def cut_with_total(self, truth: Telling) -> Telling:
        return replace(truth, rows=truth.rows[: self._page(truth) * truth.page_size], total=len(truth.rows))

    def torn(self, truth: Telling) -> Telling:
        rows = truth.rows[: len(truth.rows) - self._number(truth) + 1]
        return replace(truth, rows=rows, cut_characters=self._random.randint(1, len(_line(rows[-1])) - 1))

    def repeats(self, truth: Telling) -> Telling:
        pages = _pages(truth)
        at = self._random.randrange(len(pages))
        lost = self._random.randint(at + 1, len(pages))  # with those after it, or without some of them
        return replace(truth, rows=_joined([*pages[: at + 1], pages[at], *pages[lost:]]))

    def repeats_and_drops(self, truth: Telling) -> Telling:
        pages = _pages(truth)
        if len(pages) < 2:
            return self.doubles(truth)
        at, other = self._random.sample(range(len(pages)), 2)
        pages[other] = pages[at][: len(pages[other])]
        return replace(truth, rows=_joined(pages))

    def twice(self, truth: Telling) -> Telling:
        return replace(truth, rows=truth.rows[self._number(truth) :], is_twice=True)

    def circles(self, truth: Telling) -> Telling:
        return replace(truth, rows=truth.rows[self._number(truth) :], leads_back=True)

    def fails(self, truth: Telling) -> Telling:
        return replace(truth, fails_after=self._random.randint(0, self._page(truth)))

    def skips(self, truth: Telling) -> Telling:
        after = self._page(truth)
        return replace(truth, fails_after=after, resumes_at=after + 1, total=len(truth.rows))

    def wrong_total(self, truth: Telling) -> Telling:
        lost = self._number(truth)
        return replace(
            truth, rows=truth.rows[lost:], total=len(truth.rows) + self._random.choice([0, 1, -lost + 1, lost])
        )

    def doubles(self, truth: Telling) -> Telling:
        rows = list(truth.rows)
        for _ in range(self._number(truth)):
            one, lost = self._random.sample(range(len(rows)), 2)
            rows[lost] = {**rows[one], "jobTitle": "Impostor"}
        return replace(truth, rows=rows)

    def keys_emptied(self, truth: Telling) -> Telling:
        return self._for_some(truth, self._number(truth), lambda cells: cells | {"id": "", "userPrincipalName": ""})

    def ids_emptied(self, truth: Telling) -> Telling:
        return self._for_some(truth, len(truth.rows), lambda cells: cells | {"id": ""})

    def shifted(self, truth: Telling) -> Telling:
        return self._for_some(truth, len(truth.rows), _shifted)

    def rekeyed(self, truth: Telling) -> Telling:
        return self._for_some(truth, len(truth.rows), self._under_another_id)

    def shifted_slice(self, truth: Telling) -> Telling:
        return self._for_some(truth, self._number(truth), _shifted)

    def stale_by_version(self, truth: Telling) -> Telling:
        version = self._random.choice(self._replaced_versions())
        earlier = self._staff.before[version - self._staff.version]
        return replace(_recounted(truth, list(earlier.values())), version=version)

    def old_file(self, _truth: Telling) -> Telling:
        return self._random.choice(self._replaced_files())

    # --- lies that look whole

    def lost_slice(self, truth: Telling) -> Telling:
        return _recounted(truth, self._random.sample(truth.rows, len(truth.rows) - self._number(truth)))

    def flaps(self, truth: Telling) -> Telling:
        lost, self._flapping = self._flapping, None
        if lost is None:
            lost = self._flapping = {cells["id"] for cells in self._random.sample(truth.rows, self._number(truth))}
        else:
            lost = set()
        return _recounted(truth, [cells for cells in truth.rows if cells["id"] not in lost])

    def cut_looking_whole(self, truth: Telling) -> Telling:
        return replace(truth, rows=truth.rows[: len(truth.rows) - self._number(truth)], total=None)

    def stale(self, truth: Telling) -> Telling:
        earlier = self._random.choice(self._staff.before or [self._staff.people])
        return _recounted(truth, list(earlier.values()))

    def rekeyed_slice(self, truth: Telling) -> Telling:
        return self._for_some(truth, self._number(truth), self._under_another_id)

    # ---

    def _number(self, truth: Telling) -> int:
        """How many people a lie is about: few, which no budget notices, more often than many; never all."""
        most = len(truth.rows) - 1
        return min(most, max(1, self._random.choice((1, 1, 1, 2, 2, 3, most // 4, most // 2, most))))

    def _page(self, truth: Telling) -> int:
        return self._random.randint(1, max(1, len(_pages(truth)) - 1))

    def _for_some(self, truth: Telling, number: int, change: Callable[[Cells], Cells]) -> Telling:
        chosen = set(self._random.sample(range(len(truth.rows)), number))
        return replace(truth, rows=[change(c) if i in chosen else c for i, c in enumerate(truth.rows)])

    def _under_another_id(self, cells: Cells) -> Cells:
        return cells | {"id": f"x{self._random.randrange(10**9):09d}"}


_TELL: dict[Lie, Callable[[Liar, Telling], Telling]] = {lie: getattr(Liar, lie.name.lower()) for lie in Lie}


def _shifted(cells: Cells) -> Cells:
    *texts, enabled = cells.values()
    return dict(zip(COLUMNS, [*texts[1:], texts[0], enabled], strict=True))


def _content(telling: Telling) -> tuple[object, ...]:
    return sorted(map(_line, telling.rows)), telling.is_twice, telling.cut_characters


def _recounted(truth: Telling, rows: Sequence[Cells]) -> Telling:
    return replace(truth, rows=rows, total=None if truth.total is None else len(rows))


def _pages(telling: Telling) -> list[Sequence[Cells]]:
    size = telling.page_size
    return [telling.rows[start : start + size] for start in range(0, max(1, len(telling.rows)), size)]


def _joined(pages: Sequence[Sequence[Cells]]) -> list[Cells]:
    return [cells for page in pages for cells in page]


class PagedSource:
    """A directory that is asked page by page, and says what a telling says."""

    name = "directory"

    def __init__(self, telling: Telling) -> None:
        self._telling = telling

    @contextmanager
    def open(self) -> Iterator["PagedReading"]:
        yield PagedReading(self._telling)


class PagedReading:
    """One reading of it; a page's cursor is the number of the next."""

    written_at: datetime | None = None
    ignored_headings: tuple[str, ...] = ()
    clears = frozenset({"jobTitle"})
    key: Key = "id"

    def __init__(self, telling: Telling) -> None:
        self._telling = telling
        self.size, self.version = telling.total or 0, telling.version
        self.position = 0
        self._has_failed = False

    def pages(self, after: str | None) -> Iterator[SourcePage]:
        telling, pages = self._telling, _pages(self._telling)
        start = 0 if after is None else int(after)
        if self._has_failed and telling.resumes_at is not None:
            start = telling.resumes_at
        for number in range(start, len(pages)):
            if number == telling.fails_after and not (self._has_failed and telling.resumes_at is not None):
                self._has_failed = True
                raise ReadingStopped("the directory answered HTTP 503")
            is_last = number == len(pages) - 1
            yield SourcePage(
                [self._read(cells) for cells in pages[number]],
                is_last=is_last and telling.says_its_end and not telling.leads_back,
                total=telling.total,
                cursor="1" if is_last and telling.leads_back else str(number + 1),
            )

    def _read(self, cells: Cells) -> ReadRow:
        self.position += 1
        faults = () if cells["accountEnabled"] in ("true", "false") else (Fault(self.position, "accountEnabled", "?"),)
        given = {name: text for name, text in cells.items() if text and name not in ("id", "accountEnabled")}
        is_enabled = cells["accountEnabled"] == "true"
        return ReadRow(
            self.position,
            cells["id"] or None,
            cells["userPrincipalName"] or None,
            {**given, "accountEnabled": is_enabled},
            faults=faults,
        )


def write_file(telling: Telling, path: Path, now: datetime, columns: Sequence[str] = COLUMNS) -> None:
    """Write what a telling says as CSV, on the clock of the test."""
    text = io.StringIO()
    writer = csv.DictWriter(text, columns, lineterminator="\r\n")
    for _ in range(2 if telling.is_twice else 1):
        writer.writeheader()
        writer.writerows(telling.rows)
    written = text.getvalue()
    if telling.cut_characters:
        written = written.removesuffix("\r\n")[: -telling.cut_characters]
    path.write_bytes(written.encode())
    written_at = (telling.written_at or now).timestamp()
    os.utime(path, (written_at, written_at))


def _line(cells: Cells) -> str:
    return ",".join(cells.values())
