"""Is anybody's account removed who never left, when the source of users lies?

Generated companies whose source lies in some readings, a cycle after each reading. SEED=n CYCLES=m in the environment
makes others; `python -m bench lies` draws its own and runs 100,000 cycles.
"""

import os
import random
from pathlib import Path

import pytest

from fakes.installation import open_database
from fakes.lied_to import Count, live_through
from fakes.lying_source import CAN_BE_TOLD, LOOK_WHOLE

SEED = int(os.environ.get("SEED", random.randrange(10**6)))
CYCLES = int(os.environ.get("CYCLES", "120"))
WORKERS = 4


@pytest.mark.parametrize("worker", range(WORKERS))
def test_whoever_never_left_keeps_the_account_whatever_the_source_says_that_can_be_told_from_the_truth(
    tmp_path: Path, worker: int
) -> None:
    seed = SEED + worker * 1_000_000
    print(f"SEED={seed}")  # noqa: T201 - shown with a failure
    with open_database(tmp_path) as database:
        count = live_through(database, tmp_path, seed, max(1, CYCLES // WORKERS))
    print(said_of(count))  # noqa: T201
    assert not count.problems, "\n".join(count.problems)
    assert sum(count.wrongly_removed[lie] for lie in CAN_BE_TOLD) == 0


def said_of(count: Count) -> str:
    told = sum(number for lie, number in count.told.items() if lie in CAN_BE_TOLD)
    wrongly = sum(number for lie, number in count.wrongly_removed.items() if lie in CAN_BE_TOLD)
    by_budget = sum(number for lie, number in count.wrongly_removed.items() if lie in LOOK_WHOLE)
    return (
        f"{count.cycles:,} cycles, {told:,} lies that can be told: {wrongly} wrongly removed "
        f"(and {by_budget} by lies that look whole, within the budget); {count.rightly_removed} rightly"
    )
