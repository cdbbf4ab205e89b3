"""Where do these tests find an inbound SCIM service over a real installation, and an identity provider with a token?"""

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
from instep.inbound.routes import inbound_routes
from instep.wiring import Instep, open_instep

BASE = "https://instep.corp.example/scim/v2"
Client = httpx2.AsyncClient


@pytest.fixture
def instep(tmp_path: Path) -> Iterator[Instep]:
    with open_instep(tmp_path / "data") as found:
        yield found


@pytest.fixture
def client_as(instep: Instep) -> Callable[[Role | None], Client]:
    """A client with an API token named Okta of an administrator of a role; None: without one."""
    app = Starlette(routes=inbound_routes(instep))

    def client(role: Role | None) -> Client:
        headers = {}
        if role is not None:
            administrator = administrator_with(instep.access, role)
            permissions = administrator.permissions
            issued = issue_token(instep.access, administrator, "Okta", permissions, timedelta(days=1), "the tests")
            headers = {"Authorization": f"Bearer {issued.secret}"}
        return Client(transport=httpx2.ASGITransport(app), base_url=f"{BASE}/", headers=headers)

    return client


@pytest.fixture
def provider(client_as: Callable[[Role | None], Client]) -> Client:
    """An identity provider whose token may change users and groups."""
    return client_as(Role.USER_ADMINISTRATOR)
