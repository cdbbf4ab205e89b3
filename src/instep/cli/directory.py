"""What do all commands share: their options, how they print, and how they say no?"""

import getpass
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from instep.clock import to_text
from instep.directory.users import User

if TYPE_CHECKING:
    from instep.wiring import Instep

DataOption = Annotated[
    Path | None,
    typer.Option("--data", metavar="DIR", help="The installation's data directory.", show_default="the platform's"),
]
DatabaseOption = Annotated[
    str | None,
    typer.Option(
        "--database",
        metavar="URL",
        help="A PostgreSQL database, postgresql://USER@HOST/NAME, in place of the file in the data directory; with a "
        "password better said as INSTEP_DATABASE.",
        show_default="none",
    ),
]
JsonOption = Annotated[bool, typer.Option("--json", help="Print one JSON object a line.")]


@contextmanager
def open_directory(data: Path | None, allowed_unless_set: str | None = None) -> Iterator["Instep"]:
    """Open the installation; a refusal ends the command with its message and exit code 1."""
    from instep.wiring import REFUSALS, open_instep

    try:
        with open_instep(data, allowed_unless_set=allowed_unless_set) as instep:
            yield instep
    except REFUSALS as refusal:
        say_on_stderr(f"Refused: {refusal}")
        raise typer.Exit(1) from None


def use_database(url: str | None) -> None:
    """Let this process, and those that it starts, use a database if one is given."""
    if url is not None:
        os.environ["INSTEP_DATABASE"] = url


def actor() -> str:
    """Return who the change log says is at the terminal."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return "unknown user"


def print_json(value: Mapping[str, Any]) -> None:
    """Print one JSON object on a line."""
    import orjson

    typer.echo(orjson.dumps(value, option=orjson.OPT_PASSTHROUGH_SUBCLASS, default=str).decode())


def say(text: str) -> None:
    """Print a line for people; what would steer the terminal is shown as a box."""
    typer.echo(_printable(text))


def say_on_stderr(text: str) -> None:
    """Print a message beside the command's output."""
    typer.echo(_printable(text), err=True)


def user_to_json(user: User) -> dict[str, Any]:
    """Return a user as the commands print one: the attributes under their own names."""
    return {
        "id": user.id,
        **user.attributes,
        "manager": user.manager_id,
        "createdDateTime": to_text(user.created_at),
        "deletedDateTime": to_text(user.deleted_at) if user.deleted_at else None,
    }


def _printable(text: str) -> str:
    return "".join(character if character.isprintable() or character in "\n\t" else "\ufffd" for character in text)


def attribute_and_value(text: str) -> tuple[str, str]:
    """Return the parts of ATTR=VALUE; a text of another form ends the command with exit code 2."""
    name, equals, value = text.partition("=")
    if not equals or not name.strip():
        raise typer.BadParameter(f"{text!r} is not of the form ATTR=VALUE.", param_hint="ATTR=VALUE")
    return name.strip(), value
