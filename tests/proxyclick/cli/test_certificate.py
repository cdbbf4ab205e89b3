"""The certificate that the tenant makes for itself."""

import stat
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509

from proxyclick.cli.certificate import given_certificate, own_certificate
from proxyclick.cli.refusals import CannotDo

NOW = datetime(2026, 3, 2, 8, tzinfo=UTC)


def made(directory: Path, *names: str, now: datetime = NOW) -> x509.Certificate:
    _, path = own_certificate(directory, names, now)
    return x509.load_pem_x509_certificate(path.read_bytes())


def test_it_is_for_its_names_and_loopback_and_stays_the_same(tmp_path: Path) -> None:
    first = made(tmp_path, "visitors.corp.example", "192.0.2.7")
    names = first.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    assert set(names.get_values_for_type(x509.DNSName)) == {"localhost", "visitors.corp.example"}
    assert {str(each) for each in names.get_values_for_type(x509.IPAddress)} == {"127.0.0.1", "::1", "192.0.2.7"}
    assert made(tmp_path, "192.0.2.7", now=NOW + timedelta(days=300)) == first
    assert stat.S_IMODE((tmp_path / "certificate-key.pem").stat().st_mode) == 0o600


def test_it_is_made_anew_before_it_ends_and_for_another_name(tmp_path: Path) -> None:
    first = made(tmp_path)
    renewed = made(tmp_path, now=first.not_valid_after_utc - timedelta(days=29))
    assert renewed.not_valid_after_utc > first.not_valid_after_utc
    assert made(tmp_path, "elsewhere.example") != renewed


@pytest.mark.parametrize("name", ["certificate.pem", "certificate-key.pem"])
def test_it_is_made_anew_where_a_file_is_gone(tmp_path: Path, name: str) -> None:
    first = made(tmp_path)
    (tmp_path / name).unlink()
    assert made(tmp_path) != first


def test_one_that_cannot_be_read_is_made_anew(tmp_path: Path) -> None:
    made(tmp_path)
    (tmp_path / "certificate.pem").write_text("half a certif")
    assert made(tmp_path).not_valid_before_utc < NOW


def test_a_given_one_that_is_wrong_is_refused_with_what_to_give(tmp_path: Path) -> None:
    made(tmp_path / ".", "a.example")
    other = tmp_path / "other"
    other.mkdir()
    made(other)
    for certificate, key in (
        (tmp_path / "nothing.pem", tmp_path / "certificate-key.pem"),
        (tmp_path / "certificate.pem", tmp_path / "certificate.pem"),
        (tmp_path / "certificate.pem", other / "certificate-key.pem"),
    ):
        with pytest.raises(CannotDo, match="Give a PEM file"):
            given_certificate(certificate, key)
