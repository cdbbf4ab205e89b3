"""Proxyclick's rules for its users."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fakes.served_tenant import user
from instep.scim.errors import InvalidValue
from proxyclick.people.keys import work_email
from proxyclick.people.rules import ProxyclickRules, RfcRules

RULES = ProxyclickRules()
ADDRESSES = st.sampled_from(["a@x.example", "A@x.example", "b@x.example", "c@x.example"])


def emails(*pairs: tuple[str | None, str]) -> list[dict[str, str]]:
    return [{"type": kind, "value": value} if kind else {"value": value} for kind, value in pairs]


def test_a_user_name_alone_is_the_work_email_too() -> None:
    created = RULES.created(user(emails=emails(("home", "ada@home.example"))))
    assert created["emails"] == [
        {"type": "home", "value": "ada@home.example"},
        {"type": "work", "primary": True, "value": "ada@corp.example"},
    ]


def test_an_email_without_a_type_is_taken_for_the_work_email() -> None:
    assert work_email(RULES.created(user(emails=emails((None, "ada@corp.example"))))) == "ada@corp.example"


def test_two_different_values_are_refused_at_creation() -> None:
    with pytest.raises(InvalidValue, match="one value"):
        RULES.created(user(emails=emails(("work", "other@corp.example"))))


def test_a_difference_of_case_is_no_difference_and_the_user_name_is_kept() -> None:
    created = RULES.created(user("Ada@corp.example", emails=emails(("work", "ada@CORP.example"))))
    assert (created["userName"], work_email(created)) == ("Ada@corp.example", "Ada@corp.example")


@given(ADDRESSES, ADDRESSES, ADDRESSES)
def test_after_any_change_both_are_one_value_or_it_was_refused(before: str, name: str, address: str) -> None:
    old = RULES.created(user(before, emails=[]))
    try:
        new = RULES.changed(old, user(name, emails=emails(("work", address))))
    except InvalidValue:
        assert len({before, name, address}) > 1
        return
    assert new["userName"] == work_email(new)
    assert new["userName"] in (name, address)


def test_a_work_email_that_is_taken_away_comes_back() -> None:
    old = RULES.created(user())
    without = {name: value for name, value in old.items() if name != "emails"}
    assert work_email(RULES.changed(old, without)) == "ada@corp.example"


@pytest.mark.parametrize("name", [{}, {"givenName": "Ada"}, {"familyName": "E"}, {"givenName": " ", "familyName": "E"}])
def test_a_first_and_a_last_name_are_needed(name: dict[str, str]) -> None:
    with pytest.raises(InvalidValue, match="lacks name"):
        RULES.created(user(name=name))


@pytest.mark.parametrize("name", ["ada", "ada@", "@corp", "a b@corp", "a@b@c"])
def test_a_user_name_is_an_email_address(name: str) -> None:
    with pytest.raises(InvalidValue, match="no e-mail address"):
        RULES.created(user(name, emails=[]))


@pytest.mark.parametrize(
    ("number", "kept"),
    [
        ("+3225550100", True),
        ("+32 2 555 01 00", True),
        ("+1 (201) 555-0123", True),
        ("tel:+1-201-555-0123", True),
        ("02 555 01 00", False),
        ("0032 2 555 01 00", False),
        ("+32", False),
        ("+1234567890123456", False),
        ("call me", False),
        ("+32 2 555 01 00 ext 7", False),
    ],
)
def test_a_number_in_e164_is_kept_as_written_and_any_other_is_left_blank(number: str, *, kept: bool) -> None:
    phones: list[dict[str, Any]] = [{"type": "work", "value": number}]
    assert RULES.created(user(phoneNumbers=phones)).get("phoneNumbers") == (phones if kept else None)


def test_the_rfc_alone_has_no_rules() -> None:
    loose = {"userName": "ada", "phoneNumbers": [{"value": "x"}]}
    assert RfcRules().created(loose) is loose
    assert RfcRules().changed({}, loose) is loose
