"""How does an application get certificates, and another one before the first expires?

A new one is made inactive, and is published in the metadata beside the active one. It is made active when the
application knows it; the one before stays published until it is deleted.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from instep.admin.sign_on.ports import SignOn
from instep.directory.applications import App
from instep.sign_on.certificates import MOST_CERTIFICATES, VALID_FOR_YEARS, SamlCertificate
from instep.sign_on.configuration import SignOnRefused

_KEY_BITS = 2048


def new_certificate(sign_on: SignOn, app: App, actor: str) -> SamlCertificate:
    """Make another certificate: the first of an application is active at once. Raises SignOnRefused."""
    known = sign_on.kept.certificates(app.id)
    if len(known) >= MOST_CERTIFICATES:
        raise SignOnRefused(f"There are {MOST_CERTIFICATES} certificates already: delete one that nobody needs.")
    now = sign_on.clock().replace(microsecond=0)
    key = rsa.generate_private_key(public_exponent=65537, key_size=_KEY_BITS)
    made = _self_signed(key, now)
    pem = made.public_bytes(Encoding.PEM).decode()
    certificate = SamlCertificate(sign_on.new_id(), app.id, pem, not known, now, made.not_valid_after_utc)
    private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
    sign_on.kept.add_certificate(certificate, private, actor)
    return certificate


def activate_certificate(sign_on: SignOn, app: App, certificate_id: str, actor: str) -> SamlCertificate:
    """Let a certificate sign from now on. Raises SignOnRefused."""
    found = certificate_of(sign_on, app, certificate_id)
    if found.is_expired(sign_on.clock()):
        raise SignOnRefused("This certificate has expired: applications would refuse what it signs. Make a new one.")
    if not found.is_active:
        sign_on.kept.activate(found, sign_on.clock(), actor)
    return found


def delete_certificate(sign_on: SignOn, app: App, certificate_id: str, actor: str) -> None:
    """Delete a certificate that does not sign. Raises SignOnRefused for the active one."""
    found = certificate_of(sign_on, app, certificate_id)
    if found.is_active:
        raise SignOnRefused("The active certificate signs: make another one active first, then delete this one.")
    sign_on.kept.delete_certificate(found, sign_on.clock(), actor)


def certificate_of(sign_on: SignOn, app: App, certificate_id: str) -> SamlCertificate:
    """Return one of an application's certificates. Raises SignOnRefused."""
    found = next((each for each in sign_on.kept.certificates(app.id) if each.id == certificate_id), None)
    if found is None:
        raise SignOnRefused("There is no such certificate (any more).")
    return found


def tell_of_expiring(sign_on: SignOn, apps: Mapping[str, App]) -> int:
    """Queue the mails that are due before active certificates expire; return how many certificates they are about."""
    now, told = sign_on.clock(), 0
    for certificate in _signing(sign_on.kept.all_certificates()):
        app, days = apps.get(certificate.app_id), certificate.notice_due(now)
        if app is not None and days is not None:
            sign_on.kept.tell_of_expiry(certificate, app, days, now)
            told += 1
    return told


def _signing(certificates: Sequence[SamlCertificate]) -> list[SamlCertificate]:
    return [each for each in certificates if each.is_active]


def _self_signed(key: rsa.RSAPrivateKey, now: datetime) -> x509.Certificate:
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Instep Federated SSO Certificate")])
    ends = now.replace(year=now.year + VALID_FOR_YEARS, day=min(now.day, 28))
    return (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now)
        .not_valid_after(ends)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .sign(key, SHA256())
    )
