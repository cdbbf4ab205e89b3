"""How does a value of the directory become one of the target attribute's type?"""

from datetime import UTC, datetime
from typing import Any

import pytest

from instep.rules.mapping.attribute_mapping import TargetAttribute
from instep.rules.mapping.target_values import MappingFailed, converter_for

TEXT, FLAG = TargetAttribute("title"), TargetAttribute("active", "Boolean")
NUMBER, MANY = TargetAttribute("costCenter", "Integer"), TargetAttribute("tags", multivalued=True)
MOMENT = TargetAttribute("leaves", "DateTime")
REFERENCE = TargetAttribute("manager", "Reference")


@pytest.mark.parametrize(
    ("target", "value", "converted"),
    [
        (TEXT, "x", "x"),
        (TEXT, "", ""),
        (TEXT, True, "True"),
        (TEXT, False, "False"),
        (TEXT, 7, "7"),
        (TEXT, ("only",), "only"),
        (REFERENCE, "U1", "U1"),
        (TEXT, datetime(2021, 7, 2, 15, 33, 38, tzinfo=UTC), "7/2/2021 3:33:38 PM"),
        (MOMENT, datetime(2021, 7, 2, 15, 33, 38, tzinfo=UTC), "2021-07-02T15:33:38Z"),
        (MOMENT, datetime(999, 7, 2, tzinfo=UTC), "0999-07-02T00:00:00Z"),
        (MOMENT, "2021-07-02", "2021-07-02"),
        (FLAG, True, True),
        (FLAG, "true", True),
        (FLAG, "FALSE", False),
        (NUMBER, 7, 7),
        (NUMBER, "-12", -12),
        (NUMBER, " 5 ", 5),
        (MANY, "a", ["a"]),
        (MANY, ("a", "b"), ["a", "b"]),
        (MANY, (), []),
    ],
)
def test_a_value_that_fits_is_converted(target: TargetAttribute, value: Any, converted: Any) -> None:
    result = converter_for(target)(value)
    assert result == converted
    assert type(result) is type(converted)


@pytest.mark.parametrize(
    ("target", "value", "code"),
    [
        (TEXT, ("a", "b"), "SchemaPropertyCanOnlyAcceptValue"),
        (FLAG, "yes", "AttributeValidationFailed"),
        (FLAG, 1, "AttributeValidationFailed"),
        (FLAG, ("True",), "AttributeValidationFailed"),
        (NUMBER, "twelve", "AttributeValidationFailed"),
        (NUMBER, "1.5", "AttributeValidationFailed"),
        (NUMBER, True, "AttributeValidationFailed"),
        (NUMBER, "1_000", "AttributeValidationFailed"),
        (NUMBER, "１２", "AttributeValidationFailed"),
        (NUMBER, "9" * 5000, "AttributeValidationFailed"),
        (NUMBER, ("1",), "AttributeValidationFailed"),
    ],
)
def test_a_value_that_does_not_fit_is_refused_with_the_targets_name(
    target: TargetAttribute, value: Any, code: str
) -> None:
    with pytest.raises(MappingFailed, match=target.name) as failed:
        converter_for(target)(value)
    assert failed.value.code == code
