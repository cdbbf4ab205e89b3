"""How long do the API's lists, filters and deltas of 100,000 users take, and what do 50 readers beside a cycle get?

Each is compared with the bare SQL of the same rows: one statement on the same file, with nothing made of the rows.
`python -m bench api [--users N] [--seconds S]`.
"""

import argparse
import asyncio
import json
import os
import random
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import aiohttp
import orjson

from bench.measured import prepare
from bench.servers import TOKEN, directory_of, stub
from instep.access.graph_permissions import KNOWN
from instep.admin.access.clients import TokenRequest, issue_access_token, register_client
from instep.wiring import open_instep

RESULT = Path(__file__).parent / "results" / "api.md"
READERS, ROUNDS = 50, 5
_ROWS = "SELECT id, user_principal_name_key, attributes, manager_id, created_at, deleted_at FROM users"
_LIVE = "deleted_at IS NULL"


@dataclass(frozen=True, slots=True)
class Compared:
    """One thing that was asked: how long the API took, and how long the bare SQL, in milliseconds."""

    what: str
    rows: int
    api_ms: float
    sql_ms: float

    def __str__(self) -> str:
        """Return the row of the table."""
        ratio = self.api_ms / self.sql_ms
        return f"| {self.what} | {self.rows:,} | {self.api_ms:,.1f} | {self.sql_ms:,.1f} | {ratio:,.1f} |"


@dataclass(frozen=True, slots=True)
class Read:
    """What the readers got together."""

    when: str
    seconds: float
    took_ms: Sequence[float]
    cycle_users: int

    def __str__(self) -> str:
        """Return the row of the table."""
        if not self.took_ms:
            return f"| {self.when} | | | | {self.cycle_users / self.seconds:,.0f} |"
        ordered = sorted(self.took_ms)
        p50, p99 = (ordered[int(len(ordered) * part)] for part in (0.5, 0.99))
        rates = f"{len(ordered) / self.seconds:,.0f} | {p50:,.0f} | {p99:,.0f}"
        return f"| {self.when} | {rates} | {self.cycle_users / self.seconds:,.0f} |"


def main(arguments: Sequence[str]) -> int:
    """Make the company, measure, and write the result down."""
    ask = argparse.ArgumentParser(prog="python -m bench api", description=__doc__)
    ask.add_argument("--users", type=int, default=100_000)
    ask.add_argument("--seconds", type=int, default=15)
    chosen = ask.parse_args(arguments)
    with tempfile.TemporaryDirectory() as folder, stub() as tenant_url:
        data = directory_of(chosen.users, Path(folder))
        with open_instep(data) as instep:
            prepare(instep, tenant_url, TOKEN)
            client = register_client(instep.access, "bench", KNOWN, KNOWN, timedelta(days=1), "bench")
            token = issue_access_token(instep.access, TokenRequest(client.client.id, client.secret))
            assert token is not None
        with _served(data) as url:
            compared, read = asyncio.run(_measure(url, data, token.secret, chosen.seconds))
    text = report(chosen.users, compared, read)
    print(text)
    RESULT.write_text(text, encoding="utf-8")
    return 0


async def _measure(url: str, data: Path, token: str, seconds: int) -> tuple[list[Compared], list[Read]]:
    headers = {"Authorization": f"Bearer {token}"}
    base = f"{url}/v1.0"
    connector = aiohttp.TCPConnector(limit=READERS)
    with closing(sqlite3.connect(data / "instep.db")) as database:
        async with aiohttp.ClientSession(headers=headers, trust_env=False, connector=connector) as session:
            compared = [each async for each in _comparisons(session, base, database)]
            ids = [row[0] for row in database.execute(f"SELECT id FROM users WHERE {_LIVE}").fetchall()]
            idle = await _read(session, base, ids, database, "idle", seconds)
            await asyncio.to_thread(_start, data)
            await asyncio.sleep(3)  # until the cycle writes
            busy = await _read(session, base, ids, database, "while an initial cycle runs", seconds)
            began, before = time.perf_counter(), _linked(database)
            await asyncio.sleep(min(seconds, 10))
            alone = Read("the cycle without readers", time.perf_counter() - began, [], _linked(database) - before)
    return compared, [idle, busy, alone]


def _start(data: Path) -> None:
    subprocess.run([*_COMMAND, "apps", "start", "Proxyclick", "--data", str(data)], check=True, capture_output=True)


