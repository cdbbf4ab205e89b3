"""How does a person sign in to My apps and out, and choose a password by a one-time link?"""

from dataclasses import dataclass

from starlette.responses import Response
from starlette.routing import BaseRoute

from instep.access.passwords import SHORTEST
from instep.access.people import LINK_PATH
from instep.access.refusals import AccessRefused
from instep.access.sessions import SignInMethod
from instep.admin.access.people import person_of_link, sign_person_out, use_person_link
from instep.admin.access.ports import Access
from instep.admin.access.second_step import OF_PEOPLE, Entered, enter, sign_in
from instep.admin.access.welcoming import GONE
from instep.console.access.second_step import go_on
from instep.console.access.sign_in import REFUSED
from instep.console.asked import Asked
from instep.console.doors import ANY_PERSON, PEOPLE_SIGN_IN, PERSON, Doors
from instep.console.forms import Form
from instep.console.frame import Frame
from instep.console.my.second_step import MY_APPS, PEOPLES_WAY, peoples_path
from instep.console.sign_on.leaving import Leaving
from instep.console.site import Site


@dataclass(frozen=True, slots=True)
class PeopleSignIn:
    """The pages to sign in and out; `site` is the one for people."""

    access: Access
    frame: Frame
    site: Site
    leaving: Leaving

    def routes(self, doors: Doors) -> list[BaseRoute]:
        """Their routes."""
        link = f"{LINK_PATH}/{{secret}}"
        return [
            doors.page(PEOPLE_SIGN_IN, self.form, ANY_PERSON),
            doors.action(PEOPLE_SIGN_IN, self.sign_in, ANY_PERSON),
            doors.action("/my/sign-out", self.leaving.sign_out, PERSON),
            doors.page(link, self.welcome, ANY_PERSON),
            doors.action(link, self.use_link, ANY_PERSON),
        ]

    def form(self, asked: Asked) -> Response:
        """Ask for user name and password."""
        next_path = peoples_path(asked.query("next", 2_000))
        if asked.signed_in_person is not None and not asked.query("anew"):
            return self.frame.redirect(asked, next_path)
        return self._page(asked, Form({"next": next_path}))

    def sign_in(self, asked: Asked) -> Response:
        """Begin a session, or ask for the code; the secret is new, and every failure is told by the same words."""
        user_name, next_path = asked.field("user_name"), peoples_path(asked.field("next"))
        entered = sign_in(self.access, OF_PEOPLE, user_name, asked.field("password"), asked.browser)
        if entered is None:
            return self._page(asked, Form({"user_name": user_name, "next": next_path}, problem=REFUSED), 403)
        return self._let_in(asked, entered, next_path)

    def welcome(self, asked: Asked) -> Response:
        """Ask for a password. To open a link uses nothing up: mail programs open links to look at them."""
        return self._welcome_page(asked, Form())

    def use_link(self, asked: Asked) -> Response:
        """Keep the password, and sign in; whoever has an authenticator is asked for the code."""
        try:
            person = use_person_link(self.access, asked.path("secret"), asked.field("password"))
        except AccessRefused as refusal:
            return self._welcome_page(asked, Form().with_problem(refusal.field, str(refusal)), 422)
        return self._let_in(asked, enter(self.access, OF_PEOPLE, person, SignInMethod.LINK, asked.browser), MY_APPS)

    def _let_in(self, asked: Asked, entered: Entered, next_path: str) -> Response:
        if asked.signed_in_person is not None:
            sign_person_out(self.access, asked.signed_in_person)
        return go_on(self.frame, self.site, asked, entered, next_path, PEOPLES_WAY)

    def _page(self, asked: Asked, form: Form, status: int = 200) -> Response:
        return self.frame.page(asked, "my/sign_in.html", status, title="Sign in to My apps", form=form)

    def _welcome_page(self, asked: Asked, form: Form, status: int = 200) -> Response:
        person = person_of_link(self.access, asked.path("secret"))
        if person is None:
            title = "This link leads nowhere"
            return self.frame.page(asked, "access/refused.html", 404, title=title, reason=GONE)
        return self.frame.page(
            asked,
            "my/welcome.html",
            status,
            title="Choose a password",
            form=form,
            address=asked.request.url.path,
            whose=person,
            shortest=SHORTEST,
        )
