"""How is a one-time link used?"""

from starlette.responses import Response
from starlette.routing import BaseRoute

from instep.access.links import PATH, Purpose
from instep.access.passwords import SHORTEST
from instep.access.refusals import AccessRefused
from instep.access.sessions import SignInMethod
from instep.admin.access.ports import Access
from instep.admin.access.second_step import OF_ADMINISTRATORS, enter
from instep.admin.access.signing_in import sign_out
from instep.admin.access.welcoming import GONE, Newcomer, good_link, use_link
from instep.console.access.paths import HOME
from instep.console.access.second_step import go_on
from instep.console.asked import Asked
from instep.console.doors import EVERYBODY, Doors
from instep.console.forms import Form, filled
from instep.console.frame import Frame
from instep.console.site import Site

_TITLES = {
    Purpose.FIRST_ADMINISTRATOR: "Welcome to Instep",
    Purpose.CHOOSE: "Choose a password",
    Purpose.SIGN_IN: "Sign in",
}


class WelcomePages:
    """The page of a link, and what follows."""

    def __init__(self, access: Access, frame: Frame, site: Site) -> None:
        self._access, self._frame, self._site = access, frame, site

    def routes(self, doors: Doors) -> list[BaseRoute]:
        """Their routes."""
        path = f"{PATH}/{{secret}}"
        return [doors.page(path, self.form, EVERYBODY), doors.action(path, self.use, EVERYBODY)]

    def form(self, asked: Asked) -> Response:
        """Ask what the link needs. To open it uses nothing up: mail programs open links to look at them."""
        return self._page(asked, Form())

    def use(self, asked: Asked) -> Response:
        """Use the link, and sign in; whoever has an authenticator is asked for the code."""
        newcomer = Newcomer(asked.field("user_name"), asked.field("display_name"), asked.field("password"))
        try:
            administrator = use_link(self._access, asked.path("secret"), newcomer)
        except AccessRefused as refusal:
            form = filled(("user_name", "display_name"), asked.form).with_problem(refusal.field, str(refusal))
            return self._page(asked, form, 422)
        if asked.signed_in is not None:
            sign_out(self._access, asked.signed_in)
        entered = enter(self._access, OF_ADMINISTRATORS, administrator, SignInMethod.LINK, asked.browser)
        return go_on(self._frame, self._site, asked, entered, HOME)

    def _page(self, asked: Asked, form: Form, status: int = 200) -> Response:
        found = good_link(self._access, asked.path("secret"))
        if found is None:
            title = "This link leads nowhere"
            return self._frame.page(asked, "access/refused.html", 404, title=title, reason=GONE)
        link, administrator = found
        return self._frame.page(
            asked,
            "access/welcome.html",
            status,
            title=_TITLES[link.purpose],
            form=form,
            address=asked.request.url.path,
            administrator=administrator,
            asks_password=link.purpose is not Purpose.SIGN_IN,
            shortest=SHORTEST,
        )
