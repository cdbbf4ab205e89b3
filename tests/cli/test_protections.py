"""What do the commands that protect users print, and how do they exit?"""

from pathlib import Path

import pytest

from fakes.command_line import CommandLine


@pytest.fixture
def instep(tmp_path: Path) -> CommandLine:
    """Two users, a group, and an application that is not connected."""
    command_line = CommandLine(tmp_path)
    command_line.hires("ada", "bob")
    command_line.done("groups", "add", "Break glass")
    command_line.done("apps", "add", "proxyclick")
    return command_line


def test_users_and_groups_are_protected_listed_and_unprotected(instep: CommandLine) -> None:
    assert "ada@x.example is protected in every application." in instep.done("users", "protect", "ADA@x.example")
    assert "was protected in every application already." in instep.done("users", "protect", "ada")
    assert "Break glass is protected in Proxyclick." in instep.done(
        "apps", "protect", "proxyclick", "--group", "break glass"
    )
    listed = instep.objects("apps", "protected", "proxyclick")
    assert [(each["principal_type"], each["principal"], each["in"]) for each in listed] == [
        ("User", "ada@x.example", "every application"),
        ("Group", "Break glass", "Proxyclick"),
    ]
    assert len(instep.objects("users", "protected")) == 1
    instep.done("apps", "unprotect", "proxyclick", "--group", "break glass")
    assert "ada@x.example is no longer protected in every application" in instep.done("users", "unprotect", "ada")
    assert instep.objects("apps", "protected", "proxyclick") == []


def test_who_is_gone_for_good_can_be_unprotected_by_id(instep: CommandLine) -> None:
    instep.done("users", "protect", "ada")
    instep.done("users", "delete", "ada")
    instep.done("users", "purge", "ada")
    assert instep.objects("users", "protected")[0]["principal"] == "ada"
    instep.done("users", "unprotect", "ada")
    assert instep.objects("users", "protected") == []


@pytest.mark.parametrize(
    ("words", "code", "message"),
    [
        (("apps", "protect", "proxyclick"), 2, "Give one of --user U or --group G."),
        (("apps", "protect", "proxyclick", "--user", "ada", "--group", "Break glass"), 2, "Give one of"),
        (("apps", "protect", "proxyclick", "--user", "adda@x.example"), 1, "Did you mean ada@x.example"),
        (("apps", "unprotect", "proxyclick", "--user", "ada"), 1, "ada@x.example is not protected here"),
        (("users", "unprotect", "ada"), 1, "is not protected here; nothing was changed"),
        (("users", "protect", "nobody"), 1, "There is no user"),
    ],
)
def test_what_cannot_be_is_refused(instep: CommandLine, words: tuple[str, ...], code: int, message: str) -> None:
    result = instep(*words)
    assert (result.exit_code, result.stdout) == (code, "")
    assert message in result.stderr
