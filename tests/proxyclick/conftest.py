"""Which tenants do the tests share? One of each profile; every test uses names of its own."""

import itertools
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[1]))

from fakes.served_tenant import ServedTenant, served_tenant


@pytest.fixture(scope="session")
def tenant(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServedTenant]:
    with served_tenant(tmp_path_factory.mktemp("proxyclick")) as served:
        yield served


@pytest.fixture(scope="session")
def rfc_tenant(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServedTenant]:
    with served_tenant(tmp_path_factory.mktemp("rfc"), "rfc") as served:
        yield served


@pytest.fixture
def own_tenant(tmp_path: Path) -> Iterator[ServedTenant]:
    with served_tenant(tmp_path / "data") as served:
        yield served


@pytest.fixture(scope="session")
def new_name() -> Callable[[], str]:
    numbers = itertools.count(1)
    return lambda: f"person{next(numbers)}@corp.example"
