"""Which codes does an authenticator show, and which are taken?"""

from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, urlsplit

import pyotp
import pytest

from instep.access.authenticators import (
    RECOVERY_CODES,
    PendingSignIn,
    address_of,
    draw_key,
    draw_recovery_codes,
    is_recovery_code,
    recovery_digest,
    step_of,
)
from instep.access.sessions import SignInMethod

RFC_KEY = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"  # RFC 6238, appendix B: "12345678901234567890"
NOW = datetime(2026, 3, 2, 8, 0, 10, tzinfo=UTC)
STEP = timedelta(seconds=30)


@pytest.mark.parametrize(
    ("seconds", "code"),
    [(59, "287082"), (1111111109, "081804"), (1234567890, "005924"), (2000000000, "279037"), (20000000000, "353130")],
)
def test_the_codes_are_those_of_the_standard(seconds: int, code: str) -> None:
    assert step_of(RFC_KEY, code, datetime.fromtimestamp(seconds, UTC)) == seconds // 30


def test_a_clock_may_be_one_step_away_and_not_two() -> None:
    shown = pyotp.TOTP(RFC_KEY)
    current = int(NOW.timestamp()) // 30
    for away in (-1, 0, 1):
        assert step_of(RFC_KEY, shown.at(NOW + away * STEP), NOW) == current + away
    for away in (-2, 2):
        assert step_of(RFC_KEY, shown.at(NOW + away * STEP), NOW) is None


@pytest.mark.parametrize("code", ["", "28708", "2870820", "28708x", "٢٨٧٠٨٢", "-87082"])
def test_what_is_no_code_is_refused(code: str) -> None:
    assert step_of(RFC_KEY, code, datetime.fromtimestamp(59, UTC)) is None


def test_blanks_within_a_code_do_not_matter() -> None:
    assert step_of(RFC_KEY, " 287 082 ", datetime.fromtimestamp(59, UTC)) == 1


def test_an_app_reads_the_key_from_the_address() -> None:
    key = draw_key()
    parts = urlsplit(address_of(key, "ada@corp.example"))
    assert (parts.scheme, parts.netloc, parts.path) == ("otpauth", "totp", "/Instep:ada%40corp.example")
    assert parse_qs(parts.query) == {"secret": [key], "issuer": ["Instep"]}
    assert len(key) == 32


def test_recovery_codes_differ_and_are_known_however_they_are_typed() -> None:
    codes = draw_recovery_codes()
    assert len(set(codes)) == RECOVERY_CODES
    assert all(is_recovery_code(each) for each in codes)
    assert recovery_digest(codes[0].upper().replace("-", " ")) == recovery_digest(codes[0])
    assert not is_recovery_code("287082")


def test_a_sign_in_waits_until_its_moment() -> None:
    pending = PendingSignIn(b"", "id", SignInMethod.LOCAL, NOW)
    assert not pending.is_over(NOW - timedelta(milliseconds=1))
    assert pending.is_over(NOW)
