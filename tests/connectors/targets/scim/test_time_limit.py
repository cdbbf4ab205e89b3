"""One timer for all requests: each that takes too long ends alone, and nobody else's cancellation is lost."""

import asyncio

import pytest

from instep.connectors.targets.scim.time_limit import TimeLimit

LONG_SECONDS = 60.0


async def test_what_takes_too_long_ends_with_a_time_out() -> None:
    with pytest.raises(TimeoutError), TimeLimit(0.01):
        await asyncio.sleep(LONG_SECONDS)


async def test_the_task_is_not_cancelled_afterwards_and_may_go_on() -> None:
    limit = TimeLimit(0.01)
    for _ in range(3):
        with pytest.raises(TimeoutError), limit:
            await asyncio.sleep(LONG_SECONDS)
    task = asyncio.current_task()
    assert task is not None
    assert task.cancelling() == 0
    with limit:
        await asyncio.sleep(0)


async def test_each_of_many_ends_alone() -> None:
    limit, ended = TimeLimit(0.05), []

    async def request(number: int, seconds: float) -> None:
        try:
            with limit:
                await asyncio.sleep(seconds)
        except TimeoutError:
            ended.append(number)

    await asyncio.gather(*(request(number, LONG_SECONDS if number % 2 else 0.0) for number in range(10)))
    assert sorted(ended) == [1, 3, 5, 7, 9]


async def test_a_request_that_begins_while_others_are_watched_is_watched_too() -> None:
    limit = TimeLimit(0.05)

    async def request(wait_seconds: float) -> None:
        await asyncio.sleep(wait_seconds)
        with pytest.raises(TimeoutError), limit:
            await asyncio.sleep(LONG_SECONDS)

    await asyncio.wait_for(asyncio.gather(*(request(0.02 * number) for number in range(5))), LONG_SECONDS / 2)


async def test_a_cancellation_from_outside_stays_one() -> None:
    limit = TimeLimit(LONG_SECONDS)

    async def request() -> None:
        with limit:
            await asyncio.sleep(LONG_SECONDS)

    task = asyncio.create_task(request())
    await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task


async def test_a_cancellation_from_outside_counts_more_than_the_time() -> None:
    limit = TimeLimit(0.01)

    async def request() -> None:
        with limit:
            try:
                await asyncio.sleep(LONG_SECONDS)
            finally:
                task.cancel()  # as a run that ends does, in the same moment

    task = asyncio.create_task(request())
    with pytest.raises(asyncio.CancelledError):
        await task


async def test_an_error_of_the_request_is_passed_on() -> None:
    with pytest.raises(ValueError, match="broken"), TimeLimit(LONG_SECONDS):
        raise ValueError("broken")
