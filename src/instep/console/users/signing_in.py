"""How does a user sign in to My apps, and how does an administrator let them?"""

from dataclasses import dataclass, field

from starlette.responses import Response

from instep.access.people import Person, person_link_address
from instep.access.refusals import AccessRefused
from instep.admin.access.authenticators import has_authenticator, remove_authenticator
from instep.admin.access.people import end_sessions_of_person, issue_person_link, sessions_of_person
from instep.admin.users import UserDetails
from instep.console.access.devices import device
from instep.console.asked import Asked
from instep.console.paths import in_path
from instep.console.shown_once import ShownOnce
from instep.console.site import Site
from instep.console.users.user import UserPages


@dataclass(frozen=True, slots=True)
class UserSignIn:
    """The tab *Sign-in* of a user."""

    pages: UserPages
    site: Site
    shown_once: ShownOnce = field(default_factory=ShownOnce)

    def show(self, asked: Asked) -> Response:
        """Whether there is a password, where the user is signed in, and a link that was just made."""
        details = self.pages.details(asked)
        person = self._person(details)
        sessions = sessions_of_person(self.pages.instep.access, person)
        return self.pages.page(
            asked,
            "users/sign_in.html",
            details,
            whose=person,
            sessions=[(session, device(session.browser)) for session in sessions],
            has_authenticator=has_authenticator(self.pages.instep.access, person),
            new_link=self.shown_once.take(asked.session_key, person.id),
        )

    def issue_link(self, asked: Asked) -> Response:
        """Make a one-time link, which the next page shows once."""
        details = self.pages.details(asked)
        secret = issue_person_link(self.pages.instep.access, details.user.id, asked.actor)
        address = person_link_address(self.site.public_url or self.site.own_url(asked.request), secret)
        self.shown_once.keep(asked.session_key, details.user.id, address)
        return self._back(asked, details, "")

    def end_sessions(self, asked: Asked) -> Response:
        """Sign the user out everywhere."""
        details = self.pages.details(asked)
        ended = end_sessions_of_person(self.pages.instep.access, self._person(details), asked.actor)
        return self._back(asked, details, f"{ended} {'session was' if ended == 1 else 'sessions were'} ended.")

    def reset_authenticator(self, asked: Asked) -> Response:
        """Take the authenticator of a user away, who has lost it."""
        details = self.pages.details(asked)
        remove_authenticator(self.pages.instep.access, self._person(details), asked.actor)
        return self._back(asked, details, "The authenticator was reset: the password alone lets the user in.")

    def _person(self, details: UserDetails) -> Person:
        person = self.pages.instep.access.people.find(details.user.id)
        if person is None:
            raise AccessRefused("There is no such user any more.")
        return person

    def _back(self, asked: Asked, details: UserDetails, said: str) -> Response:
        return self.pages.frame.redirect(asked, f"/users/{in_path(details.user.id)}/sign-in", said)
