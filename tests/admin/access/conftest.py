"""What do these tests have? The administrators of an installation, by a clock that they move."""

import sys
from collections.abc import Iterator
from itertools import count
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[2]))

from fakes.administrator import Clock
from fakes.installation import open_database
from instep.admin.access.ports import Access
from instep.store.access import (
    PEOPLE,
    AdministratorStore,
    AuthenticatorStore,
    ClientStore,
    LinkStore,
    PeopleStore,
    SessionStore,
    TokenStore,
)
from instep.store.database import Database
from instep.store.key_file import Key
from instep.store.secret_box import SecretBox


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    with open_database(tmp_path) as found:
        yield found


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def access(database: Database, clock: Clock) -> Access:
    numbers = count(1)
    kinds = (AdministratorStore, SessionStore, LinkStore, TokenStore, ClientStore, PeopleStore)
    secrets = SecretBox(lambda: [Key(1, "2026", b"k" * 32)])
    authenticators = AuthenticatorStore(database, secrets), AuthenticatorStore(database, secrets, PEOPLE)
    return Access(*(kind(database) for kind in kinds), *authenticators, clock, lambda: f"id-{next(numbers)}")
