"""What do these tests have? An application that is set up for SAML and assigned to Ada, who is signed in."""

import html
import re
from dataclasses import dataclass
from datetime import UTC, datetime

import httpx2
import pytest

from console.console_site import Site
from fakes.administrator import Administrator
from fakes.console_browser import ConsoleBrowser
from fakes.people import person_in
from fakes.saml_application import IDENTIFIER, LOGOUT_URL, REPLY_URL, SamlApplication
from instep.admin.sign_on.setting_up import save_configuration
from instep.sign_on.configuration import SamlConfiguration, SignOnAddresses

CONFIGURATION = SamlConfiguration(IDENTIFIER, (REPLY_URL,), relay_state="/start", logout_url=LOGOUT_URL)


@dataclass
class SignOnTest:
    """Both sides of it, and the browser of Ada between them."""

    admin: Administrator
    site: Site
    ada: ConsoleBrowser
    addresses: SignOnAddresses

    def application(self, **options: object) -> SamlApplication:
        """The application, as it was told of Instep."""
        active = self.admin.instep.sign_on.kept.certificates(self.admin.app.id)[0]
        at = self.addresses
        return SamlApplication(at.identifier, at.login_url, at.logout_url, active.pem, dict(options))

    def follow(self, address: str) -> httpx2.Response:
        """Where a browser ends up in the end; it keeps to this site."""
        answer = self.ada.get(address.removeprefix("http://127.0.0.1:8480"))
        while answer.status_code == 303 and answer.headers["location"].startswith("/"):
            answer = self.ada.get(answer.headers["location"])
        return answer


def form_of(page: str) -> tuple[str, dict[str, str]]:
    """Where the form of a page goes, and with what."""
    found = re.search(r'<form class="brings" action="([^"]*)"', page)
    assert found is not None, page
    fields = re.findall(r'<input type="hidden" name="(SAML\w+|RelayState)" value="([^"]*)"', page)
    return html.unescape(found[1]), {name: html.unescape(value) for name, value in fields}


@pytest.fixture
def test(admin: Administrator, site: Site) -> SignOnTest:
    admin.clock.now = datetime.now(UTC).replace(microsecond=0)  # the other implementation has its own clock
    admin.hires("ada", mail="ada@corp.example")
    admin.assigns("ada")
    save_configuration(admin.instep.sign_on, admin.app, CONFIGURATION, "root")
    ada = person_in(admin.instep.access, site.new_client(), "ada")
    return SignOnTest(admin, site, ada, SignOnAddresses("http://127.0.0.1:8480", admin.app.id))
