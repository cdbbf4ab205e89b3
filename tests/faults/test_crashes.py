"""Is everything right when the engine was killed at its commits and requests? A sample; `make soak` does all.

SEED=n in the environment repeats a trial.
"""

import os
import random
from pathlib import Path

import pytest

from faults.crash.installations import open_place
from faults.crash.trials import Trial, try_every_moment

SEED = int(os.environ.get("SEED", random.SystemRandom().randrange(1_000_000)))
TRIALS = int(os.environ.get("TRIALS", "2"))
EVERY = 16  # of the moments of a cycle


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_whatever_moments_the_engine_is_killed_at_nothing_is_lost_doubled_or_wrongly_disabled(
    tmp_path: Path, kind: str
) -> None:
    print(f"SEED={SEED}")  # noqa: T201 - shown with a failure
    with open_place(tmp_path, kind) as place:
        for seed in range(SEED, SEED + TRIALS):
            Trial(place, seed).run()


def test_each_moment_of_a_cycle_can_be_its_last(tmp_path: Path) -> None:
    print(f"SEED={SEED}")  # noqa: T201 - shown with a failure
    with open_place(tmp_path, "sqlite") as place:
        kills = [trial.kills for trial in try_every_moment(place, SEED, EVERY)]
    assert all(kills)
