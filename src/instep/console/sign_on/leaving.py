"""How does a browser go round the applications when somebody signs out, and come back?"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from urllib.parse import urlsplit

from starlette.responses import RedirectResponse, Response

from instep.admin.access.ports import Access
from instep.admin.sign_on.setting_up import configured
from instep.admin.sign_on.signing_out import (
    AskedToLeave,
    Departure,
    Way,
    answer_address,
    depart,
    depart_as_asked,
    is_awaited,
    judge_logout,
    next_address,
)
from instep.admin.sign_on.waiting import Kept
from instep.console.asked import Asked
from instep.console.sign_on.bringing import Bringing
from instep.directory.applications import App
from instep.saml.bindings import Parameter, PostForm, Received, received_by_post, received_by_redirect
from instep.saml.names import Status
from instep.saml.refusals import NotBelieved
from instep.wiring import Instep


@dataclass(frozen=True, slots=True)
class Leaving:
    """The pages by which somebody signs out."""

    instep: Instep
    access: Access
    bringing: Bringing
    asked_to_leave: Kept[AskedToLeave]
    departures: Kept[Departure]

    def sign_out(self, asked: Asked) -> Response:
        """Sign somebody out, begun here, and lead the browser to the applications that want to know.

        Where a form led, the policy of its page holds back what leads elsewhere: so it is a page that leads on.
        """
        departure = depart(self.bringing.sign_on, self.access, asked.good_person)
        way = self._next(asked, departure, Status.SUCCESS)
        asked.signed_in_person = None
        response = self._form(asked, way) if isinstance(way, PostForm) else self._signed_out(asked, way or "")
        self.bringing.site.drop_cookie(asked.request, response)
        return response

    def told_by_redirect(self, asked: Asked, app: App) -> Response:
        """A request to sign out, or an answer to ours, in an address."""
        query = asked.request.scope["query_string"].decode("latin-1")
        return self._told(asked, app, lambda: received_by_redirect(query))

    def told_by_post(self, asked: Asked, app: App) -> Response:
        """Likewise in a form."""
        fields = [(name, value) for name, value in asked.form.multi_items() if isinstance(value, str)]
        return self._told(asked, app, lambda: received_by_post(fields))

    def leave(self, asked: Asked, app: App) -> Response:
        """Do what an application has asked, now that the browser has brought its cookie."""
        request = self.asked_to_leave.take(asked.query("request"))
        if request is None or request.app_id != app.id:
            return self._signed_out(asked, "")
        sign_on = self.bringing.sign_on
        departure, status = depart_as_asked(sign_on, self.access, asked.signed_in_person, request)
        if status is Status.SUCCESS:
            asked.signed_in_person = None
        return self._go_on(asked, departure, status)

    def _told(self, asked: Asked, app: App, receive: Callable[[], Received]) -> Response:
        sign_on, addresses = self.bringing.sign_on, self.bringing.addresses(asked, app.id)
        try:
            received = receive()
            if received.parameter is Parameter.RESPONSE:
                return self._answered(asked, received)
            request = judge_logout(app, configured(sign_on, app), addresses, received, sign_on)
        except NotBelieved as refused:
            details = {"why": str(refused), "from": asked.address}
            sign_on.kept.note(app.id, "Refuse SAML request", details, sign_on.clock(), app.name)
            return self.bringing.refused(asked, "You were not signed out", str(refused), 400)
        return RedirectResponse(f"/saml/{app.id}/sign-out?request={self.asked_to_leave.keep(request)}", 303)

    def _answered(self, asked: Asked, received: Received) -> Response:
        departure = self.departures.take(received.relay_state)
        if departure is None or not is_awaited(received, departure):
            return self._signed_out(asked, "")
        return self._go_on(asked, departure, Status.SUCCESS)

    def _go_on(self, asked: Asked, departure: Departure, status: Status) -> Response:
        way = self._next(asked, departure, status)
        if isinstance(way, PostForm):
            return self._form(asked, way)
        return self._signed_out(asked, "") if way is None else RedirectResponse(way, 303)

    def _form(self, asked: Asked, form: PostForm) -> Response:
        fields, name = list(form.fields.items()), urlsplit(form.action).hostname
        title = "You are signed out here"
        frame = self.bringing.frame
        return frame.posting_page(asked, "my/bring.html", form.action, title=title, fields=fields, name=name)

    def _next(self, asked: Asked, departure: Departure, status: Status) -> Way | None:
        """Return how the browser goes on: to the next application, or with the answer to the one that has asked."""
        sign_on, apps = self.bringing.sign_on, {app.id: app for app in self.instep.applications.all()}
        while departure.remaining:
            app = apps.get(departure.remaining[0].app_id)
            key = self.departures.keep(departure)
            found = app and next_address(sign_on, app, self.bringing.addresses(asked, app.id), departure, key)
            if found:
                self.departures.put(key, found[1])
                return found[0]
            self.departures.take(key)
            departure = replace(departure, remaining=departure.remaining[1:])
        origin = departure.asked
        app = apps.get(origin.app_id) if origin else None
        if origin is None or app is None:
            return None
        return answer_address(sign_on, app, self.bringing.addresses(asked, app.id), origin, status)

    def _signed_out(self, asked: Asked, address: str) -> Response:
        return self.bringing.frame.page(
            asked, "my/signed_out.html", title="You are signed out", address=address, is_there=bool(asked.person_name)
        )
