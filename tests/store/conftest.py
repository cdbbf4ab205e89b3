"""Where do these tests find the installation that they share with others?"""

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[1]))

from fakes.installation import Installation, open_installation


@pytest.fixture(autouse=True, scope="module")
def on_each_kind_of_database(database_kind: str) -> str:
    """The store is the same on SQLite and PostgreSQL."""
    return database_kind


@pytest.fixture
def installed(tmp_path: Path) -> Iterator[Installation]:
    """The real store in a folder of its own, one connected application, a target in memory, a clock to move."""
    with open_installation(tmp_path) as installation:
        yield installation
