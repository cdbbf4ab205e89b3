"""Who asks for a page, in which browser, and with which form?"""

from dataclasses import dataclass, field, replace
from typing import Any

from starlette.datastructures import FormData, UploadFile
from starlette.formparsers import FormParser, MultiPartException, MultiPartParser
from starlette.requests import ClientDisconnect, Request
from starlette.types import Message

from instep.access.administrators import Administrator
from instep.access.people import Person
from instep.access.secret_values import csrf_token_of
from instep.access.sessions import Session
from instep.admin.access.people import SignedInPerson
from instep.admin.access.signing_in import Browser, SignedIn

LARGEST_FORM_BYTES = 500_000
LARGEST_UPLOAD_BYTES = 200_000_000
_MOST_FILES = 10
_LIMITS = {"max_fields": 2_000, "max_part_size": LARGEST_FORM_BYTES}
_FIELD_KINDS = ("application/x-www-form-urlencoded", "multipart/form-data")


class FormTooLarge(Exception):
    """The form has more in it than any form of the console."""


class FormNotUnderstood(Exception):
    """What came is no form."""


@dataclass(slots=True)
class Asked:
    """One request of a browser; all that a page needs to know of it.

    `cookie` is the secret of its session, or a random text as long as nobody signs in. On the pages for people it is
    theirs, and `signed_in` is nobody, whoever administers Instep in the same browser.
    """

    request: Request
    cookie: str
    is_new_cookie: bool
    address: str
    signed_in: SignedIn | None
    form: FormData = field(default_factory=FormData)
    signed_in_person: SignedInPerson | None = None

    @property
    def person(self) -> Person:
        """Who is there. Raises LookupError on a page for those who are not signed in."""
        return self.good_person.person

    @property
    def good_person(self) -> SignedInPerson:
        """The person with the session. Raises LookupError likewise."""
        if self.signed_in_person is None:
            raise LookupError(f"no person is signed in on {self.request.url.path}")
        return self.signed_in_person

    @property
    def person_name(self) -> str:
        """The display name of the person who is signed in; "" if nobody is."""
        return self.signed_in_person.person.display_name if self.signed_in_person else ""

    @property
    def administrator(self) -> Administrator:
        """Who acts. Raises LookupError on a page for those who are not signed in."""
        return self._good.administrator

    @property
    def session(self) -> Session:
        """The session. Raises LookupError on a page for those who are not signed in."""
        return self._good.session

    @property
    def actor(self) -> str:
        """Who acts, as the change log and the audit log have it: what use cases call `actor`."""
        return self.administrator.user_name

    @property
    def name(self) -> str:
        """The display name of who is signed in; "" if nobody is."""
        return self.signed_in.administrator.display_name if self.signed_in else ""

    @property
    def session_key(self) -> bytes:
        """What tells this session from others; b"" if nobody is signed in."""
        who = self.signed_in or self.signed_in_person
        return who.session.digest if who else b""

    @property
    def csrf_token(self) -> str:
        """What every form of the answer carries, as the field `csrf_token`."""
        return csrf_token_of(self.cookie)

    @property
    def browser(self) -> Browser:
        """From where the request comes."""
        return Browser(self.address, self.request.headers.get("user-agent", ""))

    @property
    def is_partial(self) -> bool:
        """Whether htmx asks, for a part of a page that is there already."""
        return self.request.headers.get("hx-request") == "true"

    def may(self, permission: str) -> bool:
        """Whether whoever asks has a permission, by its name."""
        return self.signed_in is not None and permission in self.signed_in.administrator.permissions

    def query(self, name: str, longest: int = 400) -> str:
        """A value of the address, without blanks around it."""
        return self.request.query_params.get(name, "").strip()[:longest]

    def path(self, name: str) -> str:
        """A part of the path, such as the id of a user."""
        return str(self.request.path_params[name])

    def field(self, name: str) -> str:
        """A value of the form, as it was typed; empty when it is not there."""
        value: Any = self.form.get(name, "")
        return value if isinstance(value, str) else ""

    def fields(self, name: str) -> list[str]:
        """All values of a name, such as those of boxes that were ticked."""
        return [value for value in self.form.getlist(name) if isinstance(value, str)]

    def file(self, name: str) -> UploadFile | None:
        """A file of the form; None when none was chosen. Its `.file` is read in a thread."""
        value = self.form.get(name)
        return value if isinstance(value, UploadFile) and value.filename else None

    def with_form(self, request: Request, form: FormData) -> "Asked":
        """Return the same browser with another request and its form, which it had sent before."""
        return replace(self, request=request, form=form)

    @property
    def _good(self) -> SignedIn:
        if self.signed_in is None:
            raise LookupError(f"nobody is signed in on {self.request.url.path}")
        return self.signed_in


async def read_form(request: Request, largest_bytes: int) -> FormData:
    """Return the fields and files of a form; nothing for a body of another kind.

    Files are kept in the machine's place for temporary files when they are large. Raises FormTooLarge as soon as more
    comes than `largest_bytes`, FormNotUnderstood, ClientDisconnect.
    """
    if int(_digits(request.headers.get("content-length", "")) or 0) > largest_bytes:
        raise FormTooLarge
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    counted = Request(request.scope, _counting(request, largest_bytes))
    if kind not in _FIELD_KINDS:
        async for _ in counted.stream():
            pass
        return FormData()
    try:
        if kind == _FIELD_KINDS[0]:
            return await FormParser(request.headers, counted.stream(), **_LIMITS).parse()
        return await MultiPartParser(request.headers, counted.stream(), max_files=_MOST_FILES, **_LIMITS).parse()
    except (MultiPartException, UnicodeDecodeError, ValueError) as error:
        raise FormNotUnderstood from error


def _counting(request: Request, largest_bytes: int) -> Any:
    received = 0

    async def receive() -> Message:
        nonlocal received
        message = await request.receive()
        if message["type"] == "http.disconnect":
            raise ClientDisconnect
        received += len(message.get("body", b""))
        if received > largest_bytes:
            raise FormTooLarge
        return message

    return receive


def _digits(text: str) -> str:
    return text if text.isascii() and text.isdigit() and len(text) < 20 else ""
