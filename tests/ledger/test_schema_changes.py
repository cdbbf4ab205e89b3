"""Is what differs between two schemas said in words?"""

from dataclasses import replace

from instep.ledger.schema import ObjectMapping, Schema, TargetAction
from instep.ledger.schema_changes import schema_changes
from instep.rules.mapping.attribute_mapping import AttributeMapping, Constant, Direct, FromExpression, NoSource
from instep.rules.mapping.attribute_mapping import TargetAttribute as Target
from instep.rules.scoping.filters import Clause, ScopingFilter

ROWS = (
    AttributeMapping("userName", Direct("userPrincipalName"), matching_priority=1),
    AttributeMapping("title", Direct("jobTitle")),
    AttributeMapping("locale", NoSource(), "en"),
)
SALES = ScopingFilter("Sales", (Clause("department", "EQUALS", ("Sales",)),))
USERS = ObjectMapping(ROWS, (Target("userName"), Target("title"), Target("locale")))
BEFORE = Schema(USERS, USERS)


def changes(**users: object) -> list[str]:
    return schema_changes(BEFORE, replace(BEFORE, users=replace(USERS, **users)))  # type: ignore[arg-type]


def test_nothing_is_said_of_what_is_the_same() -> None:
    assert changes() == []


def test_mappings_that_were_added_changed_or_removed_are_said_with_their_sources() -> None:
    after = (
        ROWS[0],
        replace(ROWS[1], source=FromExpression("ToUpper([jobTitle], )")),
        AttributeMapping("nickName", Constant("x")),
    )
    assert changes(mappings=after) == [
        "user mapping of title was changed: [jobTitle] -> ToUpper([jobTitle], )",
        "user mapping of locale was removed",
        'user mapping of nickName was added: "x"',
    ]
    assert changes(mappings=(ROWS[0], ROWS[1], replace(ROWS[2], default_value="de"))) == [
        "user mapping of locale was changed"
    ]
    assert changes(mappings=ROWS[::-1]) == ["user mappings: their order was changed"]


def test_filters_attributes_and_actions_are_said_too() -> None:
    twice = (SALES, ScopingFilter("Sales", (Clause("city", "IS NULL"),)))
    assert changes(filters=twice) == [
        "user scoping filter Sales was added: department EQUALS 'Sales'",
        "user scoping filter Sales' was added: city IS NULL",
    ]
    assert changes(targets=(*USERS.targets, Target("nickName"))) == ["user attribute nickName was added"]
    assert changes(actions=frozenset({TargetAction.CREATE})) == ["user actions: Add, Delete, Update -> Add"]


def test_what_becomes_of_groups_is_said() -> None:
    assert schema_changes(BEFORE, replace(BEFORE, groups=None)) == ["the mapping of groups was removed"]
    assert schema_changes(replace(BEFORE, groups=None), BEFORE) == ["the mapping of groups was added"]
    off = replace(BEFORE, groups=replace(USERS, is_enabled=False))
    assert schema_changes(BEFORE, off) == ["the mapping of groups was disabled"]
    assert schema_changes(off, BEFORE) == ["the mapping of groups was enabled"]
    assert schema_changes(BEFORE, replace(BEFORE, frame={"id": "x"})) == [
        "names, ids and properties that have no effect were changed"
    ]
