"""The commands `instep backup` and `instep restore`: a whole installation in one file."""

import os
import sys
from pathlib import Path
from typing import Annotated

import typer

from instep.cli.directory import DataOption, JsonOption, actor, print_json, say, say_on_stderr
from instep.clock import system_clock
from instep.settings import Settings

PASSPHRASE_VARIABLE = "INSTEP_BACKUP_PASSPHRASE"  # noqa: S105 - its name
_SHORTEST = 12
PassphraseOption = Annotated[
    bool,
    typer.Option(
        "--passphrase-stdin", help=f"Read the passphrase from standard input, and not from {PASSPHRASE_VARIABLE}."
    ),
]


def backup(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="Where to write it; there must be none of that name.")],
    *,
    passphrase_stdin: PassphraseOption = False,
    data: DataOption = None,
    json: JsonOption = False,
) -> None:
    """Back the installation up into one file, also while it serves.

    With a passphrase the file is encrypted, and has the key in it that opens the Secret Tokens. Without one it has
    not: keep the file `key` of the data directory elsewhere, and both safe, as the file names everybody.
    """
    from instep.store.backup import BackupRefused, make_backup

    _require_a_file()
    passphrase = _passphrase(_source(stdin=passphrase_stdin))
    try:
        size = make_backup(_directory(data), file, passphrase, system_clock())
    except BackupRefused as refusal:
        raise _refused(str(refusal)) from None
    if json:
        print_json({"file": str(file), "bytes": size, "encrypted": passphrase is not None})
    elif passphrase is None:
        say(f"Backed up into {file} ({size:,} bytes), not encrypted. The key of the Secret Tokens is not in it: keep")
        say(f"{_directory(data) / 'key'} elsewhere, or give a passphrase by {PASSPHRASE_VARIABLE}.")
    else:
        say(f"Backed up into {file} ({size:,} bytes), encrypted, with the key of the Secret Tokens.")


def restore(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="What `instep backup` wrote.")],
    *,
    passphrase_stdin: PassphraseOption = False,
    data: DataOption = None,
    json: JsonOption = False,
) -> None:
    """Make an installation in an empty data directory from a backup; all its jobs are stopped.

    The directory is that of the backup, older than the applications. Import the users anew before anything else; then
    preview each application, and start it. Its next cycle writes every value anew, and creates nobody twice.
    """
    from instep.store.backup import BackupRefused, restore_backup

    _require_a_file()
    passphrase, directory = _passphrase(_source(stdin=passphrase_stdin)), _directory(data)
    try:
        restored = restore_backup(file, directory, passphrase, system_clock(), actor())
    except BackupRefused as refusal:
        raise _refused(str(refusal)) from None
    if json:
        print_json(
            {"data": str(directory), "made_at": restored.made_at, "jobs": restored.jobs, "key": restored.has_key}
        )
        return
    say(f"Restored into {directory}, as it was at {restored.made_at}. Jobs: {restored.jobs}, all stopped.")
    if not restored.has_key:
        say(f"The key of the Secret Tokens was not in the backup: put it back as {directory / 'key'},")
        say("or connect each application again.")
    say("Next: import the users anew (instep users import), as they may have left or come since; then, for each")
    say("      application: instep apps preview APP, and instep apps start APP.")


def _require_a_file() -> None:
    if Settings().database is not None:
        raise _refused(
            "This installation is on PostgreSQL, which is backed up by its own means (pg_dump, pg_restore). Keep the "
            "file `key` of the data directory, too, apart from it."
        )


def _directory(data: Path | None) -> Path:
    return Settings().data_directory if data is None else data


def _source(*, stdin: bool) -> str:
    return "standard input" if stdin else "environment"


def _passphrase(source: str) -> str | None:
    if source == "environment":
        given = os.environ.get(PASSPHRASE_VARIABLE)
        if given is None:
            return None
    else:
        given = sys.stdin.readline().rstrip("\r\n")
    if len(given) < _SHORTEST:
        raise typer.BadParameter(f"A passphrase has {_SHORTEST} characters at least.", param_hint="passphrase")
    return given


def _refused(why: str) -> typer.Exit:
    say_on_stderr(f"Refused: {why}")
    return typer.Exit(1)
