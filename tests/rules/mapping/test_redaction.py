"""Are values hidden whose expression calls Redact, and only those?"""

import pytest

from instep.rules.mapping.attribute_mapping import AttributeMapping, Constant, Direct, FromExpression
from instep.rules.mapping.redaction import masked, redacted_sources, redacted_targets, shown

MAPPINGS = [
    AttributeMapping("userName", Direct("userPrincipalName")),
    AttributeMapping("title", Constant("Redact([mail])")),
    AttributeMapping("nickName", FromExpression('Join(" ", "Redact(", [displayName])')),
    AttributeMapping("employeeNumber", FromExpression("Redact([employeeId])")),
    AttributeMapping("displayName", FromExpression('Join("", redact([givenName] & "x"), IIF([a]="b", [surname], ""))')),
]  # fmt: skip


def test_a_target_is_hidden_wherever_its_expression_calls_redact() -> None:
    assert redacted_targets(MAPPINGS) == {"employeeNumber", "displayName"}


def test_the_source_attributes_of_a_hidden_value_would_give_it_away() -> None:
    assert redacted_sources(MAPPINGS) == {"employeeId", "givenName", "surname", "a"}


def test_hidden_values_are_shown_as_redacted_and_others_as_they_are() -> None:
    values = {"userName": "ada", "employeeNumber": "4711"}
    assert shown(values, redacted_targets(MAPPINGS)) == {"userName": "ada", "employeeNumber": "[Redact]"}
    assert shown(values, frozenset()) is values


@pytest.mark.parametrize(
    ("value", "text", "expected"),
    [
        ("4711", "HTTP 400: 4711 is taken by 4711b", "HTTP 400: [Redact] is taken by [Redact]b"),
        (["4711", "47110"], "47110 or 4711", "[Redact] or [Redact]"),
        (471_100, "number 471100", "number [Redact]"),
        ("no", "there is no such thing", "there is no such thing"),
        (True, "True is not a text", "True is not a text"),
    ],
)
def test_a_message_does_not_quote_what_is_hidden(value: object, text: str, expected: str) -> None:
    assert masked(text, {"employeeNumber": value, "userName": "ada"}, frozenset({"employeeNumber"})) == expected
