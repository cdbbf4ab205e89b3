"""Is what is kept of authenticators the same on both databases, and used once?"""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from fakes.installation import Installation
from instep.access.administrators import Administrator
from instep.access.authenticators import PendingSignIn
from instep.access.refusals import AccessRefused
from instep.access.roles import Role
from instep.access.sessions import SignInMethod
from instep.store.access import AdministratorStore, AuthenticatorStore, PeopleStore
from instep.store.access.authenticators import ADMINISTRATORS, PEOPLE, Holders
from instep.store.job_secrets import JobSecrets
from instep.store.key_file import Key
from instep.store.restored import distrust
from instep.store.secret_box import SecretBox

NOW = datetime(2026, 11, 24, 9, tzinfo=UTC)
ADA = Administrator("ada", "ada@corp.example", "Ada", frozenset({Role.GLOBAL_ADMINISTRATOR}), True, NOW)
OLD, NEW = Key(1, "2026", b"k" * 32), Key(2, "2026", b"n" * 32)
KEY = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"


@pytest.fixture
def keys() -> list[Key]:
    return [OLD]


@pytest.fixture(params=[ADMINISTRATORS, PEOPLE], ids=["administrators", "people"])
def holders(request: pytest.FixtureRequest) -> Holders:
    """Of whom the authenticators are: what is kept of one kind is kept of the other."""
    found: Holders = request.param
    return found


@pytest.fixture
def kept(installed: Installation, keys: list[Key], holders: Holders) -> AuthenticatorStore:
    """The store, where Ada has given the code of step 100 and has two recovery codes."""
    if holders is PEOPLE:
        installed.hire(ADA.id, userPrincipalName=ADA.user_name)
    else:
        AdministratorStore(installed.database).add(ADA, NOW, "root")
    store = AuthenticatorStore(installed.database, SecretBox(lambda: keys), holders)
    store.begin(ADA, "another key", NOW)
    store.begin(ADA, KEY, NOW)
    store.activate(ADA, 100, [b"one", b"two"], NOW, ADA.user_name)
    return store


def waiting(store: AuthenticatorStore, digest: bytes, now: datetime = NOW) -> PendingSignIn:
    pending = PendingSignIn(digest, ADA.id, SignInMethod.LOCAL, now + timedelta(minutes=5))
    store.await_code(pending, now)
    return pending


def test_one_that_counts_is_not_replaced_but_removed(kept: AuthenticatorStore) -> None:
    found = kept.find(ADA.id)
    assert found is not None
    assert (found.is_active, found.recovery_codes, kept.key(ADA.id)) == (True, 2, KEY)
    with pytest.raises(AccessRefused, match="already"):
        kept.begin(ADA, "a third key", NOW)
    with pytest.raises(AccessRefused, match="set one up"):
        kept.activate(ADA, 101, [], NOW, ADA.user_name)
    assert kept.key(ADA.id) == KEY
    kept.remove(ADA, NOW, "root")
    assert kept.find(ADA.id) is None
    with pytest.raises(AccessRefused, match="has no authenticator"):
        kept.remove(ADA, NOW, "root")
    with pytest.raises(AccessRefused, match="set one up"):
        kept.renew_recovery_codes(ADA, [b"three"], NOW, ADA.user_name)


def test_a_step_that_was_used_is_refused_with_all_before_it(kept: AuthenticatorStore) -> None:
    assert not kept.pass_by_step(waiting(kept, b"a"), 100)
    assert not kept.pass_by_step(waiting(kept, b"b"), 99)
    assert kept.pass_by_step(waiting(kept, b"c"), 101)
    assert not kept.pass_by_step(waiting(kept, b"d"), 101)


def test_of_many_who_give_one_code_at_once_one_gets_in(kept: AuthenticatorStore) -> None:
    all_waiting = [waiting(kept, bytes([number])) for number in range(8)]
    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(lambda each: kept.pass_by_step(each, 101), all_waiting)) == 1
        by_recovery = pool.map(lambda each: kept.pass_by_recovery(each, ADA.user_name, b"one", NOW), all_waiting)
        assert sum(by_recovery) <= 1
    found = kept.find(ADA.id)
    assert found is not None
    assert found.recovery_codes == 1


