"""What do tests of provisioning on demand need: a console over an installation that is connected?"""

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
def target() -> Iterator[FaultyTarget]:
    with faulty_target() as found:
        yield found


@pytest.fixture
def admin(tmp_path: Path, target: FaultyTarget) -> Iterator[Administrator]:
    """Ada is assigned, and Bo is not."""
    with administrator(tmp_path) as found:
        found.connects(target.tenant_url, target.token)
        found.hires("ada", "bo")
        found.assigns("ada")
        yield found


@pytest.fixture
def root(admin: Administrator) -> ConsoleBrowser:
    return Site(admin).signed_in()


@pytest.fixture
def at(admin: Administrator) -> str:
    """The address of the page."""
    return f"/apps/{admin.app.id}/provisioning/on-demand"
