"""How often may somebody do what is expensive (graph-api.md 1.1, throttling)?"""

from collections import deque
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from math import ceil

from instep.api.calls import Answer, Call
from instep.api.errors import GraphError
from instep.api.organization import TENANT_ID

_MOST_CALLERS = 1_000


def limited(
    handler: Callable[[Call], Awaitable[Answer]], calls: int, seconds: int
) -> Callable[[Call], Awaitable[Answer]]:
    """Return the handler, which answers 429 with `Retry-After` to a caller of so many calls in so many seconds."""
    period = timedelta(seconds=seconds)
    seen: dict[tuple[str, str], deque[datetime]] = {}

    async def answer(call: Call) -> Answer:
        now, who = call.instep.clock(), (call.caller.name, call.parameters["id"])
        times = seen.pop(who, None) or deque()
        while times and now - times[0] >= period:
            times.popleft()
        seen[who] = times
        if len(seen) > _MOST_CALLERS:
            seen.pop(next(iter(seen)))  # who has not called for the longest time
        if len(times) >= calls:
            raise _too_many(
                call.caller.administrator_id or call.caller.name,
                calls,
                seconds,
                ceil((times[0] + period - now).total_seconds()),
            )
        times.append(now)
        return await handler(call)

    return answer


def _too_many(client_id: str, calls: int, seconds: int, left_seconds: int) -> GraphError:
    error = GraphError(429, "TooManyRequests", f"At most {calls} of these calls are taken in {seconds} seconds.")
    error.headers |= {
        "Retry-After": str(left_seconds),
        "x-ms-throttle-information": "ResourceUnitLimitExceeded",
        "x-ms-throttle-scope": f"Tenant_Application/ReadWrite/{client_id}/{TENANT_ID}",
    }
    return error
