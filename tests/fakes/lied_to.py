"""What becomes of people's accounts when the source of users lies: who is removed that never left?

Real: staging, checking and applying of imports, the CSV reader, the store on SQLite, the change log, the engine's
cycle with its ledger and budgets, the mappings of a gallery application. Not real: the target, which is in memory;
time, which is a value; threads, whose work is done at once; and the wait for the disk.
"""

import asyncio
import json
import random
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from fakes.installation import Installation, install, open_database
from fakes.lying_source import (
    CAN_BE_TOLD,
    LOOK_WHOLE,
    OF_FILES,
    OF_PAGES,
    TRUTHS,
    Liar,
    Lie,
    PagedSource,
    write_file,
)
from fakes.staff import COLUMNS, Staff
from instep.admin.imports import Importing, import_users
from instep.admin.provisioning import provision
from instep.connectors.sources.csv.users_file import CsvUsersFile
from instep.directory.imports import ImportMode, ImportOptions, ImportReport
from instep.directory.sources import UsersSource
from instep.store.database import Database

CYCLES_A_HISTORY = 40
DAY = timedelta(hours=24)


@dataclass
class Count:
    """What was seen, summed up over cycles; by the name of the lie that was told."""

    cycles: int = 0
    told: Counter[str] = field(default_factory=Counter)
    held_back: Counter[str] = field(
        default_factory=Counter
    )  # readings after which nobody went, though some are missing
    wrongly_removed: Counter[str] = field(default_factory=Counter)  # accounts of people who are there
    rightly_removed: int = 0
    outdated: int = 0  # removed as the truth had said, whose return no reading since could tell
    wrong_in_a_day: int = 0  # the most at one company
    problems: list[str] = field(default_factory=list)

    def add(self, other: "Count") -> None:
        self.cycles += other.cycles
        self.told += other.told
        self.held_back += other.held_back
        self.wrongly_removed += other.wrongly_removed
        self.rightly_removed += other.rightly_removed
        self.outdated += other.outdated
        self.wrong_in_a_day = max(self.wrong_in_a_day, other.wrong_in_a_day)
        self.problems += other.problems


