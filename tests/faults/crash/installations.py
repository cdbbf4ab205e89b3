"""How does a test run the engine of an installation in processes that are killed?"""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from fakes.installation import ME, Installation, install, open_database
from fakes.postgresql import postgresql_url
from fakes.served_memory_target import ServedMemoryTarget
from faults.crash.engine import IS_BUSY, Kind, Order
from instep.store.database import Database
from instep.store.jobs import JobStore
from instep.store.postgresql.database import open_postgresql
from instep.store.secret_box import open_secret_box

ROOT = Path(__file__).parents[3]


@dataclass(frozen=True, slots=True)
class Ended:
    """How a process ended: killed at the last of its moments, or with what it says."""

    was_killed: bool
    said: str
    moments: list[str]


class EngineBroke(AssertionError):
    """A process of the engine ended by an error of its own."""


@dataclass
class Place:
    """A database, a served target and a program that forks engines: what many installations have by turns."""

    folder: Path
    database: Database
    url: str | None
    served: ServedMemoryTarget
    tenant_url: str
    engines: "subprocess.Popen[str]"

    def run(self, order: Order) -> Ended:
        """Run an engine; one that finds a lease taken, as its predecessor's death is not known yet, is tried again."""
        while (ended := self._run_once(order)).said == IS_BUSY:
            continue
        return ended

    def _run_once(self, order: Order) -> Ended:
        assert self.engines.stdin is not None
        assert self.engines.stdout is not None
        self.engines.stdin.write(json.dumps(asdict(order)) + "\n")
        self.engines.stdin.flush()
        answer: dict[str, Any] = json.loads(self.engines.stdout.readline())
        self.served.drain()
        if answer["exit"] not in (0, -9):
            raise EngineBroke(f"exit code {answer['exit']}: {answer['said']}")
        return Ended(answer["exit"] == -9, answer["said"], answer["moments"])


@dataclass
class KilledInstallation(Installation):
    """An installation whose engine is other processes, at a clock that the test moves."""

    place: Place = field(kw_only=True)
    batch_size: int = 500

    @property
    def jobs(self) -> JobStore:
        return JobStore(self.database, open_secret_box(self.place.folder / "key"))

    def engine(
        self, kill_at: int = 0, kind: Kind = Kind.CYCLE, group: str = "", members: list[str] | None = None
    ) -> Ended:
        """Run the engine once; it is killed at the n-th of its moments, if it has so many."""
        self.target.open()
        place = self.place
        known = (str(place.folder), place.url, self.now.isoformat(), kill_at, kind, group)
        return place.run(Order(*known, members or [], self.batch_size))


@contextmanager
def open_place(folder: Path, kind: str) -> Iterator[Place]:
    """A new place, its database of that kind: sqlite or postgresql."""
    with ExitStack() as opened:
        url = opened.enter_context(postgresql_url()) if kind == "postgresql" else None
        if url is None:
            database = opened.enter_context(open_database(folder))
        else:
            database = open_postgresql(url)
            opened.callback(database.close)
        served = ServedMemoryTarget()
        tenant_url = opened.enter_context(served.served())
        engines = opened.enter_context(_engines())
        yield Place(folder, database, url, served, tenant_url, engines)


@contextmanager
def _engines() -> Iterator["subprocess.Popen[str]"]:
    paths = os.pathsep.join(str(ROOT / name) for name in ("src", "tests", ""))
    known = {name: value for name, value in os.environ.items() if not name.startswith("INSTEP_")}
    known |= {"PYTHONPATH": paths}
    command = [sys.executable, "-m", "faults.crash.engine"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=known) as engines:
        yield engines
        assert engines.stdin is not None
        engines.stdin.close()


def install_at(place: Place) -> KilledInstallation:
    """A new installation at a place, with the custom SCIM application; all that was there is gone."""
    made = install(place.database, "custom-scim", place.tenant_url)
    found = KilledInstallation(place.database, made.app, place=place)
    found.jobs.connect(found.job, "s3cr3t-token", found.now, ME)
    place.served.target = found.target
    return found
