"""What should a user's account say? (mappings.md 1.2 to 1.6)"""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from instep.rules.mapping.attribute_mapping import (
    AttributeMapping,
    Constant,
    Direct,
    FromExpression,
    NoSource,
    TargetAttribute,
)
from instep.rules.mapping.expressions import Context
from instep.rules.mapping.wanted import CompiledMappings, MappingFailed, MappingRefused, compile_mappings

NOW = Context(now=datetime(2026, 3, 2, tzinfo=UTC))
TITLE = TargetAttribute("title", case_exact=True)
TARGETS = (
    TargetAttribute("userName", required=True),
    TargetAttribute("active", "Boolean"),
    TITLE,
    TargetAttribute("costCenter", "Integer"),
    TargetAttribute("tags", multivalued=True),
    TargetAttribute("manager", "Reference"),
)
SWITCH = 'Switch([IsSoftDeleted], , "False", "True", "True", "False")'


def compiled(*mappings: AttributeMapping) -> CompiledMappings:
    return compile_mappings(mappings, TARGETS)


def both(mapping: AttributeMapping, **source: Any) -> tuple[dict[str, Any], dict[str, Any]]:
    """What an existing account and a new one should have."""
    mappings = compile_mappings([mapping], [target for target in TARGETS if not target.required])
    wanted = mappings.wanted(source, NOW)
    return wanted, mappings.for_creation(wanted, source, NOW)


@pytest.mark.parametrize(
    ("mapping", "source", "existing", "new"),
    [
        (AttributeMapping("title", Direct("jobTitle")), {"jobTitle": "Engineer"}, "Engineer", "Engineer"),
        (AttributeMapping("title", Direct("jobTitle")), {}, None, None),
        (AttributeMapping("title", Direct("jobTitle"), "Staff"), {}, None, "Staff"),
        (AttributeMapping("title", Direct("jobTitle"), "Staff"), {"jobTitle": "Engineer"}, "Engineer", "Engineer"),
        (AttributeMapping("title", Constant("Staff")), {}, "Staff", "Staff"),
        (AttributeMapping("title", FromExpression('Append([a], "!")')), {"a": "x"}, "x!", "x!"),
        (AttributeMapping("title", FromExpression("IgnoreFlowIfNullOrEmpty([a])")), {"a": ""}, None, None),
        (AttributeMapping("title", NoSource(), "Staff"), {}, None, "Staff"),
        (AttributeMapping("title", Direct("jobTitle"), apply="creation"), {"jobTitle": "x"}, None, "x"),
        (AttributeMapping("title", Direct("jobTitle"), "Staff", apply="creation"), {}, None, "Staff"),
        (AttributeMapping("title", Direct("isOn")), {"isOn": True}, "True", "True"),
        (AttributeMapping("active", Direct("isOn")), {"isOn": False}, False, False),
        (AttributeMapping("costCenter", Direct("cc")), {"cc": "0042"}, 42, 42),
        (AttributeMapping("costCenter", Direct("cc"), "7"), {}, None, 7),
        (AttributeMapping("tags", Direct("tag")), {"tag": "a"}, ["a"], ["a"]),
        (AttributeMapping("tags", Direct("tag")), {"tag": ("a", "b")}, ["a", "b"], ["a", "b"]),
    ],
)
def test_a_source_without_a_value_leaves_its_target_out_and_a_default_is_for_new_accounts(
    mapping: AttributeMapping, source: dict[str, Any], existing: Any, new: Any
) -> None:
    wanted, for_creation = both(mapping, **source)
    assert wanted.get(mapping.target) == existing
    assert for_creation.get(mapping.target) == new


def test_a_new_account_without_a_required_value_is_refused_by_name() -> None:
    mappings = compiled(AttributeMapping("userName", Direct("userPrincipalName")))
    with pytest.raises(MappingFailed, match="userName") as failed:
        mappings.for_creation({}, {}, NOW)
    assert failed.value.code == "MissingValues"


def test_matching_attributes_come_by_precedence_whatever_their_order() -> None:
    mappings = compiled(
        AttributeMapping("title", Direct("a"), matching_priority=2),
        AttributeMapping("userName", Direct("b"), matching_priority=1),
        AttributeMapping("active", Direct("c")),
    )
    assert mappings.matching == ("userName", "title")


def test_what_follows_from_is_soft_deleted_is_known_and_given_alone() -> None:
    mappings = compiled(
        AttributeMapping("active", FromExpression(SWITCH)),
        AttributeMapping("title", Direct("jobTitle")),
        AttributeMapping("costCenter", Direct("cc")),
    )
    source = {"IsSoftDeleted": True, "jobTitle": "x", "cc": "not a number"}
    assert mappings.soft_delete_targets == {"active"}
    assert mappings.deprovisioning(source, NOW) == {"active": False}
    with pytest.raises(MappingFailed, match="costCenter"):
        mappings.wanted(source, NOW)


def test_letter_case_counts_only_where_the_target_says_so_and_references_are_known() -> None:
    mappings = compiled(
        AttributeMapping("userName", Direct("a")),
        AttributeMapping("title", Direct("b")),
        AttributeMapping("manager", Direct("manager")),
    )
    assert "title" not in mappings.case_insensitive_targets
    assert "userName" in mappings.case_insensitive_targets
    assert mappings.references == {"manager"}
    assert set(mappings.targets) == {"userName", "title", "manager"}


