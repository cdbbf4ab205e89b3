"""How does a test end the engine in the middle of its work, as kill -9 does?"""

import asyncio
from collections.abc import Callable

from fakes.group_history import GroupHistory
from fakes.memory_target import Sent
from fakes.random_history import History
from instep.rules.health.outcomes import Outcome


class Crash(BaseException):
    """The engine ends here, as by kill -9: nothing that follows is done."""


def crash_at(history: History | GroupHistory, number: int, run: Callable[[], object]) -> None:
    """Runs something that ends with its n-th request: before it arrives, or before its answer is taken."""
    target, left = history.instep.target, iter(range(number - 1, -1, -1))
    is_lost_on_the_way = history.random.random() < 0.5
    noting = target.on_answer

    def arrive(_sent: Sent) -> None:
        if is_lost_on_the_way and next(left, 0) == 0:
            raise Crash

    def answer(sent: Sent, outcome: Outcome) -> None:
        if noting is not None:
            noting(sent, outcome)
        if not is_lost_on_the_way and next(left, 0) == 0:
            raise Crash

    target.on_request, target.on_answer = arrive, answer
    history.done.append(f"CRASH at request {number}, {'before' if is_lost_on_the_way else 'after'} its effect")
    try:
        run()
    except (Crash, BaseExceptionGroup, asyncio.CancelledError):
        pass
    finally:
        target.on_request, target.on_answer = None, noting