async def _comparisons(session: aiohttp.ClientSession, base: str, database: sqlite3.Connection) -> Any:
    async def all_pages(path: str) -> int:
        rows, link = 0, f"{base}/{path}"
        while link:
            page = await _get(session, link)
            rows, link = rows + len(page["value"]), page.get("@odata.nextLink", "")
        return rows

    def sql(condition: str, *values: object, limit: int = -1) -> Callable[[], int]:
        statement = f"{_ROWS} WHERE {_LIVE} {condition} ORDER BY id LIMIT {limit}"
        return lambda: len(database.execute(statement, values).fetchall())

    everyone = "all users, by pages of 999"
    yield await _compared(everyone, lambda: all_pages("users?$top=999"), sql(""), rounds=1)
    selected = "all users, by pages of 999, three properties"
    path = "users?$top=999&$select=id,userPrincipalName,accountEnabled"
    yield await _compared(selected, lambda: all_pages(path), sql(""), rounds=1)
    name = database.execute(f"{_ROWS} WHERE {_LIVE} ORDER BY id LIMIT 1 OFFSET 777").fetchone()[1]
    by_name = sql("AND user_principal_name_key = ?", name)
    yield await _compared(
        "the user of a name", lambda: all_pages(f"users?$filter=userPrincipalName eq '{name}'"), by_name
    )
    of_name = sql("AND surname_key = ?", "novák")
    novaks = "users?$filter=surname eq 'Novák'&$top=999"
    yield await _compared("everyone of a surname, all pages", lambda: all_pages(novaks), of_name)
    title = "json_extract(attributes, '$.jobTitle') = 'Staff'"
    no_index = "users?$filter=jobTitle eq 'Staff' and accountEnabled eq true&$top=100"
    page = sql(f"AND {title} AND is_enabled", limit=100)
    yield await _compared("a page by a property without an index", lambda: _rows(session, f"{base}/{no_index}"), page)
    none = "users?$filter=jobTitle eq 'Nobody has this'"
    missing = sql("AND json_extract(attributes, '$.jobTitle') = 'Nobody has this'")
    yield await _compared("nobody, by a property without an index", lambda: all_pages(none), missing)
    link = (await _get(session, f"{base}/users/delta?$deltatoken=latest"))["@odata.deltaLink"]
    newest = "SELECT max(sequence) FROM changes"
    yield await _compared(
        "delta without a change", lambda: _rows(session, link), lambda: len(database.execute(newest).fetchall()) - 1
    )


async def _compared(what: str, ask: Callable[[], Any], sql: Callable[[], int], rounds: int = ROUNDS) -> Compared:
    api_ms, sql_ms = [], []
    for _ in range(rounds + 1):  # the first warms both
        began = time.perf_counter()
        rows = await ask()
        api_ms.append((time.perf_counter() - began) * 1_000)
        began = time.perf_counter()
        same = sql()
        sql_ms.append((time.perf_counter() - began) * 1_000)
        assert rows == same, (what, rows, same)
    return Compared(what, rows, statistics.median(api_ms[1:]), statistics.median(sql_ms[1:]))


async def _read(
    session: aiohttp.ClientSession, base: str, ids: Sequence[str], database: sqlite3.Connection, when: str, seconds: int
) -> Read:
    draw, took = random.Random(1), list[float]()
    end, before = time.perf_counter() + seconds, _linked(database)

    async def reader(number: int) -> None:
        while (began := time.perf_counter()) < end:
            # Of ten requests nine are for one user, and one for a page of a hundred.
            path = f"users/{draw.choice(ids)}" if draw.random() < 0.9 else "users?$top=100"
            await _get(session, f"{base}/{path}")
            took.append((time.perf_counter() - began) * 1_000)

    began = time.perf_counter()
    await asyncio.gather(*(reader(number) for number in range(READERS)))
    return Read(when, time.perf_counter() - began, took, _linked(database) - before)


async def _rows(session: aiohttp.ClientSession, link: str) -> int:
    return len((await _get(session, link))["value"])


async def _get(session: aiohttp.ClientSession, link: str) -> dict[str, Any]:
    async with session.get(link) as answer:
        assert answer.status == 200, await answer.text()
        found: dict[str, Any] = orjson.loads(await answer.read())
        return found


def _linked(database: sqlite3.Connection) -> int:
    return int(database.execute("SELECT count(*) FROM links").fetchone()[0])


_COMMAND = [sys.executable, "-m", "instep.cli.main"]


@contextmanager
def _served(data: Path) -> Iterator[str]:
    command = [*_COMMAND, "serve", "--port", "0", "--data", str(data), "--json"]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    try:
        assert process.stdout is not None
        url = json.loads(process.stdout.readline())["url"]
        yield f"http://{urlsplit(url).netloc}"
    finally:
        process.terminate()
        process.wait()


def report(users: int, compared: Sequence[Compared], read: Sequence[Read]) -> str:
    """Return what was seen as Markdown."""
    load = f"{os.getloadavg()[0]:.0f}"
    lines = [
        "# The API over a large directory",
        "",
        f"{users:,} users, plain HTTP on loopback, the service in a process of its own. The machine, of",
        f"{os.cpu_count()} cores, were shared (a load of {load} at the end). *SQL* is one statement on the same",
        "file for the same rows, of which nothing is made.",
        "",
        "| asked | rows | API, ms | SQL, ms | ratio |",
        "|---|--:|--:|--:|--:|",
        *map(str, compared),
        "",
        f"{READERS} readers at once, nine of ten requests for one user by id, the others for a page of 100:",
        "",
        "| when | requests/s | p50, ms | p99, ms | users provisioned/s |",
        "|---|--:|--:|--:|--:|",
        *map(str, read),
    ]
    return "\n".join(lines) + "\n"
