"""What is an application that is served? A service provider of python3-saml behind an HTTP server, with sessions."""

import json
import secrets
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.cookies import SimpleCookie
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from onelogin.saml2.auth import OneLogin_Saml2_Auth
from onelogin.saml2.idp_metadata_parser import OneLogin_Saml2_IdPMetadataParser
from onelogin.saml2.settings import OneLogin_Saml2_Settings

from fakes.saml_parties import key_of
from instep.saml.certificates import pem

COOKIE = "application"


@dataclass
class ServedApplication:
    """An application in strict mode that signs all that it asks; `provider` is what it was told of Instep.

    `sessions` are who is signed in there, by the browser's cookie; `refused` is why it let nobody in, each time.
    """

    site: str
    provider: dict[str, Any] = field(default_factory=dict)
    sessions: dict[str, dict[str, Any]] = field(default_factory=dict)
    refused: list[str] = field(default_factory=list)
    name_id_format: str = "urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress"

    def reads(self, metadata: bytes) -> None:
        """Take up what Instep publishes."""
        self.provider = OneLogin_Saml2_IdPMetadataParser.parse(metadata)["idp"]

    def settings(self) -> OneLogin_Saml2_Settings:
        """Those of the library, as strict as it can be."""
        key = key_of("a served application")
        private = key.private_key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
        provider = self.provider or {
            "entityId": "https://not.known.yet",
            "singleSignOnService": {"url": "https://not.known.yet/login"},
            "x509cert": pem(key.certificate),
        }
        return OneLogin_Saml2_Settings(
            {
                "strict": True,
                "sp": {
                    "entityId": f"{self.site}/metadata",
                    "assertionConsumerService": {"url": f"{self.site}/consume"},
                    "singleLogoutService": {"url": f"{self.site}/signed-out"},
                    "NameIDFormat": self.name_id_format,
                    "x509cert": pem(key.certificate),
                    "privateKey": private,
                },
                "idp": provider,
                "security": {
                    "authnRequestsSigned": True,
                    "logoutRequestSigned": True,
                    "logoutResponseSigned": True,
                    "wantAssertionsSigned": True,
                    "wantMessagesSigned": False,
                    "rejectDeprecatedAlgorithm": True,
                    "signatureAlgorithm": "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256",
                    "digestAlgorithm": "http://www.w3.org/2001/04/xmlenc#sha256",
                },
            }
        )


class _Handler(BaseHTTPRequestHandler):
    """Its pages."""

    protocol_version = "HTTP/1.1"
    application: ServedApplication
    cookie = ""

    def do_GET(self) -> None:
        self._answer({})

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        self._answer(dict(parse_qsl(body)))

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name is the library's
        """Say nothing."""

    def _answer(self, form: Mapping[str, str]) -> None:
        parts = urlsplit(self.path)
        given = SimpleCookie(self.headers.get("Cookie", ""))
        self.cookie = given[COOKIE].value if COOKIE in given else secrets.token_hex(16)
        auth = OneLogin_Saml2_Auth(
            {
                "http_host": self.headers["Host"],
                "script_name": parts.path,
                "query_string": parts.query,
                "https": "off",
                "get_data": dict(parse_qsl(parts.query)),
                "post_data": dict(form),
            },
            self.application.settings(),
        )
        mine = self.application.sessions.get(self.cookie, {})
        match parts.path:
            case "/metadata":
                self._send(200, self.application.settings().get_sp_metadata(), "application/xml")
            case "/sign-in":
                address = auth.login(return_to=f"{self.application.site}/there")
                self.application.sessions[self.cookie] = {"asked": auth.get_last_request_id()}
                self._send(302, "", location=address)
            case "/consume":
                self._consume(auth, mine)
            case "/sign-out":
                address = auth.logout(
                    name_id=mine["name_id"], name_id_format=mine["format"], session_index=mine["index"]
                )
                mine["asked to leave"] = auth.get_last_request_id()
                self._send(302, "", location=address)
            case "/signed-out":
                self._signed_out(auth, mine)
            case "/there" | "/":
                self._send(200 if "name_id" in mine else 403, json.dumps(mine))
            case _:
                self._send(404, "")

    def _consume(self, auth: OneLogin_Saml2_Auth, mine: dict[str, Any]) -> None:
        auth.process_response(request_id=mine.get("asked"))
        if auth.get_errors():
            self.application.refused.append(str(auth.get_last_error_reason()))
            self._send(403, self.application.refused[-1])
            return
        self.application.sessions[self.cookie] = {
            "name_id": auth.get_nameid(),
            "format": auth.get_nameid_format(),
            "index": auth.get_session_index(),
            "claims": auth.get_attributes(),
        }
        self._send(302, "", location="/there")

    def _signed_out(self, auth: OneLogin_Saml2_Auth, mine: dict[str, Any]) -> None:
        address = auth.process_slo(
            request_id=mine.get("asked to leave"),
            delete_session_cb=lambda: self.application.sessions.pop(self.cookie, None),
        )
        if auth.get_errors():
            self.application.refused.append(str(auth.get_last_error_reason()))
            self._send(403, self.application.refused[-1])
        else:
            self._send(*((302, "") if address else (200, "signed out")), location=address or "")

    def _send(self, status: int, text: str, kind: str = "text/plain", location: str = "") -> None:
        body = text if isinstance(text, bytes) else text.encode()
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Set-Cookie", f"{COOKIE}={self.cookie}; Path=/; SameSite=None")
        if location:
            self.send_header("Location", location)
        self.end_headers()
        self.wfile.write(body)


@contextmanager
def served_application() -> Iterator[ServedApplication]:
    """An application on a free port of this machine; ended at the end."""
    handler = type("Handler", (_Handler,), {})
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        application = ServedApplication(f"http://127.0.0.1:{server.server_address[1]}")
        handler.application = application  # type: ignore[attr-defined]
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        try:
            yield application
        finally:
            server.shutdown()
            thread.join(10)
