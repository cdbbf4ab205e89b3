"""Does a template file that is wrong say where?"""

import json

import pytest
from pydantic import ValidationError

from instep.gallery.file_format import read_applications
from instep.rules.mapping.attribute_mapping import AttributeMapping, Constant, Direct, FromExpression, NoSource

SMALLEST = {"id": "app", "name": "App"}


def read(**more):
    return read_applications(json.dumps(SMALLEST | more).encode())[0]


def test_a_file_holds_one_application_or_a_list():
    assert [entry.id for entry in read_applications(json.dumps([SMALLEST, SMALLEST | {"id": "b"}]).encode())] == [
        "app",
        "b",
    ]
    assert read().name == "App"


WRONG = [
    ({"id": "Two Words"}, "id"),
    ({"name": ""}, "name"),
    ({"supports_group": True}, "supports_group"),
    ({"capabilities": ["fly"]}, "capabilities"),
    ({"user_attributes": [{"name": "userName", "type": "Text"}]}, "user_attributes.0.type"),
    ({"user_attributes": [{"name": "a"}, {"name": "a"}]}, "app: named twice: a"),
    ({"user_mappings": [{"target": "a", "attribute": "x"}, {"target": "a"}]}, "app: named twice: a"),
    ({"user_mappings": [{"target": "a", "attribute": "x", "constant": "y"}]}, "a: only one of attribute, constant"),
    ({"user_mappings": [{"target": "a", "matching_priority": -1}]}, "user_mappings.0.matching_priority"),
]


@pytest.mark.parametrize(("entry", "place"), WRONG)
def test_a_wrong_entry_is_refused_with_its_place(entry, place):
    with pytest.raises(ValidationError) as refused:
        read(**entry)
    assert place in str(refused.value)


def test_a_mapping_has_one_of_four_sources():
    rows = [
        {"target": "a", "attribute": "mail", "default_value": "none", "matching_priority": 2, "apply": "creation"},
        {"target": "b", "constant": ""},
        {"target": "c", "expression": "ToLower([mail])"},
        {"target": "d", "default_value": "x"},
    ]
    assert [row.mapping() for row in read(user_mappings=rows).user_mappings] == [
        AttributeMapping("a", Direct("mail"), "none", 2, "creation"),
        AttributeMapping("b", Constant("")),
        AttributeMapping("c", FromExpression("ToLower([mail])")),
        AttributeMapping("d", NoSource(), "x"),
    ]


def test_case_counts_in_every_text_but_user_names_and_email_addresses():
    rows = [{"name": "userName"}, {"name": 'emails[type eq "work"].value'}, {"name": "title"}]
    rows.append({"name": "active", "type": "Boolean"})
    attributes = [row.target_attribute() for row in read(user_attributes=rows).user_attributes]
    assert [attribute.case_exact for attribute in attributes] == [False, False, True, False]
