"""Fifty times: `kill -9` of the engine in the middle of an initial cycle of 1,000, and a plain restart. Who is lost?"""

import argparse
import random
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from bench.kills import Bench, Moment, Seen, bench_of

RESULT = Path(__file__).parent / "results" / "soak.md"
PEOPLE = 1_000
KILLS = 50
UNFINISHED_AT_LEAST = 45


def main(arguments: Sequence[str]) -> int:
    """Run the kills, print what was seen and write it down; return 1 if anyone was doubled, lost or left out."""
    ask = argparse.ArgumentParser(prog="python -m bench kills", description=__doc__)
    ask.add_argument("--seed", type=int, default=random.SystemRandom().randrange(10**6))
    ask.add_argument("--kills", type=int, default=KILLS)
    chosen = ask.parse_args(arguments)
    print(f"seed {chosen.seed}: {chosen.kills} kills in an initial cycle of {PEOPLE:,} users", flush=True)
    with tempfile.TemporaryDirectory(prefix="instep-soak-") as folder, bench_of(PEOPLE, Path(folder)) as bench:
        print(f"a whole cycle takes {bench.requests:,} requests and {bench.commits} commits", flush=True)
        seen = [_tried(bench, number, chosen) for number in range(chosen.kills)]
        text = report(bench, seen, chosen.seed)
    print(text)
    unfinished = sum(one.was_unfinished for one in seen)
    if not all(one.is_whole for one in seen) or unfinished < chosen.kills * UNFINISHED_AT_LEAST // KILLS:
        return 1
    if chosen.kills == KILLS:
        RESULT.parent.mkdir(exist_ok=True)
        RESULT.write_text(text, encoding="utf-8")
    return 0


def _tried(bench: Bench, number: int, chosen: argparse.Namespace) -> Seen:
    kill = bench.draw(chosen.kills, chosen.seed)[number]
    seen = bench.try_out(kill)
    state = "unfinished" if seen.was_unfinished else "finished"
    verdict = "whole" if seen.is_whole else f"NOT WHOLE: {seen}"
    print(f"{number + 1:>3}  {kill.moment} (number {kill.n}): {state}, {verdict}", flush=True)
    return seen


def report(bench: Bench, seen: Sequence[Seen], seed: int) -> str:
    """Return what was seen as Markdown."""
    rows = [_row(str(moment), [one for one in seen if one.kill.moment is moment]) for moment in Moment]
    unfinished = sum(one.was_unfinished for one in seen)
    lines = [
        "# `kill -9` in the middle of a cycle, and a plain restart",
        "",
        f"{len(seen)} kills of `instep apps provision` in an initial cycle of {len(bench.people):,} users "
        f"({bench.requests:,} requests, {bench.commits} commits when nothing happens), each right after its n-th "
        "request or commit, n drawn over the whole cycle; then the same command again. Creates are counted at the "
        "target. Again with `make soak`, with this seed: "
        f"`python -m bench kills --seed {seed}`.",
        "",
        f"- Seed: {seed}",
        f"- Kills that found the cycle unfinished: {unfinished} of {len(seen)}",
        f"- Creates counted: {sum(one.created for one in seen):,} for {len(seen) * len(bench.people):,} users",
        "",
        "| killed right after | kills | cycle unfinished | created before, min-max | created twice | missing "
        "| without a log entry | two entries in a cycle | not linked | creates repeated (409) | reads by the restart |",
        "|---|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|",
        *rows,
        _row("**all**", seen),
        "",
    ]
    return "\n".join(lines)


def _row(name: str, seen: Sequence[Seen]) -> str:
    before = [one.created_before for one in seen]
    cells = [
        name,
        len(seen),
        sum(one.was_unfinished for one in seen),
        f"{min(before, default=0)}-{max(before, default=0)}",
        sum(len(one.twice) for one in seen),
        sum(len(one.missing) for one in seen),
        sum(len(one.unlogged) for one in seen),
        sum(len(one.logged_twice) for one in seen),
        sum(len(one.unlinked) for one in seen),
        sum(one.refused for one in seen),
        sum(one.reads_after for one in seen),
    ]
    return "| " + " | ".join(str(cell) for cell in cells) + " |"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
