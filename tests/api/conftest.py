"""Where do these tests find an API over a real installation, and a client with a token?"""

import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[1]))

from tests.api.told import check_told

from fakes.called_routes import Client, client_of
from instep.access.roles import Role
from instep.api.app import api_routes
from instep.wiring import Instep, open_instep

BASE = "https://graph.corp.example/v1.0"


@pytest.fixture
def instep(tmp_path: Path) -> Iterator[Instep]:
    with open_instep(tmp_path / "data") as found:
        yield found


@pytest.fixture
def client_as(instep: Instep) -> Callable[[Role | None], Client]:
    """A client with the token of an administrator of a role; None: without one. Its answers are checked, too."""
    routes = api_routes(instep)

    def client(role: Role | None) -> Client:
        found = client_of(instep, routes, BASE, "test", role)
        found.event_hooks["response"].append(check_told)
        return found

    return client


@pytest.fixture
def graph(client_as: Callable[[Role | None], Client]) -> Client:
    """A client that may do everything."""
    return client_as(Role.GLOBAL_ADMINISTRATOR)
