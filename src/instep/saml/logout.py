"""How do the two sides tell each other that somebody signs out, and what came of it (core, 3.7)?"""

from dataclasses import dataclass
from datetime import datetime

from lxml import etree

from instep.saml.assertion import NameId, add_name_id
from instep.saml.authn_request import check_version
from instep.saml.instants import moment_of, written
from instep.saml.names import Status, saml, samlp
from instep.saml.reading import attribute, text_of
from instep.saml.refusals import NotBelieved, Reason
from instep.saml.response import add_status
from instep.saml.statements import read_name_id
from instep.saml.writing import add, element


@dataclass(frozen=True, slots=True)
class LogoutRequest:
    """Somebody signs out of some of their sessions; of all of them where none is named."""

    id: str
    issuer: str
    issued_at: datetime
    destination: str
    subject: NameId
    session_indexes: tuple[str, ...] = ()
    not_on_or_after: datetime | None = None


@dataclass(frozen=True, slots=True)
class LogoutResponse:
    """What came of it."""

    id: str
    issuer: str
    issued_at: datetime
    destination: str
    in_response_to: str | None
    status: str = Status.SUCCESS.value
    second_status: str | None = None
    message: str = ""


def written_logout_request(request: LogoutRequest) -> etree._Element:
    """The request as XML, without a signature; a binding signs it."""
    root = element(
        samlp("LogoutRequest"),
        ID=request.id,
        Version="2.0",
        IssueInstant=written(request.issued_at),
        Destination=request.destination or None,
        NotOnOrAfter=None if request.not_on_or_after is None else written(request.not_on_or_after),
    )
    add(root, saml("Issuer"), request.issuer)
    add_name_id(root, request.subject)
    for index in request.session_indexes:
        add(root, samlp("SessionIndex"), index)
    return root


def written_logout_response(response: LogoutResponse) -> etree._Element:
    """The answer as XML, without a signature; a binding signs it."""
    root = element(
        samlp("LogoutResponse"),
        ID=response.id,
        Version="2.0",
        IssueInstant=written(response.issued_at),
        Destination=response.destination or None,
        InResponseTo=response.in_response_to,
    )
    add(root, saml("Issuer"), response.issuer)
    add_status(root, response.status, response.second_status, response.message)
    return root


def read_logout_request(root: etree._Element) -> LogoutRequest:
    """The request that an element says, which must be one that was verified. Raises NotBelieved."""
    _check_kind(root, "LogoutRequest")
    until = root.get("NotOnOrAfter")
    return LogoutRequest(
        id=attribute(root, "ID"),
        issuer=text_of(root.find(saml("Issuer"))),
        issued_at=moment_of(attribute(root, "IssueInstant")),
        destination=root.get("Destination", ""),
        subject=read_name_id(root),
        session_indexes=tuple(text_of(each) for each in root.iterfind(samlp("SessionIndex"))),
        not_on_or_after=None if until is None else moment_of(until),
    )


def read_logout_response(root: etree._Element) -> LogoutResponse:
    """The answer that an element says, which must be one that was verified. Raises NotBelieved."""
    _check_kind(root, "LogoutResponse")
    codes = [code.get("Value", "") for code in root.iterfind(f"{samlp('Status')}//{samlp('StatusCode')}")]
    return LogoutResponse(
        id=attribute(root, "ID"),
        issuer=text_of(root.find(saml("Issuer"))),
        issued_at=moment_of(attribute(root, "IssueInstant")),
        destination=root.get("Destination", ""),
        in_response_to=root.get("InResponseTo"),
        status=codes[0] if codes else "",
        second_status=codes[1] if len(codes) > 1 else None,
        message=text_of(root.find(f"{samlp('Status')}/{samlp('StatusMessage')}")),
    )


def _check_kind(root: etree._Element, name: str) -> None:
    if root.tag != samlp(name):
        found = etree.QName(root).localname
        raise NotBelieved(Reason.NOT_EXPECTED, f"It is a {found[:60]} and no {name}.")
    check_version(root)
