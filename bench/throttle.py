"""How long does an initial cycle take into a target that takes 25 requests a second, over what that allows at best?

Once with the rate set, once unset and unknown, and once again in the same process, when it was learned. A request that
comes while the target has asked for quiet is counted, unless it was under way already.
"""

import argparse
import asyncio
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path

from aiohttp import web

from bench.loopback import served
from bench.measured import prepare
from bench.servers import TOKEN, directory_of
from instep.admin.provisioning import provision
from instep.admin.settings import change_settings
from instep.ledger.reset_scopes import ResetScope
from instep.wiring import Instep, open_instep

RESULT = Path(__file__).parent / "results" / "throttle.md"
PEOPLE = 2_500
A_SECOND = 25
QUIET_SECONDS = 1.0
UNDER_WAY_SECONDS = 0.05  # between leaving and arriving


@dataclass(slots=True)
class LimitedTarget:
    """A target that takes so many requests in each second of its clock, and then asks for a second of quiet."""

    told: int = 0
    disobeyed: int = 0
    _second: int = 0
    _taken: int = 0
    _quiet_from: float = 0.0
    _quiet_until: float = 0.0
    _ids: Iterator[int] = field(default_factory=lambda: count(1))

    async def handle(self, request: web.Request) -> web.Response:
        """Answer one request."""
        body, now = await request.read(), time.monotonic()
        if self._quiet_from + UNDER_WAY_SECONDS < now < self._quiet_until - UNDER_WAY_SECONDS:
            self.disobeyed += 1
        if int(now) != self._second:
            self._second, self._taken = int(now), 0
        if self._taken == A_SECOND:
            if now >= self._quiet_until:
                self.told += 1
                self._quiet_from = now
            self._quiet_until = now + QUIET_SECONDS
            return web.json_response({"status": "429"}, status=429, headers={"Retry-After": f"{QUIET_SECONDS:.0f}"})
        self._taken += 1
        if request.method == "POST":
            return web.Response(
                status=201, body=b'{"id":"%d",' % next(self._ids) + body[1:], content_type="application/scim+json"
            )
        return web.json_response({"totalResults": 0, "Resources": []})


def main(arguments: Sequence[str]) -> int:
    """Run the three cycles and write down how long they took."""
    ask = argparse.ArgumentParser(prog="python -m bench throttle", description=__doc__)
    ask.add_argument("--people", type=int, default=PEOPLE)
    chosen = ask.parse_args(arguments)
    rows = []
    target = LimitedTarget()
    with tempfile.TemporaryDirectory() as folder, served(target.handle) as address:
        directory = directory_of(chosen.people, Path(folder))
        with open_instep(directory) as instep:
            prepare(instep, f"{address}/scim/v2", TOKEN)
            for what, rate in (
                ("the rate set to 25", "25"),
                ("not set, and not known", "unlimited"),
                ("not set, and learned", "unlimited"),
            ):
                rows.append(_row(what, rate, instep, target))
                print(rows[-1], flush=True)
    text = "\n".join(
        [
            "# A target that takes 25 requests a second",
            "",
            f"An initial cycle of {chosen.people:,} users into a target that takes {A_SECOND} requests in each second,",
            "and then answers 429 with `Retry-After: 1`. *Time* is in seconds, over the fewest that the limit allows;",
            "*told*, how often the target spoke up. Again: `python -m bench throttle`.",
            "",
            "| the job's rate | requests | time | told | requests before their time |",
            "|---|--:|--:|--:|--:|",
            *rows,
            "",
        ]
    )
    print(text)
    if chosen.people == PEOPLE:
        RESULT.write_text(text, encoding="utf-8")
    return 0


def _row(what: str, rate: str, instep: Instep, target: LimitedTarget) -> str:
    app = instep.applications.all()[0]
    job = instep.jobs.job_of(app)
    assert job is not None
    instep.jobs.save_settings(job, change_settings(job.settings, {"rate": rate}), instep.clock(), "bench")
    instep.jobs.restart(job, instep.clock(), "bench", {ResetScope.FULL})
    target.told = target.disobeyed = 0
    began = time.monotonic()
    summary = asyncio.run(provision(instep.service, app))
    seconds = time.monotonic() - began
    requests = sum(summary.counts.requests.values())
    taken = summary.counts.created + summary.counts.requests.get("GET", 0)
    return f"| {what} | {requests:,} | {seconds * A_SECOND / taken:.3f} | {target.told} | {target.disobeyed} |"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
