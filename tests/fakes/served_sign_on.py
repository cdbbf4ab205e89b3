"""How does a test set up single sign-on at an Instep that is served, as an administrator does, over HTTP?"""

import html
import re

from fakes.administrators import administrator_with
from fakes.console_browser import ConsoleBrowser, let_in
from fakes.served_instep import ServedInstep
from fakes.wandering_browser import WanderingBrowser, new_client
from instep.access.people import LINK_PATH
from instep.access.roles import Role
from instep.admin.access.people import issue_person_link
from instep.admin.applications import find_app
from instep.saml.names import NameIdFormat
from instep.wiring import open_instep

PASSWORD = "four words are good"
BASIC = ("identifier", "reply_urls", "sign_on_url", "relay_state", "logout_url", "request_certificates")
_INPUT = re.compile(r'<input[^>]*\bname="(\w+)"[^>]*\bvalue="([^"]*)"')
_TEXT = re.compile(r'<textarea[^>]*\bname="(\w+)"[^>]*>\n?(.*?)</textarea>', re.DOTALL)


def upload_metadata(instep: ServedInstep, app_name: str, document: bytes) -> str:
    """Upload an application's metadata, save what they say, and return the address of Instep's own."""
    with open_instep(instep.data) as opened, new_client() as http:
        app = find_app(opened.applications, app_name)
        http.base_url = instep.url
        let_in(opened.access, http, administrator_with(opened.access, Role.GLOBAL_ADMINISTRATOR))
        root, at = ConsoleBrowser(http), f"/apps/{app.id}/single-sign-on"
        root.get(f"{at}/basic")
        files = {"metadata": ("sp.xml", document, "application/xml")}
        page = http.post(f"{at}/metadata", data={"csrf_token": root.csrf_token}, files=files).text
        read = {name: html.unescape(value) for name, value in (*_INPUT.findall(page), *_TEXT.findall(page))}
        wanted = {name: read.get(name, "") for name in BASIC}
        chosen = re.search(r'<select[^>]*name="logout_method".*?<option value="([^"]*)" selected', page, re.DOTALL)
        wanted["logout_method"] = chosen[1] if chosen else ""
        assert "BEGIN CERTIFICATE" in wanted["request_certificates"], page
        assert root.post(f"{at}/basic", signing_option="Sign SAML assertion", **wanted).status_code == 303
        root.get(f"{at}/claims")
        claims = {"claim_name": "name", "claim_source": "[displayName]", "name_id_source": "user.userprincipalname"}
        saved = root.post(f"{at}/claims", name_id_format=NameIdFormat.EMAIL_ADDRESS.value, **claims)
        assert saved.status_code == 303
        return f"{instep.url}/saml/{app.id}/metadata"


def choose_a_password(instep: ServedInstep, browser: WanderingBrowser, name: str) -> None:
    """Let a user choose a password by a one-time link; the browser is signed in to My apps then."""
    with open_instep(instep.data) as opened:
        link = issue_person_link(opened.access, name, "the administrator")
    browser.opens(f"{instep.url}{LINK_PATH}/{link}")
    assert "My apps" in browser.sends("", password=PASSWORD).text


def next_of(page: str) -> str:
    """Where the sign-in page goes on."""
    found = re.search(r'name="next" value="([^"]*)"', page)
    assert found is not None
    return html.unescape(found[1])
