"""Does everything come to be as the directory wants it once a fault is over? A sample of the cells of the matrix.

`python -m bench faults` tries all of them, and writes docs/reference/fault-matrix.md.
"""

import os
import random
from collections.abc import Iterator
from pathlib import Path

import pytest

from fakes.served_tenant import ServedTenant, served_tenant
from faults.matrix.cells import Cell, all_cells, try_out
from faults.matrix.kinds import KINDS
from faults.matrix.roads import Roads

SAMPLED = 12
SEED = int(os.environ.get("INSTEP_FAULT_SEED", "0")) or random.SystemRandom().randrange(1, 10**6)


def sample() -> list[Cell]:
    """A dozen cells, each of another kind; a failure names the seed."""
    chance = random.Random(SEED)
    cells = all_cells(KINDS)
    return [chance.choice([cell for cell in cells if cell.kind is kind]) for kind in chance.sample(KINDS, SAMPLED)]


@pytest.fixture(scope="module")
def tenant(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServedTenant]:
    with served_tenant(tmp_path_factory.mktemp("rfc"), "rfc") as served:
        yield served


@pytest.fixture(scope="module")
def roads(tmp_path_factory: pytest.TempPathFactory) -> Roads:
    return Roads(tmp_path_factory.mktemp("roads"))


def test_nobody_is_doubled_lost_or_wrongly_disabled_by_any_kind_of_fault(
    tenant: ServedTenant, roads: Roads, tmp_path: Path
) -> None:
    for cell in sample():
        tried = try_out(cell, tenant, roads, tmp_path / str(cell.number))
        assert tried.was_struck, f"seed {SEED}: {cell}"
        assert tried.problems == [], f"seed {SEED}: {cell}"
