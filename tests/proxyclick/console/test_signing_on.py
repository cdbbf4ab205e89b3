"""People sign in at the tenant with their identity provider, over HTTP; and no forgery lets anybody in."""

import html
import re
from base64 import b64encode
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import httpx2
import pytest
from lxml import etree

from fakes.console_visitor import Visitor, administrator_of
from fakes.saml_forgeries import wrapped
from fakes.saml_parties import ANA, ISSUER, key_of
from fakes.served_tenant import ServedTenant, served_tenant
from fakes.tenancy import add_location, install_at
from instep.saml.assertion import Assertion, NameId
from instep.saml.authn_request import AuthnRequest, read_request
from instep.saml.bindings import Parameter, post_form, received_by_post, received_by_redirect, redirect_address
from instep.saml.certificates import pem
from instep.saml.logout import (
    LogoutRequest,
    LogoutResponse,
    read_logout_request,
    read_logout_response,
    written_logout_request,
    written_logout_response,
)
from instep.saml.metadata import read_service_provider
from instep.saml.names import ds, saml
from instep.saml.response import Response, Signed, signed_response
from instep.saml.signatures import SigningKey
from instep.saml.writing import rendered

PAGE = "/settings/integrations/sso"
ENDPOINT = "https://instep.example/saml/42"
LOGOUT = "https://instep.example/saml/42/logout"
KEY = key_of("idp")
FORM = {"method": "HTTP Redirect", "issuer": ISSUER, "endpoint": ENDPOINT, "logout": LOGOUT}


@dataclass
class Place:
    """A tenant whose first location has single sign-on, with Ana as a user, and who has set it up."""

    tenant: ServedTenant
    root: Visitor
    ana: str

    @property
    def init(self) -> str:
        return f"{self.tenant.site}/saml/init/CO-A000"

    @property
    def consume(self) -> str:
        return f"{self.tenant.site}/saml/consume/CO-A000"

    @property
    def logout(self) -> str:
        return f"{self.tenant.site}/saml/logout/CO-A000"

    def trust(self, key: SigningKey, **changes: str) -> httpx2.Response:
        self.root.get(PAGE)
        return self.root.post(PAGE, **(FORM | {"certificate": pem(key.certificate)} | changes))

    def told(self) -> str:
        """The last line of the audit log."""
        rows = re.findall(r"<tr>.*?</tr>", self.root.get("/settings/audit").text, re.DOTALL)
        return html.unescape(re.sub(r"\s+", " ", re.sub("<.*?>", " ", rows[1])))

    def asserted(self, **changes: object) -> Assertion:
        now = datetime.now(UTC)
        said = Assertion(
            id=f"_{uuid4().hex}",
            issuer=ISSUER,
            issued_at=now,
            subject=NameId(ANA),
            audience=self.init,
            recipient=self.consume,
            not_before=now - timedelta(minutes=1),
            not_on_or_after=now + timedelta(minutes=5),
            authenticated_at=now,
            session_index="_session-1",
        )
        return replace(said, **changes)  # type: ignore[arg-type]

    def document(self, said: Assertion, key: SigningKey = KEY, parts: Signed = Signed.ASSERTION) -> bytes:
        answer = Response(f"_{uuid4().hex}", ISSUER, said.issued_at, self.consume, said.in_response_to, said)
        return rendered(signed_response(answer, key, parts))


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    with (
        served_tenant(tmp_path_factory.mktemp("sso")) as tenant,
        administrator_of(tenant.site, tenant.data) as root,
    ):
        found = Place(tenant, root, tenant.create(ANA)["id"])
        assert found.trust(KEY).status_code == 200
        yield found


@pytest.fixture
def visitor(place: Place) -> Iterator[Visitor]:
    found = Visitor(place.tenant.site)
    yield found
    found.http.close()


def requested(visitor: Visitor) -> AuthnRequest:
    """What a browser asks that follows Sign in with SSO."""
    answer = visitor.http.get("/saml/init/CO-A000")
    assert answer.status_code == 303
    return read_request(received_by_redirect(answer.headers["location"].partition("?")[2]).read())


