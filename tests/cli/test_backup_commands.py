"""What do `instep backup` and `instep restore` say, and what do they ask for?"""

from pathlib import Path

import pytest

from fakes.command_line import CommandLine

PASSPHRASE = "correct horse battery staple"


def test_a_backup_is_restored_by_two_commands(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first, second, file = CommandLine(tmp_path / "first"), CommandLine(tmp_path / "second"), str(tmp_path / "backup")
    first.folder.mkdir()
    first.hires("ada")
    assert "encrypted, with the key" in first.done("backup", file, "--passphrase-stdin", stdin=f"{PASSPHRASE}\n")
    refused = second("restore", file)
    assert (refused.exit_code, "protected by a passphrase" in refused.stderr) == (1, True)
    monkeypatch.setenv("INSTEP_BACKUP_PASSPHRASE", "another passphrase")
    assert "The passphrase is not the one" in second("restore", file).stderr
    monkeypatch.setenv("INSTEP_BACKUP_PASSPHRASE", PASSPHRASE)
    said = second.done("restore", file)
    assert "Jobs: 0, all stopped" in said
    assert "import the users anew" in said
    assert second.objects("users", "list") == first.objects("users", "list")
    assert "not empty" in second("restore", file).stderr


def test_a_short_passphrase_and_one_that_is_missing_are_refused(tmp_path: Path) -> None:
    commands = CommandLine(tmp_path)
    commands.hires("ada")
    for given in ("", "short\n"):
        assert commands("backup", str(tmp_path / "x"), "--passphrase-stdin", stdin=given).exit_code == 2
    assert "key of the Secret Tokens is not in it" in commands.done("backup", str(tmp_path / "plain"))
    assert not (tmp_path / "x").exists()
