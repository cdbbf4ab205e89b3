"""How does somebody sign in and out, and show anew that it is them?"""

from starlette.concurrency import run_in_threadpool
from starlette.responses import Response
from starlette.routing import BaseRoute

from instep.admin.access.ports import Access
from instep.admin.access.second_step import OF_ADMINISTRATORS, sign_in
from instep.admin.access.signing_in import confirm, sign_out
from instep.console.access.paths import own_path
from instep.console.access.second_step import go_on
from instep.console.asked import Asked
from instep.console.doors import CONFIRM, EVERYBODY, SIGN_IN, SIGNED_IN, Doors
from instep.console.forms import Form
from instep.console.frame import Frame
from instep.console.site import Site

REFUSED = "That did not work. Check the user name and the password; after several failures, wait a quarter of an hour."
NOT_YOURS = "That is not your password. After several failures, wait a quarter of an hour."
NOTHING_KEPT = (
    "What you wanted to do is not known here any more: it was done already, too much time has passed, or the service "
    "was started again meanwhile. Look whether it was done; if not, go back and do it again."
)


class SignInPages:
    """The pages to sign in, to sign out, and to confirm."""

    def __init__(self, access: Access, frame: Frame, site: Site, doors: Doors, provider_name: str = "") -> None:
        self._access, self._frame, self._site, self._doors = access, frame, site, doors
        self._provider = provider_name  # "": there is none

    def routes(self) -> list[BaseRoute]:
        """Their routes."""
        doors = self._doors
        return [
            doors.page(SIGN_IN, self.form, EVERYBODY),
            doors.action(SIGN_IN, self.sign_in, EVERYBODY),
            doors.action("/sign-out", self.sign_out, SIGNED_IN),
            doors.page(CONFIRM, self.confirm_form, SIGNED_IN),
            doors.action(CONFIRM, self.confirm, SIGNED_IN),
        ]

    def form(self, asked: Asked) -> Response:
        """Ask for user name and password."""
        next_path = own_path(asked.query("next", 2_000))
        if asked.signed_in is not None:
            return self._frame.redirect(asked, next_path)
        return self._page(asked, Form({"next": next_path}))

    def sign_in(self, asked: Asked) -> Response:
        """Begin a session, or ask for the code; the secret is new, and every failure is told by the same words."""
        user_name, next_path = asked.field("user_name"), own_path(asked.field("next"))
        entered = sign_in(self._access, OF_ADMINISTRATORS, user_name, asked.field("password"), asked.browser)
        if entered is None:
            form = Form({"user_name": user_name, "next": next_path}, problem=REFUSED)
            return self._page(asked, form, 403)
        if asked.signed_in is not None:
            sign_out(self._access, asked.signed_in)
        return go_on(self._frame, self._site, asked, entered, next_path)

    def sign_out(self, asked: Asked) -> Response:
        """End the session."""
        if asked.signed_in is not None:
            sign_out(self._access, asked.signed_in)
        response = self._frame.redirect(asked, SIGN_IN)
        self._site.drop_cookie(asked.request, response)
        return response

    def confirm_form(self, asked: Asked) -> Response:
        """Ask anew who it is, before what was wanted is done."""
        return self._confirm_page(asked, asked.query("form"), Form())

    async def confirm(self, asked: Asked) -> Response:
        """Do what was wanted, once that is known."""
        key = asked.field("form")
        if asked.signed_in is None or not self._doors.kept_forms.is_kept(asked.session_key, key):
            return self._gone(asked)
        is_good = asked.session.is_confirmed(self._access.clock()) or await run_in_threadpool(
            confirm, self._access, asked.signed_in, asked.field("password")
        )
        if not is_good:
            form = Form().with_problem("password", NOT_YOURS)
            return await run_in_threadpool(self._confirm_page, asked, key, form, 403)
        kept = self._doors.kept_forms.take(asked.session_key, key)
        return self._gone(asked) if kept is None else await self._doors.resume(asked, kept)

    def _page(self, asked: Asked, form: Form, status: int = 200) -> Response:
        nobody = self._access.administrators.is_empty()
        return self._frame.page(
            asked, "access/sign_in.html", status, title="Sign in", form=form, nobody=nobody, provider=self._provider
        )

    def _confirm_page(self, asked: Asked, key: str, form: Form, status: int = 200) -> Response:
        if not self._doors.kept_forms.is_kept(asked.session_key, key):
            return self._gone(asked)
        return self._frame.page(
            asked,
            "access/confirm.html",
            status,
            title="Confirm that it is you",
            form=form,
            key=key,
            user_name=asked.administrator.user_name,
            is_confirmed=asked.session.is_confirmed(self._access.clock()),
            has_password=asked.administrator.has_password,
            provider=self._provider if asked.administrator.subject else "",
        )

    def _gone(self, asked: Asked) -> Response:
        return self._frame.page(asked, "access/refused.html", 409, title="Please try again", reason=NOTHING_KEPT)
