"""What does an administrator see and change of themselves: password, provider, sessions, API tokens?"""

from dataclasses import dataclass, field
from datetime import timedelta

from starlette.responses import Response
from starlette.routing import BaseRoute

from instep.access.passwords import SHORTEST
from instep.access.refusals import AccessRefused
from instep.access.roles import Permission
from instep.access.tokens import DEFAULT_LIFE, LONGEST_LIFE
from instep.admin.access.administrators import choose_password
from instep.admin.access.by_provider import disconnect_provider
from instep.admin.access.ports import Access
from instep.admin.access.sessions import end_session, sessions_of
from instep.admin.access.tokens import end_token, issue_token, permissions_named
from instep.console.access.devices import device
from instep.console.asked import Asked
from instep.console.doors import SIGNED_IN, Doors
from instep.console.forms import Form, filled
from instep.console.frame import Frame
from instep.console.shown_once import ShownOnce

ACCOUNT = "/account"
_TOKEN = "API token"  # noqa: S105 - what is shown once, by its name
_NOT_YOURS = "That is not a session of yours, and you may not end those of others."


@dataclass(frozen=True, slots=True)
class AccountPages:
    """The page *My account*; `provider_name` is "" where there is no OpenID Connect provider."""

    access: Access
    frame: Frame
    provider_name: str
    shown_once: ShownOnce = field(default_factory=ShownOnce)

    def routes(self, doors: Doors) -> list[BaseRoute]:
        """Their routes."""
        return [
            doors.page(ACCOUNT, self.account, SIGNED_IN),
            doors.dangerous_action("/account/password", self.choose_password, SIGNED_IN),
            doors.dangerous_action("/account/provider/disconnect", self.disconnect, SIGNED_IN),
            doors.action("/sessions/end", self.end_session, SIGNED_IN),
            doors.dangerous_action("/account/tokens", self.issue_token, SIGNED_IN),
            doors.action("/account/tokens/{token}/delete", self.end_token, SIGNED_IN),
        ]

    def account(self, asked: Asked) -> Response:
        """The page."""
        return self._page(asked, Form(), _new_token_form())

    def choose_password(self, asked: Asked) -> Response:
        """Another password; whoever is signed in elsewhere is out."""
        password = asked.field("password")
        try:
            if password != asked.field("again"):
                raise AccessRefused("These are two different passwords: type the same one twice.", "again")
            choose_password(self.access, asked.administrator, password, asked.session_key)
        except AccessRefused as refusal:
            form = Form().with_problem(refusal.field, str(refusal))
            return self._page(asked, form, _new_token_form(), 422)
        said = "Your password is another one now, and you are signed out everywhere else."
        return self.frame.redirect(asked, ACCOUNT, said)

    def disconnect(self, asked: Asked) -> Response:
        """No sign-in by the provider any more, for somebody who has a password."""
        if not asked.administrator.has_password:
            raise AccessRefused("Choose a password first: you could not sign in any more.")
        disconnect_provider(self.access, asked.administrator, asked.actor)
        return self.frame.redirect(asked, ACCOUNT, "The provider does not let you in here any more.")

    def end_session(self, asked: Asked) -> Response:
        """End a session: one's own, or that of somebody whom one manages; then back to where one was."""
        try:
            digest = bytes.fromhex(asked.field("session"))
        except ValueError:
            digest = b""
        if asked.signed_in is None or not end_session(self.access, asked.signed_in, digest):
            raise AccessRefused(_NOT_YOURS)
        whose = asked.field("of")
        back = f"/administrators/{whose}" if whose.replace("-", "").isalnum() and whose.isascii() else ACCOUNT
        return self.frame.redirect(asked, back, "The session was ended.")

    def issue_token(self, asked: Asked) -> Response:
        """Make an API token, whose secret the next page shows once."""
        form = filled(("name", "days"), asked.form)
        days = int(form.text("days")) if form.text("days").isascii() and form.text("days").isdecimal() else 0
        chosen = asked.fields("permissions")
        try:
            wanted = permissions_named(chosen)
            life = timedelta(days=min(days, 10_000))
            issued = issue_token(self.access, asked.administrator, form.text("name"), wanted, life, asked.actor)
        except AccessRefused as refusal:
            return self._page(asked, Form(), form.with_problem(refusal.field, str(refusal)), 422, frozenset(chosen))
        self.shown_once.keep(asked.session_key, _TOKEN, issued.secret)
        return self.frame.redirect(asked, f"{ACCOUNT}#tokens", f"The API token {issued.token.name} was made.")

    def end_token(self, asked: Asked) -> Response:
        """Delete an API token of one's own."""
        ended = end_token(self.access, asked.administrator, asked.path("token"), asked.actor)
        return self.frame.redirect(asked, ACCOUNT, f"The API token {ended.name} was deleted, and is refused now.")

    def _page(
        self, asked: Asked, password: Form, token: Form, status: int = 200, chosen: frozenset[str] = frozenset()
    ) -> Response:
        administrator = asked.administrator
        return self.frame.page(
            asked,
            "access/account.html",
            status,
            title="My account",
            administrator=administrator,
            password=password,
            token=token,
            chosen=chosen,
            permissions=[(each.value, each.in_words, "") for each in Permission if each in administrator.permissions],
            tokens=[each for each, _ in self.access.tokens.all(administrator.id)],
            new_secret=self.shown_once.take(asked.session_key, _TOKEN),
            sessions=[(session, device(session.browser)) for session, _ in sessions_of(self.access, administrator.id)],
            own=asked.session_key,
            provider=self.provider_name,
            shortest=SHORTEST,
            longest_days=LONGEST_LIFE.days,
            authenticator=self.access.authenticators.find(administrator.id),
            now=self.access.clock(),
        )


def _new_token_form() -> Form:
    return Form({"days": str(DEFAULT_LIFE.days)})
