"""What does the command that undoes a cycle print, and how does it exit?"""

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


@pytest.fixture(scope="module")
def instep(tmp_path_factory: pytest.TempPathFactory, tenant: ServedTenant) -> CommandLine:
    """Connected, with two users who have accounts."""
    command_line = CommandLine(tmp_path_factory.mktemp("instep"))
    command_line.connects(tenant)
    command_line.hires("ada", "bob")
    command_line.done("apps", "provision", "proxyclick")
    return command_line


def test_a_cycle_is_previewed_undone_approved_and_applied(instep: CommandLine, tenant: ServedTenant) -> None:
    instep.done("users", "set", "ada", "jobTitle=Captain")
    cycle = instep.objects("apps", "provision", "proxyclick")[-1]["cycle_id"]
    text = instep.done("apps", "undo", "proxyclick", cycle, "--preview")
    assert "ada@x.example's account" in text
    assert "gets the values again that it had before the cycle." in text
    assert "Captain -> (cleared)" in text
    assert "Applying it stops the job." in text
    assert instep.objects("apps", "plan", "list", "proxyclick") == []
    [saved] = instep.objects("apps", "undo", "proxyclick", cycle)
    assert (saved["plan"], saved["operations"], saved["left_out"], saved["on_groups"]) == (1, 1, 0, 0)
    assert f"undoes cycle {cycle}" in instep.done("apps", "plan", "list", "proxyclick")
    instep.done("apps", "plan", "approve", "proxyclick", "1")
    applied = instep.objects("apps", "plan", "apply", "proxyclick", "1")[-1]
    assert (applied["updated"], applied["done"], applied["requests"]) == (1, 1, {"PATCH": 1})
    assert all("title" not in account for account in tenant.everyone())


def test_a_cycle_that_is_not_there_is_refused(instep: CommandLine) -> None:
    result = instep("apps", "undo", "proxyclick", "nothing")
    assert (result.exit_code, result.stdout) == (1, "")
    assert "Proxyclick has no cycle 'nothing'" in result.stderr
