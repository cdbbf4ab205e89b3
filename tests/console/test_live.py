"""Is what moves sent when it has changed, and only then?"""

from collections.abc import AsyncIterator, Iterable
from typing import cast

from starlette.responses import StreamingResponse

from instep.console.live import event, stream


async def sent(texts: Iterable[str | None]) -> list[str]:
    source = iter(texts)
    response = cast(StreamingResponse, stream(lambda: next(source), every_seconds=0))
    assert response.media_type == "text/event-stream"
    return [str(each) async for each in cast(AsyncIterator[str], response.body_iterator)]


async def test_what_has_not_changed_is_not_sent_again() -> None:
    assert await sent(["one", "one", "two", "two", "one", None]) == [
        event("shown", "one"),
        event("shown", "two"),
        event("shown", "one"),
    ]


async def test_a_quiet_stream_still_gives_a_sign_of_life() -> None:
    found = await sent([*["one"] * 40, None])
    assert found == [event("shown", "one"), ": still here\n\n", ": still here\n\n"]


def test_no_line_of_a_text_can_end_its_event_or_begin_another() -> None:
    said = event("shown", "<p>\n\nevent: other\r\ndata: x\u2028</p>")
    assert said.startswith("event: shown\ndata: <p>\ndata: \ndata: event: other\ndata: data: x\n")
    assert said.endswith("</p>\n\n")
    assert said.count("\n\n") == 1
