"""What do the use cases about single sign-on need of whatever keeps it? Each call is one transaction."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Protocol

from instep.admin.provisioning import Service
from instep.clock import Clock
from instep.directory.applications import App
from instep.sign_on.certificates import SamlCertificate
from instep.sign_on.configuration import SamlConfiguration
from instep.sign_on.participation import Participation

if TYPE_CHECKING:
    from instep.admin.sign_on.waiting import Waiting
    from instep.saml.signatures import SigningKey


class SignOns(Protocol):
    """What is set up, and who has signed in where. Changes have their row of the audit log, never with a key."""

    def configuration(self, app_id: str) -> SamlConfiguration | None:
        """Return what is set up for an application."""

    def app_ids(self) -> Sequence[str]:
        """Return the applications for which SAML is set up."""

    def save(
        self, app: App, before: SamlConfiguration | None, after: SamlConfiguration, now: datetime, actor: str
    ) -> None:
        """Keep another configuration."""

    def certificates(self, app_id: str) -> Sequence[SamlCertificate]:
        """Return the certificates of an application, the active one first, then the newest."""

    def all_certificates(self) -> Sequence[SamlCertificate]:
        """Return the certificates of all applications."""

    def signing_key(self, certificate: SamlCertificate) -> "SigningKey":
        """Return a certificate with its private key. Raises SecretUnreadable."""

    def add_certificate(self, certificate: SamlCertificate, private_key: str, actor: str) -> None:
        """Keep a new certificate; `private_key` (PEM) is sealed."""

    def activate(self, certificate: SamlCertificate, now: datetime, actor: str) -> None:
        """Let this certificate sign, and no other one of its application."""

    def delete_certificate(self, certificate: SamlCertificate, now: datetime, actor: str) -> None:
        """Delete a certificate with its key."""

    def tell_of_expiry(self, certificate: SamlCertificate, app: App, days_ahead: int, now: datetime) -> None:
        """Queue a mail to those whom the application names, and note that it was."""

    def pseudonym(self, app_id: str, user_id: str, drawn: str) -> str:
        """Return the opaque name that an application has for a user; the one drawn, if it has none yet."""

    def participate(self, participation: Participation, details: Mapping[str, object], actor: str) -> None:
        """Keep that somebody was signed in to an application."""

    def participation(self, session_index: str) -> Participation | None:
        """Return a participation, while its session is there."""

    def participations(self, session: bytes) -> Sequence[Participation]:
        """Return where the person of a session was signed in."""

    def note(self, app_id: str, activity: str, details: Mapping[str, object], now: datetime, actor: str) -> None:
        """Write a row of the audit log."""


@dataclass(frozen=True, slots=True)
class SignOn:
    """What these use cases need."""

    kept: SignOns
    waiting: "Waiting"
    service: Service
    clock: Clock
    new_id: Callable[[], str]
