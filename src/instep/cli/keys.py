"""The commands `instep keys ...`: the keys that Secret Tokens are encrypted with."""

from typing import TYPE_CHECKING

import typer

from instep.cli.directory import DataOption, JsonOption, open_directory, print_json, say
from instep.clock import to_text

if TYPE_CHECKING:
    from instep.store.key_file import KeyFile
    from instep.wiring import Instep

keys_app = typer.Typer(name="keys", no_args_is_help=True, help="The keys that Secret Tokens are encrypted with.")


@keys_app.callback()
def keys() -> None:
    """The keys that Secret Tokens are encrypted with."""


@keys_app.command("list")
def list_(*, data: DataOption = None, json: JsonOption = False) -> None:
    """List the keys, the newest last, and how many Secret Tokens each has encrypted."""
    with open_directory(data) as instep:
        known, used = _file(instep).all(), instep.jobs.secrets_by_key()
        for key in known:
            number = used.get(key.number, 0)
            if json:
                print_json({"key": key.number, "made_at": key.made_at, "secrets": number})
            else:
                say(f"{key.number:>4}  made at {key.made_at}  {number} Secret Token{'s' if number != 1 else ''}")


@keys_app.command()
def rotate(*, data: DataOption = None, json: JsonOption = False) -> None:
    """Make a new key and encrypt every Secret Token with it, also while the service runs.

    The keys before are kept until `instep keys prune`. Should this be cut off, nothing is lost: run it again, or let
    the service finish it.
    """
    with open_directory(data) as instep:
        key = _file(instep).add(to_text(instep.clock()))
        done = instep.jobs.seal_by_newest()
    if json:
        print_json({"key": key.number, "resealed": done.number, "unreadable": done.unreadable})
        return
    say(f"Key {key.number} is in use; {done.number} Secret Token{'s' if done.number != 1 else ''} encrypted anew.")
    if done.unreadable:
        say(f"{done.unreadable} could not be decrypted by any key; connect those applications again.")
    say("Back the installation up, or its file `key`; then instep keys prune throws the keys before away.")


@keys_app.command()
def prune(*, data: DataOption = None, json: JsonOption = False) -> None:
    """Throw the keys away that no Secret Token needs any more; the newest stays."""
    with open_directory(data) as instep:
        instep.jobs.seal_by_newest()
        used, file = instep.jobs.secrets_by_key(), _file(instep)
        unused = [key.number for key in file.all()[:-1] if not used.get(key.number)]
        file.drop(unused)
    if json:
        print_json({"pruned": unused})
    else:
        say(f"Thrown away: {', '.join(map(str, unused)) if unused else 'none'}. Older backups have keys of their own.")


def _file(instep: "Instep") -> "KeyFile":
    from instep.store.key_file import KeyFile

    return KeyFile(instep.settings.key_path)
