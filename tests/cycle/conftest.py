"""Which installation do these tests have? The real store in a file of its own, a target in memory, a clock to move."""

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[1]))

from fakes.installation import Installation, open_installation


@pytest.fixture
def instep(tmp_path: Path) -> Iterator[Installation]:
    with open_installation(tmp_path) as installation:
        yield installation
