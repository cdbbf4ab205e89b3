"""Which names, passwords and tries are taken?"""

from datetime import UTC, datetime, timedelta

import pytest

from instep.access.administrators import name_key, problem_with_display_name, problem_with_user_name
from instep.access.passwords import LONGEST, SHORTEST, hashed, is_password, problem_with
from instep.access.sessions import ABSOLUTE, CONFIRMED_FOR, IDLE, Session, SignInMethod
from instep.access.throttle import PER_ADDRESS, PER_NAME, WINDOW, Throttle

NOW = datetime(2026, 3, 2, 8, tzinfo=UTC)
MOMENT = timedelta(milliseconds=1)


@pytest.mark.parametrize("name", ["ada@corp.example", "Ada.B+c@corp.example", "ä@ö.example"])
def test_an_email_address_is_a_user_name(name: str) -> None:
    assert problem_with_user_name(name) is None


@pytest.mark.parametrize(
    "name", ["", "ada", "ada@", "@corp", "a b@c", "a@b@c", "a\x00@b", "a@b\u202e", "a" * 256 + "@b"]
)
def test_anything_else_is_none(name: str) -> None:
    assert problem_with_user_name(name)


def test_a_display_name_says_something() -> None:
    assert problem_with_display_name(" ")
    assert problem_with_display_name("x" * 257)
    assert problem_with_display_name("Ada Lovelace") is None


def test_letter_case_tells_no_two_administrators_apart() -> None:
    assert name_key(" Ada@Corp.example") == name_key("ada@corp.EXAMPLE")


def test_a_password_is_long_and_not_the_user_name() -> None:
    assert problem_with("x" * (SHORTEST - 1), "a@b")
    assert problem_with("x" * (LONGEST + 1), "a@b")
    assert problem_with("Ada@corp.example", "ada@corp.example")
    assert problem_with("four words are good", "a@b") is None


def test_only_the_password_that_is_kept_is_the_password() -> None:
    kept = hashed("four words are good")
    assert "four" not in kept
    assert is_password("four words are good", kept)
    assert not is_password("four words are bad!", kept)
    assert not is_password("four words are good", None)
    assert not is_password("four words are good", "no hash at all")


def session(**moments: datetime) -> Session:
    at = {"created_at": NOW, "seen_at": NOW, "confirmed_at": NOW, **moments}
    return Session(b"", "id", at["created_at"], at["seen_at"], at["confirmed_at"], SignInMethod.LOCAL, "", "")


def test_a_session_ends_when_it_is_left_alone_or_has_lasted_long() -> None:
    assert not session().is_over(NOW + IDLE - MOMENT)
    assert session().is_over(NOW + IDLE)
    used = session(seen_at=NOW + ABSOLUTE - MOMENT)
    assert not used.is_over(NOW + ABSOLUTE - MOMENT)
    assert used.is_over(NOW + ABSOLUTE)


def test_a_confirmation_holds_for_five_minutes() -> None:
    assert timedelta(minutes=5) == CONFIRMED_FOR
    assert session().is_confirmed(NOW + CONFIRMED_FOR - MOMENT)
    assert not session().is_confirmed(NOW + CONFIRMED_FOR)


def test_after_so_many_failures_of_a_name_no_password_is_looked_at_for_a_while() -> None:
    throttle = Throttle()
    tries = [throttle.allows("ada", f"192.0.2.{number}", NOW) for number in range(PER_NAME.failures + 1)]
    assert tries == [True] * PER_NAME.failures + [False]
    assert throttle.allows("bo", "192.0.2.1", NOW)
    assert throttle.allows("ada", "192.0.2.1", NOW + WINDOW)


def test_an_address_that_tries_many_names_is_stopped_too() -> None:
    throttle = Throttle()
    tries = [throttle.allows(f"name {number}", "192.0.2.1", NOW) for number in range(PER_ADDRESS.failures + 1)]
    assert tries[-2:] == [True, False]


def test_whoever_gets_in_is_not_counted() -> None:
    throttle = Throttle()
    for _ in range(10 * PER_ADDRESS.failures):
        assert throttle.allows("ada", "192.0.2.1", NOW)
        throttle.note_success("ada", "192.0.2.1")
