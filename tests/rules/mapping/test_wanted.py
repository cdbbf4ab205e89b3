"""What should a user's account say? (mappings.md 1.2 to 1.6)"""

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
from instep.rules.mapping.expressions import Context, ExpressionError
from instep.rules.mapping.wanted import CompiledMappings, MappingFailed, compile_mappings

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


def test_select_unique_value_is_refused_as_long_as_nobody_asks_the_target() -> None:
    with pytest.raises(ExpressionError, match="not available in attribute mappings yet"):
        compiled(AttributeMapping("title", FromExpression('SelectUniqueValue("a", "b")')))


def test_an_expression_that_does_not_parse_is_found_when_the_job_is_compiled() -> None:
    with pytest.raises(ExpressionError):
        compiled(AttributeMapping("title", FromExpression("Join(")))
