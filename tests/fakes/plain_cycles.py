"""Cycles that run in the event loop, and of which nothing is kept: whoever runs them dies with them."""

from collections.abc import Awaitable, Callable


class PlainCycles:
    """A cycle runner without durability."""

    def open(self, run: Callable[[str], Awaitable[None]]) -> None:
        self._run = run

    async def run(self, job_id: str) -> None:
        await self._run(job_id)

    async def tend(self) -> None:
        pass

    def close(self) -> None:
        pass
