"""Who looks at the admin center? An administrator, with an application that is not connected yet."""

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[1]))

from console.console_site import Site
from fakes.administrator import Administrator, administrator


@pytest.fixture
def admin(tmp_path: Path) -> Iterator[Administrator]:
    """An administrator who has added Proxyclick and not connected it yet."""
    with administrator(tmp_path) as found:
        yield found


@pytest.fixture
def site(admin: Administrator) -> Site:
    return Site(admin)
