"""Users a second of an initial cycle, beside the raw rate of the same HTTP client against the same target."""

import statistics
import tempfile
from pathlib import Path

from bench.servers import CLIENT_CORE, TOKEN, directory_of, measure, stub, tenant

PEOPLE = 10_000
PAIRS = 5


def main() -> None:
    """Run the pairs into the stub, then into the tenant, and print the medians."""
    with tempfile.TemporaryDirectory() as folder:
        scratch = Path(folder)
        directory = directory_of(PEOPLE, scratch)
        with stub() as tenant_url:
            _pairs("the bare stub", directory, tenant_url, TOKEN, CLIENT_CORE, scratch)
            _pairs("the bare stub, client not pinned", directory, tenant_url, TOKEN, -1, scratch)
        _pairs_into_fresh_tenants(directory, scratch)


def _pairs(into: str, directory: Path, tenant_url: str, token: str, core: int, scratch: Path) -> None:
    ratios, rates = [], []
    requests: dict[str, int] = {}
    for _ in range(PAIRS):
        raw = measure("raw", directory, tenant_url, token, core, scratch)
        cycle = measure("engine", directory, tenant_url, token, core, scratch)
        ratios.append(raw["seconds"] / cycle["seconds"])
        rates.append(PEOPLE / cycle["seconds"])
        requests = cycle["requests"]
    _say(into, ratios, rates, requests)


def _pairs_into_fresh_tenants(directory: Path, scratch: Path) -> None:
    """A tenant refuses a user whom it has, so every run gets a new one."""
    ratios, rates = [], []
    requests: dict[str, int] = {}
    for number in range(PAIRS):
        with tenant(scratch / f"raw-{number}") as (url, token):
            raw = measure("raw", directory, url, token, -1, scratch)
        with tenant(scratch / f"cycle-{number}") as (url, token):
            cycle = measure("engine", directory, url, token, -1, scratch)
        ratios.append(raw["seconds"] / cycle["seconds"])
        rates.append(PEOPLE / cycle["seconds"])
        requests = cycle["requests"]
    _say("the Proxyclick tenant", ratios, rates, requests)


def _say(into: str, ratios: list[float], rates: list[float], requests: dict[str, int]) -> None:
    print(
        f"initial cycle of {PEOPLE:,} into {into}: {statistics.median(rates):,.0f} users/s, "
        f"{statistics.median(ratios):.2f} of the raw client's rate (median of {PAIRS} pairs: "
        f"{', '.join(f'{ratio:.2f}' for ratio in sorted(ratios))}); requests {requests}",
        flush=True,
    )
