"""How are operations sent: by a bounded number of writers, the urgent first, over all batches?"""

import asyncio
import time
from collections import deque
from collections.abc import Sequence

from instep.cycle.answers import can_wait, judge_answer, take
from instep.cycle.requests import one_request, several_requests
from instep.cycle.run import Run
from instep.cycle.turns import Turn

_MOST = 1_000  # two batches


class _Batch:
    """Turns that were handed in together; `done` is set when each was sent, or passed over because the run stops."""

    __slots__ = ("done", "left")

    def __init__(self, size: int) -> None:
        self.left = size
        self.done = asyncio.Event()
        if not size:
            self.done.set()

    def finish_one(self) -> None:
        self.left -= 1
        if not self.left:
            self.done.set()


class Writers:
    """A pool of writers for one run; it never has more requests under way than the application allows."""

    def __init__(self, run: Run) -> None:
        self._run = run
        self._waiting: deque[tuple[Turn, _Batch]] = deque()
        self._at_work = 0
        self._tasks: set[asyncio.Task[None]] = set()

    async def __aenter__(self) -> "Writers":
        self._broken: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        return self

    async def __aexit__(self, *_error: object) -> None:
        tasks = list(self._tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        if self._broken.done():
            self._broken.exception()  # whoever waited was told

    @property
    def _most(self) -> int:
        """As many as requests may be under way, or as there are writes in these where several go into one."""
        at_a_time = self._run.compiled.dialect.writes_per_request
        return max(self._run.job.settings.concurrency, min(self._run.job.settings.concurrency * at_a_time, _MOST))

    def hand_in(self, turns: Sequence[Turn]) -> asyncio.Event:
        """Queue operations behind those that wait already; the event is set when all of them are through."""
        batch = self._prepared(turns)
        self._waiting.extend((turn, batch) for turn in turns)
        self._call_writers()
        return batch.done

    async def send_urgently(self, turns: Sequence[Turn]) -> None:
        """Send operations before those that wait already, and return when all of them are through."""
        batch = self._prepared(turns)
        self._waiting.extendleft((turn, batch) for turn in reversed(turns))
        self._call_writers()
        await self.wait(batch.done)

    def withdraw(self, turn: Turn) -> bool:
        """Take an operation out of the queue; False where it is not there any more."""
        for waiting in self._waiting:
            if waiting[0] is turn:
                self._waiting.remove(waiting)
                waiting[1].finish_one()
                return True
        return False

    async def wait(self, done: asyncio.Event) -> None:
        """Wait for a batch, or for the error that broke a writer; then each of its turns has its verdict."""
        waiter: asyncio.Future[bool] = asyncio.ensure_future(done.wait())
        try:
            await asyncio.wait((waiter, self._broken), return_when=asyncio.FIRST_COMPLETED)
        finally:
            waiter.cancel()
        if self._broken.done():
            self._broken.result()
        self._run.judge_answers()

    def _prepared(self, turns: Sequence[Turn]) -> _Batch:
        """Render the requests of all turns, one after the other; of an operation that needs several, none."""
        for turn in turns:
            operation = turn.operation
            turn.request = None if operation is None else one_request(self._run, operation, turn.known)
        return _Batch(len(turns))

    def _call_writers(self) -> None:
        """Begin as many as there is work for: a cycle that writes nothing has none."""
        for _ in range(min(len(self._waiting), self._most - self._at_work)):
            self._at_work += 1
            task = asyncio.create_task(self._work())
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    async def _work(self) -> None:
        """Send what waits until nothing does; whoever hands in more calls writers again."""
        try:
            while self._waiting:
                turn, batch = self._waiting.popleft()
                if self._run.stop is None:
                    await self._send(turn)
                batch.finish_one()
        except asyncio.CancelledError:
            raise
        except BaseException as error:  # whatever it is: whoever waits for this operation would wait for ever
            if not self._broken.done():
                self._broken.set_exception(error)
        finally:
            self._at_work -= 1

    async def _send(self, turn: Turn) -> None:
        """Send a turn's operation; among requests little else is done, as it takes twice as long there."""
        run, operation, sent_at = self._run, turn.operation, time.perf_counter()
        if operation is None:
            return
        if turn.request is None:
            turn.verdict = take(turn, operation, await several_requests(run, operation, turn.known), run.claims)
            run.take_notice(turn.verdict)
        elif can_wait(outcome := await turn.request()):
            run.keep_answer(turn, operation, outcome)
        else:
            turn.verdict = judge_answer(turn, operation, outcome, run.claims)
            run.take_notice(turn.verdict)
        turn.duration_ms += round((time.perf_counter() - sent_at) * 1000)
