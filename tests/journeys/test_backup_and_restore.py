"""What happens to people whose accounts went on, when Instep comes back from a backup that is older than they are?"""

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from fakes.administrator import Administrator, Clock, administrator_of, upn
from fakes.administrators import administrator_with, session_of
from fakes.served_tenant import ServedTenant
from instep.access.roles import Role
from instep.admin.access.signing_in import signed_in
from instep.admin.plans import approve_plan, save_plan
from instep.directory.imports import ImportMode
from instep.ledger.cycles import CycleSummary
from instep.ledger.jobs import JobState
from instep.ledger.plans import PlanState
from instep.store.backup import BackupRefused, make_backup, restore_backup
from instep.store.secret_box import SecretUnreadable
from instep.wiring import open_instep

PASSPHRASE = "correct horse battery staple"


def _backs_up(admin: Administrator, passphrase: str | None = PASSPHRASE) -> Path:
    file = admin.folder / "instep.backup"
    make_backup(admin.instep.settings.data_directory, file, passphrase, admin.clock())
    return file


@contextmanager
def _restored(admin: Administrator, file: Path) -> Iterator[Administrator]:
    """The installation of the backup, after the one before is lost."""
    data = admin.folder / "restored"
    restore_backup(file, data, PASSPHRASE, admin.clock(), "tester")
    with administrator_of(data, admin.folder, Clock(admin.clock())) as found:
        yield found


def _accounts(tenant: ServedTenant) -> dict[str, tuple[str, bool, str]]:
    """By name: the id, whether it is active, and the given name; nobody is there twice."""
    everyone = tenant.everyone()
    found = {a["userName"].partition("@")[0]: (a["id"], a["active"], a["name"]["givenName"]) for a in everyone}
    assert len(found) == len(everyone)
    return found


def _writes(summary: CycleSummary) -> int:
    return sum(number for method, number in summary.counts.requests.items() if method != "GET")


@pytest.fixture
def provisioned(connected: Administrator) -> Administrator:
    connected.hires("ada", "bob", "cyd", "dan")
    connected.assigns_everyone()
    connected.provisions()
    return connected


def test_after_a_restore_nobody_is_doubled_lost_or_disabled_wrongly(
    provisioned: Administrator, tenant: ServedTenant
) -> None:
    file = _backs_up(provisioned)
    provisioned.hires("eve")
    provisioned.changes("ada", givenName="Augusta")
    provisioned.disables("bob")
    provisioned.deletes("cyd")
    provisioned.provisions()
    now = _accounts(tenant)
    assert (now["ada"][2], now["bob"][1], now["cyd"][1]) == ("Augusta", False, False)
    with _restored(provisioned, file) as admin:
        assert admin.job.state is JobState.PAUSED
        columns = "id,userPrincipalName,displayName,givenName,surname,accountEnabled"
        rows = [f"{n},{upn(n)},{n.title()} Example,{n.title()},Example,True" for n in ("dan", "eve")]
        rows += [
            f"ada,{upn('ada')},Ada Example,Augusta,Example,True",
            f"bob,{upn('bob')},Bob Example,Bob,Example,False",
        ]
        admin.imports("\n".join([columns, *rows, ""]).encode(), ImportMode.SNAPSHOT)
        admin.provisions()
        assert _accounts(tenant) == now
        again = admin.provisions()
        assert _writes(again) == 0
        assert admin.link("eve") is not None


def test_accounts_that_came_since_are_left_alone_and_values_are_as_the_restored_directory_says(
    provisioned: Administrator, tenant: ServedTenant
) -> None:
    file = _backs_up(provisioned)
    provisioned.hires("eve")
    provisioned.changes("ada", givenName="Augusta")
    provisioned.provisions()
    now = _accounts(tenant)
    with _restored(provisioned, file) as admin:
        admin.provisions()
        after = _accounts(tenant)
        assert after["ada"][2] == "Ada"
        assert after | {"ada": now["ada"]} == now


def test_an_account_that_somebody_deleted_since_is_made_once(provisioned: Administrator, tenant: ServedTenant) -> None:
    file = _backs_up(provisioned)
    tenant.http.delete(f"/Users/{_accounts(tenant)['dan'][0]}")
    with _restored(provisioned, file) as admin:
        admin.provisions()
        admin.provisions()
        assert set(_accounts(tenant)) == {"ada", "bob", "cyd", "dan"}


def test_nothing_that_was_agreed_to_before_is_done_and_nobody_is_signed_in(provisioned: Administrator) -> None:
    provisioned.hires("eve")
    plan, _ = asyncio.run(save_plan(provisioned.instep.service, provisioned.app, "tester"))
    assert plan is not None
    approve_plan(provisioned.instep.service, provisioned.app, plan, "tester")
    access = provisioned.instep.access
    session = session_of(access, administrator_with(access, Role.GLOBAL_ADMINISTRATOR))
    with _restored(provisioned, _backs_up(provisioned)) as admin:
        found = {each.id: each.state for each in admin.instep.service.plans.all(admin.job)}
        assert found[plan.id] is PlanState.STALE
        assert signed_in(admin.instep.access, session) is None
    assert signed_in(access, session) is not None