def bring(visitor: Visitor, document: bytes, relay_state: str = "") -> httpx2.Response:
    """What follows when a browser brings a response, and sends on the form by which it is asked to do so again."""
    fields = {"SAMLResponse": b64encode(document).decode(), "RelayState": relay_state}
    answer = visitor.http.post("/saml/consume/CO-A000", data=fields, headers={"Origin": "https://instep.example"})
    if answer.status_code == 200 and "data-send" in answer.text:
        answer = visitor.http.post("/saml/consume/CO-A000", data=hidden(answer.text))
    return answer


def hidden(page: str) -> dict[str, str]:
    found = re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', page)
    return {name: html.unescape(value) for name, value in found}


def is_in(visitor: Visitor) -> bool:
    return visitor.http.get("/users").status_code == 200


def test_somebody_asks_signs_in_and_lands_on_a_page_that_they_may_see(place: Place, visitor: Visitor):
    assert "Sign in with SSO" in visitor.get("/sign-in").text
    assert visitor.http.get("/sign-in/sso").headers["location"] == "/saml/init/CO-A000"
    asked = requested(visitor)
    assert (asked.issuer, asked.consumer_url, asked.destination) == (place.init, place.consume, ENDPOINT)
    answer = bring(visitor, place.document(place.asserted(in_response_to=asked.id)))
    assert (answer.status_code, answer.headers["location"]) == (303, "/users")
    assert is_in(visitor)
    assert "Signed in by single sign-on" in place.told()


def test_sign_in_may_begin_at_the_identity_provider_and_the_name_be_in_any_case(place: Place, visitor: Visitor):
    answer = bring(visitor, place.document(place.asserted(subject=NameId(ANA.upper()))), "/logbook?day=2026-11-23")
    assert answer.headers["location"] == "/logbook?day=2026-11-23"
    assert is_in(visitor)


def test_requests_are_signed_with_the_key_of_the_metadata_and_may_be_brought_by_a_form(place: Place, visitor: Visitor):
    metadata = read_service_provider(visitor.http.get("/saml/metadata/CO-A000").content)
    assert (metadata.entity_id, metadata.signs_requests) == (place.init, True)
    now = datetime.now(UTC)
    address = visitor.http.get("/saml/init/CO-A000").headers["location"]
    received_by_redirect(address.partition("?")[2]).verified(metadata.certificates, now)
    place.trust(KEY, method="HTTP POST")
    page = visitor.http.get("/saml/init/CO-A000")
    place.trust(KEY)
    assert f'action="{ENDPOINT}"' in page.text
    assert "form-action https://instep.example https:;" in page.headers["content-security-policy"]
    received_by_post(hidden(page.text).items()).verified(metadata.certificates, now)


@pytest.mark.parametrize(
    "relay_state",
    ["https://evil.example/", "//evil.example", "/\\evil.example", "/\t/evil.example", "javascript:alert(1)", "evil"],
)
def test_the_relay_state_leads_to_no_other_site(place: Place, visitor: Visitor, relay_state: str):
    assert bring(visitor, place.document(place.asserted()), relay_state).headers["location"] == "/users"


def test_an_assertion_is_taken_once(place: Place, visitor: Visitor):
    document = place.document(place.asserted())
    assert bring(visitor, document).status_code == 303
    thief = Visitor(place.tenant.site)
    answer = bring(thief, document)
    assert (answer.status_code, "Replayed" in answer.text, is_in(thief)) == (403, True, False)


def unsigned(place: Place) -> bytes:
    root = etree.fromstring(place.document(place.asserted()))
    assertion = root.find(saml("Assertion"))
    assertion.remove(assertion.find(ds("Signature")))
    return rendered(root)


