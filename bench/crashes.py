"""A thousand times: the engine killed at random commits and requests while the directory moves. Is anything lost?

The trials are those of the tests (`tests/faults/crash`), which try a few; here are a thousand on each kind of database,
and before them a kill at each moment of two cycles. What was seen is written into results/crashes.md.
"""

import argparse
import json
import os
import random
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
RESULT = Path(__file__).parent / "results" / "crashes.md"
TRIALS = 1_000
KINDS = {"sqlite": "SQLite", "postgresql": "PostgreSQL"}
ABOUT = """# The engine killed at every moment

A trial is a small company of users, managers, groups and memberships, whose directory moves at random, and an engine
that is killed (`kill -9`) one to three times in a row in cycles and on demand, three times over, and each time is then
run to its end. A moment is right before or right after a commit of the store, right before a request leaves, or when it
was answered (`tests/faults/crash/moments.py` wraps these two doors, and counts). After each time, everybody who is to
have an account has exactly one, with the right values, and active or not as the directory says; the groups have the
right members; nobody was created twice, and nobody was disabled at any request whom nobody wanted to disable; the links
lead to what is there; no operation is without an outcome, no cycle unfinished, nobody in escrow; and one cycle more
sends nothing.

Again with `python -m bench crashes --seed {seed} --trials {asked}`.

| | {names} |
|---|{columns}
{rows}

Where the engine was killed, and how often, at random and one by one together:

| moment | {names} |
|---|{columns}
{moments}
"""


def main(arguments: Sequence[str]) -> int:
    """Run the trials, and write down what was seen; return 1 if anything was not as it should be."""
    ask = argparse.ArgumentParser(prog="python -m bench crashes", description=__doc__)
    ask.add_argument("--seed", type=int, default=random.SystemRandom().randrange(10**6))
    ask.add_argument("--trials", type=int, default=TRIALS, help="random trials on each kind of database")
    ask.add_argument("--keep", type=Path, help="a folder of what was seen, to go on from after an interruption")
    chosen = ask.parse_args(arguments)
    print(f"seed {chosen.seed}: {chosen.trials} trials on each kind of database", flush=True)
    seen = {(kind, what): list(_seen(kind, what, chosen)) for kind in KINDS for what in ("every", "random")}
    text = report(seen, chosen)
    print(text)
    RESULT.write_text(text, encoding="utf-8")
    return 1 if any(each["problem"] for trials in seen.values() for each in trials) else 0


def _seen(kind: str, what: str, chosen: argparse.Namespace) -> Iterator[dict[str, Any]]:
    kept = None if chosen.keep is None else chosen.keep / f"{kind}-{what}.jsonl"
    known = kept.read_text(encoding="utf-8").splitlines() if kept is not None and kept.exists() else []
    yield from map(json.loads, known)
    words = [str(chosen.seed + len(known)), str(chosen.trials - len(known))]
    if what == "every":
        words = ["every", str(chosen.seed)]
    if what == "every" and known:
        return
    paths = os.pathsep.join(str(ROOT / name) for name in ("src", "tests", ""))
    command = [sys.executable, "-m", "faults.crash", kind, *words]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=os.environ | {"PYTHONPATH": paths}) as trials:
        assert trials.stdout is not None
        for line in trials.stdout:
            print(line, end="", flush=True)
            if kept is not None:
                with kept.open("a", encoding="utf-8") as file:
                    file.write(line)
            yield json.loads(line)
    if trials.returncode:
        raise SystemExit(f"The trials ended with {trials.returncode}.")


def report(seen: dict[tuple[str, str], list[dict[str, Any]]], chosen: argparse.Namespace) -> str:
    """Return what was seen as Markdown."""
    together = {kind: [*seen[kind, "every"], *seen[kind, "random"]] for kind in KINDS}
    kills: dict[str, Counter[str]] = {kind: Counter() for kind in KINDS}
    for kind, trials in together.items():
        for each in trials:
            kills[kind].update(each["kills"])
    rows = {
        "moments of two cycles, each killed at": [len(seen[kind, "every"]) for kind in KINDS],
        "random trials": [len(seen[kind, "random"]) for kind in KINDS],
        "engines run": [sum(each["engines"] for each in together[kind]) for kind in KINDS],
        "of them killed": [kills[kind].total() for kind in KINDS],
        "**trials with anything not as it should be**": [
            sum(bool(each["problem"]) for each in together[kind]) for kind in KINDS
        ],
    }
    moments = sorted(set().union(*kills.values()))
    return ABOUT.format(
        seed=chosen.seed,
        asked=chosen.trials,
        names=" | ".join(KINDS.values()),
        columns="--:|" * len(KINDS),
        rows="\n".join(f"| {name} | {' | '.join(f'{cell:,}' for cell in cells)} |" for name, cells in rows.items()),
        moments="\n".join(
            f"| {moment} | {' | '.join(str(kills[kind][moment]) for kind in KINDS)} |" for moment in moments
        ),
    )
