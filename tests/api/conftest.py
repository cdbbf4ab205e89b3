"""Where do these tests find an API over a real installation, and a client with a token?"""

import sys
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import httpx2
import pytest
from starlette.applications import Starlette

sys.path.insert(0, str(Path(__file__).parents[1]))

from fakes.administrators import administrator_with
from instep.access.roles import Role
from instep.admin.access.tokens import issue_token
from instep.api.app import api_routes
from instep.wiring import Instep, open_instep

BASE = "https://graph.corp.example/v1.0"
Client = httpx2.AsyncClient


@pytest.fixture
def instep(tmp_path: Path) -> Iterator[Instep]:
    with open_instep(tmp_path / "data") as found:
        yield found


@pytest.fixture
def client_as(instep: Instep) -> Callable[[Role | None], Client]:
    """A client with the token of an administrator of a role; None: without one."""
    app = Starlette(routes=api_routes(instep))

    def client(role: Role | None) -> Client:
        headers = {}
        if role is not None:
            administrator = administrator_with(instep.access, role)
            permissions = administrator.permissions
            issued = issue_token(instep.access, administrator, "test", permissions, timedelta(days=1), "the tests")
            headers = {"Authorization": f"Bearer {issued.secret}"}
        transport = httpx2.ASGITransport(app)
        return Client(transport=transport, base_url=f"{BASE}/", headers=headers)

    return client


@pytest.fixture
def graph(client_as: Callable[[Role | None], Client]) -> Client:
    """A client that may do everything."""
    return client_as(Role.GLOBAL_ADMINISTRATOR)
