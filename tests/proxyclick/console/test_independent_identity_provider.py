"""pysaml2, which others have written, as the identity provider by which people sign in at the tenant, and out."""

import html
import re
from base64 import b64encode
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from saml2 import BINDING_HTTP_POST, BINDING_HTTP_REDIRECT
from saml2.config import IdPConfig
from saml2.saml import NAMEID_FORMAT_EMAILADDRESS, NameID
from saml2.server import Server
from saml2.xmldsig import DIGEST_SHA256, SIG_RSA_SHA256

from fakes.console_visitor import Visitor, administrator_of
from fakes.saml_parties import ANA, key_of
from fakes.served_tenant import ServedTenant, served_tenant
from fakes.xmlsec_program import xmlsec_program
from instep.saml.certificates import pem

ENTITY = "https://pysaml2.example/idp"
SSO, SLO = "https://pysaml2.example/sso", "https://pysaml2.example/slo"
PAGE = "/settings/integrations/sso"
STRONG = {"sign_alg": SIG_RSA_SHA256, "digest_alg": DIGEST_SHA256}
PASSWORD = "urn:oasis:names:tc:SAML:2.0:ac:classes:PasswordProtectedTransport"


@pytest.fixture(scope="module")
def tenant(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServedTenant]:
    """A tenant that trusts pysaml2's key, as an administrator has pasted its certificate."""
    xmlsec_program()
    with (
        served_tenant(tmp_path_factory.mktemp("tenant")) as found,
        administrator_of(found.site, found.data) as root,
    ):
        found.create(ANA)
        root.get(PAGE)
        form = {"method": "HTTP Redirect", "issuer": ENTITY, "endpoint": SSO, "logout": SLO}
        assert root.post(PAGE, certificate=pem(key_of("pysaml2").certificate), **form).status_code == 200
        yield found


@pytest.fixture(scope="module")
def provider(tenant: ServedTenant, tmp_path_factory: pytest.TempPathFactory) -> Server:
    """pysaml2, told about the tenant by the tenant's metadata."""
    folder = tmp_path_factory.mktemp("pysaml2")
    key = _written(folder / "key.pem", key_of("pysaml2").private_key.private_bytes(*PLAIN))
    certificate = _written(folder / "certificate.pem", pem(key_of("pysaml2").certificate).encode())
    metadata = Visitor(tenant.site).http.get("/saml/metadata/CO-A000").text
    endpoints = {
        "single_sign_on_service": [(SSO, BINDING_HTTP_REDIRECT)],
        "single_logout_service": [(SLO, BINDING_HTTP_REDIRECT), (SLO, BINDING_HTTP_POST)],
    }
    config = {
        "entityid": ENTITY,
        "service": {"idp": {"endpoints": endpoints, "want_authn_requests_signed": True}},
        "key_file": key,
        "cert_file": certificate,
        "metadata": {"inline": [metadata]},
        "xmlsec_binary": xmlsec_program(),
    }
    return Server(config=IdPConfig().load(config))


PLAIN = (Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


def _written(path: Path, content: bytes) -> str:
    path.write_bytes(content)
    return str(path)


def response(provider: Server, tenant: ServedTenant, in_response_to: str | None, **signs: bool) -> dict[str, str]:
    name_id = NameID(format=NAMEID_FORMAT_EMAILADDRESS, text=ANA)
    made = provider.create_authn_response(
        {"mail": ANA},
        in_response_to,
        f"{tenant.site}/saml/consume/CO-A000",
        f"{tenant.site}/saml/init/CO-A000",
        name_id=name_id,
        authn={"class_ref": PASSWORD, "authn_auth": ENTITY},
        **STRONG,
        **signs,
    )
    return {"SAMLResponse": b64encode(str(made).encode()).decode(), "returned": "1"}


@pytest.mark.parametrize("signs_response", [False, True])
def test_people_who_ask_sign_in_with_it(provider: Server, tenant: ServedTenant, signs_response: bool):
    visitor = Visitor(tenant.site)
    address = visitor.http.get("/saml/init/CO-A000").headers["location"]
    query = {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}
    asked = provider.parse_authn_request(
        query["SAMLRequest"], BINDING_HTTP_REDIRECT, sigalg=query["SigAlg"], signature=query["Signature"]
    )
    fields = response(provider, tenant, asked.message.id, sign_assertion=True, sign_response=signs_response)
    answer = visitor.http.post("/saml/consume/CO-A000", data=fields)
    assert (answer.status_code, answer.headers["location"]) == (303, "/users")
    assert visitor.http.get("/users").status_code == 200


def test_people_who_come_from_it_sign_in(provider: Server, tenant: ServedTenant):
    visitor = Visitor(tenant.site)
    answer = visitor.http.post("/saml/consume/CO-A000", data=response(provider, tenant, None, sign_assertion=True))
    assert answer.status_code == 303
    assert visitor.http.get("/users").status_code == 200


def test_what_it_does_not_sign_lets_nobody_in(provider: Server, tenant: ServedTenant):
    fields = response(provider, tenant, None, sign_assertion=False, sign_response=False)
    answer = Visitor(tenant.site).http.post("/saml/consume/CO-A000", data=fields)
    assert (answer.status_code, "NotSigned" in answer.text) == (403, True)


def test_it_signs_people_out_and_understands_the_answer(provider: Server, tenant: ServedTenant):
    visitor = Visitor(tenant.site)
    visitor.http.post("/saml/consume/CO-A000", data=response(provider, tenant, None, sign_assertion=True))
    name_id = NameID(format=NAMEID_FORMAT_EMAILADDRESS, text=ANA)
    logout = f"{tenant.site}/saml/logout/CO-A000"
    identifier, request = provider.create_logout_request(logout, ENTITY, name_id=name_id, sign=True, **STRONG)
    page = visitor.http.post(
        "/saml/logout/CO-A000", data={"SAMLRequest": b64encode(str(request).encode()).decode()}
    ).text
    assert visitor.http.get("/users").status_code == 303
    answered = html.unescape(re.search(r'name="SAMLResponse" value="([^"]*)"', page)[1])
    read = provider.parse_logout_request_response(answered, BINDING_HTTP_POST)
    assert (read.response.in_response_to, read.status_ok()) == (identifier, True)
