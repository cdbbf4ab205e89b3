"""10,000 random edits, followed by delta queries with stops and losses on the way: does the follower end with the like?

It is the test that `make test` samples, with its full number. `python -m bench delta [--seed N]`.
"""

import argparse
import os
import random
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

RESULT = Path(__file__).parent / "results" / "delta.md"
EDITS = 10_000
TEST = "tests/api/test_delta.py"


def main(arguments: Sequence[str]) -> int:
    """Run the count, and write down that it held; return 1 if it did not."""
    ask = argparse.ArgumentParser(prog="python -m bench delta", description=__doc__)
    ask.add_argument("--seed", type=int, default=random.SystemRandom().randrange(10**6))
    chosen = ask.parse_args(arguments)
    print(f"seed {chosen.seed}: {EDITS:,} edits", flush=True)
    environment = os.environ | {"INSTEP_DELTA_EDITS": str(EDITS), "INSTEP_DELTA_SEED": str(chosen.seed)}
    begin = time.monotonic()
    done = subprocess.run([sys.executable, "-m", "pytest", "-q", TEST, "-k", "follows"], env=environment, check=False)
    if done.returncode:
        return 1
    minutes = (time.monotonic() - begin) / 60
    RESULT.write_text(report(chosen.seed, minutes), encoding="utf-8")
    return 0


def report(seed: int, minutes: float) -> str:
    """Return what was seen as Markdown."""
    story = f"""\
# Following the directory by delta queries

{EDITS:,} random edits of users, managers, groups, members and groups in groups: made, changed, deleted, restored,
purged. Meanwhile a program followed users and groups in pages of a few, stopped anywhere, lost every fifth answer and
went on from its last link. At the end it held the very users, managers and members that the directory had.
"""
    return f"{story}\nSeed {seed}, {minutes:.0f} minutes. Again: `python -m bench delta --seed {seed}`.\n"
