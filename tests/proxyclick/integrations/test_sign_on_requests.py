"""Whose request is answered, and may the answer still come?"""

from datetime import UTC, datetime, timedelta

from proxyclick.integrations.sign_on_requests import GOOD_FOR, RequestsOf

NOW = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)
OWN = RequestsOf("cookie", 0, NOW)


def test_a_browser_knows_its_own_requests_for_a_quarter_of_an_hour():
    made = OWN.new_id()
    assert made in OWN
    assert made in RequestsOf("cookie", 0, NOW + GOOD_FOR)
    assert made not in RequestsOf("cookie", 0, NOW + GOOD_FOR + timedelta(seconds=1))
    assert made not in RequestsOf("cookie", 0, NOW - timedelta(minutes=1))


def test_requests_of_another_browser_or_location_are_not_its_own():
    made = OWN.new_id()
    assert made not in RequestsOf("another", 0, NOW)
    assert made not in RequestsOf("cookie", 1, NOW)
    assert made[:-1] + ("0" if made[-1] != "0" else "1") not in OWN
    assert OWN.new_id() != made


def test_what_is_no_id_is_nobodys():
    assert "_" not in OWN
    assert None not in OWN
    assert "_" + "0" * 56 not in OWN
