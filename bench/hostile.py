"""Ten thousand hostile requests, and `kill -9` in the midst of 2,000 writes: does the tenant fail, or forget?"""

import argparse
import os
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

ROOT = Path(__file__).parents[1]
RESULT = Path(__file__).parent / "results" / "hostile.md"
REQUESTS = 10_000
WRITES = 2_000
COUNTS = {
    "tests/proxyclick/scim_api/test_any_request.py": "requests made by hypothesis, reads and writes, for each profile",
    "tests/conformance/test_schemathesis.py": "requests made by schemathesis, as described and not as described",
    "tests/proxyclick/scim_api/test_nasty_bodies.py": "nasty bodies: deep, huge, not UTF-8, 100 MB",
    "tests/proxyclick/store/test_durability.py": "writes answered before `kill -9`, each looked for after the restart",
}


def main(arguments: Sequence[str]) -> int:
    """Run the tests with the full counts, and write down what came of them; return 1 if one has failed."""
    ask = argparse.ArgumentParser(prog="python -m bench hostile", description=__doc__)
    ask.add_argument("--requests", type=int, default=REQUESTS)
    ask.add_argument("--writes", type=int, default=WRITES)
    chosen = ask.parse_args(arguments)
    environment = os.environ | {
        "PROXYCLICK_FUZZ_REQUESTS": str(chosen.requests),
        "PROXYCLICK_KILL_AFTER_WRITES": str(chosen.writes),
    }
    rows = [_row(path, what, environment) for path, what in COUNTS.items()]
    text = "\n".join(
        [
            "# Hostile requests, and a kill while writing",
            "",
            f"{chosen.requests:,} requests of each kind, {chosen.writes:,} writes: no 5xx but 501, no hang, and every",
            "answered write is there after the restart. Again with `make soak`, or `python -m bench hostile`.",
            "",
            "| what | outcome | seconds |",
            "|---|---|--:|",
            *(f"| {what} | {outcome} | {seconds:.0f} |" for what, outcome, seconds in rows),
            "",
        ]
    )
    print(text)
    if (chosen.requests, chosen.writes) == (REQUESTS, WRITES):
        RESULT.parent.mkdir(exist_ok=True)
        RESULT.write_text(text, encoding="utf-8")
    return 0 if all(outcome == "no failure" for _, outcome, _ in rows) else 1


def _row(path: str, what: str, environment: dict[str, str]) -> tuple[str, str, float]:
    started = time.monotonic()
    done = subprocess.run([sys.executable, "-m", "pytest", "-q", path], cwd=ROOT, env=environment, check=False)
    return what, "no failure" if done.returncode == 0 else "FAILED", time.monotonic() - started
