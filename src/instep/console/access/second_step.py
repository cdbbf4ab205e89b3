"""How is the code of an authenticator asked, once the password was right?"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from starlette.responses import Response
from starlette.routing import BaseRoute

from instep.access.refusals import AccessRefused
from instep.admin.access.ports import Access
from instep.admin.access.second_step import OF_ADMINISTRATORS, Entered, Entrance, give_code, who_waits
from instep.console.access.paths import own_path
from instep.console.asked import Asked
from instep.console.doors import EVERYBODY, SIGN_IN, Doors, Who
from instep.console.forms import Form
from instep.console.frame import Frame
from instep.console.site import Site

CODE = "/sign-in/code"
REFUSED = (
    "That did not work. Type the code that is shown now, which works once, or a recovery code that you have not used; "
    "after several failures, wait a quarter of an hour."
)


@dataclass(frozen=True, slots=True)
class Way:
    """What differs between the way of administrators and that of people."""

    code: str  # where the code is typed
    sign_in: str
    who: Who
    entrance: Entrance[Any]
    own_path: Callable[[str], str]
    helper: str  # who resets an authenticator that was lost


ADMINISTRATORS_WAY = Way(CODE, SIGN_IN, EVERYBODY, OF_ADMINISTRATORS, own_path, "A Global Administrator")


def go_on(
    frame: Frame, site: Site, asked: Asked, entered: Entered, next_path: str, way: Way = ADMINISTRATORS_WAY
) -> Response:
    """Lead on whoever got through the first step, with a new secret: to the code, or to what was wanted."""
    path = f"{way.code}?{urlencode({'next': next_path})}" if entered.waits_for_code else next_path
    response = frame.redirect(asked, path)
    site.keep_cookie(asked.request, response, entered.secret)
    return response


@dataclass(frozen=True, slots=True)
class SecondStepPages:
    """The page for the code. The browser holds the secret of the sign-in that waits where a session's will be."""

    access: Access
    frame: Frame
    site: Site
    way: Way = ADMINISTRATORS_WAY

    def routes(self, doors: Doors) -> list[BaseRoute]:
        """Their routes."""
        way = self.way
        return [doors.page(way.code, self.form, way.who), doors.action(way.code, self.give, way.who)]

    def form(self, asked: Asked) -> Response:
        """Ask for the code."""
        next_path = self.way.own_path(asked.query("next", 2_000))
        if asked.session_key:
            return self.frame.redirect(asked, next_path)
        return self._page(asked, Form({"next": next_path}))

    def give(self, asked: Asked) -> Response:
        """Begin the session, whose secret is another one again."""
        next_path, problem = self.way.own_path(asked.field("next")), REFUSED
        try:
            secret = give_code(self.access, self.way.entrance, asked.cookie, asked.field("code"), asked.browser)
        except AccessRefused as refusal:
            secret, problem = None, str(refusal)
        if secret is None:
            return self._page(asked, Form({"next": next_path}, problem=problem), 403)
        return go_on(self.frame, self.site, asked, Entered(secret, False), next_path, self.way)

    def _page(self, asked: Asked, form: Form, status: int = 200) -> Response:
        if who_waits(self.access, self.way.entrance, asked.cookie) is None:
            return self.frame.redirect(asked, f"{self.way.sign_in}?{urlencode({'next': form.text('next')})}")
        return self.frame.page(asked, "access/second_step.html", status, title="Type the code", form=form, way=self.way)
