"""How long a session lasts, and which forms are believed."""

from datetime import UTC, datetime, timedelta

import pytest

from proxyclick.accounts.passwords import hashed, is_password, problem_with
from proxyclick.accounts.secret_values import csrf_token_of, draw, is_csrf_token
from proxyclick.accounts.sessions import ABSOLUTE, IDLE, Session

START = datetime(2026, 1, 1, tzinfo=UTC)
MOMENT = timedelta(seconds=1)


def session(seen_at: datetime) -> Session:
    return Session(b"", 1, 0, START, seen_at, "", "")


def test_a_session_is_over_when_it_was_left_alone() -> None:
    assert not session(START).is_over(START + IDLE - MOMENT)
    assert session(START).is_over(START + IDLE)


def test_a_session_is_over_after_some_hours_however_much_it_is_used() -> None:
    for used_until in (ABSOLUTE - MOMENT, ABSOLUTE):
        assert session(START + used_until).is_over(START + used_until) is (used_until == ABSOLUTE)


def test_the_token_of_a_form_belongs_to_one_cookie() -> None:
    one, other = draw(), draw()
    assert is_csrf_token(csrf_token_of(one), one)
    assert not any(is_csrf_token(text, one) for text in ("", one, csrf_token_of(other), csrf_token_of(one)[:-1], "ü"))


@pytest.mark.parametrize("password", ["", "elevencharse"[:11], "x" * 257, "Ada.Example@Corp.example "])
def test_a_password_that_will_not_do_is_told_why(password: str) -> None:
    assert problem_with(password, "ada.example@corp.example")


def test_a_password_is_known_by_its_hash_alone() -> None:
    kept = hashed("correct horse battery")
    assert kept.startswith("$argon2id$")
    assert kept != hashed("correct horse battery")
    assert is_password("correct horse battery", kept)
    assert not any(is_password(text, kept) for text in ("", "correct horse", "Correct horse battery"))
    assert not is_password("correct horse battery", None)
    assert not is_password("", "no hash at all")
