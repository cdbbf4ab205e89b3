"""What does `instep apps preview` print, for people and programs, and does it keep its hands off?"""

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


@pytest.fixture
def instep(tmp_path: Path, tenant: ServedTenant) -> CommandLine:
    """Connected, with two users."""
    command_line = CommandLine(tmp_path)
    command_line.connects(tenant)
    command_line.hires("ada", "bob")
    return command_line


def test_each_operation_is_an_object_and_the_last_is_the_summary(instep: CommandLine, tenant: ServedTenant) -> None:
    ada, bob, summary = instep.objects("apps", "preview", "proxyclick")
    assert (ada["operation"], ada["user"], ada["before"]) == ("create", "ada@x.example", {})
    assert ada["after"]["userName"] == "ada@x.example"
    assert bob["user_id"] == "bob"
    assert (summary["kind"], summary["users"], summary["created"], summary["requests"]) == ("initial", 2, 2, {"GET": 1})
    assert summary["budgets"]["removals"] == {
        "limit": 3, "planned": 0, "spent": 0, "held": False, "why": "0 removals are within the budget of 3.",
    }  # fmt: skip
    assert "cycle_id" not in summary
    assert tenant.everyone() == []
    assert instep.objects("logs") == []


def test_people_read_old_and_new_values_and_why(instep: CommandLine) -> None:
    instep.done("apps", "provision", "proxyclick")
    instep.done("users", "set", "ada", "jobTitle=Engineer")
    instep.done("users", "disable", "bob")
    text = instep.done("apps", "preview", "proxyclick")
    assert "disable  bob@x.example's account" in text
    assert "because the user is disabled in the directory." in text
    assert "True -> False" in text
    assert "update   ada@x.example's account" in text
    assert "Engineer" in text
    assert "an incremental one, is about 2 users: 1 updated, 1 disabled." in text


def test_what_would_be_held_is_said_with_the_budget(instep: CommandLine) -> None:
    instep.done("apps", "provision", "proxyclick")
    instep.done("apps", "set", "proxyclick", "budget.removals=0")
    instep.done("users", "disable", "bob")
    bob, summary = instep.objects("apps", "preview", "proxyclick")
    assert (bob["operation"], bob["held"], bob["code"]) == ("disable", True, "StagedDelete")
    assert (summary["held"], summary["disabled"]) == (1, 0)
    assert summary["budgets"]["removals"]["held"] is True
    text = instep.done("apps", "preview", "proxyclick")
    assert "held: disable" in text
    assert "Held: 1 removal exceeds the budget of 0." in text


def test_a_preview_that_is_cut_short_exits_with_4(instep: CommandLine, tmp_path: Path) -> None:
    with served_tenant(tmp_path / "other") as other:
        words = ("apps", "connect", "proxyclick", "--tenant-url", other.tenant_url, "--token-stdin")
        instep.done(*words, stdin=other.secret_token)
    result = instep("apps", "preview", "proxyclick")
    assert result.exit_code == 4
    assert "The preview stopped: the target cannot be used now" in result.stdout


def test_an_application_that_is_not_connected_has_no_preview(tmp_path: Path) -> None:
    instep = CommandLine(tmp_path)
    instep.done("apps", "add", "proxyclick")
    result = instep("apps", "preview", "proxyclick")
    assert (result.exit_code, result.stdout) == (1, "")
    assert "instep apps connect" in result.stderr
