"""Who is found as a host by the letters that a visitor types."""

from typing import Any

import pytest

from proxyclick.people.host_search import host_query, is_host
from proxyclick.people.person import person_of


def found(typed: str, **attributes: Any) -> bool:
    query = host_query(typed)
    name = {"givenName": "Anna Maria", "familyName": "van der Berg"}
    user = {"userName": "amb@corp.example", "name": name} | attributes
    return query is not None and is_host(person_of(user), query)


@pytest.mark.parametrize("typed", ["ann", "ANN", "mar", "van", "ber", "anna maria van", "der b", " van  der berg anna"])
def test_a_host_is_found_by_the_start_of_any_of_their_names(typed: str) -> None:
    assert found(typed)


@pytest.mark.parametrize("typed", ["", "an", "  a ", "nna", "erg", "amb@", "berg maria", "%", "___"])
def test_a_host_is_not_found_by_less_or_by_anything_else(typed: str) -> None:
    assert not found(typed)


def test_somebody_disabled_is_never_found() -> None:
    assert not found("ann", active=False)


def test_a_name_that_is_only_formatted_is_searched_too() -> None:
    assert found("李雷明", name={"formatted": "李雷明"})
