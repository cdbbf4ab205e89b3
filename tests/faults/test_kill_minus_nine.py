"""Does a restart after `kill -9` leave nobody doubled, lost, unlogged or unlinked? A sample; `make soak` does all."""

import random
from collections.abc import Iterator

import pytest
from bench.kills import Bench, Moment, bench_of

SEED = random.SystemRandom().randrange(10**6)


@pytest.fixture(scope="module")
def bench(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bench]:
    with bench_of(1_000, tmp_path_factory.mktemp("kills")) as found:
        yield found


@pytest.mark.parametrize("index", range(len(Moment)), ids=[moment.name.lower() for moment in Moment])
def test_nobody_is_doubled_lost_unlogged_or_unlinked_by_a_kill_and_a_restart(bench: Bench, index: int) -> None:
    kill = bench.draw(len(Moment), SEED)[index]
    print(f"seed {SEED}: {kill}")  # noqa: T201
    seen = bench.try_out(kill)
    assert seen.is_whole, (SEED, seen)
    assert (seen.created, seen.refused) == (len(bench.people), 0), (SEED, seen)
    assert seen.was_unfinished or kill.moment is Moment.COMMITTED