def test_of_a_unique_value_a_new_account_gets_the_first_unless_the_cycle_chooses_another() -> None:
    text = FromExpression('SelectUniqueValue([a], [b], "c")')
    mapping = AttributeMapping("title", text, "Staff", apply="creation")
    assert both(mapping, b="x") == ({}, {"title": "x"})
    [(target, give)] = compiled(mapping).choosing
    assert (target, list(give({"a": "y", "b": "y"}, NOW))) == ("title", ["y", "c"])
    only = replace(mapping, source=FromExpression("SelectUniqueValue([a], [b])"))
    assert both(only) == ({}, {"title": "Staff"})
    assert compiled(only).choosing[0][1]({}, NOW) == []
    with pytest.raises(MappingFailed, match="title: column 23: CDate"):
        both(replace(mapping, source=FromExpression('SelectUniqueValue("", CDate("x"))')))


@pytest.mark.parametrize(
    ("mappings", "problem"),
    [
        ([AttributeMapping("title", FromExpression("Join("))], "column 6: a function, an"),
        ([AttributeMapping("costCenter", Constant("x"))], "it takes a whole number, not 'x'"),
        ([AttributeMapping("active", Direct("a"), "maybe")], "it takes True or False, not 'maybe'"),
        ([AttributeMapping("title", Direct(name)) for name in "ab"], "another mapping has the same target attribute"),
        ([AttributeMapping("title", Direct("appRoleAssignments"))], "goes through a function, such as"),
        ([AttributeMapping("title", FromExpression('Join(",", [appRoleAssignments])'))], "goes through a function"),
        (
            [AttributeMapping("title", FromExpression('SelectUniqueValue("a", "b")'), None, 1, apply="creation")],
            "cannot give the value that accounts are matched by",
        ),
        ([AttributeMapping("title", FromExpression('SelectUniqueValue("a", "b")'))], "Only during object creation"),
    ],
)  # fmt: skip
def test_a_mapping_that_cannot_be_used_is_found_when_the_job_is_compiled(
    mappings: list[AttributeMapping], problem: str
) -> None:
    with pytest.raises(MappingRefused, match=problem) as refused:
        compiled(*mappings)
    assert refused.value.target == mappings[-1].target


def test_a_value_that_an_expression_cannot_use_names_the_target_and_the_place() -> None:
    mapping = AttributeMapping("title", FromExpression('Append("on ", CDate([left]))'))
    with pytest.raises(MappingFailed, match="title: column 15: CDate: 'soon' is no date") as failed:
        both(mapping, left="soon")
    assert failed.value.target == "title"


CLEARED = "CLEARED"
CLEARING = [
    (Direct("a"), {"a": "x"}, "x", "x"),
    (Direct("a"), {}, CLEARED, "Staff"),
    (Direct("a"), {"a": ""}, "", ""),
    (Direct("a"), {"a": ()}, CLEARED, "Staff"),
    (FromExpression("ToUpper([a])"), {"a": "x"}, "X", "X"),
    (FromExpression("ToUpper([a])"), {}, CLEARED, "Staff"),
    (FromExpression('Append([a], "")'), {}, "", ""),
    (FromExpression("IgnoreFlowIfNullOrEmpty([a])"), {}, None, "Staff"),
    (NoSource(), {}, None, "Staff"),
]


@pytest.mark.parametrize(("source", "user", "existing", "new"), CLEARING)
def test_a_target_that_is_to_be_cleared_is_wanted_as_none_and_only_when_the_source_is_null(
    source: Direct | FromExpression | NoSource, user: dict[str, Any], existing: Any, new: Any
) -> None:
    wanted, _ = both(AttributeMapping("title", source, when_null="clear"), **user)
    assert wanted.get("title", "left") == {CLEARED: None, None: "left"}.get(existing, existing)


@pytest.mark.parametrize(("source", "user", "existing", "new"), CLEARING)
def test_what_is_to_be_cleared_goes_back_to_the_default_that_a_new_account_gets(
    source: Direct | FromExpression | NoSource, user: dict[str, Any], existing: Any, new: Any
) -> None:
    wanted, for_creation = both(AttributeMapping("title", source, "Staff", when_null="clear"), **user)
    assert wanted.get("title", "left") == {CLEARED: "Staff", None: "left"}.get(existing, existing)
    assert for_creation["title"] == new


def test_what_flows_on_creation_only_is_never_cleared() -> None:
    assert both(AttributeMapping("title", Direct("a"), apply="creation", when_null="clear")) == ({}, {})


def test_what_accounts_are_matched_by_cannot_be_cleared() -> None:
    with pytest.raises(ValueError, match="title: what accounts are matched by is not cleared"):
        AttributeMapping("title", Direct("a"), matching_priority=1, when_null="clear")


def test_random_values_stay_the_same_for_a_user_and_a_target_and_differ_between_them() -> None:
    mappings = compiled(
        AttributeMapping("title", FromExpression("Guid()")),
        AttributeMapping("nickName", FromExpression("Guid()")),
        AttributeMapping("locale", FromExpression('Join("", "x", Guid())'), apply="creation"),
    )
    one, other = ({"objectId": "u1"}, {"objectId": "u2"})
    seeded, another_job = Context(NOW.now, "the job's seed"), Context(NOW.now, "another job's")
    values = [
        value
        for source, context in ((one, seeded), (other, seeded), (one, another_job))
        for value in mappings.wanted(source, context).values()
    ]
    assert len(set(values)) == 6
    assert mappings.wanted(one, seeded) == mappings.wanted({**one, "jobTitle": "changed"}, seeded)


def test_mappings_that_change_with_time_say_so() -> None:
    assert compiled(AttributeMapping("title", FromExpression("CStr(Now())"))).timed
    assert not compiled(AttributeMapping("title", FromExpression("CDate([a])"))).timed


def test_mappings_of_app_roles_are_known() -> None:
    roles = AttributeMapping(
        'roles[primary eq "True"].value', FromExpression("SingleAppRoleAssignment([appRoleAssignments])")
    )
    assert compiled(roles, AttributeMapping("title", Direct("a"))).role_targets == ('roles[primary eq "True"].value',)
