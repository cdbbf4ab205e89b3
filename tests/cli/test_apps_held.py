"""What does `instep apps held` print, and how is a held set decided?"""

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
    """Connected, with four users of whom two have left, and are held."""
    command_line = CommandLine(tmp_path)
    command_line.connects(tenant)
    command_line.hires("ada", "bob", "cid", "dan")
    command_line.done("apps", "provision", "proxyclick")
    command_line.done("apps", "set", "proxyclick", "budget.removals=1")
    for name in ("ada", "bob"):
        command_line.done("users", "disable", name)
    command_line.done("apps", "provision", "proxyclick")
    return command_line


def inactive(tenant: ServedTenant) -> list[str]:
    return sorted(account["userName"] for account in tenant.everyone() if not account["active"])


def test_who_is_held_is_shown_with_the_set_and_the_reason(instep: CommandLine) -> None:
    ada, bob = instep.objects("apps", "held", "proxyclick")
    assert (ada["plan"], ada["subject"], ada["user"], ada["operation"]) == (1, "removals", "ada@x.example", "disable")
    assert (ada["decision"], bob["user_id"], ada["held"]) == (None, "bob", True)
    assert "2 removals together exceed the budget of 1 in 24 hours" in ada["reason"]
    [status] = instep.objects("apps", "status", "proxyclick")
    assert status["held"] == 2
    assert status["held_sets"] == [{"plan": 1, "subject": "removals", "state": "planned", "operations": 2}]
    text = instep.done("apps", "held", "proxyclick")
    assert text.startswith("Plan 1: removals held since ")
    assert text.endswith("Next: instep apps plan approve 'Proxyclick' 1, or reject it\n")
    assert "2 users wait: look at instep apps held" in instep.done("apps", "status", "proxyclick")


def test_an_approved_set_goes_with_the_next_cycle(instep: CommandLine, tenant: ServedTenant) -> None:
    unseen = instep("apps", "plan", "approve", "proxyclick")
    assert (unseen.exit_code, "Nobody has seen yet what plan 1 holds" in unseen.stderr) == (1, True)
    instep.done("apps", "held", "proxyclick")
    text = instep.done("apps", "plan", "approve", "proxyclick")
    assert "The next cycle carries it out; or at once: instep apps plan apply 'Proxyclick' 1" in text
    assert "approved by " in instep.done("apps", "held", "proxyclick")
    assert inactive(tenant) == []
    assert instep.objects("apps", "provision", "proxyclick")[-1]["disabled"] == 2
    assert inactive(tenant) == ["ada@x.example", "bob@x.example"]
    assert instep.done("apps", "held", "proxyclick") == "Nothing waits for approval.\n"


def test_a_rejected_set_stays_as_it_is(instep: CommandLine, tenant: ServedTenant) -> None:
    instep.done("apps", "held", "proxyclick")
    text = instep.done("apps", "plan", "reject", "proxyclick", "1")
    assert "The accounts stay as they are until something changes about their users." in text
    assert instep.objects("apps", "provision", "proxyclick")[-1]["users"] == 0
    assert inactive(tenant) == []
    assert "rejected by " in instep.done("apps", "held", "proxyclick")


def test_creates_over_their_budget_are_said_shown_and_approved(instep: CommandLine, tenant: ServedTenant) -> None:
    instep.done("apps", "set", "proxyclick", "budget.removals=2", "budget.creates=1")
    instep.hires("eve", "fay")
    why = "2 creates together exceed the budget of 1 a cycle."
    shown = instep.done("apps", "preview", "proxyclick")
    assert f"held: create eve@x.example gets an account; this is held: {why}" in shown
    text = instep.done("apps", "provision", "proxyclick")
    assert "2 disabled, 2 held." in text
    assert "Held: 2 creates exceed the budget of 1." in text
    assert instep.done("apps", "held", "proxyclick").startswith("Plan 2: creates held since ")
    instep.done("apps", "plan", "approve", "proxyclick", "2")
    carried_out = instep.done("apps", "provision", "proxyclick")
    assert "2 created" in carried_out
    assert "Held: " not in carried_out
    assert " 0 reads" not in carried_out


def test_what_needs_an_approval_is_one_set(instep: CommandLine) -> None:
    instep.done("apps", "set", "proxyclick", "approval=required")
    instep.hires("eve")
    instep.done("users", "set", "cid", "jobTitle=Pilot")
    text = instep.done("apps", "provision", "proxyclick")
    assert "Held: 1 create: creates of this application need an approval." in text
    assert "Plan 2: creates and updates held since " in instep.done("apps", "held", "proxyclick")
