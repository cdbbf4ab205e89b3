"""What is left after `kill -9` of the engine, and does a plain restart make it whole? One kill, and what was seen.

The engine is a process of its own. The target counts; it kills the engine right after its n-th request arrived, was
done or was answered. After its n-th commit the engine is killed by `bench.killed_engine`.
"""

import json
import os
import random
import re
import shutil
import signal
import sqlite3
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from enum import StrEnum
from itertools import count
from pathlib import Path
from typing import Any

from aiohttp import web

from bench.company import write_company
from bench.killed_engine import KILL_AFTER_COMMITS
from bench.loopback import served
from bench.measured import prepare
from instep.admin.imports import Importing, import_users
from instep.connectors.sources.csv.users_file import CsvUsersFile
from instep.directory.imports import ImportMode, ImportOptions
from instep.wiring import new_id, open_instep

ROOT = Path(__file__).parents[1]
TOKEN = "a-token-to-count-with"
_FILTER = re.compile(r'userName eq "([^"\\]*)"')


class Moment(StrEnum):
    """Right after what the engine is killed."""

    ARRIVED = "a request arrived, and was not heard"
    DONE = "a request was done, and not answered"
    ANSWERED = "a request was answered"
    COMMITTED = "a commit"


@dataclass(frozen=True, slots=True)
class Kill:
    """When the engine is killed: at the n-th of such moments, from 1."""

    moment: Moment
    n: int


@dataclass(frozen=True, slots=True)
class Seen:
    """What one kill and one restart left; each list names users by their userName or id."""

    kill: Kill
    was_unfinished: bool
    created_before: int
    created: int
    reads_after: int
    refused: int
    twice: Sequence[str]
    missing: Sequence[str]
    unlogged: Sequence[str]
    logged_twice: Sequence[str]
    unlinked: Sequence[str]

    @property
    def is_whole(self) -> bool:
        """Whether nobody was created twice, lost, left out of the log or entered twice, or left without a link."""
        return not (self.twice or self.missing or self.unlogged or self.logged_twice or self.unlinked)


@dataclass(slots=True)
class CountingTarget:
    """A SCIM target on loopback that counts creates, and kills the engine when told."""

    url: str = ""
    accounts: dict[str, dict[str, Any]] = field(default_factory=dict)  # by casefolded userName
    created: Counter[str] = field(default_factory=Counter)
    requests: Counter[str] = field(default_factory=Counter)
    refused: int = 0
    kill: Kill | None = None
    engine: int = 0
    _numbers: Iterator[int] = field(default_factory=lambda: count(1))

    @property
    def tenant_url(self) -> str:
        """The base address of its SCIM service."""
        return f"{self.url}/scim/v2"

    def empty(self) -> None:
        """Forget everything."""
        self.accounts.clear()
        self.created.clear()
        self.requests.clear()
        self.refused, self.kill, self.engine = 0, None, 0

    async def handle(self, request: web.Request) -> web.StreamResponse:
        """Answer one request; it is the n-th that kills."""
        text = await request.text()
        self.requests[request.method] += 1
        kill = self.kill if self.kill is not None and self.requests.total() == self.kill.n else None
        if kill is not None and kill.moment is Moment.ARRIVED:
            self._kill()
            return web.Response(status=503)
        response = self._effect(request, text)
        if kill is not None and kill.moment is Moment.DONE:
            self._kill()
        if kill is not None and kill.moment is Moment.ANSWERED:
            await response.prepare(request)
            await response.write_eof()
            self._kill()
        return response

    def _kill(self) -> None:
        os.kill(self.engine, signal.SIGKILL)

    def _effect(self, request: web.Request, text: str) -> web.Response:
        if request.method == "POST":
            return self._create(json.loads(text))
        wanted = _FILTER.fullmatch(request.query.get("filter", ""))
        if wanted:
            account = self.accounts.get(wanted[1].casefold())
            return _listed([] if account is None else [account], 1 if account else 0)
        start, size = int(request.query["startIndex"]), int(request.query["count"])
        return _listed(list(self.accounts.values())[start - 1 : start - 1 + size], len(self.accounts))

    def _create(self, body: dict[str, Any]) -> web.Response:
        name = str(body["userName"]).casefold()
        if name in self.accounts:
            self.refused += 1
            return web.json_response({"detail": "userName is taken", "scimType": "uniqueness"}, status=409)
        self.created[name] += 1
        self.accounts[name] = {**body, "id": str(next(self._numbers))}
        return web.json_response(self.accounts[name], status=201)


def _listed(resources: list[dict[str, Any]], total: int) -> web.Response:
    return web.json_response({"totalResults": total, "startIndex": 1, "Resources": resources})


@contextmanager
def counting_target() -> Iterator[CountingTarget]:
    """Serve a counting target from a thread of its own."""
    target = CountingTarget()
    with served(target.handle) as target.url:
        yield target


