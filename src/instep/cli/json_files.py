"""How does a command read the JSON document that somebody wants to save: a file, or standard input?"""

import sys
from pathlib import Path
from typing import Annotated, Any

import typer

LARGEST_BYTES = 20_000_000
STANDARD_INPUT = Path("-")

FileArgument = Annotated[
    Path, typer.Argument(metavar="FILE", help="A JSON file; - or none for standard input.", show_default=False)
]


def read_json(path: Path) -> Any:
    """Return the document in a file; what is wrong with the file ends the command with exit code 2."""
    import orjson

    name = "Standard input" if path == STANDARD_INPUT else str(path)
    try:
        content = _content(path)
    except OSError as error:
        raise typer.BadParameter(f"{name} cannot be read: {error.strerror}.", param_hint="FILE") from None
    if len(content) > LARGEST_BYTES:
        raise typer.BadParameter(f"{name} has more than {LARGEST_BYTES:,} bytes.", param_hint="FILE")
    try:
        return orjson.loads(content)
    except orjson.JSONDecodeError as error:
        raise typer.BadParameter(f"{name} is not JSON: {error}.", param_hint="FILE") from None


def _content(path: Path) -> bytes:
    if path == STANDARD_INPUT:
        return sys.stdin.buffer.read(LARGEST_BYTES + 1)
    with path.open("rb") as file:
        return file.read(LARGEST_BYTES + 1)
