"""What do tests of pages share? A tenant in which somebody of each user group is signed in."""

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[2]))

from fakes.staff_of_groups import Staff, staffed_tenant


@pytest.fixture(scope="module")
def staff(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Staff]:
    with staffed_tenant(tmp_path_factory.mktemp("staff")) as found:
        yield found
