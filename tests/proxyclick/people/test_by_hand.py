"""Users added and edited by hand."""

from dataclasses import fields, replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from instep.scim.patch import apply_patch
from proxyclick.people.by_hand import Particulars, activation, edits, new_body, particulars_of, problems
from proxyclick.people.profiles import PROXYCLICK

ADA = Particulars("ada@corp.example", "Ada", "Byron")
FULL = replace(
    ADA, title="Analyst", city="Ghent", language="en-GB", mobile_phone="+32 470 00 00 00", work_phone="+3221234567"
)


def created(particulars: Particulars) -> dict[str, Any]:
    return PROXYCLICK.rules.created(PROXYCLICK.users.clean(new_body(particulars)))


def edited(user: dict[str, Any], wanted: Particulars) -> dict[str, Any]:
    after = apply_patch(user, edits(user, wanted), PROXYCLICK.users).resource
    return PROXYCLICK.rules.changed(user, after)


@pytest.mark.parametrize("particulars", [ADA, FULL])
def test_a_new_user_has_what_the_form_said(particulars: Particulars) -> None:
    user = created(particulars)
    assert particulars_of(user) == particulars
    assert user["active"] is True
    assert (user["userName"], user["emails"][0]["value"]) == ("ada@corp.example", "ada@corp.example")


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("email", "", "Enter an e-mail address"),
        ("email", "ada", "no e-mail address"),
        ("first_name", "", "Enter a first name"),
        ("last_name", "", "Enter a last name"),
        ("mobile_phone", "0470 00 00 00", "no international number"),
        ("work_phone", "call me", "no international number"),
        ("language", "English!", "no language"),
        ("title", "x" * 201, "201 characters"),
        ("city", "Ghent\nLondon", "line break"),
    ],
)
def test_a_wrong_field_is_told_by_its_name(field: str, value: str, said: str) -> None:
    found = problems(replace(FULL, **{field: value}))
    assert list(found) == [field]
    assert said in found[field]


def test_a_form_that_is_in_order_has_no_problems() -> None:
    assert problems(ADA) == problems(FULL) == {}


def test_nothing_is_edited_where_the_form_changed_nothing() -> None:
    assert edits(created(FULL), FULL) == []


_texts = st.sampled_from(["", "Director", "Ghent"])
_wanted = st.builds(
    Particulars,
    st.sampled_from(["ada@corp.example", "countess@corp.example"]),
    st.sampled_from(["Ada", "Augusta"]),
    st.sampled_from(["Byron", "Lovelace"]),
    _texts,
    _texts,
    st.sampled_from(["", "en", "fr-BE"]),
    st.sampled_from(["", "+3221234567"]),
    st.sampled_from(["", "+3221234567"]),
)


@given(_wanted, _wanted)
def test_whatever_the_form_says_is_what_the_user_is_afterwards(before: Particulars, wanted: Particulars) -> None:
    assert particulars_of(edited(created(before), wanted)) == wanted


@pytest.mark.parametrize(
    "addresses",
    [
        [{"type": "home", "locality": "Paris", "primary": True}, {"type": "work", "locality": "Rome"}],
        [{"type": "home", "locality": "Paris"}],
        [{"type": "other", "locality": "Paris"}],
        [{"type": "work", "country": "BE"}],
    ],
)
def test_the_city_is_changed_where_it_is_read_from(addresses: list[dict[str, Any]]) -> None:
    user = created(ADA) | {"addresses": addresses}
    assert edited(user, replace(particulars_of(user), city="Oslo"))["addresses"][0]["locality"] == "Oslo"


def test_a_new_name_is_also_that_of_the_formatted_name() -> None:
    user = created(ADA) | {"name": {"givenName": "Ada", "familyName": "Byron", "formatted": "Ada Byron"}}
    assert edited(user, replace(ADA, last_name="Lovelace"))["name"]["formatted"] == "Ada Lovelace"
    assert edited(user, replace(ADA, title="Countess"))["name"]["formatted"] == "Ada Byron"


def test_what_the_form_does_not_show_stays() -> None:
    user = created(FULL) | {"nickName": "Addie", "externalId": "42"}
    after = edited(user, replace(FULL, title=""))
    assert (after["nickName"], after["externalId"], "title" in after) == ("Addie", "42", False)


def test_a_user_is_disabled_and_enabled() -> None:
    disabled = apply_patch(created(ADA), activation(active=False), PROXYCLICK.users).resource
    assert disabled["active"] is False
    assert apply_patch(disabled, activation(active=True), PROXYCLICK.users).resource == created(ADA)


def test_every_field_of_the_form_has_a_value_to_show() -> None:
    assert [field.name for field in fields(Particulars)] == [
        field.name for field in fields(particulars_of(created(FULL)))
    ]
