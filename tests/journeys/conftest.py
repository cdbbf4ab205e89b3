"""Who goes on a journey? An administrator, and tenants of Proxyclick."""

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[1]))

from fakes.administrator import Administrator, administrator
from fakes.faulty_target import FaultyTarget, faulty_target
from fakes.served_tenant import ServedTenant, served_tenant


@pytest.fixture(scope="session")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServedTenant]:
    with served_tenant(tmp_path_factory.mktemp("proxyclick")) as tenant:
        yield tenant


@pytest.fixture
def tenant(served: ServedTenant) -> ServedTenant:
    """An empty tenant."""
    for account in served.everyone():
        assert served.http.delete(f"/Users/{account['id']}").status_code == 204
    return served


@pytest.fixture
def admin(tmp_path: Path) -> Iterator[Administrator]:
    """An administrator who has added Proxyclick and not connected it yet."""
    with administrator(tmp_path) as found:
        yield found


@pytest.fixture
def target() -> Iterator[FaultyTarget]:
    """A target that counts."""
    with faulty_target() as found:
        yield found


@pytest.fixture
def connected(admin: Administrator, tenant: ServedTenant) -> Administrator:
    """The administrator, connected to the empty tenant, with all users assigned."""
    admin.connects(tenant.tenant_url, tenant.secret_token)
    return admin
