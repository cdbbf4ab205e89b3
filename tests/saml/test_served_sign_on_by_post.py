"""Does pysaml2, which others have written, sign people in as an application of `instep serve`, asking by HTTP-POST?"""

import html
import re
from base64 import b64decode, b64encode
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from saml2 import BINDING_HTTP_POST
from saml2.client import Saml2Client
from saml2.config import SPConfig
from saml2.saml import NameID
from saml2.xmldsig import DIGEST_SHA256, SIG_RSA_SHA256

from fakes.command_line import CommandLine
from fakes.saml_parties import key_of
from fakes.served_instep import ServedInstep, served_instep
from fakes.served_sign_on import PASSWORD, choose_a_password, next_of, upload_metadata
from fakes.wandering_browser import WanderingBrowser, new_client
from fakes.xmlsec_program import xmlsec_program
from instep.saml.certificates import pem

ADA = "ada@x.example"
SITE = "http://127.0.0.1:9"
CONSUME, SIGNED_OUT = f"{SITE}/consume", f"{SITE}/signed-out"
STRONG = {"sigalg": SIG_RSA_SHA256, "digest_alg": DIGEST_SHA256}
SIGNED = {"sign_alg": SIG_RSA_SHA256, "digest_alg": DIGEST_SHA256}
PLAIN = (Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


@dataclass
class Application:
    """pysaml2 as it is set up with Instep's metadata; what its pages do, the tests do."""

    instep: ServedInstep
    folder: Path
    metadata: str = ""

    def client(self) -> Saml2Client:
        """The library, which believes nothing that is not signed or not asked for."""
        service = {
            "endpoints": {
                "assertion_consumer_service": [(CONSUME, BINDING_HTTP_POST)],
                "single_logout_service": [(SIGNED_OUT, BINDING_HTTP_POST)],
            },
            "authn_requests_signed": True,
            "logout_requests_signed": True,
            "want_assertions_signed": True,
            "want_response_signed": False,
            "allow_unsolicited": False,
        }
        config: dict[str, Any] = {
            "entityid": f"{SITE}/metadata",
            "service": {"sp": service},
            "key_file": _written(self.folder / "key.pem", key_of("pysaml2 SP").private_key.private_bytes(*PLAIN)),
            "cert_file": _written(self.folder / "certificate.pem", pem(key_of("pysaml2 SP").certificate).encode()),
            "allow_unknown_attributes": True,  # claims have names of one's own, and as in Entra no NameFormat
            "xmlsec_binary": xmlsec_program(),
        }
        if self.metadata:
            config["metadata"] = {"inline": [self.metadata]}
        return Saml2Client(config=SPConfig().load(config))

    @property
    def provider(self) -> str:
        """The identifier of Instep."""
        (entity,) = self.client().metadata.keys()
        return str(entity)


def _written(path: Path, content: bytes) -> str:
    path.write_bytes(content)
    return str(path)


@pytest.fixture(scope="module")
def application(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Application]:
    """An application that was told of Instep by its metadata, and Instep of it by those that pysaml2 writes."""
    xmlsec_program()
    from saml2.metadata import entity_descriptor

    folder = tmp_path_factory.mktemp("instep")
    commands = CommandLine(folder)
    commands.hires("ada")
    commands.done("apps", "add", "custom-scim", "--name", "Wiki")
    commands.done("apps", "assign", "Wiki", "--user", ADA, "--role", "User")
    with served_instep(folder / "data") as served, new_client() as http:
        found = Application(served, folder)
        document = str(entity_descriptor(found.client().config)).encode()
        found.metadata = http.get(upload_metadata(served, "Wiki", document)).text
        yield found


def _asked_by_post(application: Application) -> tuple[Saml2Client, str, dict[str, str]]:
    """The library, the id of its signed request, and the fields of the form in which it travels."""
    client = application.client()
    identifier, _, info = client.prepare_for_negotiated_authenticate(
        application.provider, relay_state="/there", binding=BINDING_HTTP_POST, sign=True, **STRONG
    )
    fields = re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', info["data"])
    return client, identifier, {name: html.unescape(value) for name, value in fields}


def _brought(page: str, to: str = CONSUME) -> dict[str, str]:
    assert f'action="{to}"' in page, page
    fields = re.findall(r'<input type="hidden" name="(SAML\w+|RelayState)" value="([^"]*)"', page)
    return {name: html.unescape(value) for name, value in fields}


def _asks(application: Application, browser: WanderingBrowser, fields: dict[str, str]) -> str:
    """The page that Instep shows in the end to somebody who signs in for it."""
    login = application.client().metadata.single_sign_on_service(application.provider, BINDING_HTTP_POST)
    browser.leads_only_to = application.instep.url
    page = browser.brings(login[0]["location"], fields).text
    if "Sign in to My apps" in page:
        page = browser.sends("/my/sign-in", user_name=ADA, password=PASSWORD, next=next_of(page)).text
    return page


def test_a_signed_request_by_post_is_answered_to_whoever_signs_in_then(application: Application) -> None:
    choose_a_password(application.instep, WanderingBrowser(), "ada")
    client, identifier, fields = _asked_by_post(application)
    brought = _brought(_asks(application, WanderingBrowser(), fields))
    assert brought["RelayState"] == "/there"
    read = client.parse_authn_request_response(brought["SAMLResponse"], BINDING_HTTP_POST, {identifier: "/there"})
    assert read.get_subject().text == ADA
    assert read.ava == {"name": ["Ada E"]}


def test_a_request_by_post_that_was_changed_or_is_not_signed_is_refused(application: Application) -> None:
    _, identifier, fields = _asked_by_post(application)
    document = b64decode(fields["SAMLRequest"])
    for forged in (
        document.replace(identifier.encode(), b"_another"),
        re.sub(rb"<(\w+:)?Signature .*</(\w+:)?Signature>", b"", document, flags=re.DOTALL),
    ):
        assert forged != document
        page = _asks(application, WanderingBrowser(), {"SAMLRequest": b64encode(forged).decode()})
        assert "You cannot be signed in" in page


def test_an_answer_to_one_request_is_no_answer_to_another(application: Application) -> None:
    _, _, fields = _asked_by_post(application)
    choose_a_password(application.instep, WanderingBrowser(), "ada")
    brought = _brought(_asks(application, WanderingBrowser(), fields))
    client, other, _ = _asked_by_post(application)
    with pytest.raises(Exception, match=r"[Uu]nsolicited"):
        client.parse_authn_request_response(brought["SAMLResponse"], BINDING_HTTP_POST, {other: "/"})


def _signed_in(application: Application, browser: WanderingBrowser) -> NameID:
    """Somebody's name at the application, who has just signed in to it."""
    choose_a_password(application.instep, WanderingBrowser(), "ada")
    client, identifier, fields = _asked_by_post(application)
    brought = _brought(_asks(application, browser, fields))
    read = client.parse_authn_request_response(brought["SAMLResponse"], BINDING_HTTP_POST, {identifier: "/"})
    return read.get_subject()


def test_who_signs_out_at_instep_is_told_by_post_and_the_answer_is_taken(application: Application) -> None:
    browser, client = WanderingBrowser(), application.client()
    name = _signed_in(application, browser)
    browser.opens(f"{application.instep.url}/my/apps")
    told = _brought(browser.sends("/my/sign-out").text, SIGNED_OUT)
    request = client.parse_logout_request(told["SAMLRequest"], BINDING_HTTP_POST)
    assert request.message.name_id.text == name.text
    assert request.message.signature is not None
    answer = client.create_logout_response(request.message, [BINDING_HTTP_POST], sign=True, **SIGNED)
    logout = client.metadata.single_logout_service(application.provider, BINDING_HTTP_POST, "idpsso")[0]["location"]
    fields = {"SAMLResponse": b64encode(str(answer).encode()).decode(), "RelayState": told["RelayState"]}
    assert "You are signed out" in browser.brings(logout, fields).text
    assert "Sign in to My apps" in browser.opens(f"{application.instep.url}/my/apps").text


def test_who_signs_out_at_the_application_by_post_is_out_at_instep(application: Application) -> None:
    browser, client = WanderingBrowser(), application.client()
    name = _signed_in(application, browser)
    logout = client.metadata.single_logout_service(application.provider, BINDING_HTTP_POST, "idpsso")[0]["location"]
    identifier, request = client.create_logout_request(logout, application.provider, name_id=name, sign=True, **SIGNED)
    page = browser.brings(logout, {"SAMLRequest": b64encode(str(request).encode()).decode()}).text
    read = client.parse_logout_request_response(_brought(page, SIGNED_OUT)["SAMLResponse"], BINDING_HTTP_POST)
    assert (read.response.in_response_to, read.status_ok()) == (identifier, True)
    assert "Sign in to My apps" in browser.opens(f"{application.instep.url}/my/apps").text
