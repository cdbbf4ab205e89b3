"""Which attributes an answer shows."""

from typing import Any

import pytest

from instep.scim.projection import projection
from instep.scim.schemas import USERS

ENTERPRISE = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"
ADA: dict[str, Any] = {
    "schemas": ["urn:ietf:params:scim:schemas:core:2.0:User"],
    "id": "U1",
    "userName": "ada",
    "name": {"givenName": "Ada", "familyName": "Example"},
    "emails": [{"type": "work", "value": "ada@x"}],
    "password": "secret",
    ENTERPRISE: {"department": "R&D"},
    "meta": {"resourceType": "User"},
}


@pytest.mark.parametrize(
    ("attributes", "shown"),
    [
        (["userName"], {"userName": "ada"}),
        (["USERNAME", "nosuch", "not a name["], {"userName": "ada"}),
        (["urn:ietf:params:scim:schemas:core:2.0:User:userName"], {"userName": "ada"}),
        (["name.givenName"], {"name": {"givenName": "Ada"}}),
        (["name.middleName"], {}),
        (["emails.value"], {"emails": [{"value": "ada@x"}]}),
        (['emails[type eq "work"]'], {"emails": ADA["emails"]}),
        (['emails[type eq "home"]'], {}),
        (['emails[type eq "home"]', "emails.type"], {"emails": [{"type": "work", "value": "ada@x"}]}),
        ([ENTERPRISE], {ENTERPRISE: {"department": "R&D"}}),
        ([f"{ENTERPRISE}:department"], {ENTERPRISE: {"department": "R&D"}}),
        (["password"], {}),
        (["nosuch"], {}),
    ],
)
def test_only_what_was_asked_for_is_shown_and_what_always_is(attributes: list[str], shown: dict[str, Any]) -> None:
    always = {"schemas": ADA["schemas"], "id": "U1"}
    assert projection(USERS, attributes)(ADA) == always | shown


@pytest.mark.parametrize(
    ("excluded", "hidden"),
    [(["userName"], {"userName"}), (["id", "schemas"], set()), ([ENTERPRISE], {ENTERPRISE}), ([], set())],
)
def test_what_was_excluded_is_not_shown_unless_it_always_is(excluded: list[str], hidden: set[str]) -> None:
    assert set(ADA) - set(projection(USERS, (), excluded)(ADA)) == hidden | {"password"}


def test_a_part_of_a_value_can_be_excluded() -> None:
    assert projection(USERS, (), ["name.familyName"])(ADA)["name"] == {"givenName": "Ada"}
