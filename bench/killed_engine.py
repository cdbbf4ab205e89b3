"""`instep`, killed right after its n-th commit: the environment says which; at its end it says how many there were."""

import atexit
import os
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Connection

from instep.cli.main import run
from instep.store.database import Database

KILL_AFTER_COMMITS = "KILL_AFTER_COMMITS"


def main() -> None:
    """Run the command line in this process, with `Database.write` counted."""
    last, commits = int(os.environ.get(KILL_AFTER_COMMITS, "0")), 0
    write = Database.write

    @contextmanager
    def counted(database: Database, *of: Any) -> Iterator[Connection]:
        nonlocal commits
        with write(database, *of) as connection:
            yield connection
        commits += 1
        if commits == last:
            os.kill(os.getpid(), signal.SIGKILL)

    Database.write = counted  # type: ignore[method-assign, assignment]
    atexit.register(lambda: print(commits, file=sys.stderr))
    run()


if __name__ == "__main__":
    main()
