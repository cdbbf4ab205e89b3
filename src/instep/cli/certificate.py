"""With which certificate does `instep serve` speak HTTPS: one that is given, or one of its own, made on first start?"""

import ipaddress
import os
import ssl
from datetime import datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from instep.cli.places import CannotServe

_GOOD_FOR = timedelta(days=397)  # what browsers accept at most
_RENEWED_BEFORE = timedelta(days=30)
_CLOCKS_DIFFER_BY = timedelta(hours=1)
_LOOPBACK = ("localhost", "127.0.0.1", "::1")
_LONGEST_COMMON_NAME = 64


def given_certificate(certificate: Path, key: Path) -> ssl.SSLContext:
    """TLS with a certificate chain and its key, both PEM. Raises CannotServe."""
    try:
        return _context(certificate, key)
    except OSError as error:
        raise CannotServe(
            f"The certificate {certificate} and the key {key} cannot be used: {error.strerror or error}."
            " Give a PEM file with the certificate, its issuers after it, and the PEM file of its key without a"
            " passphrase."
        ) from None


def own_certificate(directory: Path, names: tuple[str, ...], now: datetime) -> tuple[ssl.SSLContext, Path]:
    """TLS with a certificate for these names and loopback, and its file, so that clients can be told to trust it.

    It is made where there is none, and again where it ends within a month or lacks a name. Raises CannotServe.
    """
    certificate, key = directory / "certificate.pem", directory / "certificate-key.pem"
    wanted = tuple(dict.fromkeys((*_LOOPBACK, *names)))
    try:
        if not _is_good(certificate, key, wanted, now):
            _make(certificate, key, wanted, now)
        return _context(certificate, key), certificate
    except OSError as error:
        raise CannotServe(f"No certificate can be kept in {directory}: {error.strerror or error}.") from None


def _context(certificate: Path, key: Path) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.load_cert_chain(certificate, key, password=_no_passphrase)
    return context


def _no_passphrase() -> str:
    """Asked for where a key is encrypted: nobody sits at a server to type it."""
    raise OSError("the key is encrypted")


def _is_good(certificate: Path, key: Path, names: tuple[str, ...], now: datetime) -> bool:
    if not key.exists():
        return False
    try:
        kept = x509.load_pem_x509_certificate(certificate.read_bytes())
        for_names = kept.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    except (FileNotFoundError, ValueError, x509.ExtensionNotFound):
        return False
    return kept.not_valid_after_utc - now > _RENEWED_BEFORE and set(map(_general_name, names)) <= set(for_names)


def _make(certificate: Path, key: Path, names: tuple[str, ...], now: datetime) -> None:
    private = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, names[-1][:_LONGEST_COMMON_NAME])])
    own_key = x509.SubjectKeyIdentifier.from_public_key(private.public_key())
    made = (
        x509.CertificateBuilder(subject, subject, private.public_key(), x509.random_serial_number())
        .not_valid_before(now - _CLOCKS_DIFFER_BY)
        .not_valid_after(now + _GOOD_FOR)
        .add_extension(x509.SubjectAlternativeName([_general_name(name) for name in names]), critical=False)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .add_extension(own_key, critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_subject_key_identifier(own_key), critical=False)
        .sign(private, hashes.SHA256())
    )
    # The key first: a certificate is never there without it.
    certificate.unlink(missing_ok=True)
    _write(key, private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()), 0o600)
    _write(certificate, made.public_bytes(Encoding.PEM), 0o644)


def _write(path: Path, content: bytes, mode: int) -> None:
    """Whole or not at all, and never readable by others for a moment."""
    part = path.with_suffix(".part")
    part.unlink(missing_ok=True)
    descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    part.replace(path)


def _general_name(name: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ipaddress.ip_address(name))
    except ValueError:
        return x509.DNSName(name)
