"""The 240,124 people of 2002-08-01: from an empty tenant, unchanged, with 100 changes, and week by week over a year.

`python -m bench scale DIR [--weeks N]`; what was imported is kept in the folder for the next time. The tenant is a
real one on the same two cores. What a cycle takes is from its beginning to its close, by the ledger of a service.
"""

import argparse
import csv
import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Sequence
from datetime import date, timedelta
from itertools import islice
from pathlib import Path
from typing import Any

from bench.measured import prepare
from bench.served_instep import COMMAND, cycles_of, served_instep, target_milliseconds, wait_for_cycles
from bench.servers import run_measured, tenant
from bench.year import SNAPSHOTS
from instep.admin.settings import change_settings
from instep.admin.users import set_user
from instep.wiring import open_instep

RESULT = Path(__file__).parent / "results" / "scale.md"
DAY = date(2002, 8, 1)
EVERYONE = 300_024
CHANGED = 100
UNCHANGED_CYCLES = 10
CHANGED_CYCLES = 5
Row = Sequence[object]


def main(arguments: Sequence[str]) -> int:
    """Measure each, and write down what was seen."""
    ask = argparse.ArgumentParser(prog="python -m bench scale", description=__doc__)
    ask.add_argument("folder", type=Path)
    ask.add_argument("--people", type=int, default=EVERYONE)
    ask.add_argument("--weeks", type=int, default=0)
    chosen = ask.parse_args(arguments)
    if not SNAPSHOTS.exists():
        print("scale: skipped, the real data is not beside this checkout", flush=True)
        return 0
    chosen.folder.mkdir(parents=True, exist_ok=True)
    directory, people, imported = _directory(chosen.folder, chosen.people, DAY)
    rows: list[Row] = [("import of the CSV", people, imported, "", "")]
    small: list[str] = []
    for writes_per_request in (1, 100):
        row, small = _initial(directory, chosen.folder, writes_per_request)
        rows.append(row)
        print(row, *small, sep="\n", flush=True)
    lines = [*_table(("what", "people", "seconds", "requests", "peak of the engine, MiB"), rows), "", *small]
    if chosen.weeks:
        lines += _year(chosen.folder, chosen.people, chosen.weeks)
    text = "\n".join(
        [
            "# The company of 2002-08-01",
            "",
            f"Two cores, with a load of {os.getloadavg()[0]:.0f} at the end.",
            "",
            *lines,
            "",
        ]
    )
    print(text)
    RESULT.write_text(text, encoding="utf-8")
    return 0


def _snapshot(folder: Path, people: int, day: date) -> Path:
    file = folder / f"{day}-{people}.csv"
    if not file.exists():
        with file.open("wb") as out:
            command = [sys.executable, str(SNAPSHOTS), str(day), "--people", str(people)]
            subprocess.run(command, stdout=out, check=True)
    return file


def _import(data: Path, file: Path) -> float:
    began = time.perf_counter()
    command = [*COMMAND, "users", "import", str(file), "--mode", "snapshot", "--data", str(data), "--json"]
    subprocess.run(command, check=True, capture_output=True)
    return time.perf_counter() - began


def _directory(folder: Path, people: int, day: date) -> tuple[Path, int, object]:
    """Return the directory with the company of a day, how many are in it, and the seconds of its import."""
    data, file = folder / f"directory-{day}-{people}", _snapshot(folder, people, day)
    took = folder / f"imported-{day}-{people}"
    if not took.exists():
        shutil.rmtree(data, ignore_errors=True)
        took.write_text(f"{_import(data, file):.0f}", encoding="utf-8")
    with file.open(encoding="utf-8", newline="") as opened:
        return data, sum(1 for _ in csv.reader(opened)) - 1, took.read_text(encoding="utf-8").strip()


def _initial(directory: Path, folder: Path, writes_per_request: int) -> tuple[Row, list[str]]:
    """An initial cycle into an empty tenant, and then the small cycles; what came of both."""
    data = folder / "run"
    for old in (data, folder / "tenant"):
        shutil.rmtree(old, ignore_errors=True)
    shutil.copytree(directory, data)
    with tenant(folder / "tenant") as (url, token):
        with open_instep(data) as instep:
            prepare(instep, url, token)
        settle(data, {"dialect.writes_per_request": str(writes_per_request), "interval": "10s"})
        seen = run_measured("engine", data, url, token, -1)
        small = _small_cycles(data)
    what = "initial cycle" if writes_per_request == 1 else f"initial cycle, {writes_per_request} writes a request"
    requests = ", ".join(f"{number:,} {method}" for method, number in sorted(seen["requests"].items()))
    return (what, seen["users"], round(seen["seconds"]), requests, round(seen["peak_kib"] / 1024)), small


