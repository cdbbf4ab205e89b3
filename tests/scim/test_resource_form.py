"""How do flat target attributes become one resource, and are read from one?"""

from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from instep.scim.errors import InvalidPath
from instep.scim.messages import ENTERPRISE_USER_URN, USER_URN
from instep.scim.resource_form import ResourceForm
from instep.scim.schemas import USERS

MANAGER = f"{ENTERPRISE_USER_URN}:manager"
TARGETS = (
    "userName",
    "active",
    "displayName",
    "title",
    "externalId",
    "name.givenName",
    "name.familyName",
    "name.formatted",
    'emails[type eq "work"].value',
    'emails[type eq "home"].value',
    'phoneNumbers[type eq "work"].value',
    'phoneNumbers[type eq "mobile"].value',
    'addresses[type eq "work"].locality',
    'addresses[type eq "work"].country',
    'roles[primary eq "True"].value',
    f"{ENTERPRISE_USER_URN}:department",
    f"{ENTERPRISE_USER_URN}:employeeNumber",
    MANAGER,
)
FORM = ResourceForm((USER_URN, ENTERPRISE_USER_URN), TARGETS, [MANAGER])
TEXTS = st.text(alphabet=st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=12).filter(
    lambda text: text.strip() == text and text
)
VALUES = st.fixed_dictionaries(
    {"userName": TEXTS, "active": st.booleans()},
    optional={target: TEXTS for target in TARGETS if target not in ("userName", "active")},
)


def test_targets_that_share_a_filter_make_one_element_and_extensions_one_object() -> None:
    values = {
        "userName": "ada",
        "name.givenName": "Ada",
        'emails[type eq "work"].value': "ada@x",
        'phoneNumbers[type eq "mobile"].value': "+32 470",
        'addresses[type eq "work"].locality': "Gent",
        'addresses[type eq "work"].country': "BE",
        'roles[primary eq "True"].value': "Admin",
        f"{ENTERPRISE_USER_URN}:department": "R&D",
        MANAGER: "U9",
    }
    assert FORM.resource(values) == {
        "schemas": [USER_URN, ENTERPRISE_USER_URN],
        "userName": "ada",
        "name": {"givenName": "Ada"},
        "emails": [{"type": "work", "primary": True, "value": "ada@x"}],
        "phoneNumbers": [{"type": "mobile", "value": "+32 470"}],
        "addresses": [{"type": "work", "locality": "Gent", "country": "BE"}],
        "roles": [{"primary": True, "value": "Admin"}],
        ENTERPRISE_USER_URN: {"department": "R&D", "manager": {"value": "U9"}},
    }


@pytest.mark.parametrize(
    ("resource", "values"),
    [
        ({}, {}),
        ({"userName": "ada", "nickName": "a"}, {"userName": "ada"}),
        ({"title": "", "active": False}, {"active": False}),
        ({"title": None}, {}),
        ({"name": "Ada"}, {}),
        ({"name": {"givenName": "Ada", "middleName": "K"}}, {"name.givenName": "Ada"}),
        ({"emails": [{"type": "WORK", "value": "a@x"}]}, {'emails[type eq "work"].value': "a@x"}),
        ({"emails": [{"type": "other", "value": "o@x"}, {"type": "work", "value": "a@x"}]},
         {'emails[type eq "work"].value': "a@x"}),
        ({"emails": [{"value": "a@x"}]}, {}),
        ({"emails": {"type": "work", "value": "a@x"}}, {}),
        ({"emails": ["a@x", None, 7]}, {}),
        ({"roles": [{"primary": True, "value": "Admin"}]}, {'roles[primary eq "True"].value': "Admin"}),
        ({ENTERPRISE_USER_URN: {"manager": {"value": "U9", "displayName": "Bob"}}}, {MANAGER: "U9"}),
        ({ENTERPRISE_USER_URN: {"manager": "U9"}}, {MANAGER: "U9"}),
        ({ENTERPRISE_USER_URN: {"manager": {}}}, {}),
        ({ENTERPRISE_USER_URN: None}, {}),
        ({ENTERPRISE_USER_URN: []}, {}),
    ],
)  # fmt: skip
def test_what_a_resource_has_is_read_whatever_else_it_has_and_however_odd_it_is(
    resource: dict[str, Any], values: dict[str, Any]
) -> None:
    assert FORM.values(resource) == values


@pytest.mark.parametrize(
    ("said", "value"), [(True, True), ("True", True), ("false", False), ("FALSE", False), ("yes", "yes"), (1, 1)]
)
def test_a_boolean_is_read_even_if_it_comes_as_a_text(said: object, value: object) -> None:
    form = ResourceForm((USER_URN,), ["active", "title"], booleans=["active"])
    assert form.values({"active": said, "title": "True"}) == {"active": value, "title": "True"}


@pytest.mark.parametrize(
    "target",
    ["", "emails[", 'emails[type eq "work"]', 'emails[type co "work"].value', 'emails[not (type eq "x")].value',
     USER_URN, "emails[type pr].value"],
)  # fmt: skip
def test_a_target_that_cannot_be_composed_is_refused(target: str) -> None:
    with pytest.raises(InvalidPath):
        ResourceForm((USER_URN,), [target])


@given(VALUES)
def test_what_is_written_is_read_again(values: dict[str, Any]) -> None:
    assert FORM.values(FORM.resource(values)) == values


@given(VALUES)
def test_a_resource_passes_through_a_service_that_checks_it_by_the_schema(values: dict[str, Any]) -> None:
    assert FORM.values(USERS.clean(orjson.loads(orjson.dumps(FORM.resource(values))))) == values
