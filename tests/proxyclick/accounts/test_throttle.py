"""How many passwords may be tried, of an account and from a network address."""

from datetime import UTC, datetime, timedelta

from proxyclick.accounts.throttle import PER_ACCOUNT, PER_ADDRESS, WINDOW, Throttle

START = datetime(2026, 1, 1, tzinfo=UTC)
HOME = "192.0.2.1"


def test_an_account_has_some_tries_and_more_after_a_while() -> None:
    throttle = Throttle()
    tries = [throttle.allows("ada", f"192.0.2.{number}", START) for number in range(PER_ACCOUNT.failures + 1)]
    assert tries == [True] * PER_ACCOUNT.failures + [False]
    assert throttle.allows("bob", HOME, START)
    assert not throttle.allows("ada", HOME, START + WINDOW - timedelta(seconds=1))
    assert throttle.allows("ada", HOME, START + WINDOW)


def test_an_address_has_some_tries_whatever_the_accounts() -> None:
    throttle = Throttle()
    tries = [throttle.allows(f"user{number}", HOME, START) for number in range(PER_ADDRESS.failures + 1)]
    assert tries == [True] * PER_ADDRESS.failures + [False]
    assert throttle.allows("user0", "192.0.2.2", START)


def test_many_tries_at_once_are_no_way_around_it() -> None:
    throttle = Throttle()
    under_way = [throttle.allows("ada", HOME, START) for _ in range(100)]
    assert under_way.count(True) == PER_ACCOUNT.failures


def test_who_has_signed_in_starts_anew_and_did_not_count_for_the_address() -> None:
    throttle = Throttle()
    for _ in range(1000):
        assert throttle.allows("ada", HOME, START)
        throttle.note_success("ada", HOME)
