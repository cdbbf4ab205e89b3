"""What do these tests have? An installation whose job tells two people, and a mail server."""

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[1]))

from fakes.installation import Installation, open_installation
from fakes.mail_server import MailServerThatSays, mail_server


@pytest.fixture
def installed(tmp_path: Path) -> Iterator[Installation]:
    with open_installation(tmp_path) as installation:
        installation.settle(notify=("amy@corp.example", "bo@corp.example"))
        yield installation


@pytest.fixture
def server() -> Iterator[MailServerThatSays]:
    with mail_server() as found:
        yield found