@dataclass(frozen=True, slots=True)
class Bench:
    """A directory of people ready for their initial cycle, and how many requests and commits a whole one takes."""

    target: CountingTarget
    folder: Path
    people: frozenset[str]  # casefolded userNames
    requests: int
    commits: int

    def draw(self, number: int, seed: int) -> list[Kill]:
        """Draw so many kills: the moments take turns, and of each the n-s are spread over all requests, or all commits.

        The first of five falls anywhere in the first fifth, and so on: no chance puts them all at the cycle's end.
        """
        chance, moments = random.Random(seed), list(Moment)
        kills = []
        for index in range(number):
            place, turn = divmod(index, len(moments))
            moment = moments[turn]
            most = self.commits if moment is Moment.COMMITTED else self.requests
            of_this_moment = len(range(turn, number, len(moments)))
            kills.append(Kill(moment, 1 + int((place + chance.random()) / of_this_moment * most)))
        return kills

    def try_out(self, kill: Kill) -> Seen:
        """Begin the initial cycle, kill the engine, restart it plainly, and look at what there is."""
        data = self.folder / "run"
        shutil.rmtree(data, ignore_errors=True)
        shutil.copytree(self.folder / "ready", data)
        self.target.empty()
        self._run_until_killed(data, kill)
        was_unfinished = not _ids(data, "SELECT id FROM cycles WHERE state = 'succeeded'")
        created_before, reads = self.target.created.total(), self.target.requests["GET"]
        done = _start(["-m", "instep.cli.main"], data).wait()
        if done != 0:
            raise RuntimeError(f"the restart after {kill} ended with {done}")
        return self._look(data, kill, was_unfinished, created_before, reads)

    def _run_until_killed(self, data: Path, kill: Kill) -> None:
        if kill.moment is Moment.COMMITTED:
            engine = _start(["-m", "bench.killed_engine"], data, str(kill.n))
        else:
            self.target.kill = kill
            engine = _start(["-m", "instep.cli.main"], data)
            self.target.engine = engine.pid
        ended = engine.wait()
        self.target.kill = None
        if ended != -signal.SIGKILL:
            raise RuntimeError(f"the engine was not killed by {kill}: it ended with {ended}")

    def _look(self, data: Path, kill: Kill, was_unfinished: bool, created_before: int, reads: int) -> Seen:
        created = self.target.created
        ids = _ids(data, "SELECT id FROM users")
        logged = _ids(data, "SELECT user_id FROM provisioning_log WHERE action = 'create' AND status = 'success'")
        entries = _ids(data, "SELECT cycle_id || ' ' || user_id FROM provisioning_log")
        accounts = {account["id"] for account in self.target.accounts.values()}
        linked = _rows(data, "SELECT user_id, account_id FROM links")
        return Seen(
            kill=kill,
            was_unfinished=was_unfinished,
            created_before=created_before,
            created=created.total(),
            reads_after=self.target.requests["GET"] - reads,
            refused=self.target.refused,
            twice=sorted(name for name, times in created.items() if times > 1),
            missing=sorted(self.people - created.keys()),
            unlogged=sorted(set(ids) - set(logged)),
            logged_twice=sorted(entry for entry, times in Counter(entries).items() if times > 1),
            unlinked=sorted(set(ids) - {user for user, account in linked if account in accounts}),
        )


@contextmanager
def bench_of(people: int, folder: Path) -> Iterator[Bench]:
    """Make the directory and the target, and run one cycle unharmed to count its requests and commits."""
    with counting_target() as target:
        write_company(folder / "company.csv", people)
        with open_instep(folder / "ready") as instep:
            importing = Importing(instep.directory, instep.clock, new_id)
            options = ImportOptions(ImportMode.MERGE)
            import_users(importing, CsvUsersFile(folder / "company.csv"), options, "bench")
            prepare(instep, target.tenant_url, TOKEN)
            with instep.directory.reading() as reading:
                names = frozenset(user.user_principal_name.casefold() for user in reading.live_users())
        shutil.copytree(folder / "ready", folder / "whole")
        target.empty()
        engine = _start(["-m", "bench.killed_engine"], folder / "whole", stderr=subprocess.PIPE)
        _, said = engine.communicate()
        if engine.returncode != 0 or target.created.total() != len(names):
            raise RuntimeError(f"a cycle without any kill created {target.created.total()} of {len(names)}: {said}")
        yield Bench(target, folder, names, target.requests.total(), int(said))


def _start(
    module: list[str], data: Path, kill_after_commits: str = "0", stderr: int | None = None
) -> "subprocess.Popen[str]":
    environment = {name: value for name, value in os.environ.items() if not name.startswith("INSTEP_")}
    environment |= {"PYTHONPATH": f"{ROOT / 'src'}{os.pathsep}{ROOT}", KILL_AFTER_COMMITS: kill_after_commits}
    environment.pop("PYTHONDONTWRITEBYTECODE", None)  # each start would compile everything anew
    command = [sys.executable, *module, "apps", "provision", "proxyclick", "--json", "--data", str(data)]
    return subprocess.Popen(
        command, stdout=subprocess.DEVNULL, stderr=stderr, text=True, env=environment, cwd=data.parent
    )


def _ids(data: Path, query: str) -> list[str]:
    return [str(row[0]) for row in _rows(data, query)]


def _rows(data: Path, query: str) -> list[tuple[Any, ...]]:
    connection = sqlite3.connect(data / "instep.db")
    try:
        return connection.execute(query).fetchall()
    finally:
        connection.close()
