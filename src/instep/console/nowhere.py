"""What does somebody see at an address that has no page: one typed wrong, or one where only a form leads?"""

from collections.abc import Awaitable, Callable
from typing import cast

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from instep.console.asked import Asked
from instep.console.doors import ANY_PERSON, EVERYBODY, Door, Doors
from instep.console.frame import Frame, security_headers

_PEOPLES = "/my/"
_NO_PAGE = "There is no such page. The address may not be whole, or what it is about was removed."
_ONLY_A_FORM = "Nothing was done: this address takes a form and is no page. Go back, and begin from the page again."

Handler = Callable[[Request, Exception], Awaitable[Response]]


def nowhere(doors: Doors, frame: Frame) -> dict[int, Handler]:
    """Return how Starlette answers where it finds no route (404), or one for another method (405)."""

    def no_page(asked: Asked) -> Response:
        return frame.page(asked, "access/refused.html", 404, title="No such page", reason=_NO_PAGE)

    def only_a_form(asked: Asked) -> Response:
        return frame.page(asked, "access/refused.html", 405, title="No page is here", reason=_ONLY_A_FORM)

    shown = {
        (status, is_peoples): cast(Door, doors.page("/", answer, ANY_PERSON if is_peoples else EVERYBODY).endpoint)
        for status, answer in ((404, no_page), (405, only_a_form))
        for is_peoples in (True, False)
    }

    async def answer(request: Request, problem: Exception) -> Response:
        status = cast(HTTPException, problem).status_code
        if request.method in ("GET", "HEAD"):
            _, response = await doors.answer(shown[status, request.url.path.startswith(_PEOPLES)], request)
        else:  # nobody's browser: a page links to no such form
            response = PlainTextResponse("Nothing was done: no form is sent here.", status, security_headers())
        response.headers.update(cast(HTTPException, problem).headers or {})
        return response

    return {404: answer, 405: answer}
