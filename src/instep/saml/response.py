"""How does an identity provider answer: with an assertion, or with why there is none (core, 3.3.3)?"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from lxml import etree

from instep.saml.assertion import Assertion, written_assertion
from instep.saml.instants import written
from instep.saml.names import Status, saml, samlp
from instep.saml.signatures import SigningKey, signed
from instep.saml.writing import add, element


class Signed(StrEnum):
    """Which parts of a response are signed; the names are those of Microsoft Entra."""

    ASSERTION = "Sign SAML assertion"
    RESPONSE = "Sign SAML response"
    BOTH = "Sign SAML response and assertion"


@dataclass(frozen=True, slots=True)
class Response:
    """An answer to `destination`; without an assertion `status` and `second_status` say what went wrong."""

    id: str
    issuer: str
    issued_at: datetime
    destination: str
    in_response_to: str | None = None
    assertion: Assertion | None = None
    status: Status = Status.SUCCESS
    second_status: Status | None = None
    status_message: str = ""


def signed_response(response: Response, key: SigningKey, parts: Signed = Signed.ASSERTION) -> etree._Element:
    """The response as XML, signed as its receiver wants it; one without an assertion is signed itself."""
    root = _written_head(response)
    if response.assertion is not None:
        assertion = written_assertion(response.assertion)
        root.append(assertion if parts is Signed.RESPONSE else signed(assertion, key))
    return root if response.assertion is not None and parts is Signed.ASSERTION else signed(root, key)


def add_status(root: etree._Element, status: str, second: str | None, message: str) -> None:
    """Adds what came of a request."""
    made = add(root, samlp("Status"))
    code = add(made, samlp("StatusCode"), Value=status)
    if second is not None:
        add(code, samlp("StatusCode"), Value=second)
    if message:
        add(made, samlp("StatusMessage"), message)


def _written_head(response: Response) -> etree._Element:
    """What every answer begins with: who answers whom, and the status."""
    root = element(
        samlp("Response"),
        ID=response.id,
        Version="2.0",
        IssueInstant=written(response.issued_at),
        Destination=response.destination,
        InResponseTo=response.in_response_to,
    )
    add(root, saml("Issuer"), response.issuer)
    add_status(root, response.status, response.second_status, response.status_message)
    return root
