"""The list of a location's users, page by page."""

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from proxyclick.integrations.scope import Scope
from proxyclick.people.keys import Keys
from proxyclick.store.colleagues import Colleagues, StatusFilter, Wanted
from proxyclick.store.database import FIRST_LOCATION, FIRST_ORGANISATION, open_database
from proxyclick.store.resources import Record, ResourceTable

PEOPLE = 97
PER_PAGE = 7
NAMES = {number: f"p{number * 61 % PEOPLE:02}@corp.example" for number in range(PEOPLE)}


def is_active(number: int) -> bool:
    return number % 4 != 0


@pytest.fixture(scope="module")
def connection(tmp_path_factory: pytest.TempPathFactory) -> Iterator[sqlite3.Connection]:
    """A location with people, of whom every fourth is inactive, and another with somebody else."""
    connection = open_database(Path(tmp_path_factory.mktemp("colleagues")))
    users = ResourceTable(connection, "users", "US").within(Scope(FIRST_ORGANISATION, (), is_whole=True))
    for number, name in NAMES.items():
        keys = Keys(name, name, (), None, f"{name}\nengineer" if number % 3 else name, is_active(number))
        users.insert(Record(number, "", 1, b"{}"), keys, FIRST_LOCATION)
    users.insert(Record(PEOPLE, "", 1, b"{}"), Keys("p00@elsewhere", None, (), None, "p00@elsewhere engineer"), 1)
    yield connection
    connection.close()


@pytest.mark.parametrize("status", list(StatusFilter))
@pytest.mark.parametrize("text", ["", "engineer", "p1", "p96@", "nobody"])
def test_the_pages_of_a_list_are_the_whole_list_in_order(
    connection: sqlite3.Connection, status: StatusFilter, text: str
) -> None:
    colleagues, wanted = Colleagues(connection), Wanted(FIRST_ORGANISATION, FIRST_LOCATION, text, status)
    expected = [
        name
        for number, name in sorted(NAMES.items(), key=lambda each: each[1])
        if (text in name or (text == "engineer" and number % 3))
        and (status is StatusFilter.ALL or is_active(number) is (status is StatusFilter.ACTIVE))
    ]
    found = colleagues.count(wanted)
    assert found == len(expected)
    pages = [colleagues.page(wanted, offset, PER_PAGE, found) for offset in range(0, found + 1, PER_PAGE)]
    assert [NAMES[record.number] for page in pages for record in page] == expected
    assert all(len(page) == PER_PAGE for page in pages[:-1])


def test_an_address_of_another_organisation_shows_nobody(connection: sqlite3.Connection) -> None:
    colleagues = Colleagues(connection)
    assert colleagues.page(Wanted(7, FIRST_LOCATION), 0, PER_PAGE, 1) == []
