"""Is what single sign-on keeps the same on both databases?"""

from datetime import UTC, datetime, timedelta

import pytest

from fakes.installation import Installation
from fakes.saml_parties import key_of
from instep.access.people import PersonSession
from instep.access.sessions import SignInMethod
from instep.saml.certificates import pem
from instep.sign_on.certificates import SamlCertificate
from instep.sign_on.configuration import SamlConfiguration
from instep.sign_on.participation import Participation
from instep.store.access.people import PeopleStore
from instep.store.key_file import Key
from instep.store.secret_box import SecretBox
from instep.store.sign_on import SignOnStore
from instep.store.sign_on_waiting import WaitingStore

NOW = datetime(2026, 11, 24, 9, tzinfo=UTC)
SESSION = b"d" * 32


@pytest.fixture
def kept(installed: Installation) -> SignOnStore:
    installed.hire("ada")
    return SignOnStore(installed.database, SecretBox(lambda: [Key(1, "2026", b"k" * 32)]))


def test_a_configuration_is_kept_and_replaced(installed: Installation, kept: SignOnStore) -> None:
    first = SamlConfiguration("https://one.example", ("https://one.example/consume",))
    second = SamlConfiguration("https://two.example", ("https://two.example/consume",))
    assert kept.configuration(installed.app.id) is None
    for before, after in ((None, first), (first, second)):
        kept.save(installed.app, before, after, NOW, "root")
        assert kept.configuration(installed.app.id) == after
    assert kept.app_ids() == [installed.app.id]


def test_one_certificate_signs_and_all_are_listed_with_it_first(installed: Installation, kept: SignOnStore) -> None:
    certificate = pem(key_of("idp").certificate)
    old, new = (
        SamlCertificate(name, installed.app.id, certificate, name == "old", made_at, made_at + timedelta(days=9))
        for name, made_at in (("old", NOW), ("new", NOW + timedelta(days=1)))
    )
    for each in (old, new):
        kept.add_certificate(each, "the private key", "root")
    kept.activate(new, NOW, "root")
    assert [(each.id, each.is_active) for each in kept.certificates(installed.app.id)] == [
        ("new", True),
        ("old", False),
    ]
    kept.tell_of_expiry(new, installed.app, 7, NOW)
    assert [each.told_days_ahead for each in kept.certificates(installed.app.id)] == [7, None]
    kept.delete_certificate(old, NOW, "root")
    assert [each.id for each in kept.all_certificates()] == ["new"]


def test_participations_end_with_the_session(installed: Installation, kept: SignOnStore) -> None:
    people = PeopleStore(installed.database)
    ada = people.find("ada")
    assert ada is not None
    session = PersonSession(SESSION, "ada", NOW, NOW, SignInMethod.LOCAL, "127.0.0.1", "")
    people.begin(session, ada)
    there = Participation("_index", installed.app.id, SESSION, "_name", "urn:transient", NOW)
    kept.participate(there, {}, "ada")
    assert (kept.participation("_index"), list(kept.participations(SESSION))) == (there, [there])
    people.end(session, ada, NOW, "ada")
    assert kept.participation("_index") is None


def test_a_pseudonym_stays_as_it_was_first_drawn(installed: Installation, kept: SignOnStore) -> None:
    assert kept.pseudonym(installed.app.id, "ada", "_one") == "_one"
    assert kept.pseudonym(installed.app.id, "ada", "_two") == "_one"


def test_what_waits_is_found_by_its_key_alone_taken_once_and_forgotten(installed: Installation) -> None:
    waiting, long_ago = WaitingStore(installed.database), NOW - timedelta(minutes=30)
    waiting.keep(b"one", "sign in", {"app_id": "a"}, NOW, long_ago)
    assert waiting.find(b"one", "sign out", long_ago) is None
    assert waiting.find(b"two", "sign in", long_ago) is None
    assert waiting.find(b"one", "sign in", NOW) is None
    assert waiting.find(b"one", "sign in", long_ago) == {"app_id": "a"}
    waiting.keep(b"one", "sign in", {"app_id": "b"}, NOW, long_ago)
    assert waiting.take(b"one", "sign in", long_ago) == {"app_id": "b"}
    assert waiting.take(b"one", "sign in", long_ago) is None
    waiting.keep(b"two", "sign in", {}, NOW, long_ago)
    waiting.keep(b"three", "sign in", {}, NOW + timedelta(hours=1), NOW + timedelta(minutes=30))
    assert installed.rows("SELECT COUNT(*) FROM saml_waiting") == [(1,)]


def test_of_very_many_that_wait_the_oldest_are_forgotten(
    installed: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("instep.store.sign_on_waiting._MOST_KEPT", 3)
    waiting, long_ago = WaitingStore(installed.database), NOW - timedelta(minutes=30)
    for number in range(5):
        waiting.keep(bytes([number]), "sign in", {}, NOW + timedelta(seconds=number), long_ago)
    kept = [number for number in range(5) if waiting.find(bytes([number]), "sign in", long_ago) is not None]
    assert kept == [2, 3, 4]
