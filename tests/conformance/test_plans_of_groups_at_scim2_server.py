"""Does an administrator see what happens to groups, agree to it, and get exactly that, at an independent service?"""

from collections.abc import Iterator
from pathlib import Path

import pytest

from fakes.command_line import CommandLine
from fakes.scim2_server import Scim2Server, scim2_server


@pytest.fixture(scope="module")
def server() -> Iterator[Scim2Server]:
    with scim2_server() as served:
        yield served


@pytest.fixture
def instep(tmp_path: Path, server: Scim2Server) -> CommandLine:
    """Ada, bob and cid, and a group Sales of ada and bob that is assigned; nothing is provisioned yet."""
    command_line = CommandLine(tmp_path)
    command_line.done("apps", "add", "custom-scim", "--name", "Acme")
    words = ("apps", "connect", "Acme", "--tenant-url", server.tenant_url, "--token-stdin")
    command_line.done(*words, stdin=server.secret_token + "\n")
    command_line.done("apps", "set", "Acme", "dialect=rfc")
    command_line.hires("ada", "bob", "cid")
    command_line.done("groups", "add", "Sales")
    for name in ("ada", "bob"):
        command_line.done("groups", "members", "add", "Sales", name)
    command_line.done("apps", "assign", "Acme", "--group", "Sales", "--role", "User")
    return command_line


def test_groups_are_previewed_planned_approved_and_applied_exactly(instep: CommandLine, server: Scim2Server) -> None:
    text = instep.done("apps", "preview", "Acme")
    assert "create   The group Sales is created." in text
    assert "add      2 members are added to the group Sales: ada@x.example, bob@x.example." in text
    *_, created, added, summary = instep.objects("apps", "preview", "Acme")
    assert (created["type"], created["operation"], created["group"]) == ("Group", "create", "Sales")
    assert [member["user_name"] for member in added["members"]] == ["ada@x.example", "bob@x.example"]
    assert (summary["groups_created"], summary["memberships_added"]) == (1, 2)
    assert server.all("/Groups") == server.all("/Users") == []

    saved = instep.done("apps", "plan", "save", "Acme")
    assert "2 creates, 2 members to add, 1 group to create." in saved
    *_, kept, plan = instep.objects("apps", "plan", "show", "Acme")
    assert (kept["operation"], len(kept["members"]), kept["state"]) == ("add members", 2, "planned")
    assert (plan["operations"], plan["create"], plan["groups"]) == (5, 2, {"add members": 2, "create": 1})
    instep.done("apps", "plan", "approve", "Acme")
    instep.done("groups", "members", "remove", "Sales", "bob")
    instep.done("groups", "members", "add", "Sales", "cid")
    applied = instep.done("apps", "plan", "apply", "Acme")
    assert "Dropped as stale: bob@x.example is not added to the group Sales: that would be otherwise now." in applied
    assert server.members() == {"Sales": {"ada@x.example"}}

    instep.done("apps", "provision", "Acme")
    assert server.members() == {"Sales": {"ada@x.example", "cid@x.example"}}
    assert instep.objects("apps", "provision", "Acme")[-1]["requests"] == {}


def test_who_should_leave_a_group_is_held_shown_and_approved(instep: CommandLine, server: Scim2Server) -> None:
    instep.done("groups", "add", "Ops")
    for name in ("ada", "bob", "cid"):
        instep.done("groups", "members", "add", "Ops", name)
    instep.done("apps", "assign", "Acme", "--group", "Ops", "--role", "User")
    instep.done("apps", "provision", "Acme")
    everyone = {"ada@x.example", "bob@x.example", "cid@x.example"}
    assert server.members()["Ops"] == everyone
    instep.done("apps", "set", "Acme", "budget.removals=1")
    for name in ("ada", "bob"):
        instep.done("groups", "members", "remove", "Ops", name)
    instep.done("apps", "provision", "Acme")
    assert server.members()["Ops"] == everyone
    assert "2 operations on groups wait: look at instep apps held" in instep.done("apps", "status", "Acme")
    [held] = instep.objects("apps", "held", "Acme")
    assert (held["subject"], held["group"], len(held["members"])) == ("group removals", "Ops", 2)
    text = instep.done("apps", "held", "Acme")
    assert "2 members are taken out of the group Ops: ada@x.example, bob@x.example; this is held: 2 people who" in text
    assert "2 members to take out" in instep.done("apps", "plan", "approve", "Acme")
    instep.done("apps", "provision", "Acme")
    assert server.members()["Ops"] == {"cid@x.example"}


def test_changes_of_memberships_over_their_budget_wait_and_can_be_refused(
    instep: CommandLine, server: Scim2Server
) -> None:
    instep.done("apps", "set", "Acme", "budget.memberships=1")
    instep.done("groups", "add", "Flood")
    for name in ("ada", "bob", "cid"):
        instep.done("groups", "members", "add", "Flood", name)
    instep.done("apps", "assign", "Acme", "--group", "Flood", "--role", "User")
    text = instep.done("apps", "preview", "Acme")
    assert "held: add 3 members are added to the group Flood" in text
    assert "5 changes of memberships exceed the budget of 1." in text
    instep.done("apps", "provision", "Acme")
    assert server.members()["Flood"] == set()
    instep.done("apps", "held", "Acme")
    assert "The groups and members stay as they are" in instep.done("apps", "plan", "reject", "Acme")
    instep.done("apps", "provision", "Acme")
    assert server.members()["Flood"] == set()
    assert instep("apps", "set", "Acme", "budget.memberships=many").exit_code == 2
