"""Who asks for a page, in which browser, and with which form?"""

from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import parse_qsl

from starlette.datastructures import FormData
from starlette.requests import ClientDisconnect, Request

from proxyclick.accounts.secret_values import csrf_token_of
from proxyclick.accounts.sessions import Session
from proxyclick.admin.acting import Actor
from proxyclick.admin.signing_in import Browser, SignedIn
from proxyclick.people.user_groups import Right

LARGEST_FORM_BYTES = 100_000
_MOST_FIELDS = 1_000


class FormTooLarge(Exception):
    """The form has more in it than any form of the console."""


@dataclass(slots=True)
class Asked:
    """One request of a browser. `cookie` is the secret of its session, or a random text as long as nobody signs in."""

    request: Request
    cookie: str
    is_new_cookie: bool
    address: str
    signed_in: SignedIn | None
    form: FormData = field(default_factory=FormData)

    @property
    def actor(self) -> Actor:
        """Who acts; only on pages for those who are signed in."""
        return replace(self._good.actor, address=self.address)

    @property
    def session(self) -> Session:
        """The session; only on pages for those who are signed in."""
        return self._good.session

    @property
    def csrf_token(self) -> str:
        """What every form of the answer carries."""
        return csrf_token_of(self.cookie)

    @property
    def browser(self) -> Browser:
        """From where the request comes."""
        return Browser(self.address, self.request.headers.get("user-agent", ""))

    def may(self, right: Right | None) -> bool:
        """Whether whoever asks has a right at their location; None: it is enough to be signed in."""
        return self.signed_in is not None and (right is None or self.signed_in.actor.may(right))

    def query(self, name: str, longest: int = 200) -> str:
        """A value of the address, without blanks around it."""
        return self.request.query_params.get(name, "").strip()[:longest]

    def path(self, name: str) -> str:
        """A part of the path, such as the id of a user."""
        return str(self.request.path_params[name])

    def field(self, name: str) -> str:
        """A value of the form, as it was typed; empty when it is not there."""
        value: Any = self.form.get(name, "")
        return value if isinstance(value, str) else ""

    @property
    def _good(self) -> SignedIn:
        if self.signed_in is None:
            raise LookupError(f"nobody is signed in on {self.request.url.path}")
        return self.signed_in


async def read_form(request: Request) -> FormData:
    """The fields of a form; empty for a body of any other kind. Raises FormTooLarge."""
    body, more = b"", True
    while more:
        message = await request.receive()
        if message["type"] == "http.disconnect":
            raise ClientDisconnect
        body, more = body + message.get("body", b""), message.get("more_body", False)
        if len(body) > LARGEST_FORM_BYTES:
            raise FormTooLarge
    if request.headers.get("content-type", "").partition(";")[0].strip() != "application/x-www-form-urlencoded":
        return FormData()
    try:
        fields = parse_qsl(body.decode(), keep_blank_values=True, max_num_fields=_MOST_FIELDS)
    except ValueError as error:
        raise FormTooLarge from error
    return FormData([*fields])