ATTACKS = {
    "unsigned": ("NotSigned", unsigned),
    "wrongly signed": ("WrongSignature", lambda place: place.document(place.asserted(), key_of("somebody else"))),
    "expired": (
        "Expired",
        lambda place: place.document(place.asserted(not_on_or_after=datetime.now(UTC) - timedelta(hours=1))),
    ),
    "wrong audience": (
        "WrongAudience",
        lambda place: place.document(place.asserted(audience="https://elsewhere.example")),
    ),
    "wrong recipient": (
        "WrongRecipient",
        lambda place: place.document(place.asserted(recipient="https://elsewhere.example")),
    ),
    "another browser's request": (
        "UnknownRequest",
        lambda place: place.document(place.asserted(in_response_to="_" + "0" * 56)),
    ),
    "a comment in the name": (
        "Comment",
        lambda place: place.document(place.asserted(subject=NameId(f"{ANA}.evil"))).replace(
            f"{ANA}.evil".encode(), f"{ANA}<!---->.evil".encode()
        ),
    ),
    "an altered name": (
        "WrongSignature",
        lambda place: place.document(place.asserted(subject=NameId("eve@x.example"))).replace(
            b"eve@x.example", ANA.encode()
        ),
    ),
    "entities": (
        "DocumentType",
        lambda place: b'<!DOCTYPE a [<!ENTITY b "c"><!ENTITY d "&b;&b;">]>' + place.document(place.asserted()),
    ),
    "an external entity": (
        "DocumentType",
        lambda place: b'<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]>' + place.document(place.asserted()),
    ),
    "no user": ("NoSuchUser", lambda place: place.document(place.asserted(subject=NameId("eve@x.example")))),
    "nonsense": ("NotReadable", lambda _: b"hello"),
}


@pytest.mark.parametrize("attack", list(ATTACKS))
def test_no_attack_lets_anybody_in_and_the_reason_is_told(place: Place, visitor: Visitor, attack: str):
    reason, made = ATTACKS[attack]
    answer = bring(visitor, made(place))
    assert (answer.status_code, is_in(visitor)) == (403, False)
    assert f"<code>{reason}</code>" in answer.text


@pytest.mark.parametrize("form", range(1, 9))
def test_no_form_of_signature_wrapping_lets_anybody_in(place: Place, visitor: Visitor, form: int):
    parts = Signed.BOTH if form < 3 else Signed.ASSERTION
    document = place.document(place.asserted(subject=NameId("mallory@fabrikam.example")), parts=parts)
    forged = wrapped(form, document).replace(b"admin@fabrikam.example", ANA.encode())
    assert (bring(visitor, forged).status_code, is_in(visitor)) == (403, False)


def test_a_certificate_that_was_rolled_away_lets_nobody_in(place: Place, visitor: Visitor):
    new = key_of("idp, new")
    place.trust(new)
    try:
        answer = bring(visitor, place.document(place.asserted()))
        assert (answer.status_code, "WrongSignature" in answer.text, is_in(visitor)) == (403, True, False)
        both = pem(KEY.certificate) + pem(new.certificate)
        assert place.trust(new, certificate=both).status_code == 200
        for key in (KEY, new):
            assert bring(Visitor(place.tenant.site), place.document(place.asserted(), key)).status_code == 303
    finally:
        place.trust(KEY)


def test_who_is_disabled_is_out_at_once_and_does_not_get_in_again(place: Place, visitor: Visitor):
    leaver = place.tenant.create("leaver@fabrikam.example")["id"]
    said = place.asserted(subject=NameId("leaver@fabrikam.example"))
    assert bring(visitor, place.document(said)).status_code == 303
    assert is_in(visitor)
    place.tenant.patch(leaver, {"op": "replace", "path": "active", "value": False})
    assert not is_in(visitor)
    answer = bring(visitor, place.document(replace(said, id="_another")))
    assert (answer.status_code, "UserIsNotActive" in answer.text) == (403, True)


def test_signing_out_tells_the_identity_provider(place: Place, visitor: Visitor):
    bring(visitor, place.document(place.asserted()))
    visitor.get("/users")
    page = visitor.http.post("/sign-out", data={"csrf_token": visitor.csrf_token})
    assert not is_in(visitor)
    address = html.unescape(re.search(r'content="0; url=([^"]*)"', page.text)[1])
    assert address.startswith(LOGOUT + "?SAMLRequest=")
    request = read_logout_request(received_by_redirect(address.partition("?")[2]).read())
    assert (request.subject.value, request.session_indexes, request.issuer) == (ANA, ("_session-1",), place.init)
    said = LogoutResponse("_r", ISSUER, datetime.now(UTC), place.logout, request.id)
    back = redirect_address(place.logout, Parameter.RESPONSE, written_logout_response(said), "", KEY)
    assert "You are signed out" in visitor.http.get(back).text


