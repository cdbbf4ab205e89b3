"""How does an administrator set an authenticator up, get recovery codes, and take both away?"""

from collections.abc import Sequence
from dataclasses import dataclass, field

from starlette.responses import Response
from starlette.routing import BaseRoute

from instep.access.refusals import AccessRefused
from instep.admin.access.authenticators import (
    activate,
    begin_enrolment,
    remove_authenticator,
    renew_recovery_codes,
    waiting_key,
)
from instep.admin.access.ports import Access
from instep.console.asked import Asked
from instep.console.doors import SIGNED_IN, Doors
from instep.console.forms import Form
from instep.console.frame import Frame
from instep.console.shown_once import ShownOnce

AUTHENTICATOR = "/account/authenticator"
_CODES = "recovery codes"


@dataclass(frozen=True, slots=True)
class AuthenticatorPages:
    """The page *Authenticator* under *My account*."""

    access: Access
    frame: Frame
    shown_once: ShownOnce = field(default_factory=ShownOnce)

    def routes(self, doors: Doors) -> list[BaseRoute]:
        """Their routes."""
        return [
            doors.page(AUTHENTICATOR, self.authenticator, SIGNED_IN),
            doors.dangerous_action(AUTHENTICATOR, self.begin, SIGNED_IN),
            doors.dangerous_action(f"{AUTHENTICATOR}/activate", self.activate, SIGNED_IN),
            doors.dangerous_action(f"{AUTHENTICATOR}/recovery-codes", self.renew, SIGNED_IN),
            doors.dangerous_action(f"{AUTHENTICATOR}/remove", self.remove, SIGNED_IN),
        ]

    def authenticator(self, asked: Asked) -> Response:
        """The page."""
        return self._page(asked, Form())

    def begin(self, asked: Asked) -> Response:
        """Draw a key, which the page shows as long as no code was given."""
        begin_enrolment(self.access, asked.administrator)
        return self.frame.redirect(asked, AUTHENTICATOR)

    def activate(self, asked: Asked) -> Response:
        """Let the authenticator count; the page shows the recovery codes, once."""
        try:
            codes = activate(self.access, asked.administrator, asked.field("code"), asked.actor)
        except AccessRefused as refusal:
            if refusal.field != "code":
                raise  # none waits for a code any more, and there is no field to say so at
            return self._page(asked, Form().with_problem("code", str(refusal)), 422)
        return self._with_codes(asked, codes, "From now on you are asked for a code when you sign in.")

    def renew(self, asked: Asked) -> Response:
        """Make other recovery codes."""
        codes = renew_recovery_codes(self.access, asked.administrator, asked.actor)
        return self._with_codes(asked, codes, "The recovery codes made before are good no more.")

    def remove(self, asked: Asked) -> Response:
        """Let the password alone be enough again."""
        remove_authenticator(self.access, asked.administrator, asked.actor)
        return self.frame.redirect(asked, AUTHENTICATOR, "You are not asked for a code any more.")

    def _with_codes(self, asked: Asked, codes: Sequence[str], said: str) -> Response:
        self.shown_once.keep(asked.session_key, _CODES, " ".join(codes))
        return self.frame.redirect(asked, AUTHENTICATOR, said)

    def _page(self, asked: Asked, form: Form, status: int = 200) -> Response:
        found = self.access.authenticators.find(asked.administrator.id)
        # A key that somebody saw at a screen left alone could be the one that is used a minute later.
        is_confirmed = asked.session.is_confirmed(self.access.clock())
        waiting = waiting_key(self.access, asked.administrator) if is_confirmed else None
        return self.frame.page(
            asked,
            "access/authenticator.html",
            status,
            title="Authenticator",
            form=form,
            authenticator=found if found is not None and found.is_active else None,
            key="" if waiting is None else waiting[0],
            picture="" if waiting is None else qr_code(waiting[1]),
            has_password=asked.administrator.has_password,
            codes=self.shown_once.take(asked.session_key, _CODES).split(),
        )


def qr_code(address: str) -> str:
    """Return a picture as a data: address, black on white in either theme."""
    import segno  # which no other page needs

    return str(segno.make_qr(address).svg_data_uri(scale=5, border=4, dark="#000", light="#fff"))
