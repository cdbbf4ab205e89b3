"""Is a group provisioned on demand at an independent SCIM service, with its chosen members, as the command shows it?"""

from collections.abc import Iterator

import pytest

from fakes.command_line import CommandLine
from fakes.scim2_server import Scim2Server, scim2_server


@pytest.fixture(scope="module")
def server() -> Iterator[Scim2Server]:
    with scim2_server() as served:
        yield served


@pytest.fixture(scope="module")
def instep(tmp_path_factory: pytest.TempPathFactory, server: Scim2Server) -> CommandLine:
    line = CommandLine(tmp_path_factory.mktemp("line"))
    line.hires("ann", "bob", "cas", "zoe")
    line.done("groups", "add", "Sales")
    for name in ("ann", "bob", "cas"):
        line.done("groups", "members", "add", "Sales", name)
    line.done("apps", "add", "custom-scim", "--name", "Judge")
    line.done("apps", "assign", "Judge", "--group", "Sales", "--role", "User")
    words = ("apps", "connect", "Judge", "--tenant-url", server.tenant_url, "--token-stdin")
    line.done(*words, stdin=server.secret_token + "\n")
    line.done("apps", "set", "Judge", "dialect=rfc")
    return line


def members(server: Scim2Server) -> list[str]:
    names = {user["id"]: user["userName"].partition("@")[0] for user in server.all("/Users")}
    [group] = server.all("/Groups")
    return sorted(names[member["value"]] for member in group.get("members") or [])


# The tests of this file follow each other, on one worker: each begins where the one before ended.


def test_what_cannot_be_asked_for_changes_nothing(instep: CommandLine, server: Scim2Server) -> None:
    on_demand = ("apps", "provision", "Judge")
    six = [word for number in range(6) for word in ("--member", f"u{number}")]
    for words, code, said in (
        (("--group", "Sales", "--user", "ann"), 2, "either --user or --group"),
        (("--member", "ann"), 2, "give --group"),
        (("--group", "Sales", *six), 2, "at most 5 members"),
        (("--group", "Nobody"), 1, "There is no group 'Nobody'"),
        (("--group", "Sales", "--member", "nobody@x"), 1, "There is no user 'nobody@x'"),
        (("--group", "Sales", "--member", "zoe"), 1, "zoe@x.example is no member of Sales"),
    ):
        refused = instep(*on_demand, *words)
        assert (refused.exit_code, said in refused.stderr.replace("\n", " ")) == (code, True), refused.stderr
    assert server.all("/Users") == server.all("/Groups") == []


def test_the_chosen_members_the_group_and_their_memberships_are_shown_and_there(
    instep: CommandLine, server: Scim2Server
) -> None:
    words = ("apps", "provision", "Judge", "--group", "sales", "--member", "ann", "--member", "bob@x.example")
    documents = instep.objects(*words)
    summaries = [each for each in documents if "step" not in each]
    assert [each.get("user") or each["group"] for each in summaries] == ["ann@x.example", "bob@x.example", "Sales"]
    assert [each["action"] for each in summaries] == ["create", "create", "create"]
    assert (summaries[-1]["groups_created"], summaries[-1]["memberships_added"]) == (1, 2)
    [last] = [each for each in documents if each.get("step") == "Provision members"]
    assert (last["group"], [row["why"] for row in last["rows"]]) == ("Sales", ["added", "added"])
    assert members(server) == ["ann", "bob"]


def test_people_read_it_step_by_step(instep: CommandLine, server: Scim2Server) -> None:
    instep.done("groups", "members", "remove", "Sales", "bob")
    shown = instep.done("apps", "provision", "Judge", "--group", "Sales", "--member", "bob", "--member", "cas")
    assert members(server) == ["ann", "cas"]
    assert shown.index("Member bob@x.example") < shown.index("Member cas@x.example") < shown.index("Group Sales")
    assert "✓ Provision members: 1 of 2 chosen members are in the group; 2 changed." in shown
    for said in ("taken out", "added", "✓ Import group", "Determine if group is in scope", "Group has required role"):
        assert said in shown


def test_afterwards_a_cycle_has_nothing_left_to_do(instep: CommandLine, server: Scim2Server) -> None:
    [summary] = instep.objects("apps", "provision", "Judge")
    assert members(server) == ["ann", "cas"]
    assert (summary["failed"], summary["groups_failed"]) == (0, 0)
    [silent] = instep.objects("apps", "provision", "Judge")
    assert silent["requests"] == {}
