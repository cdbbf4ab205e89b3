"""What changed about a user, in words."""

from typing import Any

import pytest

from proxyclick.people.changes import changes_between

ADA: dict[str, Any] = {
    "schemas": ["urn:ietf:params:scim:schemas:core:2.0:User"],
    "id": "US-A000",
    "userName": "ada@corp.example",
    "name": {"givenName": "Ada", "familyName": "Byron"},
    "emails": [{"type": "work", "value": "ada@corp.example", "primary": True}],
    "active": True,
}


def told(**changed: Any) -> list[str]:
    return [str(change) for change in changes_between(ADA, ADA | changed)]


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({}, []),
        ({"title": "Analyst"}, ["Title set to Analyst"]),
        ({"active": False}, ["Status: Active → Inactive"]),
        ({"name": {"givenName": "Ada", "familyName": "Lovelace"}}, ["Last name: Byron → Lovelace"]),
        ({"name": {"familyName": "Byron"}}, ["First name: Ada → blank"]),
        ({"phoneNumbers": [{"type": "mobile", "value": "+3247"}]}, ["Mobile phone set to +3247"]),
        ({"addresses": [{"type": "work", "locality": "Ghent"}]}, ["City set to Ghent"]),
        ({"roles": [{"value": "x"}, {"value": "y"}]}, ["roles[1] set to x", "roles[2] set to y"]),
        (
            {
                "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User": {
                    "department": "R&D",
                    "manager": {"value": "US-A001"},
                }
            },
            ["Department set to R&D", "Manager set to US-A001"],
        ),
    ],
)
def test_a_change_is_told_by_what_it_is_called_on_screen(changed: dict[str, Any], words: list[str]) -> None:
    assert told(**changed) == words


def test_the_best_known_attributes_come_first() -> None:
    assert told(nickName="Addie", title="Countess", active=False) == [
        "Status: Active → Inactive",
        "Title set to Countess",
        "nickName set to Addie",
    ]


def test_a_new_user_has_everything_set() -> None:
    assert next(str(change) for change in changes_between({}, ADA)) == "Status set to Active"
    assert {change.after for change in changes_between({}, ADA)} >= {"Ada", "Byron", "ada@corp.example"}
