"""How does a person set an authenticator up, get recovery codes, and take both away?"""

from collections.abc import Sequence
from dataclasses import dataclass, field

from starlette.responses import Response
from starlette.routing import BaseRoute

from instep.access.authenticators import address_of
from instep.access.refusals import AccessRefused
from instep.admin.access.authenticators import (
    activate,
    begin_enrolment,
    remove_authenticator,
    renew_recovery_codes,
    waiting_key,
)
from instep.admin.access.people import check_person_password
from instep.admin.access.ports import Access
from instep.console.access.authenticator import qr_code
from instep.console.asked import Asked
from instep.console.doors import PERSON, Doors
from instep.console.forms import Form
from instep.console.frame import Frame
from instep.console.shown_once import ShownOnce

MY_AUTHENTICATOR = "/my/account/authenticator"
_CODES, _KEY = "recovery codes", "key"
_BLANK = Form()


@dataclass(frozen=True, slots=True)
class PeopleAuthenticators:
    """The page *Authenticator* of a person. Each change wants the password, and the key is shown once after it."""

    access: Access
    frame: Frame
    shown_once: ShownOnce = field(default_factory=ShownOnce)

    def routes(self, doors: Doors) -> list[BaseRoute]:
        """Their routes."""
        return [
            doors.page(MY_AUTHENTICATOR, self.authenticator, PERSON),
            doors.action(MY_AUTHENTICATOR, self.begin, PERSON),
            doors.action(f"{MY_AUTHENTICATOR}/activate", self.activate, PERSON),
            doors.action(f"{MY_AUTHENTICATOR}/recovery-codes", self.renew, PERSON),
            doors.action(f"{MY_AUTHENTICATOR}/remove", self.remove, PERSON),
        ]

    def authenticator(self, asked: Asked) -> Response:
        """The page."""
        return self._page(asked)

    def begin(self, asked: Asked) -> Response:
        """Draw a key, which the next page shows."""
        if (refused := self._without_password(asked)) is not None:
            return refused
        begin_enrolment(self.access, asked.person)
        if (waiting := waiting_key(self.access, asked.person)) is not None:
            self.shown_once.keep(asked.session_key, _KEY, waiting[0])
        return self.frame.redirect(asked, MY_AUTHENTICATOR)

    def activate(self, asked: Asked) -> Response:
        """Let the authenticator count; the page shows the recovery codes, once."""
        try:
            codes = activate(self.access, asked.person, asked.field("code"), asked.person.user_name)
        except AccessRefused as refusal:
            if refusal.field != "code":
                raise  # none waits for a code any more, and there is no field to say so at
            return self._page(asked, code=Form().with_problem("code", str(refusal)), status=422)
        return self._with_codes(asked, codes, "From now on you are asked for a code when you sign in.")

    def renew(self, asked: Asked) -> Response:
        """Make other recovery codes."""
        if (refused := self._without_password(asked)) is not None:
            return refused
        codes = renew_recovery_codes(self.access, asked.person, asked.person.user_name)
        return self._with_codes(asked, codes, "The recovery codes made before are good no more.")

    def remove(self, asked: Asked) -> Response:
        """Let the password alone be enough again."""
        if (refused := self._without_password(asked)) is not None:
            return refused
        remove_authenticator(self.access, asked.person, asked.person.user_name)
        return self.frame.redirect(asked, MY_AUTHENTICATOR, "You are not asked for a code any more.")

    def _without_password(self, asked: Asked) -> Response | None:
        """The page again, for somebody at a screen that was left alone."""
        try:
            check_person_password(self.access, asked.good_person, asked.field("old"))
        except AccessRefused as refusal:
            return self._page(asked, password=Form().with_problem(refusal.field, str(refusal)), status=422)
        return None

    def _with_codes(self, asked: Asked, codes: Sequence[str], said: str) -> Response:
        self.shown_once.keep(asked.session_key, _CODES, " ".join(codes))
        return self.frame.redirect(asked, MY_AUTHENTICATOR, said)

    def _page(self, asked: Asked, *, code: Form = _BLANK, password: Form = _BLANK, status: int = 200) -> Response:
        found = self.access.people_authenticators.find(asked.person.id)
        key = self.shown_once.take(asked.session_key, _KEY)
        return self.frame.page(
            asked,
            "my/authenticator.html",
            status,
            title="Authenticator",
            whose=asked.person,
            code=code,
            password=password,
            authenticator=found if found is not None and found.is_active else None,
            is_waiting=found is not None and not found.is_active,
            key=key,
            picture=qr_code(address_of(key, asked.person.user_name)) if key else "",
            codes=self.shown_once.take(asked.session_key, _CODES).split(),
        )
