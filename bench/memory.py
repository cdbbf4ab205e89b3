"""Peak memory of an initial cycle of 100,000 users over that of one of 10,000."""

import tempfile
from pathlib import Path

from bench.servers import TOKEN, directory_of, measure, stub

SMALL, LARGE = 10_000, 100_000


def main() -> None:
    """Run both sizes into the stub and print the ratio of their peaks."""
    peaks = {}
    with tempfile.TemporaryDirectory() as folder, stub() as tenant_url:
        for people in (SMALL, LARGE):
            directory = directory_of(people, Path(folder))
            run = measure("engine", directory, tenant_url, TOKEN, -1, Path(folder))
            peaks[people] = run["peak_kib"] / 1024
            print(f"initial cycle of {people:,}: peak {peaks[people]:.0f} MiB, {run['seconds']:.1f} s", flush=True)
    print(f"peak memory at {LARGE:,} users: {peaks[LARGE] / peaks[SMALL]:.2f} times that at {SMALL:,}", flush=True)
