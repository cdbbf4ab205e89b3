"""Which mappings does a target take that has no room for all of them?"""

from dataclasses import replace

from instep.rules.mapping.attribute_mapping import AttributeMapping, Direct
from instep.rules.mapping.suited import suit
from instep.scim.dialects import ENTRA, ValuesPerAttribute


def mapped(*targets: str) -> list[AttributeMapping]:
    return [AttributeMapping(target, Direct("x")) for target in targets]


PHONES = mapped(
    "userName",
    'phoneNumbers[type eq "work"].value',
    'phoneNumbers[type eq "mobile"].value',
    'phoneNumbers[type eq "work"].display',
    'emails[type eq "work"].value',
)


def test_by_default_every_mapping_is_taken() -> None:
    suited = suit(PHONES, ENTRA)
    assert (suited.mappings, suited.create_only) == (tuple(PHONES), frozenset())


def test_of_a_multi_valued_attribute_the_element_that_is_mapped_first_is_kept_where_there_is_room_for_one() -> None:
    suited = suit(PHONES, replace(ENTRA, values_per_attribute=ValuesPerAttribute.ONE))
    assert [mapping.target for mapping in suited.mappings] == [
        "userName",
        'phoneNumbers[type eq "work"].value',
        'phoneNumbers[type eq "work"].display',
        'emails[type eq "work"].value',
    ]


def test_what_the_target_does_not_let_be_changed_flows_on_creation_only() -> None:
    assert suit(PHONES, replace(ENTRA, create_only=("userName",))).create_only == {"userName"}


def test_a_matching_attribute_is_evaluated_for_everyone_even_if_it_flows_on_creation_only() -> None:
    matching = AttributeMapping("externalId", Direct("x"), matching_priority=1, apply="creation")
    suited = suit([matching, AttributeMapping("title", Direct("y"), apply="creation")], ENTRA)
    assert [mapping.apply for mapping in suited.mappings] == ["always", "creation"]
    assert suited.create_only == {"externalId"}
