"""Which words does each switch take, and is every switch told of?"""

from dataclasses import fields
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from instep.scim.dialects import DIALECTS, ENTRA, RFC, SWITCHES, Dialect, DialectRefused, chosen_dialect
from instep.scim.dialects.dialect import Booleans, MemberRemoval

REFERENCE = Path(__file__).parents[3] / "docs" / "reference" / "dialects.md"


def test_a_named_dialect_is_chosen_whatever_the_url_says_and_switches_change_it() -> None:
    assert chosen_dialect(None, "", {}) is not None
    assert chosen_dialect("rfc", "aadOptscim062020", {}) == RFC
    changed = chosen_dialect("entra", "", {"booleans": "text", "members_per_request": "20"})
    assert (changed.booleans, changed.members_per_request) == (Booleans.TEXT, 20)
    assert changed.op_case is ENTRA.op_case


def test_without_a_name_the_url_chooses_and_switches_change_that() -> None:
    changed = chosen_dialect(None, "aadOptscim062020", {"member_removal": "by-value"})
    assert (changed.name, changed.member_removal) == ("aadOptscim062020", MemberRemoval.BY_VALUE)


@pytest.mark.parametrize(
    ("name", "switches", "said"),
    [
        ("scim", {}, "There are: entra, aadOptscim062020, rfc, put-only"),
        (None, {"boolean": "text"}, "booleans"),
        (None, {"booleans": "yes"}, "takes 'json' or 'text-in-patch' or 'text', not 'yes'"),
        (None, {"members_per_request": "0"}, "takes a whole number from 1"),
        (None, {"members_per_request": "1_0"}, "takes a whole number from 1"),
        (None, {"operations_per_request": "none"}, "or 'unlimited', not 'none'"),
        (None, {"member_type": "a\nb"}, "printable"),
        (None, {"name": "x"}, "dialect.name"),
        (None, {"flag": "x"}, "dialect.flag"),
    ],
)
def test_what_is_not_known_is_refused_with_what_there_is(name: str | None, switches: dict[str, str], said: str) -> None:
    with pytest.raises(DialectRefused) as refusal:
        chosen_dialect(name, "", switches)
    assert said in str(refusal.value)


@given(st.sampled_from(sorted(SWITCHES)), st.text(max_size=8))
def test_any_word_is_taken_or_refused_in_words(switch: str, word: str) -> None:
    said = f"dialect.{switch} takes "
    try:
        chosen_dialect(None, "", {switch: word})
    except DialectRefused as refusal:
        said = str(refusal)
    assert said.startswith(f"dialect.{switch} takes ")


@pytest.mark.parametrize("dialect", DIALECTS.values(), ids=DIALECTS)
def test_each_named_dialect_can_be_said_in_switches(dialect: Dialect) -> None:
    words = {name: getattr(dialect, name) for name in SWITCHES}
    said = {name: str(word) for name, word in words.items() if word is not None}
    rebuilt = chosen_dialect("entra", "", said)
    assert {name: getattr(rebuilt, name) for name in SWITCHES} == words


def test_every_switch_is_in_the_reference_with_all_its_words() -> None:
    text = REFERENCE.read_text()
    for field in fields(Dialect):
        if field.name in SWITCHES:
            assert f"| `{field.name}` |" in text
            for word in getattr(type(getattr(ENTRA, field.name)), "__members__", {}).values():
                assert f"`{word}`" in text
