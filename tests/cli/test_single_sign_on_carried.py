"""Does what is set up for single sign-on go along in an export, without its keys, on either kind of database?"""

import json
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import pytest

from fakes.command_line import CommandLine
from fakes.postgresql import postgresql_url
from fakes.saml_parties import key_of
from instep.admin.applications import find_app
from instep.admin.sign_on.setting_up import save_configuration
from instep.rules.claims import Claim, ClaimRules
from instep.saml.certificates import pem
from instep.saml.names import NameIdFormat
from instep.sign_on.certificates import SamlCertificate
from instep.sign_on.configuration import LogoutMethod, SamlConfiguration, SigningOption
from instep.wiring import Instep, open_instep

SET_UP = SamlConfiguration(
    "https://wiki.example/metadata",
    ("https://wiki.example/consume", "https://wiki.example/other"),
    "https://wiki.example/",
    "/start",
    "https://wiki.example/signed-out",
    ClaimRules("user.userprincipalname", NameIdFormat.PERSISTENT, (Claim("whole", "Trim([displayName])"),)),
    SigningOption.BOTH,
    (pem(key_of("wiki").certificate),),
    LogoutMethod.HTTP_POST,
)  # fmt: skip


class Place:
    """An installation on either kind of database."""

    def __init__(self, folder: Path, url: str | None) -> None:
        self.url, self.commands = url, CommandLine(folder)

    def command(self, *words: str) -> Any:
        """What a command printed, and how it exited."""
        with pytest.MonkeyPatch.context() as patch:
            if self.url:
                patch.setenv("INSTEP_DATABASE", self.url)
            return self.commands(*words)

    def done(self, *words: str) -> str:
        """What a command that must work printed."""
        result = self.command(*words)
        assert result.exit_code == 0, result.output
        return str(result.stdout)

    @contextmanager
    def opened(self) -> Iterator[Instep]:
        """The installation itself."""
        with pytest.MonkeyPatch.context() as patch:
            if self.url:
                patch.setenv("INSTEP_DATABASE", self.url)
            with open_instep(self.commands.folder / "data") as instep:
                yield instep

    def sets_up(self, wanted: SamlConfiguration) -> None:
        """Single sign-on to the Wiki."""
        with self.opened() as instep:
            save_configuration(instep.sign_on, find_app(instep.applications, "Wiki"), wanted, "tester")

    def certificates(self) -> list[SamlCertificate]:
        """Those of the Wiki."""
        with self.opened() as instep:
            return list(instep.sign_on.kept.certificates(find_app(instep.applications, "Wiki").id))

    def imports(self, document: object) -> Any:
        """What an import of a document printed, and how it exited."""
        file = self.commands.folder / "configuration.json"
        file.write_text(json.dumps(document))
        return self.command("import", str(file), "--yes")


@pytest.fixture(scope="module")
def places(database_kind: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[str], Place]]:
    """Makes installations, each with a database of its own."""
    with ExitStack() as stack:

        def made(name: str) -> Place:
            url = stack.enter_context(postgresql_url()) if database_kind == "postgresql" else None
            return Place(tmp_path_factory.mktemp(name), url)

        yield made


@pytest.fixture
def wiki(places: Callable[[str], Place]) -> Place:
    """An installation in which single sign-on to the Wiki is set up."""
    return _wiki(places("first"))


@pytest.fixture(scope="module")
def unchanged(tmp_path_factory: pytest.TempPathFactory) -> Place:
    """The same in a file; no test changes it. Documents are read before any database is asked."""
    return _wiki(Place(tmp_path_factory.mktemp("unchanged"), None))


def _wiki(found: Place) -> Place:
    found.done("apps", "add", "custom-scim", "--name", "Wiki")
    found.sets_up(SET_UP)
    return found


def test_another_installation_gets_it_with_a_certificate_of_its_own(
    wiki: Place, places: Callable[[str], Place]
) -> None:
    exported = json.loads(wiki.done("export"))
    assert "PRIVATE KEY" not in json.dumps(exported)
    (made,) = wiki.certificates()
    assert made.pem not in json.dumps(exported)
    other = places("second")
    told = other.imports(exported).stdout
    assert "Wiki: set up single sign-on, with a new SAML certificate" in told
    assert "give Wiki what `instep apps sign-on metadata 'Wiki'` prints" in told
    with other.opened() as instep:
        assert instep.sign_on.kept.configuration(find_app(instep.applications, "Wiki").id) == SET_UP
    (own,) = other.certificates()
    assert (own.is_active, own.pem != made.pem) == (True, True)
    assert json.loads(other.done("export")) == exported
    assert other.imports(exported).stdout == ""
    assert other.certificates() == [own]


def test_what_differs_is_changed_and_the_certificate_stays(wiki: Place) -> None:
    document, before = json.loads(wiki.done("export")), wiki.certificates()
    of_app = document["applications"][0]
    of_app["single_sign_on"] |= {"relay_state": "", "name_id": {"source": "user.mail"}}
    told = wiki.imports(document).stdout
    assert told.splitlines()[0] == "Wiki: change single sign-on: relay state, name id"
    assert wiki.certificates() == before
    of_app["single_sign_on"] = None
    assert wiki.imports(document).stdout == ""
    assert json.loads(wiki.done("export"))["applications"][0]["single_sign_on"]["relay_state"] == ""


@pytest.mark.parametrize(
    ("change", "place"),
    [
        ({"identifier": ""}, "identifier: Give the Identifier"),
        ({"reply_urls": ["http://wiki.example/consume"]}, "reply_urls: http://wiki.example/consume is not HTTPS"),
        ({"reply_urls": "https://wiki.example"}, "reply_urls: A list"),
        ({"name_id": {"source": "user.nothing"}}, "name_id.source: "),
        ({"name_id": {"format": "urn:nothing"}}, "name_id.format: "),
        ({"claims": [{"name": "whole", "source": "Join("}]}, "claims: "),
        ({"claims": [5]}, "claims[0]: "),
        ({"signing_option": "Sign nothing"}, "signing_option: "),
        ({"logout_method": "By post"}, "logout_method: One of these"),
        ({"request_certificates": ["nonsense"]}, "request_certificates: Paste the whole certificate"),
        ({"private_key": "x"}, "private_key: This is not known here"),
    ],
)
def test_what_cannot_be_used_is_refused_by_place_and_changes_nothing(
    unchanged: Place, change: dict[str, object], place: str
) -> None:
    before = unchanged.done("export")
    document = json.loads(before)
    document["applications"][0]["single_sign_on"] |= change
    document["applications"][0]["notes"] = "changed"
    refused = unchanged.imports(document)
    assert refused.exit_code == 2
    assert f"applications[0].single_sign_on.{place}" in refused.stderr
    assert unchanged.done("export") == before
