"""What holds for all tests: where the outside data is, and how long hypothesis may think."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

settings.register_profile("instep", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("instep")

DATABASE_KINDS = ("sqlite", "postgresql")

SHARED = Path(__file__).parents[2] / "shared"


@pytest.fixture(scope="module", params=DATABASE_KINDS)
def database_kind(request: pytest.FixtureRequest) -> Iterator[str]:
    """Modules that use it are run on each kind of database (fakes/installation.py: open_database)."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("INSTEP_TEST_DATABASE", request.param)
        yield request.param


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of facts and real data that lies beside the checkout; without it the test is skipped."""
    if not SHARED.is_dir():
        pytest.skip("the folder ../shared with the real data is not there")
    return SHARED