def test_the_identity_provider_signs_somebody_out(place: Place, visitor: Visitor):
    bring(visitor, place.document(place.asserted(session_index="_of this browser")))
    other = Visitor(place.tenant.site)
    bring(other, place.document(place.asserted(session_index="_of another")))
    request = LogoutRequest("_q", ISSUER, datetime.now(UTC), place.logout, NameId(ANA), ("_of this browser",))
    message = written_logout_request(request)
    forged = redirect_address(place.logout, Parameter.REQUEST, message, "", key_of("somebody else"))
    assert visitor.http.get(forged).status_code == 403
    assert is_in(visitor)
    form = post_form(place.logout, Parameter.REQUEST, message, "state", KEY)
    page = httpx2.post(form.action, data=dict(form.fields), trust_env=False)
    assert (is_in(visitor), is_in(other)) == (False, True)
    answered = received_by_post(hidden(page.text).items())
    assert (read_logout_response(answered.read()).in_response_to, answered.relay_state) == ("_q", "state")


def test_what_is_wrong_with_the_settings_stands_beside_the_field(place: Place):
    wrong = {
        "method": "SOAP",
        "issuer": "",
        "endpoint": "http://instep.example/",
        "certificate": pem(KEY.certificate).replace("-----BEGIN CERTIFICATE-----", ""),
        "logout": "ftp://x",
    }
    page = place.trust(KEY, **wrong)
    assert page.status_code == 422
    for words in (
        "5 fields need",
        "Choose HTTP Redirect",
        "Enter the Issuer",
        "must begin with https://",
        "BEGIN CERT",
    ):
        assert words in page.text
    assert f'value="{ISSUER}"' in place.root.get(PAGE).text


def test_sign_on_works_without_provisioning_and_ends_with_its_sessions(tmp_path):
    with served_tenant(tmp_path) as tenant, administrator_of(tenant.site, tenant.data) as root:
        place = Place(tenant, root, "")
        tokens = root.get("/settings/integrations/1").text
        root.post("/settings/integrations/1/revoke", token=re.search(r'name="token" value="([^"]*)"', tokens)[1])
        assert tenant.http.get("/Users").status_code == 401
        place.trust(KEY)
        visitor = Visitor(tenant.site)
        said = place.asserted(subject=NameId("root@console.example"))
        assert bring(visitor, place.document(said)).status_code == 303
        root.get(PAGE)
        root.post(f"{PAGE}/end")
        assert not is_in(visitor)
        assert root.get("/users").status_code == 200
        assert bring(visitor, place.document(place.asserted())).status_code == 404


def test_whom_one_location_lets_in_it_lets_into_no_other(tmp_path):
    with served_tenant(tmp_path) as tenant, administrator_of(tenant.site, tenant.data) as root:
        place = Place(tenant, root, tenant.create(ANA)["id"])
        second = add_location(tenant.data, "Second")
        with install_at(tenant, second) as there:
            there.create(ANA)
        place.trust(KEY)
        visitor = Visitor(tenant.site)
        assert bring(visitor, place.document(place.asserted())).status_code == 303
        visitor.get("/users")
        assert "You stay where you are" in visitor.post("/location", location="CO-A001").text
        with administrator_of(tenant.site, tenant.data, "CO-A001", "second@console.example") as other:
            Place(tenant, other, "").trust(KEY)
        assert "You stay where you are" not in visitor.post("/location", location="CO-A001").text
        asked = visitor.http.get("/sign-in/sso")
        assert "Company ID" in asked.text
        chosen = visitor.http.get("/sign-in/sso", params={"company": "co-a001"})
        assert chosen.headers["location"] == "/saml/init/CO-A001"
