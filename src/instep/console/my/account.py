"""What does a person see and change of their own sign-in?"""

from dataclasses import dataclass

from starlette.responses import Response
from starlette.routing import BaseRoute

from instep.access.passwords import SHORTEST
from instep.access.refusals import AccessRefused
from instep.admin.access.authenticators import has_authenticator
from instep.admin.access.people import choose_person_password, sessions_of_person
from instep.admin.access.ports import Access
from instep.console.access.devices import device
from instep.console.asked import Asked
from instep.console.doors import PERSON, Doors
from instep.console.forms import Form
from instep.console.frame import Frame

MY_ACCOUNT = "/my/account"


@dataclass(frozen=True, slots=True)
class PeopleAccounts:
    """The page *My account* of a person."""

    access: Access
    frame: Frame

    def routes(self, doors: Doors) -> list[BaseRoute]:
        """Their routes."""
        return [
            doors.page(MY_ACCOUNT, self.account, PERSON),
            doors.action(f"{MY_ACCOUNT}/password", self.choose_password, PERSON),
        ]

    def account(self, asked: Asked) -> Response:
        """The page."""
        return self._page(asked, Form())

    def choose_password(self, asked: Asked) -> Response:
        """Another password, for whoever knows the one before; whoever is signed in elsewhere is out."""
        password = asked.field("password")
        try:
            if password != asked.field("again"):
                raise AccessRefused("These are two different passwords: type the same one twice.", "again")
            choose_person_password(self.access, asked.good_person, asked.field("old"), password)
        except AccessRefused as refusal:
            return self._page(asked, Form().with_problem(refusal.field, str(refusal)), 422)
        said = "Your password is another one now, and you are signed out everywhere else."
        return self.frame.redirect(asked, MY_ACCOUNT, said)

    def _page(self, asked: Asked, form: Form, status: int = 200) -> Response:
        sessions = sessions_of_person(self.access, asked.person)
        return self.frame.page(
            asked,
            "my/account.html",
            status,
            title="My account",
            whose=asked.person,
            form=form,
            sessions=[(session, device(session.browser)) for session in sessions],
            own=asked.session_key,
            shortest=SHORTEST,
            has_authenticator=has_authenticator(self.access, asked.person),
        )
