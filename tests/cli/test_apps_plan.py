"""What do the commands on plans print, and how do they exit?"""

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


def names(tenant: ServedTenant) -> list[str]:
    return sorted(account["userName"] for account in tenant.everyone())


def test_a_plan_is_saved_shown_approved_and_applied(instep: CommandLine, tenant: ServedTenant) -> None:
    [saved] = instep.objects("apps", "plan", "save", "proxyclick")
    assert (saved["plan"], saved["kind"], saved["created"]) == (1, "initial", 2)
    assert names(tenant) == []
    *operations, plan = instep.objects("apps", "plan", "show", "proxyclick", "1")
    assert [(each["number"], each["operation"], each["user"], each["state"]) for each in operations] == [
        (1, "create", "ada@x.example", "planned"),
        (2, "create", "bob@x.example", "planned"),
    ]
    assert (plan["state"], plan["operations"], plan["create"]) == ("planned", 2, 2)
    [approved] = instep.objects("apps", "plan", "approve", "proxyclick", "1")
    assert (approved["state"], approved["decided_by"]) == ("approved", approved["planned_by"])
    assert names(tenant) == []
    instep.done("users", "set", "bob", "jobTitle=Engineer")
    stale, applied = instep.objects("apps", "plan", "apply", "proxyclick", "1")
    assert (stale["user"], stale["state"], stale["outcome"]) == ("bob@x.example", "stale", "NotAsPlanned")
    assert (applied["plan"], applied["kind"], applied["created"], applied["stale"]) == (1, "plan", 1, 1)
    assert names(tenant) == ["ada@x.example"]
    [listed] = instep.objects("apps", "plan", "list", "proxyclick")
    assert listed["state"] == "applied"
    assert {state for state, number in listed["outcomes"].items() if number} == {"done", "stale"}
    assert instep.objects("apps", "provision", "proxyclick")[-1]["created"] == 1


def test_people_are_told_what_comes_next(instep: CommandLine) -> None:
    text = instep.done("apps", "plan", "save", "proxyclick")
    assert "Plan 1 of Proxyclick was saved: 2 creates. Nothing was sent." in text
    assert "instep apps plan show 'Proxyclick' 1" in text
    assert "create   ada@x.example gets an account." in instep.done("apps", "plan", "show", "proxyclick")
    assert "instep apps plan apply 'Proxyclick' 1" in instep.done("apps", "plan", "approve", "proxyclick")
    instep.done("users", "disable", "bob")
    text = instep.done("apps", "plan", "apply", "proxyclick")
    assert "Dropped as stale: create bob@x.example: now: NotActiveInSource." in text
    assert "Plan 1 of Proxyclick is applied: 1 done, 1 stale." in text
    assert "Plan 1: applied" in instep.done("apps", "plan", "list", "proxyclick")


def test_a_plan_beyond_the_budget_says_that_to_approve_it_is_to_agree(instep: CommandLine) -> None:
    instep.done("apps", "provision", "proxyclick")
    instep.done("apps", "set", "proxyclick", "budget.removals=0")
    instep.done("users", "disable", "bob")
    text = instep.done("apps", "plan", "save", "proxyclick")
    assert "1 removal exceeds the budget of 0. A cycle would hold them; the approved plan would not." in text


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("show",), "No plan of Proxyclick waits. Preview the next cycle, or: instep apps plan save"),
        (("show", "7"), "Proxyclick has no plan 7"),
        (("approve", "7"), "Proxyclick has no plan 7"),
        (("apply",), "No plan of Proxyclick waits"),
    ],
)
def test_a_plan_that_is_not_there_is_refused(instep: CommandLine, words: tuple[str, ...], message: str) -> None:
    result = instep("apps", "plan", words[0], "proxyclick", *words[1:])
    assert (result.exit_code, result.stdout) == (1, "")
    assert message in result.stderr


def test_each_step_needs_the_one_before_and_is_taken_once(instep: CommandLine, tenant: ServedTenant) -> None:
    instep.done("apps", "plan", "save", "proxyclick")
    refused = instep("apps", "plan", "apply", "proxyclick", "1")
    assert refused.exit_code == 1
    assert (
        "Plan 1 is not approved yet. Approve it on its page, or with: instep apps plan approve 'Proxyclick' 1"
        in refused.stderr
    )
    instep.done("apps", "plan", "save", "proxyclick")
    assert "Several plans of Proxyclick wait: 2, 1. Name one." in instep("apps", "plan", "approve", "proxyclick").stderr
    instep.done("apps", "plan", "reject", "proxyclick", "1")
    again = instep("apps", "plan", "approve", "proxyclick", "1")
    assert (again.exit_code, "it was rejected already, by " in again.stderr) == (1, True)
    instep.done("apps", "plan", "approve", "proxyclick", "2")
    instep.done("apps", "plan", "apply", "proxyclick", "2")
    twice = instep("apps", "plan", "apply", "proxyclick", "2")
    assert (twice.exit_code, "it was applied already" in twice.stderr) == (1, True)
    assert names(tenant) == ["ada@x.example", "bob@x.example"]


def test_a_plan_of_another_configuration_is_out_of_date_as_a_whole(instep: CommandLine, tenant: ServedTenant) -> None:
    instep.done("apps", "plan", "save", "proxyclick")
    instep.done("apps", "plan", "approve", "proxyclick")
    instep.done("apps", "set", "proxyclick", "scope=all")
    result = instep("apps", "plan", "apply", "proxyclick", "1")
    assert result.exit_code == 1
    assert "Plan 1 is out of date as a whole: the configuration was changed after it was made" in result.stderr
    [plan] = instep.objects("apps", "plan", "list", "proxyclick")
    assert plan["state"] == "stale"
    assert names(tenant) == []


def test_a_plan_that_was_interrupted_exits_with_4_and_goes_on_when_it_is_applied_again(
    instep: CommandLine, tenant: ServedTenant, tmp_path: Path
) -> None:
    with served_tenant(tmp_path / "other") as other:
        words = ("apps", "connect", "proxyclick", "--tenant-url", other.tenant_url, "--token-stdin")
        instep.done(*words, stdin=other.secret_token)
        instep.done("apps", "plan", "save", "proxyclick")
        instep.done("apps", "plan", "approve", "proxyclick")
    result = instep("apps", "plan", "apply", "proxyclick")
    assert result.exit_code == 4
    assert "It goes on with: instep apps plan apply 'Proxyclick' 1" in result.stdout
    [plan] = instep.objects("apps", "plan", "list", "proxyclick")
    assert plan["state"] == "applying"
    cut_short = instep("apps", "plan", "save", "proxyclick")
    assert (cut_short.exit_code, "No plan was saved" in cut_short.stdout) == (4, True)


@pytest.mark.parametrize("words", ["nothing", "-1", "1.5", "9" * 40])
def test_what_is_no_number_of_a_plan_is_said_in_words(tmp_path: Path, words: str) -> None:
    refused = CommandLine(tmp_path)("apps", "plan", "apply", "proxyclick", "--", words)
    assert refused.exit_code == 2
    assert "is no number of a plan" in refused.stderr


def test_only_operations_in_one_state_are_shown(instep: CommandLine) -> None:
    instep.done("apps", "plan", "save", "proxyclick")
    assert len(instep.objects("apps", "plan", "show", "proxyclick", "1", "--state", "planned")) == 3
    (plan,) = instep.objects("apps", "plan", "show", "proxyclick", "1", "--state", "would fail")
    assert plan["outcomes"]["would fail"] == 0
    refused = instep("apps", "plan", "show", "proxyclick", "1", "--state", "lost")
    assert refused.exit_code == 2
