"""Secret Tokens through their life: issued, rotated with an overlap, ended, revoked; and who is told of it."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from proxyclick.admin.integrations import Asking, CannotBe, IntegrationStores, Issued, install, revoke, rotate
from proxyclick.integrations.marketplace import Installation
from proxyclick.integrations.tokens import Secret
from proxyclick.store.audit import AuditLog
from proxyclick.store.callers import Callers
from proxyclick.store.database import FIRST_LOCATION, open_database
from proxyclick.store.installations import Installations
from proxyclick.store.organisations import Organisations

DAY = timedelta(days=1)


class Tenant:
    """A tenant whose time the test sets, and what is done in it by Root."""

    def __init__(self, directory: Path) -> None:
        connection = open_database(directory)
        self.now = datetime(2026, 1, 1, tzinfo=UTC)
        self.callers = Callers(connection, lambda: self.now)
        self.audit = AuditLog(connection)
        self.stores = IntegrationStores(
            Installations(connection), self.audit, lambda: self.now, reach_changed=self.callers.forget
        )
        location = Organisations(connection).location(FIRST_LOCATION)
        assert location is not None
        self.root = Asking("Root", location, "127.0.0.1")

    def installs(self) -> tuple[Installation, Secret]:
        issued = install(self.stores, self.root, "entra")
        assert isinstance(issued, Issued)
        return self.installation(issued.installation), issued.secret

    def rotates(self, installation: Installation, overlap: timedelta) -> Secret:
        issued = rotate(self.stores, self.root, self.installation(installation.number), overlap)
        assert isinstance(issued, Issued), issued
        return issued.secret

    def installation(self, number: int) -> Installation:
        found = self.stores.installations.find(number)
        assert found is not None
        return found

    def takes(self, secret: Secret) -> bool:
        return self.callers.of(secret) is not None


@pytest.fixture
def tenant(tmp_path: Path) -> Iterator[Tenant]:
    return Tenant(tmp_path)


def test_a_token_is_good_from_now_on_and_no_other_text_is(tenant: Tenant) -> None:
    _, secret = tenant.installs()
    assert tenant.takes(secret)
    wrong = ("", "x", secret.text[:-1], secret.text + "x", secret.prefix, secret.text.upper(), "\x00", "ü" * 60)
    assert not any(tenant.takes(Secret(text)) for text in wrong)


def test_two_tokens_share_nothing_and_show_nothing() -> None:
    from proxyclick.integrations.tokens import issue

    secrets = {issue().text for _ in range(100)}
    parts = [text.split("_", 2) for text in secrets]
    assert len({public for _, public, _ in parts}) == len({secret for _, _, secret in parts}) == 100
    assert all(len(secret) == 43 for _, _, secret in parts)
    one = issue()
    assert one.text not in repr(one)


def test_while_tokens_are_rotated_both_are_good_and_then_the_new_one_alone(tenant: Tenant) -> None:
    installation, old = tenant.installs()
    new = tenant.rotates(installation, overlap=DAY)
    assert [tenant.takes(old), tenant.takes(new)] == [True, True]
    tenant.now += DAY - timedelta(seconds=1)
    assert tenant.takes(old)
    tenant.now += timedelta(seconds=1)
    assert (tenant.takes(old), tenant.takes(new)) == (False, True)


def test_a_rotation_without_overlap_ends_the_old_token_at_once(tenant: Tenant) -> None:
    installation, old = tenant.installs()
    assert tenant.takes(old)
    new = tenant.rotates(installation, overlap=timedelta())
    assert (tenant.takes(old), tenant.takes(new)) == (False, True)


def test_a_third_token_waits_until_one_has_ended(tenant: Tenant) -> None:
    installation, first = tenant.installs()
    tenant.rotates(installation, overlap=DAY)
    refused = rotate(tenant.stores, tenant.root, tenant.installation(installation.number), DAY)
    assert isinstance(refused, CannotBe)
    assert first.prefix in refused.reason
    assert len(tenant.installation(installation.number).tokens) == 2
    tenant.now += DAY
    tenant.rotates(installation, overlap=DAY)


@pytest.mark.parametrize("overlap", [timedelta(days=91), timedelta(seconds=-1)])
def test_an_overlap_beyond_reason_is_refused(tenant: Tenant, overlap: timedelta) -> None:
    installation, secret = tenant.installs()
    assert isinstance(rotate(tenant.stores, tenant.root, installation, overlap), CannotBe)
    assert tenant.takes(secret)


def test_a_revoked_token_is_refused_at_once_and_the_other_is_not(tenant: Tenant) -> None:
    installation, old = tenant.installs()
    new = tenant.rotates(installation, overlap=DAY)
    assert tenant.takes(old)
    assert revoke(tenant.stores, tenant.root, tenant.installation(installation.number), old.prefix) is None
    assert (tenant.takes(old), tenant.takes(new)) == (False, True)
    again = revoke(tenant.stores, tenant.root, tenant.installation(installation.number), old.prefix)
    assert isinstance(again, CannotBe)


def test_the_token_of_one_installation_is_not_revoked_through_another(tenant: Tenant) -> None:
    _, secret = tenant.installs()
    other, _ = tenant.installs()
    assert isinstance(revoke(tenant.stores, tenant.root, other, secret.prefix), CannotBe)
    assert tenant.takes(secret)


def test_all_of_it_stands_in_the_audit_log_without_the_secrets(tenant: Tenant) -> None:
    installation, old = tenant.installs()
    new = tenant.rotates(installation, overlap=DAY)
    revoke(tenant.stores, tenant.root, tenant.installation(installation.number), old.prefix)
    entries = tenant.audit.at(FIRST_LOCATION, 10)
    assert [(entry.who, entry.what) for entry in entries] == [
        ("Root", "Revoked a token"),
        ("Root", "Rotated the token"),
        ("Root", "Installed Microsoft Entra ID (User Provisioning)"),
    ]
    assert all(secret.text not in repr(entries) for secret in (old, new))
    assert f"...{old.last_four}" in entries[0].about


def test_the_audit_log_cannot_be_changed_or_shortened(tmp_path: Path) -> None:
    import sqlite3

    Tenant(tmp_path).installs()
    connection = open_database(tmp_path)
    for statement in ("UPDATE audit_log SET who = 'nobody'", "DELETE FROM audit_log"):
        with pytest.raises(sqlite3.IntegrityError, match="immutable"):
            connection.execute(statement)
