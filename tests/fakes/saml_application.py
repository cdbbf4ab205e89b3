"""What is an application, in a test? A service provider of python3-saml, an implementation that is not ours."""

from dataclasses import dataclass, field
from typing import Any

from onelogin.saml2.auth import OneLogin_Saml2_Auth
from onelogin.saml2.settings import OneLogin_Saml2_Settings

BASE = "http://127.0.0.1:9"
IDENTIFIER, REPLY_URL, LOGOUT_URL = f"{BASE}/metadata", f"{BASE}/consume", f"{BASE}/logout"


@dataclass
class SamlApplication:
    """It takes assertions at REPLY_URL; `idp_metadata` are the addresses and the certificate of Instep."""

    identifier: str
    login_url: str
    logout_url: str
    certificate: str
    options: dict[str, Any] = field(default_factory=dict)

    def auth(self, path: str = "/consume", **request: Any) -> OneLogin_Saml2_Auth:
        """What judges one request of a browser."""
        asked = {"http_host": "127.0.0.1:9", "server_port": "9", "script_name": path, "https": "off"}
        return OneLogin_Saml2_Auth({**asked, "get_data": {}, "post_data": {}, **request}, self.settings())

    def settings(self) -> OneLogin_Saml2_Settings:
        """As strict as the library can be."""
        return OneLogin_Saml2_Settings(
            {
                "strict": True,
                "sp": {
                    "entityId": IDENTIFIER,
                    "assertionConsumerService": {"url": REPLY_URL},
                    "singleLogoutService": {"url": LOGOUT_URL},
                    "NameIDFormat": "urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress",
                    **self.options.get("sp", {}),
                },
                "idp": {
                    "entityId": self.identifier,
                    "singleSignOnService": {"url": self.login_url},
                    "singleLogoutService": {"url": self.logout_url},
                    "x509cert": self.certificate,
                },
                "security": {
                    "wantAssertionsSigned": True,
                    "rejectDeprecatedAlgorithm": True,
                    **self.options.get("security", {}),
                },
            }
        )
