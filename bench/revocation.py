"""How long does a leaver keep the account while a large first cycle runs? `python -m bench revocation [OPTION...]`.

Everybody is assigned, and while their accounts are made at a given rate, leavers who have one already are disabled in
the directory, evenly spread: half of them anybody, half of those whose account is new. The time is from the
directory's change to the tenant's own record of the disabled account, both by the clock of this machine.
"""

import argparse
import os
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx2

from bench.measured import prepare
from bench.scale import settle
from bench.served_instep import COMMAND, served_instep
from bench.servers import directory_of, tenant
from instep.admin.users import disable_user
from instep.wiring import Instep, open_instep

RESULT = Path(__file__).parent / "results" / "revocation.md"
PEOPLE, LEAVERS, RATE = 100_000, 500, 250
AFTERWARDS_SECONDS = 180.0


@dataclass(frozen=True, slots=True)
class Leaver:
    """Somebody who was disabled in the directory, and when that was written."""

    user_name: str
    left_at: datetime


def main(arguments: Sequence[str]) -> int:
    """Run the load, and write down how long the accounts of leavers stayed."""
    ask = argparse.ArgumentParser(prog="python -m bench revocation", description=__doc__)
    ask.add_argument("--people", type=int, default=PEOPLE)
    ask.add_argument("--leavers", type=int, default=LEAVERS)
    ask.add_argument("--rate", type=int, default=RATE, help="Requests a second; the load takes people / rate.")
    ask.add_argument("--seed", type=int, default=1)
    chosen = ask.parse_args(arguments)
    with tempfile.TemporaryDirectory() as folder, tenant(Path(folder) / "tenant") as (url, token):
        data = directory_of(chosen.people, Path(folder))
        with open_instep(data) as instep:
            prepare(instep, url, token)
        settle(data, {"rate": str(chosen.rate), "budget.removals": str(2 * chosen.leavers)})
        with served_instep(data):
            subprocess.run(
                [*COMMAND, "apps", "start", "Proxyclick", "--data", str(data)], check=True, capture_output=True
            )
            with httpx2.Client(base_url=url, headers={"Authorization": f"Bearer {token}"}, timeout=60) as http:
                text = _report(chosen, *_watched(chosen, data, http))
    print(text)
    if chosen.people == PEOPLE:
        RESULT.write_text(text, encoding="utf-8")
    return 0


def _watched(chosen: argparse.Namespace, data: Path, http: httpx2.Client) -> tuple[list[float], int, int, float]:
    """Return the seconds that each leaver kept the account, who keeps it still, and how far the load was."""
    began = time.monotonic()
    every = chosen.people / chosen.rate / (chosen.leavers + 1)
    drawn = random.Random(chosen.seed)
    leavers: list[Leaver] = []
    with open_instep(data) as instep:
        for number in range(chosen.leavers):
            time.sleep(max(0.0, began + (number + 1) * every - time.monotonic()))
            leavers.append(_leaves(instep, http, drawn, {leaver.user_name for leaver in leavers}))
    load_seconds = time.monotonic() - began
    made = _count(http)
    until = time.monotonic() + AFTERWARDS_SECONDS
    while (found := _disabled(http)).keys() < {leaver.user_name for leaver in leavers} and time.monotonic() < until:
        time.sleep(5)
    kept = [
        (found[leaver.user_name] - leaver.left_at).total_seconds() for leaver in leavers if leaver.user_name in found
    ]
    return sorted(kept), len(leavers) - len(kept), made, load_seconds


def _leaves(instep: Instep, http: httpx2.Client, drawn: random.Random, gone: set[str]) -> Leaver:
    """Somebody leaves who has an account: of those who came first, or of the newest."""
    while True:
        count = _count(http)
        place = drawn.randint(1, count) if drawn.random() < 0.5 else drawn.randint(max(1, count - 200), count)
        page = http.get("/Users", params={"startIndex": place, "count": 1, "attributes": "userName,active"}).json()
        for user in page.get("Resources", ()):
            if user["active"] and user["userName"] not in gone:
                disable_user(instep.directory, user["userName"], "bench", instep.clock())
                return Leaver(user["userName"], datetime.now(UTC))


def _count(http: httpx2.Client) -> int:
    answer: dict[str, Any] = http.get("/Users", params={"count": 0}).json()
    return max(1, int(answer["totalResults"]))


def _disabled(http: httpx2.Client) -> dict[str, datetime]:
    """Return when each disabled account was disabled, by user name."""
    return {user["userName"]: datetime.fromisoformat(user["meta"]["lastModified"]) for user in _pages(http)}


def _pages(http: httpx2.Client) -> Iterator[dict[str, Any]]:
    start, total = 1, 1
    while start <= total:
        page = http.get("/Users", params={"filter": "active eq false", "startIndex": start, "count": 500}).json()
        total, start = page["totalResults"], start + 500
        yield from page.get("Resources", ())


def _report(chosen: argparse.Namespace, kept: list[float], still: int, made: int, load_seconds: float) -> str:
    parts = [("median", 0.5), ("95th percentile", 0.95), ("longest", 1.0)]
    shown = ", ".join(f"{name} {kept[min(len(kept) - 1, int(len(kept) * part))]:.1f} s" for name, part in parts if kept)
    return "\n".join(
        [
            "# Leavers while a large first cycle runs",
            "",
            f"{chosen.people:,} people into a Proxyclick tenant at no more than {chosen.rate} requests a second; "
            f"{chosen.leavers} of those",
            f"who had an account already were disabled in the directory, evenly over {load_seconds:,.0f} seconds "
            f"({made:,} accounts were there then).",
            f"The machine, of {os.cpu_count()} cores, had a load of {os.getloadavg()[0]:.0f}.",
            "",
            f"From the directory's change to the disabled account: {shown}. {still} kept it.",
            "",
            "Again: `python -m bench revocation`, with `--people`, `--leavers` and `--rate`.",
            "",
        ]
    )


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
