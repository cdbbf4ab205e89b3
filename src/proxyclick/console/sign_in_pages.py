"""How do people get in and out: the pages to sign in, to use a one-time link, to choose a location, and of sessions?"""

from starlette.responses import Response
from starlette.routing import BaseRoute

from proxyclick.accounts.links import PATH, Purpose
from proxyclick.accounts.passwords import SHORTEST
from proxyclick.accounts.sessions import Session
from proxyclick.admin.acting import Refused
from proxyclick.admin.administrators import GONE, good_link, is_known, use_link
from proxyclick.admin.signing_in import AccountStores, begin_session, choose_location, end_session, sign_in, sign_out
from proxyclick.console.asking import Asked
from proxyclick.console.doors import Doors
from proxyclick.console.frame import Frame
from proxyclick.people.by_hand import Particulars
from proxyclick.people.locations import location_number

HOME = "/users"
_REFUSED = (
    "That did not work. Check the e-mail address and the password; after several failures, wait a quarter of an hour."
)
_NOT_LET_IN = "You stay where you are: the other location does not trust what you have signed in with. Sign in there."


class SignInPages:
    """The pages that need nobody signed in, and those about one's own sessions."""

    def __init__(self, stores: AccountStores, frame: Frame) -> None:
        self._stores, self._frame = stores, frame

    def routes(self, doors: Doors) -> list[BaseRoute]:
        """Their routes."""
        return [
            doors.route("/", self.home),
            doors.route("/sign-in", self.sign_in_form, self.sign_in, is_open=True),
            doors.route(f"{PATH}/{{secret}}", self.link_form, self.use_link, is_open=True),
            doors.route("/location", action=self.choose_location),
            doors.route("/settings/sessions", self.sessions, self.end_session),
        ]

    def home(self, asked: Asked) -> Response:
        """The console begins with the users."""
        return self._frame.redirect(asked, HOME)

    def sign_in_form(self, asked: Asked) -> Response:
        """Asks for the e-mail address and the password."""
        if asked.signed_in is not None:
            return self._frame.redirect(asked, HOME)
        return self._sign_in_page(asked)

    async def sign_in(self, asked: Asked) -> Response:
        """Begins a session, whose secret is new; every failure is told by the same words."""
        email = asked.field("email")
        secret = await sign_in(self._stores, email, asked.field("password"), asked.browser)
        if secret is None:
            return self._sign_in_page(asked, email, _REFUSED, 403)
        if asked.signed_in is not None:
            await sign_out(self._stores, asked.signed_in)
        return self._frame.with_session(self._frame.redirect(asked, HOME), secret)

    def link_form(self, asked: Asked) -> Response:
        """Asks what a link needs. Opening it uses nothing up: mail programs open links to look at them."""
        return self._link_page(asked, {}, {})

    async def use_link(self, asked: Asked) -> Response:
        """Uses a link, and signs in."""
        values = {name: asked.field(name).strip() for name in ("email", "first_name", "last_name")}
        secret = asked.request.path_params["secret"]
        form, password = Particulars(**values), asked.field("password")
        outcome = await use_link(self._stores, secret, form, password, asked.address)
        if isinstance(outcome, Refused):
            return self._link_page(asked, values, dict(outcome.errors), 422)
        session = await begin_session(self._stores, outcome.organisation, outcome.user, asked.browser)
        response = self._frame.redirect(asked, HOME)
        return response if session is None else self._frame.with_session(response, session)

    async def choose_location(self, asked: Asked) -> Response:
        """Makes another location the one that pages are about."""
        number = location_number(asked.field("location"))
        is_chosen = number is not None and asked.signed_in is not None
        if number is not None and asked.signed_in is not None:
            is_chosen = await choose_location(self._stores, asked.signed_in, number)
        return self._frame.redirect(asked, HOME, "" if is_chosen else _NOT_LET_IN)

    def sessions(self, asked: Asked) -> Response:
        """Where one is signed in."""
        sessions = [(session, _device(session)) for session in self._live(asked)]
        return self._frame.page(asked, "sessions.html", sessions=sessions, own=asked.session.digest)

    async def end_session(self, asked: Asked) -> Response:
        """Ends one of one's own sessions elsewhere."""
        try:
            digest = bytes.fromhex(asked.field("session"))
        except ValueError:
            digest = b""
        if asked.signed_in is not None:
            await end_session(self._stores, asked.signed_in, digest)
        return self._frame.redirect(asked, "/settings/sessions", "The session was ended.")

    def _live(self, asked: Asked) -> list[Session]:
        now = self._stores.now()
        return [session for session in self._stores.sessions.of(asked.actor.user) if not session.is_over(now)]

    def _sign_in_page(self, asked: Asked, email: str = "", refusal: str = "", status: int = 200) -> Response:
        form = {"values": {"email": email}, "errors": {}}
        nobody, has_sso = self._stores.accounts.is_empty(), bool(self._stores.sign_ons.locations())
        return self._frame.page(
            asked, "sign_in.html", status, form=form, refusal=refusal, nobody=nobody, has_sso=has_sso
        )

    def _link_page(self, asked: Asked, values: dict[str, str], errors: dict[str, str], status: int = 200) -> Response:
        link = good_link(self._stores, asked.request.path_params["secret"])
        if link is None:
            return self._frame.page(asked, "refused.html", 404, title="This link does not lead anywhere", reason=GONE)
        values = {"email": link.email, "first_name": link.first_name, "last_name": link.last_name} | values
        return self._frame.page(
            asked,
            "welcome.html",
            status,
            form={"values": values, "errors": errors},
            link=link,
            asks_name=not is_known(self._stores, link) and not link.first_name,
            asks_password=link.purpose is not Purpose.SIGN_IN,
            becomes_administrator=link.purpose.makes_administrator,
            shortest=SHORTEST,
        )


def _device(session: Session) -> str:
    """What the browser calls itself, in two words where they are known."""
    names = ("Edg", "Firefox", "Chrome", "Safari", "curl")
    systems = ("Windows", "Android", "iPhone", "Mac OS", "Linux")
    browser = next((name for name in names if name in session.browser), "Another browser")
    system = next((name for name in systems if name in session.browser), "")
    return f"{'Edge' if browser == 'Edg' else browser}{f' on {system}' if system else ''}"
