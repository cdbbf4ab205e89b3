"""What do tests of the pages about applications need: an installation with Proxyclick, and a console over it?"""

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[2]))

from console.console_site import Site
from fakes.administrator import Administrator, administrator
from fakes.console_browser import ConsoleBrowser
from fakes.faulty_target import FaultyTarget, faulty_target


@pytest.fixture
def admin(tmp_path: Path) -> Iterator[Administrator]:
    with administrator(tmp_path) as found:
        yield found


@pytest.fixture
def site(admin: Administrator) -> Site:
    return Site(admin)


@pytest.fixture
def root(site: Site) -> ConsoleBrowser:
    return site.signed_in()


@pytest.fixture
def at(admin: Administrator) -> str:
    """The address of the application's pages."""
    return f"/apps/{admin.app.id}"


@pytest.fixture
def target() -> Iterator[FaultyTarget]:
    with faulty_target() as found:
        yield found