def test_a_backup_is_one_moment_of_an_installation_that_is_written_to(
    provisioned: Administrator, tmp_path: Path
) -> None:
    ends = threading.Event()

    def write() -> None:
        number = 0
        while not ends.is_set() and number < 400:
            number += 1
            provisioned.changes("ada", jobTitle=f"{number}")
            provisioned.changes("bob", jobTitle=f"{number}")

    thread = threading.Thread(target=write)
    thread.start()
    try:
        files = [tmp_path / f"{number}" for number in range(3)]
        for file in files:
            make_backup(provisioned.instep.settings.data_directory, file, None, provisioned.clock())
    finally:
        ends.set()
        thread.join()
    for file in files:
        data = tmp_path / f"{file.name}.data"
        restore_backup(file, data, None, provisioned.clock(), "tester")
        with open_instep(data) as instep, instep.directory.reading() as reading:
            titles = [
                int(str(user.attributes.get("jobTitle") or 0)) for u in ("ada", "bob") if (user := reading.user(u))
            ]
        assert titles[0] - titles[1] in (0, 1)


def test_the_key_is_in_a_backup_only_behind_a_passphrase(provisioned: Administrator, tmp_path: Path) -> None:
    data = provisioned.instep.settings.data_directory
    for passphrase, name in ((None, "plain"), (PASSPHRASE, "sealed")):
        make_backup(data, tmp_path / name, passphrase, provisioned.clock())
        restored = restore_backup(tmp_path / name, tmp_path / f"{name}.data", passphrase, provisioned.clock(), "tester")
        assert restored.has_key is (passphrase is not None)
    content = (tmp_path / "sealed").read_bytes()
    assert b"SQLite" not in content
    assert (data / "key").read_bytes() not in content + (tmp_path / "plain").read_bytes()
    with open_instep(tmp_path / "plain.data") as instep, pytest.raises(SecretUnreadable, match="Put the key back"):
        instep.jobs.secret_token(instep.jobs.all()[0])
    with open_instep(tmp_path / "sealed.data") as instep:
        assert instep.jobs.secret_token(instep.jobs.all()[0]) == provisioned.instep.jobs.secret_token(provisioned.job)


def test_a_backup_that_was_changed_cut_off_or_opened_wrongly_is_refused_and_leaves_nothing(
    provisioned: Administrator, tmp_path: Path
) -> None:
    now, at = provisioned.clock(), provisioned.instep.settings.data_directory
    make_backup(at, tmp_path / "plain", None, now)
    make_backup(at, tmp_path / "sealed", PASSPHRASE, now)
    plain, sealed = ((tmp_path / name).read_bytes() for name in ("plain", "sealed"))
    wrong = [
        (b"", None),
        (b"something else", None),
        (plain[:5_000], None),
        (plain[:-20_000], None),
        (plain[:100_000] + bytes([plain[100_000] ^ 1]) + plain[100_001:], None),
        (sealed, None),
        (sealed, PASSPHRASE + "x"),
        (sealed[:-1], PASSPHRASE),
        (sealed[:20], PASSPHRASE),
        (sealed[: len(sealed) // 2], PASSPHRASE),
        (sealed[:5_000] + bytes([sealed[5_000] ^ 1]) + sealed[5_001:], PASSPHRASE),
        (sealed.replace(b"backup 1", b"backup 2", 1), PASSPHRASE),
    ]
    for content, passphrase in wrong:
        file = tmp_path / "wrong"
        file.write_bytes(content)
        with pytest.raises(BackupRefused, match="wrong"):
            restore_backup(file, tmp_path / "data", passphrase, now, "tester")
        assert not (tmp_path / "data").exists()
    assert {each.name for each in tmp_path.iterdir() if each.name.startswith(".")} == set()


def test_nothing_is_written_over(provisioned: Administrator, tmp_path: Path) -> None:
    file = _backs_up(provisioned)
    before = file.read_bytes()
    data = provisioned.instep.settings.data_directory
    with pytest.raises(BackupRefused, match="is there already"):
        make_backup(data, file, None, provisioned.clock())
    with pytest.raises(BackupRefused, match="not empty"):
        restore_backup(file, data, PASSPHRASE, provisioned.clock(), "tester")
    with pytest.raises(BackupRefused, match="no installation"):
        make_backup(tmp_path / "nowhere", tmp_path / "x", None, provisioned.clock())
    assert file.read_bytes() == before
    assert provisioned.link("ada") is not None
