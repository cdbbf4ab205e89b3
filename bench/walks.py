"""Does a walk through all users of the tenant skip or repeat anybody, while others write?"""

import asyncio
import itertools
import time
from typing import Any

import aiohttp
import orjson

from instep.scim.messages import MEDIA_TYPE, USER_URN

PAGE = 500
WRITERS = 4


async def walk_while_others_write(url: str, token: str) -> str:
    """Walk by cursor while users are created, changed and deleted; return in a sentence what was seen.

    Raises AssertionError if anybody who was there all the time was skipped, or anybody came twice.
    """
    headers = {"Authorization": f"Bearer {token}", "Content-Type": MEDIA_TYPE}
    async with aiohttp.ClientSession(headers=headers) as session:
        stayed = set(await _walk(session, url))
        over, written = asyncio.Event(), itertools.count()
        writers = [asyncio.create_task(_write(session, url, number, over, written)) for number in range(WRITERS)]
        began = time.perf_counter()
        seen = await _walk(session, url)
        seconds = time.perf_counter() - began
        over.set()
        await asyncio.gather(*writers)
    assert not stayed - set(seen), f"skipped: {len(stayed - set(seen))}"
    assert len(seen) == len(set(seen)), f"repeated: {len(seen) - len(set(seen))}"
    return (
        f"A walk by cursor through {len(seen):,} users, {PAGE} a page, took {seconds:.1f} s, while {next(written):,} "
        "creates, changes and deletions were written beside it: nobody was skipped, and nobody came twice."
    )


async def _walk(session: aiohttp.ClientSession, url: str) -> list[str]:
    ids: list[str] = []
    cursor: str | None = ""
    while cursor is not None:
        page = await _page(session, url, cursor)
        ids += [user["id"] for user in page["Resources"]]
        cursor = page.get("nextCursor")
    return ids


async def _page(session: aiohttp.ClientSession, url: str, cursor: str) -> dict[str, Any]:
    query = {"cursor": cursor, "count": str(PAGE), "attributes": "userName"}
    async with session.get(f"{url}/Users", params=query) as response:
        assert response.status == 200, await response.text()
        page: dict[str, Any] = orjson.loads(await response.read())
        return page


async def _write(
    session: aiohttp.ClientSession, url: str, writer: int, over: asyncio.Event, written: "itertools.count[int]"
) -> None:
    """Create a user, change it, delete the one before, and so on."""
    for number in itertools.count():
        if over.is_set():
            return
        name = f"walk.{writer}.{number}@company.example"
        user = {"schemas": [USER_URN], "userName": name, "name": {"givenName": "A", "familyName": "B"}}
        async with session.post(f"{url}/Users", data=orjson.dumps(user)) as response:
            assert response.status == 201, await response.text()
            made = orjson.loads(await response.read())["id"]
        async with session.put(f"{url}/Users/{made}", data=orjson.dumps({**user, "title": "B"})) as response:
            assert response.status == 200, await response.text()
        if number % 2:
            async with session.delete(f"{url}/Users/{made}") as response:
                assert response.status == 204, await response.text()
        for _ in range(3 if number % 2 else 2):
            next(written)
