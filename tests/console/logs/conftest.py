"""What do tests of the logs need: a console over an installation that has provisioned some people?"""

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[2]))

from console.console_site import Site
from fakes.administrator import Administrator, administrator
from fakes.console_browser import ConsoleBrowser
from fakes.faulty_target import faulty_target


@pytest.fixture(scope="module")
def admin(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Administrator]:
    """Three people got accounts in Proxyclick; then Bo left, and Cy became another. No test changes anything."""
    with faulty_target() as target, administrator(tmp_path_factory.mktemp("logs")) as found:
        found.connects(target.tenant_url, target.token)
        found.assigns_everyone()
        found.hires("ada", "bo", "cy", jobTitle="Cook")
        found.provisions()
        found.disables("bo")
        found.changes("cy", jobTitle='=HYPERLINK("x")')
        found.provisions()
        yield found


@pytest.fixture(scope="module")
def root(admin: Administrator) -> ConsoleBrowser:
    return Site(admin).signed_in()
