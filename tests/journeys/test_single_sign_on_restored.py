"""Do people go on signing in to applications when Instep comes back from a backup, and with the same certificate?"""

from pathlib import Path

import pytest
from httpx2 import Response

from console.console_site import Site
from fakes.administrator import Administrator, Clock, administrator_of
from fakes.people import person_in
from instep.admin.sign_on.certificates import activate_certificate, new_certificate
from instep.admin.sign_on.setting_up import save_configuration
from instep.console.my.sign_in import MY_APPS
from instep.sign_on.configuration import SamlConfiguration
from instep.store.backup import make_backup, restore_backup
from instep.store.secret_box import SecretUnreadable

PASSPHRASE = "correct horse battery staple"
SET_UP = SamlConfiguration("https://wiki.example", ("https://wiki.example/consume",))


@pytest.fixture
def admin(connected: Administrator) -> Administrator:
    """Ada may sign in, and has."""
    connected.hires("ada", mail="ada@corp.example")
    connected.assigns("ada")
    save_configuration(connected.instep.sign_on, connected.app, SET_UP, "tester")
    assert "SAMLResponse" in _signs_in(connected).text
    return connected


def _signs_in(admin: Administrator) -> Response:
    browser = person_in(admin.instep.access, Site(admin).new_client(), "ada")
    return browser.get(f"{MY_APPS}/{admin.app.id}")


def test_a_backup_brings_configuration_certificates_and_keys_back_and_nobody_s_session(
    admin: Administrator, tmp_path: Path
) -> None:
    app, kept = admin.app.id, admin.instep.sign_on.kept
    (certificate,) = kept.certificates(app)
    session = admin.instep.access.people.sessions("ada")[0].digest
    assert kept.participations(session)
    make_backup(admin.instep.settings.data_directory, tmp_path / "backup", PASSPHRASE, admin.clock())
    restore_backup(tmp_path / "backup", tmp_path / "restored", PASSPHRASE, admin.clock(), "tester")
    with administrator_of(tmp_path / "restored", tmp_path, Clock(admin.clock())) as restored:
        there = restored.instep.sign_on.kept
        assert there.configuration(app) == SET_UP
        assert list(there.certificates(app)) == [certificate]
        assert there.signing_key(certificate).private_key.private_numbers() == (
            kept.signing_key(certificate).private_key.private_numbers()
        )
        assert there.participations(session) == []
        assert "SAMLResponse" in _signs_in(restored).text


def test_without_the_key_nobody_is_signed_in_until_there_is_another_certificate(
    admin: Administrator, tmp_path: Path
) -> None:
    make_backup(admin.instep.settings.data_directory, tmp_path / "backup", None, admin.clock())
    restore_backup(tmp_path / "backup", tmp_path / "restored", None, admin.clock(), "tester")
    with administrator_of(tmp_path / "restored", tmp_path, Clock(admin.clock())) as restored:
        (certificate,) = restored.instep.sign_on.kept.certificates(restored.app.id)
        with pytest.raises(SecretUnreadable):
            restored.instep.sign_on.kept.signing_key(certificate)
        page = _signs_in(restored)
        assert ("SAMLResponse" in page.text, page.status_code < 500) == (False, True)
        made = new_certificate(restored.instep.sign_on, restored.app, "tester")
        activate_certificate(restored.instep.sign_on, restored.app, made.id, "tester")
        assert "SAMLResponse" in _signs_in(restored).text
