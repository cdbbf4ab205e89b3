"""Does the page Drift sweep, and show what was found?"""

import asyncio
from collections.abc import Iterator

import pytest

from console.provisioning.test_planning import until_over
from fakes.administrator import Administrator
from fakes.console_browser import ConsoleBrowser
from fakes.faulty_target import FaultyTarget, faulty_target
from instep.admin.provisioning import provision


@pytest.fixture
def target(admin: Administrator) -> Iterator[FaultyTarget]:
    """Ada and Bo have accounts, and somebody has given Ada another title."""
    with faulty_target() as found:
        admin.connects(found.tenant_url, found.token)
        admin.assigns_everyone()
        admin.hires("ada", "bo", jobTitle="Engineer")
        asyncio.run(provision(admin.instep.service, admin.app))
        (account,) = found.named("ada@corp.example")
        account["title"] = "Captain"
        yield found


@pytest.mark.usefixtures("target")
def test_a_sweep_is_begun_and_its_findings_are_listed_and_filtered(root: ConsoleBrowser, at: str) -> None:
    assert "Nobody has looked for drift yet" in root.get(f"{at}/provisioning/drift").text
    until_over(root, f"{at}/provisioning/drift/sweep")
    page = root.get(f"{at}/provisioning/drift").text
    assert "came to its end" in page
    assert "ada@corp.example" in page
    assert "Captain" in page
    assert "bo@corp.example" not in page
    assert "Captain" in root.get(f"{at}/provisioning/drift?attribute=title").text
    assert "Nothing is found." in root.get(f"{at}/provisioning/drift?attribute=(gone)").text
    assert "Nothing is found." in root.get(f"{at}/provisioning/drift?q=bo@").text


def test_before_it_is_connected_the_page_says_so(root: ConsoleBrowser, at: str) -> None:
    assert "Connect it first" in root.get(f"{at}/provisioning/drift").text
