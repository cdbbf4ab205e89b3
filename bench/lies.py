"""100,000 generated cycles whose source of users lies: how many accounts of people who never left are removed?

The companies, the lies and the judge are those of the tests (`tests/fakes`); here is the full count, in portions, each
in a process of its own. What is real in it stands in `tests/fakes/lied_to.py`.
"""

import argparse
import json
import os
import random
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
RESULT = ROOT / "bench" / "results" / "lying-source.md"
CYCLES = 100_000
A_PORTION = 1_000
SEEDS_A_PORTION = 1_000_000


@dataclass(frozen=True, slots=True)
class Total:
    """All portions together."""

    seed: int
    seconds_of_cpu: float
    portions: Sequence[dict[str, Any]]

    def sum(self, name: str) -> int:
        return sum(portion[name] for portion in self.portions)

    def by_lie(self, name: str) -> Counter[str]:
        return sum((Counter(portion[name]) for portion in self.portions), Counter())

    @property
    def problems(self) -> list[str]:
        return [problem for portion in self.portions for problem in portion["problems"]]


def main(arguments: Sequence[str]) -> int:
    """Live through the cycles, print what was seen and write it down; return 1 if anybody was wrongly removed."""
    ask = argparse.ArgumentParser(prog="python -m bench lies", description=__doc__)
    ask.add_argument("--seed", type=int, default=random.SystemRandom().randrange(10**6))
    ask.add_argument("--cycles", type=int, default=CYCLES)
    ask.add_argument("--processes", type=int, default=1)
    ask.add_argument("--keep", type=Path, help="a file of finished portions, to go on from after an interruption")
    chosen = ask.parse_args(arguments)
    print(f"seed {chosen.seed}: {chosen.cycles:,} cycles with a source that lies", flush=True)
    portions = list(_portions(chosen))
    total = Total(chosen.seed, sum(portion["seconds"] for portion in portions), portions)
    text = report(total)
    print(text)
    for problem in total.problems:
        print(problem)
    if total.problems:
        return 1
    if chosen.cycles == CYCLES:
        RESULT.write_text(text, encoding="utf-8")
    return 0


def _portions(chosen: argparse.Namespace) -> Iterator[dict[str, Any]]:
    kept: dict[int, dict[str, Any]] = {}
    if chosen.keep is not None and chosen.keep.exists():
        kept = {portion["seed"]: portion for portion in map(json.loads, chosen.keep.read_text().splitlines())}
    sizes = [min(A_PORTION, chosen.cycles - start) for start in range(0, chosen.cycles, A_PORTION)]
    seeds = [chosen.seed + number * SEEDS_A_PORTION for number in range(len(sizes))]
    done = 0
    with ThreadPoolExecutor(chosen.processes) as pool:
        for portion in pool.map(lambda seed, size: kept.get(seed) or _run(seed, size), seeds, sizes):
            if chosen.keep is not None and portion["seed"] not in kept:
                with chosen.keep.open("a") as file:
                    file.write(json.dumps(portion) + "\n")
            done += portion["cycles"]
            wrongly = len(portion["problems"])
            print(f"{done:>9,} cycles, {portion['seconds']:.0f} s of CPU, {wrongly} problems", flush=True)
            yield portion


def _run(seed: int, cycles: int) -> dict[str, Any]:
    command = [sys.executable, "-m", "fakes.lied_to", str(seed), str(cycles)]
    paths = [str(ROOT / "src"), str(ROOT / "tests"), os.environ.get("PYTHONPATH", "")]
    began = time.monotonic()
    ran = subprocess.run(
        command, check=True, capture_output=True, text=True, env={**os.environ, "PYTHONPATH": os.pathsep.join(paths)}
    )
    portion: dict[str, Any] = json.loads(ran.stdout)
    return {"seed": seed, "elapsed": time.monotonic() - began, **portion}


ABOUT = """# A source of users that lies

{cycles:,} generated cycles: a snapshot import of a company's staff, in which people join, move, leave, are blocked and
come back, and a cycle of the engine after it. In {lies:,} readings the source lies. An account is *wrongly removed* if
it was disabled or deleted while its owner works there and may sign in. What is real and what is not is said in
`tests/fakes/lied_to.py`, each lie in `tests/fakes/lying_source.py`. Again: `python -m bench lies --seed {seed}`;
`make soak` draws a new seed.

- Seed: {seed}
- Cycles: {cycles:,}, {milliseconds:.0f} ms of CPU each
- Accounts rightly removed: {rightly:,}
- Accounts removed because their owner had left, or was blocked, who is back, of which no reading since could be
  believed (a budget had held the removal meanwhile): {outdated:,}
{groups}
- The most of them at one company in 24 hours: {most}; no import went over its budget

| the source tells | readings | nobody went, though some were missing | accounts wrongly removed |
|---|--:|--:|--:|
{rows}
"""


def report(total: Total) -> str:
    """Return what was seen as Markdown."""
    told, held, wrongly = (total.by_lie(name) for name in ("told", "held_back", "wrongly_removed"))
    groups: dict[str, list[str]] = total.portions[0]["groups"]
    rows = []
    for name, lies in groups.items():
        rows.append(f"| **{name}** | | | |")
        rows += [f"| {lie} | {told[lie]:,} | {held[lie]:,} | {wrongly[lie]:,} |" for lie in lies if told[lie]]
    return ABOUT.format(
        cycles=total.sum("cycles"),
        lies=sum(number for lie, number in told.items() if lie not in groups["truths"]),
        seed=total.seed,
        milliseconds=total.seconds_of_cpu / total.sum("cycles") * 1000,
        rightly=total.sum("rightly_removed"),
        outdated=total.sum("outdated"),
        groups="\n".join(
            f"- Accounts wrongly removed by {name}: **{sum(wrongly[lie] for lie in lies):,}**"
            for name, lies in groups.items()
        ),
        most=max(portion["wrong_in_a_day"] for portion in total.portions),
        rows="\n".join(rows),
    )


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
