"""How does a browser bring an assertion to an application, and what is said to somebody who may not sign in?"""

from dataclasses import dataclass

from starlette.responses import Response

from instep.admin.sign_on.ports import SignOn
from instep.admin.sign_on.requests import Asked as AskedToSignIn
from instep.admin.sign_on.signing_in import NotSignedIn, sign_in_to
from instep.console.asked import Asked
from instep.console.frame import Frame
from instep.console.site import Site
from instep.directory.applications import App
from instep.saml.bindings import PostForm
from instep.sign_on.configuration import SignOnAddresses, SignOnRefused


@dataclass(frozen=True, slots=True)
class Bringing:
    """What the pages that lead to applications share; `site` is the one for people."""

    sign_on: SignOn
    frame: Frame
    site: Site

    def addresses(self, asked: Asked, app_id: str) -> SignOnAddresses:
        """The addresses of Instep for an application, as it knows them."""
        return SignOnAddresses(self.site.published_url(asked.request), app_id)

    def sign_in(self, asked: Asked, app: App, request: AskedToSignIn | None) -> Response:
        """Bring whoever is signed in to an application, or say why not."""
        made: PostForm | NotSignedIn
        try:
            made = sign_in_to(self.sign_on, app, self.addresses(asked, app.id), asked.good_person, request)
        except SignOnRefused as refused:
            made = NotSignedIn(str(refused))
        if isinstance(made, NotSignedIn):
            return self.refused(asked, f"You cannot sign in to {app.name}", made.why)
        return self.bring(asked, app, made)

    def bring(self, asked: Asked, app: App, form: PostForm) -> Response:
        """The page that sends a form on."""
        fields, title = list(form.fields.items()), f"Signing in to {app.name}"
        return self.frame.posting_page(asked, "my/bring.html", form.action, title=title, fields=fields, name=app.name)

    def refused(self, asked: Asked, title: str, reason: str, status: int = 403) -> Response:
        """A page that says why not."""
        return self.frame.page(asked, "my/refused.html", status, title=title, reason=reason)
