"""What do the commands about registered clients print, and how do they exit?"""

from pathlib import Path

import pytest

from fakes.command_line import CommandLine


@pytest.fixture
def instep(tmp_path: Path) -> CommandLine:
    return CommandLine(tmp_path)


def test_clients_are_added_listed_renewed_and_deleted(instep: CommandLine) -> None:
    words = ("clients", "add", "nightly", "--permission", "User.Read.All", "--permission", "AuditLog.Read.All")
    (made,) = instep.objects(*words)
    assert made["permissions"] == ["AuditLog.Read.All", "User.Read.All"]
    assert made["client_secret"]
    assert made["client_secret"] not in instep.done("clients", "list")
    assert "client_secret" not in instep.objects("clients", "list")[0]
    (renewed,) = instep.objects("clients", "renew", "nightly", "--days", "1")
    assert renewed["client_id"] == made["client_id"]
    assert renewed["client_secret"] != made["client_secret"]
    assert "client secret:" in instep.done("clients", "renew", made["client_id"])
    assert "nightly: deleted." in instep.done("clients", "delete", "nightly")
    assert instep.objects("clients", "list") == []
    rows = [each for each in instep.objects("audit") if "client" in str(each)]
    assert len(rows) == 4
    assert made["client_secret"] not in str(rows)


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("add", "x", "--permission", "Frob"), "There is no permission 'Frob'"),
        (("renew", "nobody"), "There is no client 'nobody'"),
        (("delete", "nobody"), "There is no client 'nobody'"),
    ],
)
def test_what_cannot_be_done_is_said(instep: CommandLine, words: tuple[str, ...], message: str) -> None:
    result = instep("clients", *words)
    assert result.exit_code != 0
    assert message in result.output
    assert "Traceback" not in result.output
