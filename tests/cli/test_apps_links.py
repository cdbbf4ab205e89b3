"""What do `instep apps links show` and `remove` print, and how do they exit?"""

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[1]))

from fakes.command_line import CommandLine
from fakes.served_tenant import ServedTenant, served_tenant


@pytest.fixture(scope="module")
def tenant(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServedTenant]:
    with served_tenant(tmp_path_factory.mktemp("tenant")) as served:
        yield served


def test_a_link_is_shown_removed_and_gone(tenant: ServedTenant, tmp_path: Path) -> None:
    instep = CommandLine(tmp_path)
    instep.hires("ada")
    instep.connects(tenant)
    nothing = instep("apps", "links", "show", "proxyclick", "ada")
    assert (nothing.exit_code, nothing.stdout) == (1, "ada has no linked account in Proxyclick.\n")
    instep.done("apps", "provision", "proxyclick")
    [shown] = instep.objects("apps", "links", "show", "proxyclick", "ada@x.example")
    account = shown["targetAnchor"]
    assert (shown["objectId"], shown["sourceAnchor"], shown["objectTypeName"]) == ("ada", "ada", "User")
    assert (shown["displayName"], shown["last_written"]["userName"]) == ("ada@x.example", "ada@x.example")
    assert f"linked to the account {account} (created, active)" in instep.done(
        "apps", "links", "show", "proxyclick", account
    )
    instep.done("apps", "start", "proxyclick")
    refused = instep("apps", "links", "remove", "proxyclick", "ada")
    assert refused.exit_code == 1
    assert "instep apps stop 'Proxyclick'" in refused.stderr
    instep.done("apps", "stop", "proxyclick")
    assert f"no longer linked to the account {account}, which stays as it is" in instep.done(
        "apps", "links", "remove", "proxyclick", "ada"
    )
    assert instep.objects("apps", "links", "remove", "proxyclick", "ada") == [{"removed": False}]
    assert [each["id"] for each in tenant.everyone()] == [account]
