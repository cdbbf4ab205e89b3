"""What do tests of mappings and filters need: a console over an installation that has provisioned some people?"""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[2]))

from console.console_site import Site
from fakes.administrator import Administrator, administrator
from fakes.console_browser import ConsoleBrowser
from fakes.faulty_target import faulty_target


@contextmanager
def _provisioned(folder: Path) -> Iterator[Administrator]:
    """Three people have accounts in Proxyclick."""
    with faulty_target() as target, administrator(folder) as found:
        found.connects(target.tenant_url, target.token)
        found.assigns_everyone()
        found.hires("ada", jobTitle="Engineer", department="Sales", city="Ghent")
        found.hires("bo", "cy", jobTitle="Cook", department="IT", city="Liege")
        found.provisions()
        yield found


@pytest.fixture
def admin(tmp_path: Path) -> Iterator[Administrator]:
    with _provisioned(tmp_path) as found:
        yield found


@pytest.fixture
def root(admin: Administrator) -> ConsoleBrowser:
    return Site(admin).signed_in()


@pytest.fixture
def at(admin: Administrator) -> str:
    """The address of the pages about provisioning."""
    return f"/apps/{admin.app.id}/provisioning"


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[ConsoleBrowser, str]]:
    """A browser and the address of the pages, for tests that change nothing."""
    with _provisioned(tmp_path_factory.mktemp("kept")) as admin:
        yield Site(admin).signed_in(), f"/apps/{admin.app.id}/provisioning"
