"""Where do these tests find the installation that they share with others?"""

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[2]))

from fakes.installation import Installation, open_installation


@pytest.fixture
def installed(tmp_path: Path) -> Iterator[Installation]:
    """The real store in a folder of its own, one connected application, a target in memory, a clock to move."""
    with open_installation(tmp_path) as installation:
        yield installation
