"""Which answers to a filter are believed, and which accounts must be read before they are adopted?"""

from collections.abc import Mapping
from typing import Any

import pytest

from instep.rules.health.verdicts import Failed
from instep.rules.matching.answers import account_read, accounts_found
from instep.rules.matching.match import Account


def read(resource: Mapping[str, Any]) -> Account | None:
    values = {name: resource[name] for name in ("userName", "externalId") if name in resource}
    return Account(resource["id"], values) if "id" in resource else None


def found(*resources: dict[str, Any]) -> list[Account] | Failed:
    answer = {"totalResults": len(resources), "Resources": list(resources)}
    return accounts_found(answer, read, "externalId", "A-1")


SHOWN: list[dict[str, Any]] = [
    {"id": "1", "externalId": "A-1"},
    {"id": "1", "externalId": "a-1"},
    {"id": "1", "emails": [{"value": "A-1"}]},
    {"id": "1", "urn:example": {"numbers": ["B-2", "A-1"]}},
]
NOT_SHOWN: list[dict[str, Any]] = [
    {"id": "1"},
    {"id": "1", "userName": "A-1 Ltd"},
    {"id": "1", "emails": [{"value": "A-1@x"}], "externalId": None},
]


@pytest.mark.parametrize("resource", SHOWN)
def test_an_account_that_has_the_value_anywhere_is_the_one_that_was_asked_for(resource: dict[str, Any]) -> None:
    [account] = found(resource)  # type: ignore[misc]
    assert account.is_shown
    assert account_read(resource, account, "externalId", "A-1") == account


@pytest.mark.parametrize("resource", NOT_SHOWN)
def test_an_account_that_has_it_nowhere_may_be_anybodys(resource: dict[str, Any]) -> None:
    [account] = found(resource)  # type: ignore[misc]
    assert not account.is_shown
    refused = account_read(resource, account, "externalId", "A-1")
    assert isinstance(refused, Failed)
    assert "shows no externalId" in refused.detail


def test_an_account_with_another_value_takes_the_belief_from_the_whole_answer() -> None:
    assert isinstance(found({"id": "1", "externalId": "A-1"}, {"id": "2", "externalId": "B-2"}), Failed)
    assert isinstance(account_read({"id": "2"}, Account("2", {"externalId": "B-2"}), "externalId", "A-1"), Failed)
    assert isinstance(account_read({}, None, "externalId", "A-1"), Failed)
