"""What do the commands `instep apps sign-on ...` set, print and refuse?"""

from pathlib import Path

import pytest

from fakes.command_line import CommandLine
from fakes.saml_parties import key_of
from instep.saml.certificates import pem, read_pem
from instep.saml.metadata import (
    Endpoint,
    ServiceProvider,
    location_of,
    read_identity_provider,
    written_service_provider,
)
from instep.saml.names import Binding
from instep.saml.writing import rendered

SITE = "https://instep.corp.example"
BASIC = ("identifier=https://wiki.example", "reply_urls=https://wiki.example/consume,https://wiki.example/other")
PROVIDER = ServiceProvider(
    "https://wiki.example/metadata",
    (Endpoint(Binding.HTTP_POST, "https://wiki.example/acs"),),
    (Endpoint(Binding.HTTP_REDIRECT, "https://wiki.example/slo"),),
    (key_of("wiki").certificate,),
    signs_requests=True,
)


@pytest.fixture
def instep(tmp_path: Path) -> CommandLine:
    commands = CommandLine(tmp_path)
    commands.done("apps", "add", "custom-scim", "--name", "Wiki")
    return commands


@pytest.fixture
def set_up(instep: CommandLine) -> CommandLine:
    told = instep.done("apps", "sign-on", "set", "Wiki", *BASIC)
    assert "Next: give Wiki what `instep apps sign-on metadata 'Wiki'` prints." in told
    return instep


def test_what_is_set_is_shown_with_what_the_application_is_told(set_up: CommandLine) -> None:
    words = ("name_id=user.userprincipalname", "name_id_format=persistent", "signed=both")
    claims = ("claim.department=[department]", 'claim.whole=Join(" ", [givenName], [surname])')
    set_up.done("apps", "sign-on", "set", "Wiki", *words, *claims)
    [shown] = set_up.objects("apps", "sign-on", "show", "Wiki", "--console-url", SITE)
    assert shown["reply_urls"] == ["https://wiki.example/consume", "https://wiki.example/other"]
    assert shown["name_id"]["format"] == "urn:oasis:names:tc:SAML:2.0:nameid-format:persistent"
    assert shown["signing_option"] == "Sign SAML response and assertion"
    assert shown["claims"][-2:] == [
        {"name": "department", "source": "[department]"},
        {"name": "whole", "source": 'Join(" ", [givenName], [surname])'},
    ]
    assert shown["instep"]["login_url"].startswith(f"{SITE}/saml/")
    set_up.done("apps", "sign-on", "set", "Wiki", "claim.whole=", "claim.department=user.jobtitle")
    text = set_up.done("apps", "sign-on", "show", "Wiki")
    assert "user.jobtitle" in text
    assert "claim.whole" not in text
    assert "nothing was changed" in set_up.done("apps", "sign-on", "set", "Wiki", "claim.department=user.jobtitle")


def test_the_metadata_of_the_application_set_it_up(instep: CommandLine, tmp_path: Path) -> None:
    file = tmp_path / "wiki.xml"
    file.write_bytes(rendered(written_service_provider(PROVIDER)))
    instep.done("apps", "sign-on", "set", "Wiki", "--metadata", str(file), "relay_state=/start")
    [shown] = instep.objects("apps", "sign-on", "show", "Wiki")
    assert (shown["identifier"], shown["reply_urls"]) == (PROVIDER.entity_id, ["https://wiki.example/acs"])
    assert (shown["logout_url"], shown["relay_state"]) == ("https://wiki.example/slo", "/start")
    assert shown["request_certificates"] == [pem(key_of("wiki").certificate)]
    [shown] = instep.objects("apps", "sign-on", "set", "Wiki", "--unverified")
    assert (shown["changed"], shown["request_certificates"]) == (True, [])
    certificate = tmp_path / "wiki.pem"
    certificate.write_text(pem(key_of("wiki, new").certificate))
    [shown] = instep.objects("apps", "sign-on", "set", "Wiki", "--verify", str(certificate))
    assert shown["request_certificates"] == [certificate.read_text()]


