"""Where do these tests find an inbound SCIM service over a real installation, and an identity provider with a token?"""

import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[1]))

from fakes.called_routes import Client, client_of
from instep.access.roles import Role
from instep.inbound.routes import inbound_routes
from instep.wiring import Instep, open_instep

BASE = "https://instep.corp.example/scim/v2"


@pytest.fixture
def instep(tmp_path: Path) -> Iterator[Instep]:
    with open_instep(tmp_path / "data") as found:
        yield found


@pytest.fixture
def client_as(instep: Instep) -> Callable[[Role | None], Client]:
    """A client with an API token named Okta of an administrator of a role; None: without one."""
    routes = inbound_routes(instep)
    return lambda role: client_of(instep, routes, BASE, "Okta", role)


@pytest.fixture
def provider(client_as: Callable[[Role | None], Client]) -> Client:
    """An identity provider whose token may change users and groups."""
    return client_as(Role.USER_ADMINISTRATOR)
