"""How does a test get the whole service: `instep serve` in a process of its own, with its worker?"""

import json
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from fakes.administrator import environment

COMMAND = [sys.executable, "-m", "instep.cli.main", "serve", "--json", "--port", "0"]


@dataclass(frozen=True, slots=True)
class ServedInstep:
    """A service that runs; `first_sign_in` makes the first administrator, as long as there is none."""

    url: str
    first_sign_in: str | None
    data: Path


@contextmanager
def served_instep(data: Path, settings: Mapping[str, str] | None = None) -> Iterator[ServedInstep]:
    """The service over a data directory, on a free port; `settings` are of its environment. Ended at the end."""
    process = subprocess.Popen(
        [*COMMAND, "--data", str(data)],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        env=environment() | dict(settings or {}),
    )
    assert process.stdout is not None
    try:
        told = json.loads(process.stdout.readline())
        yield ServedInstep(told["url"], told.get("first_sign_in"), data)
    finally:
        process.terminate()
        process.wait(timeout=30)
        process.stdout.close()
