"""An installation that is served by a process of its own, and what its ledger says of its cycles."""

import json
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

COMMAND = [sys.executable, "-m", "instep.cli.main"]


@dataclass(frozen=True, slots=True)
class ClosedCycle:
    """A cycle that has ended, as the ledger has it."""

    id: str
    milliseconds: float
    counts: dict[str, Any]

    @property
    def requests(self) -> dict[str, int]:
        """How many requests it sent, by method."""
        return dict(self.counts.get("requests", {}))


@contextmanager
def served_instep(data: Path) -> Iterator[str]:
    """Serve the installation; yield the address."""
    process = subprocess.Popen(
        [*COMMAND, "serve", "--port", "0", "--data", str(data), "--json"],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    try:
        assert process.stdout is not None
        yield json.loads(process.stdout.readline())["url"]
    finally:
        process.terminate()
        process.wait()


def cycles_of(data: Path) -> list[ClosedCycle]:
    """Return the cycles that have ended, the oldest first."""
    with closing(sqlite3.connect(data / "instep.db", timeout=60)) as database:
        rows = database.execute(
            "SELECT id, begun_at, ended_at, counts FROM cycles WHERE ended_at IS NOT NULL ORDER BY begun_at"
        ).fetchall()
    return [ClosedCycle(row[0], _milliseconds(row[1], row[2]), json.loads(row[3] or "{}")) for row in rows]


def wait_for_cycles(data: Path, number: int, seconds: float) -> list[ClosedCycle]:
    """Return the cycles that have ended when there are so many, or what there is after so long."""
    until = time.monotonic() + seconds
    while len(found := cycles_of(data)) < number and time.monotonic() < until:
        time.sleep(0.5)
    return found


def target_milliseconds(data: Path, cycle: ClosedCycle) -> float:
    """Return how long the longest request of a cycle took: the target's own time, where they go at once."""
    with closing(sqlite3.connect(data / "instep.db", timeout=60)) as database:
        query = "SELECT coalesce(max(duration_ms), 0) FROM provisioning_log WHERE cycle_id = ?"
        return float(database.execute(query, (cycle.id,)).fetchone()[0])


def _milliseconds(begun: str, ended: str) -> float:
    return (datetime.fromisoformat(ended) - datetime.fromisoformat(begun)).total_seconds() * 1000