def settle(data: Path, words: dict[str, str]) -> None:
    """Change settings of the only job of an installation."""
    with open_instep(data) as instep:
        job = instep.jobs.job_of(instep.applications.all()[0])
        assert job is not None
        instep.jobs.save_settings(job, change_settings(job.settings, words), instep.clock(), "bench")


def _small_cycles(data: Path) -> list[str]:
    """Cycles without a change, and some with a hundred, by a service that runs with an interval of ten seconds."""
    with served_instep(data):
        subprocess.run([*COMMAND, "apps", "start", "Proxyclick", "--data", str(data)], check=True, capture_output=True)
        before = len(cycles_of(data))
        unchanged = wait_for_cycles(data, before + UNCHANGED_CYCLES, 15.0 * UNCHANGED_CYCLES)[before:]
        before = len(cycles_of(data))
        for which in range(CHANGED_CYCLES):
            _change(data, which)
            time.sleep(15)
        changed = [cycle for cycle in cycles_of(data)[before:] if cycle.counts.get("updated")]
    took = sorted(cycle.milliseconds for cycle in unchanged)
    return [
        f"- {len(took)} cycles without a change: {took[len(took) // 2]:.0f} ms each (median; {took[0]:.0f} to "
        f"{took[-1]:.0f}), {sum(sum(cycle.requests.values()) for cycle in unchanged)} requests.",
        *(
            f"- {cycle.counts['updated']} changes: {cycle.milliseconds:.0f} ms, of which the target's own "
            f"{target_milliseconds(data, cycle):.0f}; requests {cycle.requests}."
            for cycle in changed
        ),
    ]


def _change(data: Path, which: int) -> None:
    """Change a hundred people in one transaction, others each time."""
    with open_instep(data) as instep:
        with instep.directory.reading() as reading:
            live = (user for user in reading.live_users() if user.is_enabled)
            names = [user.user_principal_name for user in islice(live, which * CHANGED, (which + 1) * CHANGED)]
        with instep.together():
            for name in names:
                set_user(instep.directory, name, {"jobTitle": f"Director {time.time()}"}, "bench", instep.clock())


def _year(folder: Path, people: int, weeks: int) -> list[str]:
    """The weeks before the day: import, cycle, and a cycle again that must send nothing."""
    first = DAY - timedelta(weeks=weeks)
    data, _, _ = _directory(folder, people, first)
    run, writes, again, slowest = folder / "run", 0, 0, 0.0
    for old in (run, folder / "tenant"):
        shutil.rmtree(old, ignore_errors=True)
    shutil.copytree(data, run)
    with tenant(folder / "tenant") as (url, token):
        with open_instep(run) as instep:
            prepare(instep, url, token)
        settle(run, {"dialect.writes_per_request": "100", "budget.removals": "5000"})
        _provision(run)
        for week in range(1, weeks + 1):
            _import(run, file := _snapshot(folder, people, first + timedelta(weeks=week)))
            began = time.perf_counter()
            counts = _provision(run)
            slowest = max(slowest, time.perf_counter() - began)
            writes += sum(counts[name] for name in ("created", "updated", "disabled"))
            again += sum(_provision(run)["requests"].values())
            file.unlink()
            print(f"week {week}: {counts}", flush=True)
    return [
        "",
        f"- The {weeks} weeks before: {writes:,} accounts created, updated or disabled. The slowest cycle took "
        f"{slowest:.1f} s with the start of its program; the cycles right after sent {again} requests.",
    ]


def _provision(data: Path) -> dict[str, Any]:
    done = subprocess.run(
        [*COMMAND, "apps", "provision", "Proxyclick", "--data", str(data), "--json"],
        capture_output=True,
        text=True,
        check=True,
    )
    counts: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return counts


def _table(head: Sequence[str], rows: Sequence[Row]) -> list[str]:
    shown = [f"| {' | '.join(f'{cell:,}' if isinstance(cell, int) else str(cell) for cell in row)} |" for row in rows]
    return [f"| {' | '.join(head)} |", f"|{'---|' * len(head)}", *shown]
