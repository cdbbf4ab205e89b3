"""Who are the administrators in these tests? Nobody yet, in each of them; the pages are those of one installation.

To begin an installation anew for each test would be most of their time.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta

import pytest

from console.console_site import Site
from fakes.administrator import Administrator, administrator


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with administrator(tmp_path_factory.mktemp("access")) as found:
        yield Site(found)


@pytest.fixture
def admin(shared: Site) -> Administrator:
    """An installation to which nobody can sign in yet, a day after whatever was before."""
    found = shared.admin
    with closing(sqlite3.connect(found.instep.settings.database_path)) as connection, connection:
        connection.execute("PRAGMA foreign_keys=ON")
        for table in ("administrators", "one_time_links", "registered_clients"):
            connection.execute(f"DELETE FROM {table}")
    found.clock.now += timedelta(days=1)
    return found


@pytest.fixture
def site(admin: Administrator, shared: Site) -> Site:
    shared.client = shared.new_client()
    return shared
