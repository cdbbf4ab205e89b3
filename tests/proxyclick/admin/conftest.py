"""What do tests of the use cases need? An organisation with two locations."""

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[2]))

from fakes.company_of_locations import Company
from proxyclick.store.database import open_database


@pytest.fixture
def company(tmp_path: Path) -> Iterator[Company]:
    connection = open_database(tmp_path)
    yield Company(connection)
    connection.close()
