"""One measured run in a process of its own: the raw HTTP client, or a whole initial cycle; prints one JSON object."""

import asyncio
import gc
import json
import os
import resource
import sys
import time
from pathlib import Path

import aiohttp
import orjson
import uvloop

from instep.admin.applications import Principal, add_app, assign, find_role
from instep.admin.provisioning import connect, provision
from instep.clock import system_clock
from instep.cycle.compiled import compile_job
from instep.directory.applications import PrincipalType
from instep.directory.groups import ALL_USERS_GROUP_ID, ALL_USERS_NAME
from instep.rules.mapping.source_values import source_values
from instep.rules.scoping.standing import decide_standing
from instep.scim.messages import MEDIA_TYPE
from instep.wiring import Instep, new_id, open_instep

CONCURRENCY = 16


def prepare(instep: Instep, tenant_url: str, token: str) -> None:
    """Add Proxyclick, assign everyone and connect."""
    app, _ = add_app(instep.applications, "proxyclick", None, system_clock, new_id, "bench")
    everyone = Principal(PrincipalType.GROUP, ALL_USERS_GROUP_ID, ALL_USERS_NAME)
    assign(instep.applications, app, everyone, find_role(app, "User"), system_clock, new_id, "bench")
    asyncio.run(connect(instep.service, app, tenant_url, token, "bench"))


def bodies(data: Path) -> list[bytes]:
    """Return the bodies that the initial cycle sends, made by the engine's own rules beforehand."""
    with open_instep(data) as instep:
        app = instep.applications.all()[0]
        job = instep.jobs.job_of(app)
        assert job is not None
        compiled = compile_job(job, instep.applications.schema(app.id), system_clock())
        cycle, _ = instep.service.ledger.begin(job, system_clock(), system_clock(), new_id())
        made: list[bytes] = []
        after: str | None = None
        while True:
            batch = instep.service.feed.walk(job, cycle, after, 5_000)
            for user in batch.users:
                standing = decide_standing(user, compiled.scoping)
                source = source_values(user, standing, None)
                wanted = compiled.mappings.wanted(source, compiled.context)
                made.append(orjson.dumps(compiled.form.resource(wanted)))
            if batch.last is None:
                return made
            after = batch.last


async def post_all(tenant_url: str, token: str, made: list[bytes]) -> float:
    """POST every body with a plain session of the same client, as many at a time; return the seconds."""
    waiting = iter(made)
    headers = {"Authorization": f"Bearer {token}", "Content-Type": MEDIA_TYPE, "Accept": MEDIA_TYPE}
    connector = aiohttp.TCPConnector(limit=CONCURRENCY)
    async with aiohttp.ClientSession(connector=connector, headers=headers, trust_env=False) as session:
        url = f"{tenant_url}/Users"

        async def work() -> None:
            for body in waiting:
                async with session.post(url, data=body) as response:
                    await response.read()
                    assert response.status == 201, response.status

        began = time.perf_counter()
        await asyncio.gather(*(work() for _ in range(CONCURRENCY)))
        return time.perf_counter() - began


def main() -> None:
    """Run what the arguments say: raw|engine, data directory, tenant URL, token, core."""
    what, data, tenant_url, token, core = sys.argv[1], Path(sys.argv[2]), sys.argv[3], sys.argv[4], int(sys.argv[5])
    if core >= 0:
        os.sched_setaffinity(0, {core})
    made = bodies(data) if what == "raw" else []
    gc.freeze()
    gc.set_threshold(200_000, 20, 100)
    requests: dict[str, int] = {}
    cpu = time.process_time()
    if what == "raw":
        with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
            seconds = runner.run(post_all(tenant_url, token, made))
        users = len(made)
    else:
        with open_instep(data) as instep, asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
            app = instep.applications.all()[0]
            began, cpu = time.perf_counter(), time.process_time()
            summary = runner.run(provision(instep.service, app))
            seconds = time.perf_counter() - began
            users, requests = summary.counts.created, dict(summary.counts.requests)
    cpu = time.process_time() - cpu
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    print(json.dumps({"users": users, "seconds": seconds, "cpu_seconds": cpu, "requests": requests, "peak_kib": peak}))


if __name__ == "__main__":
    main()
