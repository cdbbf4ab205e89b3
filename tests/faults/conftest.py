"""What breaks here? A target whose faults are scripted, with an administrator connected to it."""

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[1]))
sys.path.insert(0, str(Path(__file__).parents[2]))

from fakes.administrator import Administrator, administrator
from fakes.faulty_target import SECRET_TOKEN, FaultyTarget, faulty_target


@pytest.fixture
def target() -> Iterator[FaultyTarget]:
    with faulty_target() as found:
        yield found


@pytest.fixture
def admin(tmp_path: Path, target: FaultyTarget) -> Iterator[Administrator]:
    """An administrator, connected while the target is well; all users are assigned."""
    with administrator(tmp_path) as found:
        found.connects(target.tenant_url, SECRET_TOKEN)
        found.assigns_everyone()
        target.forget_arrivals()
        yield found
