"""Which applications are held to the contract? A served tenant behind the real door, and the one in memory."""

import sys
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[1]))

from fakes.allowed import THIS_MACHINE
from fakes.memory_target import MemoryTarget
from fakes.served_tenant import ServedTenant, served_tenant
from instep.connectors.targets.scim.target import open_scim_target
from instep.cycle.ports import Target


@pytest.fixture(scope="session")
def tenant(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServedTenant]:
    with served_tenant(tmp_path_factory.mktemp("tenant")) as served:
        yield served


@pytest.fixture(params=["over HTTP", "in memory"])
async def target(request: pytest.FixtureRequest) -> AsyncIterator[Target]:
    if request.param == "in memory":
        yield MemoryTarget(has_versions=True)
        return
    served: ServedTenant = request.getfixturevalue("tenant")
    for account in served.everyone():
        served.http.delete(f"/Users/{account['id']}")
    async with open_scim_target(served.tenant_url, served.secret_token, 4, 30.0, None, THIS_MACHINE) as opened:
        yield opened