def test_a_sign_in_that_waits_ends_once(kept: AuthenticatorStore) -> None:
    pending = waiting(kept, b"a")
    assert kept.pending(b"a") == pending
    assert kept.pass_by_recovery(pending, ADA.user_name, b"one", NOW)
    assert kept.pending(b"a") is None
    assert not kept.pass_by_step(pending, 200)
    waiting(kept, b"b")
    waiting(kept, b"c", NOW + timedelta(minutes=5))
    assert (kept.pending(b"b") is None, kept.pending(b"c") is None) == (True, False)


def test_another_password_a_restored_backup_and_other_codes_end_what_there_was(
    installed: Installation, kept: AuthenticatorStore, holders: Holders
) -> None:
    waiting(kept, b"a")
    if holders is PEOPLE:
        people = PeopleStore(installed.database)
        person = people.find(ADA.id)
        assert person is not None
        people.set_password(person, "a hash", b"", NOW)
    else:
        AdministratorStore(installed.database).set_password(ADA, "a hash", b"", NOW, ADA.user_name)
    assert kept.pending(b"a") is None
    waiting(kept, b"b")
    distrust(installed.database, NOW, "root")
    assert kept.pending(b"b") is None
    assert kept.key(ADA.id) == KEY
    kept.renew_recovery_codes(ADA, [b"three"], NOW, ADA.user_name)
    assert not kept.pass_by_recovery(waiting(kept, b"c"), ADA.user_name, b"one", NOW)
    assert kept.pass_by_recovery(waiting(kept, b"d"), ADA.user_name, b"three", NOW)


def test_the_key_is_sealed_and_follows_the_newest_key(
    installed: Installation, kept: AuthenticatorStore, keys: list[Key], holders: Holders
) -> None:
    with installed.database.read() as connection:
        sealed = connection.execute(select(holders.authenticators.c.key)).scalar_one()
    assert KEY.encode() not in sealed
    keys.append(NEW)
    secrets = JobSecrets(installed.database, SecretBox(lambda: keys))
    before = secrets.secrets_by_key()[1]
    assert secrets.seal_by_newest().number >= 1
    assert secrets.secrets_by_key()[2] >= 1
    assert before >= 1
    keys.remove(OLD)
    assert kept.key(ADA.id) == KEY
    keys[:] = [OLD]
    with pytest.raises(AccessRefused, match="Use a recovery code"):
        kept.key(ADA.id)


@pytest.mark.parametrize("holders", [PEOPLE], ids=["people"], indirect=True)
def test_whoever_is_purged_leaves_nothing_to_the_next_with_that_id(
    installed: Installation, kept: AuthenticatorStore
) -> None:
    pending = waiting(kept, b"a")
    installed.delete(ADA.id)
    assert kept.key(ADA.id) == KEY
    installed.purge(ADA.id)
    installed.hire(ADA.id, userPrincipalName=ADA.user_name)
    assert (kept.find(ADA.id), kept.pending(b"a")) == (None, None)
    assert not kept.pass_by_recovery(pending, ADA.user_name, b"one", NOW)


def test_the_audit_log_says_who_did_what_and_never_the_key(installed: Installation, kept: AuthenticatorStore) -> None:
    kept.pass_by_recovery(waiting(kept, b"a"), ADA.user_name, b"one", NOW)
    kept.renew_recovery_codes(ADA, [b"three"], NOW, ADA.user_name)
    kept.remove(ADA, NOW, "root")
    rows = installed.rows("SELECT activity, actor FROM audit_log ORDER BY id")
    assert rows[-4:] == [
        ("Set up authenticator", ADA.user_name),
        ("Use recovery code", ADA.user_name),
        ("Make recovery codes", ADA.user_name),
        ("Reset authenticator", "root"),
    ]
    assert KEY not in str(installed.rows("SELECT * FROM audit_log"))
