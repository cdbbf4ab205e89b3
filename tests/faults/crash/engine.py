"""Which process is killed? One made by forking for each run, so that it costs no start of the interpreter.

This program reads orders from its standard input, a line of JSON each; for each it forks a process that opens the
installation as the command line does, runs what is asked, and is perhaps killed. It answers with a line: how that
process ended, what it said, and the moments that it reached.
"""

import asyncio
import json
import os
import sys
import traceback
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Any

import psycopg as _psycopg  # noqa: F401 - what a run imports late is here before it forks

from faults.crash.moments import Moments
from instep.admin.groups import find_group
from instep.admin.on_demand import provision_on_demand
from instep.admin.on_demand_group import provision_group_on_demand
from instep.admin.people import find_person
from instep.admin.ports import JobIsRunning, OnDemandIsRunning
from instep.admin.provisioning import provision
from instep.cycle import everyone, recovery, references, removals
from instep.ledger.cycles import CycleState
from instep.wiring import Instep, open_instep

ACTOR = "tester"
IS_BUSY = "busy"


class Kind(StrEnum):
    """What a process runs."""

    CYCLE = "a cycle"
    USER = "a user on demand"
    GROUP = "a group on demand"


@dataclass(frozen=True, slots=True)
class Order:
    """What a process shall do; `database` is a URL of PostgreSQL, or None; `kill_at` 0 is not at all."""

    data: str
    database: str | None
    now: str
    kill_at: int = 0
    kind: Kind = Kind.CYCLE
    group: str = ""
    members: Sequence[str] = ()  # of the group on demand, or the one user
    batch_size: int = 500


def main() -> None:
    """Obey until there is no more input."""
    for line in sys.stdin:
        print(json.dumps(_obeyed(Order(**json.loads(line)))), flush=True)  # noqa: T201


def _obeyed(order: Order) -> dict[str, Any]:
    reading, writing = os.pipe()
    process = os.fork()
    if process == 0:
        os.close(reading)
        os._exit(_run(order, writing))
    os.close(writing)
    with os.fdopen(reading, "r", encoding="utf-8") as said:
        *moments, last = said.read().split("\n")
    _, status = os.waitpid(process, 0)
    return {"exit": os.waitstatus_to_exitcode(status), "said": last, "moments": moments}


def _run(order: Order, writing: int) -> int:
    """In the process that may be killed."""
    os.environ.pop("INSTEP_DATABASE", None)
    if order.database is not None:
        os.environ["INSTEP_DATABASE"] = order.database
    for module in (everyone, recovery, references, removals):
        module.BATCH_SIZE = order.batch_size  # type: ignore[attr-defined]
    Moments(order.kill_at, lambda name: _write(writing, f"{name}\n")).watch()
    try:
        _write(writing, _done(order))
    except (JobIsRunning, OnDemandIsRunning):
        _write(writing, IS_BUSY)
    except Exception as error:
        _write(writing, repr("".join(traceback.format_exception(error))))
        return 1
    return 0


def _done(order: Order) -> str:
    now = datetime.fromisoformat(order.now)
    with open_instep(Path(order.data), lambda: now) as instep:
        return asyncio.run(_asked_for(instep, order)).value


async def _asked_for(instep: Instep, order: Order) -> CycleState:
    [app] = instep.applications.all()
    if order.kind == Kind.CYCLE:
        return (await provision(instep.service, app)).state
    people = [find_person(instep.directory, instep.jobs, who) for who in order.members]
    if order.kind == Kind.USER:
        return (await provision_on_demand(instep.service, app, people[0], ACTOR)).summary.state
    with instep.directory.reading() as reading:
        group = find_group(reading, order.group)
    report = await provision_group_on_demand(instep.service, instep.directory, app, group, people, ACTOR)
    return report.all[-1].summary.state


def _write(writing: int, text: str) -> None:
    os.write(writing, text.encode())


if __name__ == "__main__":
    main()