class _AtOnce(ThreadPoolExecutor):
    """Does what the engine hands to threads at once: nothing waits here, and 100,000 cycles have no time for it."""

    def submit(self, function: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        done: Future[Any] = Future()
        try:
            done.set_result(function(*args, **kwargs))
        except BaseException as problem:
            done.set_exception(problem)
        return done


class Company:
    """One company whose source lies in some readings; after each reading there is a cycle into its application."""

    def __init__(self, instep: Installation, folder: Path, loop: asyncio.AbstractEventLoop, seed: int) -> None:
        self.instep, self.file, self.loop, self.seed = instep, folder / "staff.csv", loop, seed
        self.random = random.Random(seed)
        self.staff = Staff(random.Random(seed + 1))
        claims = self.random.random() < 0.5
        self.is_file = self.random.random() < 0.5
        has_versions = not self.is_file and self.random.random() < 0.5
        self.liar = Liar(self.staff, seed + 2, claims=claims, has_versions=has_versions)
        self.honesty = self.random.choice((0.2, 0.5, 0.8))
        self.columns = ["id", *self.random.sample(COLUMNS[1:], len(COLUMNS) - 1)]
        self.count = Count()
        self.done: list[str] = []
        self.gone: dict[str, Lie] = {}  # from the directory, or blocked in it, and by which reading
        self.truly_gone: set[str] = set()  # of those, who had left, or was blocked, when that reading was taken
        self.was_active: dict[str, bool] = {}
        self.removed_at: list[tuple[datetime, int]] = []
        self.wrong_at: list[datetime] = []
        for _ in range(self.random.choice((4, 5, 8, 12, 20, 30, 60))):
            self.staff.hire()
        instep.assign_all()
        self._read(Lie.TRUTH)
        self._cycle(Lie.TRUTH)

    def live_on(self) -> None:
        """A day or less goes by, the source is read, and a cycle follows."""
        self.instep.wait(hours=self.random.choice((1, 6, 24, 25)))
        self.staff.go_on()
        lie = self._draw()
        self.done.append(lie.name)
        live = self._live()
        report = self._read(lie)
        self._note_removals(lie, report, live)
        if lie in TRUTHS and report.removals_held and self.random.random() < 0.5:
            self.done.append(f"allow {report.removals_held}")  # by an administrator, who has looked
            self._note_gone(Lie.TRUTH, self._read(Lie.TRUTH, allow=report.removals_held))
        self._cycle(lie)
        self.count.cycles += 1

    def settle(self) -> None:
        """In the end the source tells the truth, an administrator allows what it says, and all is as it should be."""
        for _ in range(2):
            self.instep.wait(hours=30)
            self._note_gone(Lie.TRUTH, self._read(Lie.TRUTH, allow=10_000))
            self.instep.settle(removals=10_000)
            self._cycle(Lie.TRUTH)
        active = self._active()
        for who, is_active in active.items():
            if who in self.staff.left and is_active:
                self._problem(f"{who} has left, and the account is active")
            if self.staff.is_in(who) and not is_active and not self._is_name_taken(who):
                self._problem(f"{who} is there, and the account is not active")

    def _is_name_taken(self, who: str) -> bool:
        """Whether another's account has the name by now: of a stranger's whom a lie that looked whole had brought."""
        links = dict(self.instep.rows("SELECT user_id, account_id FROM links"))
        holder = self.instep.target.named(self.staff.people[who]["userPrincipalName"])
        return holder is not None and holder["id"] != links[who]

    def _draw(self) -> Lie:
        if self.random.random() < self.honesty:
            return Lie.TRUTH
        fitting = sorted(set(Lie) - (OF_PAGES if self.is_file else OF_FILES))
        return self.random.choice([lie for lie in fitting if self.liar.can_tell(lie)])

    def _read(self, lie: Lie, allow: int = 0) -> ImportReport:
        telling = self.liar.tell(lie)
        source: UsersSource = PagedSource(telling)
        if self.is_file:
            write_file(telling, self.file, self.instep.now, self.columns)
            source = CsvUsersFile(self.file)
        self.count.told[lie] += 1
        importing = Importing(self.instep.directory, self.instep.clock, self.instep.new_id)
        options = ImportOptions(ImportMode.SNAPSHOT, allow_removals=allow)
        report = import_users(importing, source, options, "tester").report
        if report.is_applied:
            self.liar.taken(telling, self.instep.now)
        return report

    def _live(self) -> int:
        return int(self.instep.rows("SELECT count(*) FROM users WHERE deleted_at IS NULL")[0][0])

    def _note_removals(self, lie: Lie, report: ImportReport, live: int) -> None:
        now = self.instep.now
        if report.removals_held:
            self.count.held_back[lie] += 1
        if lie in CAN_BE_TOLD - {Lie.IDS_EMPTIED} and report.removed:
            self._problem(f"{report.removed} went from the directory by {lie.name}")
        lately = sum(number for at, number in self.removed_at if at > now - DAY)
        budget = max(3, min(max(20, live * 5 // 100), live // 2))
        if report.removed and report.removed + lately > budget:
            self._problem(f"{report.removed} went after {lately}, and the budget of {live} is {budget}")
        self._note_gone(lie, report)

    def _note_gone(self, lie: Lie, report: ImportReport) -> None:
        if report.removed:
            self.removed_at.append((self.instep.now, report.removed))
        is_off = "deleted_at IS NOT NULL OR NOT json_extract(attributes, '$.accountEnabled')"
        gone = {who for (who,) in self.instep.rows(f"SELECT id FROM users WHERE {is_off}")}
        newly = {who for who in gone if who not in self.gone and not self.staff.is_in(who)}
        self.truly_gone = (self.truly_gone & gone) | newly
        self.gone = {who: self.gone.get(who, lie) for who in gone}

    def _cycle(self, lie: Lie) -> None:
        self.loop.run_until_complete(provision(self.instep.service, self.instep.app))
        active = self._active()
        for who, was in self.was_active.items():
            if was and not active.get(who, False):
                self._judge(who, self.gone.get(who, lie))
        self.was_active = active

    def _judge(self, who: str, cause: Lie) -> None:
        if not self.staff.is_in(who):
            self.count.rightly_removed += 1
            return
        if who in self.truly_gone:  # a budget held it until now, and nothing that could be believed has come since
            self.count.outdated += 1
            return
        self.count.wrongly_removed[cause] += 1
        now = self.instep.now
        self.wrong_at = [at for at in self.wrong_at if at > now - DAY] + [now]
        self.count.wrong_in_a_day = max(self.count.wrong_in_a_day, len(self.wrong_at))
        if cause not in LOOK_WHOLE:
            self._problem(f"the account of {who}, who is there, was removed by {cause.name}")

    def _active(self) -> dict[str, bool]:
        links = self.instep.rows("SELECT user_id, account_id FROM links")
        accounts = self.instep.target.accounts
        return {who: bool(accounts.get(account, {}).get("active")) for who, account in links if who[0] == "u"}

    def _problem(self, said: str) -> None:
        form = "file" if self.is_file else "pages"
        self.count.problems.append(f"seed {self.seed} ({form}): {said}; after: {', '.join(self.done)}")


@contextmanager
def _loop() -> Iterator[asyncio.AbstractEventLoop]:
    with asyncio.Runner() as runner:
        loop = runner.get_loop()
        loop.set_default_executor(_AtOnce(1))
        yield loop


def live_through(database: Database, folder: Path, seed: int, cycles: int) -> Count:
    """Generate so many cycles, company after company, each with a seed of its own."""
    count = Count()
    with _loop() as loop:
        while count.cycles < cycles:
            company = Company(install(database), folder, loop, seed)
            for _ in range(min(CYCLES_A_HISTORY, cycles - count.cycles)):
                company.live_on()
            company.settle()
            count.add(company.count)
            seed += 10
    return count


GROUPS = {"truths": TRUTHS, "lies that can be told from the truth": CAN_BE_TOLD, "lies that look whole": LOOK_WHOLE}


def main() -> None:
    """Live through a portion in a process of its own: SEED CYCLES; the count is printed as JSON."""
    seed, cycles = map(int, sys.argv[1:])
    memory = Path("/dev/shm")
    place = memory if memory.is_dir() else None
    with (
        tempfile.TemporaryDirectory(prefix="instep-lies-", dir=place) as folder,
        open_database(Path(folder)) as database,
    ):
        count = live_through(database, Path(folder), seed, cycles)
    groups = {name: [lie for lie in Lie if lie in lies] for name, lies in GROUPS.items()}
    print(json.dumps({**vars(count), "seconds": time.process_time(), "groups": groups}))  # noqa: T201


if __name__ == "__main__":
    main()
