"""What is the way to the target like: open, blocked, or with a certificate that nobody should trust?"""

import os
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from fakes.fault_proxy import FaultProxy, fault_proxy


@dataclass
class Roads:
    """The certificates, and what is blocked now."""

    folder: Path
    are_names_known: bool = True
    shown: str = "good"
    _contexts: dict[str, ssl.SSLContext] = field(default_factory=dict)

    def __post_init__(self) -> None:
        trusted, other = _authority("Trusted"), _authority("Nobody's")
        (self.folder / "trusted.pem").write_bytes(_pem(trusted[0]))
        now = datetime.now(UTC)
        self._contexts = {
            "good": self._context("good", trusted, now + timedelta(days=1)),
            "untrusted": self._context("untrusted", other, now + timedelta(days=1)),
            "expired": self._context("expired", trusted, now - timedelta(days=1)),
        }

    @contextmanager
    def proxy(self, target_url: str, scheme: str) -> Iterator[FaultProxy]:
        """A proxy before a target; one with HTTPS has a certificate that is trusted as long as nothing is blocked."""
        self.open()
        if scheme == "http":
            with fault_proxy(target_url) as proxy:
                yield proxy
            return
        before = os.environ.get("SSL_CERT_FILE")
        os.environ["SSL_CERT_FILE"] = str(self.folder / "trusted.pem")
        try:
            with fault_proxy(target_url, self._listening) as proxy:
                yield proxy
        finally:
            if before is None:
                del os.environ["SSL_CERT_FILE"]
            else:
                os.environ["SSL_CERT_FILE"] = before

    def open(self) -> None:
        """Names are known again, and the certificate is good."""
        self.are_names_known, self.shown = True, "good"

    def block(self, proxy: FaultProxy, outage: str) -> None:
        """Begin an outage, from any thread but the proxy's."""
        match outage:
            case "refused":
                proxy.refuse()
            case "hangs":
                proxy.hang()
            case _:
                self._shut(outage)

    async def block_now(self, proxy: FaultProxy, outage: str) -> None:
        """Begin an outage, within the proxy."""
        match outage:
            case "refused":
                await proxy.refuse_now()
            case "hangs":
                await proxy.hang_now()
            case _:
                self._shut(outage)

    def _shut(self, outage: str) -> None:
        if outage == "unknown host":
            self.are_names_known = False
        else:
            self.shown = outage

    def _listening(self) -> ssl.SSLContext:
        """What listens: it shows the certificate of the moment."""
        listening = self._contexts["good"]

        def chosen(connection: ssl.SSLObject, _name: str | None, _context: ssl.SSLContext) -> None:
            connection.context = self._contexts[self.shown]

        listening.sni_callback = chosen  # type: ignore[assignment]
        return listening

    def _context(
        self, name: str, authority: "tuple[x509.Certificate, ec.EllipticCurvePrivateKey]", until: datetime
    ) -> ssl.SSLContext:
        key = ec.generate_private_key(ec.SECP256R1())
        issuer, issuer_key = authority
        certificate = (
            _named("localhost", key.public_key(), issuer.subject, until)
            .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), False)
            .sign(issuer_key, hashes.SHA256())
        )
        path = self.folder / f"{name}.pem"
        private = key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        path.write_bytes(private + _pem(certificate))
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(path)
        return context


def _authority(name: str) -> "tuple[x509.Certificate, ec.EllipticCurvePrivateKey]":
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    begun = _named(name, key.public_key(), subject, datetime.now(UTC) + timedelta(days=2))
    constraints = x509.BasicConstraints(ca=True, path_length=None)
    return begun.add_extension(constraints, True).sign(key, hashes.SHA256()), key


def _named(name: str, key: ec.EllipticCurvePublicKey, issuer: x509.Name, until: datetime) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)]))
        .issuer_name(issuer)
        .public_key(key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(until - timedelta(days=3))
        .not_valid_after(until)
    )


def _pem(certificate: x509.Certificate) -> bytes:
    return certificate.public_bytes(serialization.Encoding.PEM)
