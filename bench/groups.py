"""500 users, 50 groups, nested, 5,000 memberships at somebody else's SCIM service: provisioned, changed, removed.

The scenario and its judgement are those of the tests; here are the full counts.
"""

import argparse
import os
import random
import subprocess
import sys
from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path

ROOT = Path(__file__).parents[1]
RESULT = ROOT / "bench" / "results" / "groups.md"
SCENARIO = "tests/conformance/test_groups_at_scim2_server.py"
COUNTS = {"PEOPLE": "500", "GROUPS": "50", "MEMBERSHIPS": "5000"}


def main(arguments: Sequence[str]) -> int:
    """Run the scenario, print its cycles and write them down; return 1 if the service was not as it must be."""
    ask = argparse.ArgumentParser(prog="python -m bench groups", description=__doc__)
    ask.add_argument("--seed", type=int, default=random.SystemRandom().randrange(10**6))
    seed = ask.parse_args(arguments).seed
    print(f"seed {seed}", flush=True)
    ran = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-s", "-p", "no:cacheprovider", SCENARIO],
        cwd=ROOT,
        env=os.environ | COUNTS | {"SEED": str(seed)},
        capture_output=True,
        text=True,
        check=False,
    )
    rows = [line.lstrip(".") for line in ran.stdout.splitlines() if line.lstrip(".").startswith("| ")]
    text = report(rows, seed)
    print(text if not ran.returncode else ran.stdout)
    if not ran.returncode:
        RESULT.parent.mkdir(exist_ok=True)
        RESULT.write_text(text, encoding="utf-8")
    return int(bool(ran.returncode))


def report(rows: Sequence[str], seed: int) -> str:
    """Return what was seen as Markdown."""
    lines = [
        "# Groups at an independent SCIM service",
        "",
        f"500 users with managers, 50 groups of which ten contain others (two of them each other), about 5,000 "
        f"memberships, at scim2-server {version('scim2-server')} over HTTP. After each cycle every account, manager, "
        "group and member there is compared with the directory. Nothing is restarted in between. Again with `make "
        f"soak`, with this seed: `python -m bench groups --seed {seed}`.",
        "",
        "| what changed | users | groups | members added | members taken out | requests |",
        "|---|--:|--:|--:|--:|---|",
        *rows,
        "",
    ]
    return "\n".join(lines)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
