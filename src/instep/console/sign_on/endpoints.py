"""Where do applications send people to sign in and out, and where is what they need to know of Instep?"""

from collections.abc import Callable
from dataclasses import dataclass

from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute

from instep.admin.sign_on.metadata import federation_metadata
from instep.admin.sign_on.requests import Asked as AskedToSignIn
from instep.admin.sign_on.requests import judge_request
from instep.admin.sign_on.setting_up import configured
from instep.admin.sign_on.signing_in import refusal_form
from instep.admin.sign_on.waiting import Kept
from instep.console.asked import Asked
from instep.console.doors import ANY_PERSON, PEOPLE_SIGN_IN, PERSON, Doors, sign_in_address
from instep.console.sign_on.bringing import Bringing
from instep.console.sign_on.leaving import Leaving
from instep.directory.applications import App
from instep.saml.bindings import Received, received_by_post, received_by_redirect
from instep.saml.names import Status
from instep.saml.refusals import NotBelieved
from instep.sign_on.configuration import SignOnRefused
from instep.wiring import Instep

_LOST = "What the application asked is not known here any more: too much time has passed. Begin there again."
_METADATA_TYPE = "application/samlmetadata+xml"

AboutApp = Callable[[Asked, App], Response]


@dataclass(frozen=True, slots=True)
class Endpoints:
    """The endpoints of SAML, one of each for every application that is set up."""

    instep: Instep
    bringing: Bringing
    leaving: Leaving
    requests: Kept[AskedToSignIn]

    def routes(self, doors: Doors) -> list[BaseRoute]:
        """Their routes."""
        at, leaving = "/saml/{app}", self.leaving
        return [
            doors.page(f"{at}/metadata", self._about(self.metadata), ANY_PERSON),
            doors.page(f"{at}/login", self._about(self.asked_by_redirect), ANY_PERSON),
            doors.message(f"{at}/login", self._about(self.asked_by_post), ANY_PERSON),
            doors.page(f"{at}/sign-in", self._about(self.answer), ANY_PERSON),
            doors.page(f"{at}/logout", self._about(leaving.told_by_redirect), ANY_PERSON),
            doors.message(f"{at}/logout", self._about(leaving.told_by_post), ANY_PERSON),
            doors.page(f"{at}/sign-out", self._about(leaving.leave), ANY_PERSON),
            doors.page("/my/apps/{app}", self._about(self.open), PERSON),
        ]

    def metadata(self, asked: Asked, app: App) -> Response:
        """The federation metadata, for everybody."""
        sign_on = self.bringing.sign_on
        addresses = self.bringing.addresses(asked, app.id)
        document = federation_metadata(sign_on, app, configured(sign_on, app), addresses)
        return Response(document, media_type=_METADATA_TYPE)

    def open(self, asked: Asked, app: App) -> Response:
        """Bring a person to an application, from My apps."""
        return self.bringing.sign_in(asked, app, None)

    def asked_by_redirect(self, asked: Asked, app: App) -> Response:
        """A request in an address; without one, it begins here."""
        query = asked.request.scope["query_string"].decode("latin-1")
        if not query:
            return RedirectResponse(f"/my/apps/{app.id}", 303)
        return self._asked(asked, app, lambda: received_by_redirect(query))

    def asked_by_post(self, asked: Asked, app: App) -> Response:
        """A request in a form."""
        fields = [(name, value) for name, value in asked.form.multi_items() if isinstance(value, str)]
        return self._asked(asked, app, lambda: received_by_post(fields))

    def answer(self, asked: Asked, app: App) -> Response:
        """Answer a request that is kept, once somebody is signed in who may be told of."""
        key = asked.query("request")
        request = self.requests.find(key)
        if request is None or request.app_id != app.id:
            return self.bringing.refused(asked, "Please try again", _LOST, 409)
        who = asked.signed_in_person
        if who is not None and (not request.asks_anew or who.session.created_at >= request.received_at):
            self.requests.take(key)
            return self.bringing.sign_in(asked, app, request)
        if request.is_passive:
            self.requests.take(key)
            return self._nobody_is_there(asked, app, request)
        again = "&anew=1" if who is not None else ""
        return RedirectResponse(f"{sign_in_address(asked.request, PEOPLE_SIGN_IN)}{again}", 303)

    def _nobody_is_there(self, asked: Asked, app: App, request: AskedToSignIn) -> Response:
        sign_on, addresses = self.bringing.sign_on, self.bringing.addresses(asked, app.id)
        form = refusal_form(sign_on, app, addresses, request, Status.RESPONDER, Status.NO_PASSIVE)
        return self.bringing.bring(asked, app, form)

    def _asked(self, asked: Asked, app: App, receive: Callable[[], Received]) -> Response:
        """Judge what came, and go on at a page that the browser brings its cookie to."""
        sign_on, addresses = self.bringing.sign_on, self.bringing.addresses(asked, app.id)
        try:
            request = judge_request(app.id, configured(sign_on, app), addresses, receive(), sign_on.clock())
        except NotBelieved as refused:
            details = {"why": str(refused), "from": asked.address}
            sign_on.kept.note(app.id, "Refuse SAML request", details, sign_on.clock(), app.name)
            reason = (
                f"What {app.name} asked cannot be answered. {refused} An administrator of {app.name} can mend that."
            )
            return self.bringing.refused(asked, "You cannot be signed in", reason, 400)
        return RedirectResponse(f"/saml/{app.id}/sign-in?request={self.requests.keep(request)}", 303)

    def _about(self, answer: AboutApp) -> Callable[[Asked], Response]:
        def answered(asked: Asked) -> Response:
            app = next((app for app in self.instep.applications.all() if app.id == asked.path("app")), None)
            if app is not None:
                try:
                    return answer(asked, app)
                except SignOnRefused as refused:
                    return self.bringing.refused(asked, "You cannot be signed in", str(refused), 404)
            reason = "There is no such application. Open My apps to see which there are for you."
            return self.bringing.refused(asked, "No such application", reason, 404)

        return answered
