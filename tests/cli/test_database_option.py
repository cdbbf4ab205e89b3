"""Which database does a command use, and what is said of one that cannot be used?"""

from pathlib import Path

import pytest

from fakes.command_line import CommandLine
from fakes.postgresql import postgresql_url


@pytest.fixture
def instep(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> CommandLine:
    monkeypatch.setenv("INSTEP_DATABASE", "")  # put back at the end, whatever a command has set
    monkeypatch.delenv("INSTEP_DATABASE")
    return CommandLine(tmp_path)


def test_a_company_is_kept_on_postgresql_and_no_file_is_made(instep: CommandLine, tmp_path: Path) -> None:
    users = tmp_path / "users.csv"
    users.write_text("id,userPrincipalName,displayName\n1,ada@x,Ada\n")
    with postgresql_url() as url:
        assert instep("--database", url, "users", "import", str(users)).exit_code == 0
        assert "ada@x" in instep("--database", url, "users", "list").stdout
    assert not (tmp_path / "data" / "instep.db").exists()


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("mysql://somewhere/instep", "no URL of a PostgreSQL database"),
        ("instep", "no URL of a PostgreSQL database"),
        ("postgresql://nobody@127.0.0.1:1/instep", "cannot be reached"),
    ],
)
def test_a_database_that_cannot_be_used_is_refused_with_the_reason(instep: CommandLine, url: str, said: str) -> None:
    refused = instep("--database", url, "users", "list")
    assert refused.exit_code == 1
    assert said in " ".join(refused.stderr.split())


@pytest.mark.parametrize("role", ["api", "worker"])
def test_a_role_is_for_many_processes_on_postgresql(instep: CommandLine, role: str) -> None:
    refused = instep("serve", "--role", role)
    assert refused.exit_code == 2
    assert "PostgreSQL" in refused.stderr


@pytest.mark.parametrize("command", ["backup", "restore"])
def test_a_database_on_a_server_is_not_backed_up_as_a_file(instep: CommandLine, command: str, tmp_path: Path) -> None:
    refused = instep("--database", "postgresql://somewhere/instep", command, str(tmp_path / "backup"))
    assert refused.exit_code == 1
    assert "pg_dump" in refused.stderr
    assert not (tmp_path / "backup").exists()
