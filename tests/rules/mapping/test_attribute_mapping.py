"""Does an attribute mapping refuse what cannot be one?"""

import pytest

from instep.rules.mapping.attribute_mapping import AttributeMapping, Constant, Direct, NoSource


def test_a_mapping_has_no_match_and_no_default_unless_said():
    mapping = AttributeMapping("userName", Direct("userPrincipalName"))
    assert (mapping.matching_priority, mapping.default_value, mapping.apply) == (0, None, "always")


def test_a_mapping_without_a_target_is_refused():
    with pytest.raises(ValueError, match="needs a target attribute"):
        AttributeMapping("", Constant("x"))


def test_a_negative_matching_precedence_is_refused():
    with pytest.raises(ValueError, match="userName: the matching precedence is 1 or more"):
        AttributeMapping("userName", Direct("mail"), matching_priority=-1)


def test_a_matching_attribute_needs_a_source():
    with pytest.raises(ValueError, match="userName: a matching attribute needs a source"):
        AttributeMapping("userName", NoSource(), matching_priority=1)
