"""How are administrators and API tokens made on the command line?"""

from pathlib import Path

import pytest

from fakes.command_line import CommandLine
from instep.access.authenticators import draw_key
from instep.access.links import PATH
from instep.admin.access.second_step import OF_ADMINISTRATORS, sign_in
from instep.admin.access.signing_in import Browser
from instep.admin.access.tokens import bearer_of
from instep.admin.access.welcoming import Newcomer, use_link
from instep.admin.ports import AuditQuery
from instep.wiring import open_instep

GLOBAL = ("--role", "Global Administrator")


@pytest.fixture
def instep(tmp_path: Path) -> CommandLine:
    return CommandLine(tmp_path)


def test_an_administrator_is_made_gets_a_link_and_other_roles_and_is_disabled(instep: CommandLine) -> None:
    [made] = instep.objects("admins", "add", "ada@corp.example", "--name", "Ada", *GLOBAL)
    assert made["link"].startswith(f"http://127.0.0.1:8480{PATH}/")
    with open_instep(instep.folder / "data") as installed:
        password = "four words are good"
        use_link(installed.access, made["link"].rpartition("/")[2], Newcomer("", "", password))
        assert sign_in(installed.access, OF_ADMINISTRATORS, "ada@corp.example", password, Browser("", ""))
    assert "Open this once" in instep.done("admins", "add", "bo@corp.example", *GLOBAL)
    [changed] = instep.objects("admins", "set", "bo@corp.example", "--role", "reports reader")
    assert changed["roles"] == ["Reports Reader"]
    assert "signed out everywhere" in instep.done("admins", "disable", "bo@corp.example")
    assert [(each["user_name"], each["enabled"], each["signs_in_by"]) for each in instep.objects("admins", "list")] == [
        ("ada@corp.example", True, ["password"]),
        ("bo@corp.example", False, []),
    ]
    refused = instep("admins", "delete", "ada@corp.example")
    assert (refused.exit_code, "only enabled Global Administrator" in refused.output) == (1, True)
    assert "1 session ended" in instep.done("admins", "sign-out", "ada@corp.example")
    assert "is enabled" in instep.done("admins", "enable", "bo@corp.example")
    assert "http://console.example/welcome/" in instep.done(
        "admins", "link", "bo@corp.example", "--sign-in", "--console-url", "http://console.example"
    )
    assert "is deleted" in instep.done("admins", "delete", "bo@corp.example")


def test_the_authenticator_of_the_only_administrator_is_taken_away(instep: CommandLine) -> None:
    instep.done("admins", "add", "ada@corp.example", *GLOBAL)
    with open_instep(instep.folder / "data") as installed:
        access = installed.access
        ada = access.administrators.named("ada@corp.example")
        assert ada is not None
        access.authenticators.begin(ada, draw_key(), installed.clock())
        access.authenticators.activate(ada, 1, (), installed.clock(), ada.user_name)
    assert "no authenticator any more" in instep.done("admins", "reset-authenticator", "ada@corp.example")
    with open_instep(instep.folder / "data") as installed:
        assert installed.access.authenticators.find(ada.id) is None
    refused = instep("admins", "reset-authenticator", "ada@corp.example")
    assert (refused.exit_code, "has no authenticator" in refused.output) == (1, True)


def test_the_authenticator_of_a_person_is_taken_away(instep: CommandLine) -> None:
    (instep.folder / "users.csv").write_text("id,userPrincipalName,displayName\ndot,dot@corp.example,Dot\n")
    instep.done("users", "import", str(instep.folder / "users.csv"))
    with open_instep(instep.folder / "data") as installed:
        access = installed.access
        dot = access.people.find("dot")
        assert dot is not None
        access.people_authenticators.begin(dot, draw_key(), installed.clock())
        access.people_authenticators.activate(dot, 1, (), installed.clock(), dot.user_name)
    assert "no authenticator any more" in instep.done("users", "reset-authenticator", "dot@corp.example")
    with open_instep(instep.folder / "data") as installed:
        assert installed.access.people_authenticators.find("dot") is None
        assert [each.activity for each in installed.history.audit(AuditQuery(limit=1))] == ["Reset authenticator"]
    refused = instep("users", "reset-authenticator", "dot@corp.example")
    assert (refused.exit_code, "has no authenticator" in refused.output) == (1, True)


def test_a_token_is_made_listed_and_deleted(instep: CommandLine) -> None:
    instep.done("admins", "add", "ada@corp.example", *GLOBAL)
    options = ("--admin", "ada@corp.example", "--permission", "read_reports", "--days", "7")
    [issued] = instep.objects("tokens", "add", "nightly", *options)
    with open_instep(instep.folder / "data") as installed:
        bearer = bearer_of(installed.access, issued["secret"])
        assert bearer is not None
        assert bearer.permissions == {"read_reports"}
    listed = instep.done("tokens", "list")
    assert "nightly" in listed
    assert issued["secret"] not in listed
    assert "nightly: deleted." in instep.done("tokens", "delete", issued["id"])
    assert instep("tokens", "delete", issued["id"]).exit_code == 1


@pytest.mark.parametrize(
    ("words", "exit_code", "said"),
    [
        (("admins", "add", "ada", *GLOBAL), 1, "A user name is an e-mail address"),
        (("admins", "add", "ada@corp.example", "--role", "Emperor"), 1, "There is no role 'Emperor'"),
        (("admins", "add", "ada@corp.example"), 2, "--role"),
        (("admins", "disable", "nobody@corp.example"), 1, "There is no administrator nobody@corp.example"),
        (("tokens", "delete", "x"), 1, "There is no API token x"),
    ],
)
def test_what_is_wrong_is_said_and_changes_nothing(
    instep: CommandLine, words: tuple[str, ...], exit_code: int, said: str
) -> None:
    refused = instep(*words)
    assert (refused.exit_code, said in refused.output) == (exit_code, True), refused.output
    with open_instep(instep.folder / "data") as installed:
        assert installed.access.administrators.is_empty()
