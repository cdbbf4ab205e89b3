"""How do writes that wait at the same time leave in one bulk request, each with an outcome of its own?"""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from urllib.parse import unquote

import orjson

from instep.rules.health.outcomes import Answer, NoAnswer, Outcome
from instep.rules.health.verdicts import BAD_RESPONSE
from instep.scim.bulk_requests import BulkResult, BulkWrite, read_results, render_bulk
from instep.scim.messages import MEDIA_TYPE

_NO_BULK_HERE = frozenset({400, 404, 405, 406, 415, 422, 501})  # the request as a whole was refused: nothing was done
_NOT_TOLD = NoAnswer("the answer to the bulk request does not say what came of this operation", BAD_RESPONSE)

_Waiting = tuple[BulkWrite, "asyncio.Future[Outcome]"]


class Gathered:
    """Gathers writes for as long as it takes to come by, `most` to a request and `under_way` requests at a time.

    `send` posts a bulk request, `singly` makes a write on its own. A target that turns out to take no bulk requests
    gets none any more, one to whom a request is too large gets smaller ones.
    """

    def __init__(
        self,
        most: int,
        under_way: int,
        send: Callable[[bytes], Awaitable[Outcome]],
        singly: Callable[[BulkWrite], Awaitable[Outcome]],
    ) -> None:
        self._most, self._under_way = most, under_way
        self._send, self._singly = send, singly
        self._waiting: deque[_Waiting] = deque()
        self._tasks: set[asyncio.Task[None]] = set()
        self._is_called = False

    def add(self, write: BulkWrite) -> "asyncio.Future[Outcome]":
        """Let a write leave with the next request; the future has what came of it."""
        loop = asyncio.get_running_loop()
        outcome: asyncio.Future[Outcome] = loop.create_future()
        self._waiting.append((write, outcome))
        if not self._is_called:
            self._is_called = True
            loop.call_soon(self._leave)
        return outcome

    async def end(self) -> None:
        """Give up what is under way: nobody waits for it any more."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def _leave(self) -> None:
        self._is_called = False
        while self._waiting and len(self._tasks) < self._under_way:
            count = min(self._most, len(self._waiting))
            part = [self._waiting.popleft() for _ in range(count)]
            self._tasks.add(task := asyncio.create_task(self._through(part)))
            task.add_done_callback(self._left)

    def _left(self, task: "asyncio.Task[None]") -> None:
        self._tasks.discard(task)
        self._leave()

    async def _through(self, part: Sequence[_Waiting]) -> None:
        """Send writes, and tell those who wait; an error of ours is theirs."""
        try:
            outcomes = await self._outcomes([write for write, _ in part])
        except BaseException as error:
            for _, waiter in part:
                if not waiter.done():
                    waiter.set_exception(error) if isinstance(error, Exception) else waiter.cancel()
            if not isinstance(error, Exception):
                raise
            return
        for (_, waiter), outcome in zip(part, outcomes, strict=True):
            if not waiter.done():
                waiter.set_result(outcome)

    async def _outcomes(self, writes: Sequence[BulkWrite]) -> Sequence[Outcome]:
        if len(writes) == 1 or self._most == 1:
            return await asyncio.gather(*map(self._singly, writes))
        whole = await self._send(render_bulk(writes))
        match whole:
            case Answer(status=200):
                return await self._each(writes, read_results(whole.body, writes))
            case Answer(status=413):
                self._most = min(self._most, len(writes) // 2)
                half = len(writes) // 2
                return [*await self._outcomes(writes[:half]), *await self._outcomes(writes[half:])]
            case Answer(status=status) if status in _NO_BULK_HERE:
                self._most = 1
                return await asyncio.gather(*map(self._singly, writes))
            case Answer(status=status) if 201 <= status < 300:
                return [_NOT_TOLD] * len(writes)
            case _:
                return [whole] * len(writes)

    async def _each(self, writes: Sequence[BulkWrite], results: dict[int, BulkResult]) -> Sequence[Outcome]:
        """What was put off (429) is sent again, on its own; nobody else is."""
        outcomes = [_outcome(write, results.get(place)) for place, write in enumerate(writes)]
        for place, outcome in enumerate(outcomes):
            if isinstance(outcome, Answer) and outcome.status == 429:
                outcomes[place] = await self._singly(writes[place])
        return outcomes


def _outcome(write: BulkWrite, result: BulkResult | None) -> Outcome:
    """The answer that the write would have had on its own; a new account may be shown by its location alone."""
    if result is None:
        return _NOT_TOLD
    if result.response is not None:
        return Answer(result.status, orjson.dumps(result.response), MEDIA_TYPE)
    if result.status >= 300:
        return Answer(result.status, b"", MEDIA_TYPE)
    if write.method != "POST":
        return Answer(204, b"")
    account_id = ""
    with suppress(UnicodeDecodeError):
        account_id = unquote(result.location.rpartition("/Users/")[2], errors="strict")
    is_named = "/Users/" in result.location and account_id != "" and "/" not in account_id
    return Answer(result.status, orjson.dumps({"id": account_id}) if is_named else b"", MEDIA_TYPE)