@pytest.fixture(scope="module")
def unchanged(tmp_path_factory: pytest.TempPathFactory) -> CommandLine:
    """Set up; no test changes it."""
    commands = CommandLine(tmp_path_factory.mktemp("unchanged"))
    commands.done("apps", "add", "custom-scim", "--name", "Wiki")
    commands.done("apps", "sign-on", "set", "Wiki", *BASIC)
    return commands


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("identifier=",), "Give the Identifier"),
        (("reply_urls=http://wiki.example",), "not HTTPS"),
        (("colour=red",), "colour is not set here"),
        (("signed=no",), "signed= takes assertion, response, both"),
        (("logout_method=letter",), "logout_method= takes redirect, post"),
        (("name_id_format=round",), "one of these formats"),
        (("claim.x=Join(",), "The claim x cannot be used"),
        (("claim.=[mail]",), "Name the claim"),
        (("identifier",), "not of the form NAME=VALUE"),
        (("--metadata", "/nowhere.xml"), "cannot be read"),
        (("--verify", __file__), "Paste the whole certificate"),
        (("--metadata", __file__), "The metadata cannot be used"),
        (("--verify", __file__, "--unverified"), "or none by --unverified"),
    ],
)
def test_what_cannot_be_set_is_named_and_changes_nothing(
    unchanged: CommandLine, words: tuple[str, ...], said: str
) -> None:
    before = unchanged.objects("apps", "sign-on", "show", "Wiki")
    refused = unchanged("apps", "sign-on", "set", "Wiki", "relay_state=/changed", *words)
    assert refused.exit_code == 2
    assert said in " ".join(refused.stderr.replace("│", " ").split())
    assert unchanged.objects("apps", "sign-on", "show", "Wiki") == before


def test_nothing_is_shown_or_made_before_it_is_set_up(instep: CommandLine) -> None:
    for words in (("show",), ("metadata",), ("certificates", "new"), ("certificates", "download")):
        refused = instep("apps", "sign-on", *words, "Wiki")
        assert (refused.exit_code, "is not set up" in refused.stderr) == (1, True)
    assert "has no certificate" in instep.done("apps", "sign-on", "certificates", "list", "Wiki")
    assert instep("apps", "sign-on", "set", "Wiki", "relay_state=/x").exit_code == 2


def test_a_certificate_is_rolled_over_with_both_published_meanwhile(set_up: CommandLine) -> None:
    certificates = ("apps", "sign-on", "certificates")
    [first] = set_up.objects(*certificates, "list", "Wiki")
    assert (first["active"], first["expired"]) == (True, False)
    [second] = set_up.objects(*certificates, "new", "Wiki")
    assert second["active"] is False
    refused = set_up(*certificates, "delete", "Wiki", first["id"])
    assert (refused.exit_code, "make another one active first" in refused.stderr) == (1, True)
    assert "active" in set_up.done(*certificates, "activate", "Wiki", second["id"])
    assert [each["id"] for each in set_up.objects(*certificates, "list", "Wiki")] == [second["id"], first["id"]]
    published = read_identity_provider(set_up.done("apps", "sign-on", "metadata", "Wiki").encode())
    assert len(published.certificates) == 2
    assert read_pem(set_up.done(*certificates, "download", "Wiki")) == published.certificates[0]
    assert "was deleted with its key" in set_up.done(*certificates, "delete", "Wiki", first["id"])
    assert set_up(*certificates, "activate", "Wiki", first["id"]).exit_code == 1
    assert [each["id"] for each in set_up.objects(*certificates, "list", "Wiki")] == [second["id"]]


def test_the_metadata_have_the_address_that_is_given_or_set(
    set_up: CommandLine, monkeypatch: pytest.MonkeyPatch
) -> None:
    words = ("apps", "sign-on", "metadata", "Wiki")
    found = read_identity_provider(set_up.done(*words, "--console-url", f"{SITE}/").encode())
    [shown] = set_up.objects("apps", "sign-on", "show", "Wiki", "--console-url", SITE)
    assert location_of(found.sign_ons, Binding.HTTP_REDIRECT) == shown["instep"]["login_url"]
    assert found.entity_id == shown["instep"]["microsoft_entra_identifier"]
    assert "say another one by --console-url" in set_up(*words).stderr
    monkeypatch.setenv("INSTEP_CONSOLE_URL", SITE)
    assert set_up(*words).stderr == ""
