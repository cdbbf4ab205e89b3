"""How does a page show what moves, while it moves?

A page has an element that takes events, and shows at first what an event would bring:

    <div id="live" hx-ext="sse, alike" sse-connect="/live" sse-swap="shown" hx-swap="alike">{% include ... %}</div>

Its stream is a page of its own: `return stream(lambda: frame.html("home/status.html", ...))`. The browser makes the
element alike to each event (assets/alike.js), so that nothing jumps; when nothing has changed, nothing is sent.
"""

import asyncio
from collections.abc import AsyncIterator, Callable

from starlette.concurrency import run_in_threadpool
from starlette.responses import Response, StreamingResponse

EVERY_SECONDS = 1.0
_QUIET_ROUNDS = 15  # then a comment is sent, by which it is found out that nobody listens any more
_HEADERS = {"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff", "X-Accel-Buffering": "no"}


def stream(show: Callable[[], str | None], every_seconds: float = EVERY_SECONDS) -> Response:
    """Send what `show` returns, again whenever it has changed; None ends it. `show` is called in a thread."""
    return StreamingResponse(_events(show, every_seconds), headers=_HEADERS, media_type="text/event-stream")


async def _events(show: Callable[[], str | None], every_seconds: float) -> AsyncIterator[str]:
    sent, quiet = "", 0
    while (text := await run_in_threadpool(show)) is not None:
        quiet += 1
        if text != sent:
            sent, quiet = text, 0
            yield event("shown", text)
        elif quiet >= _QUIET_ROUNDS:
            quiet = 0
            yield ": still here\n\n"
        await asyncio.sleep(every_seconds)


def event(name: str, text: str) -> str:
    """Return an event as it is sent: each line of the text on a line of its own."""
    lines = "".join(f"data: {line}\n" for line in text.splitlines())
    return f"event: {name}\n{lines}\n"
