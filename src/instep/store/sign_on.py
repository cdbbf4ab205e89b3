"""What is set up for single sign-on, with which certificates, and who has signed in where?"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

import orjson
from sqlalchemy import Row, delete, insert, select, update

from instep.clock import from_text, to_text
from instep.directory.applications import App
from instep.ledger.notices import Notice, NoticeKind
from instep.sign_on.certificates import SamlCertificate
from instep.sign_on.configuration import SamlConfiguration
from instep.sign_on.documents import as_audited, configuration_document, configuration_from
from instep.sign_on.participation import Participation
from instep.store.audit import THE_SERVICE, write_audit
from instep.store.database import Database
from instep.store.outbox import queue_app_mails
from instep.store.secret_box import SecretBox
from instep.store.tables.sign_on import saml_certificates, saml_configurations, saml_participations, saml_pseudonyms

if TYPE_CHECKING:
    from instep.saml.signatures import SigningKey


class SignOnStore:
    """instep.admin.sign_on.ports.SignOns over a database."""

    def __init__(self, database: Database, secrets: SecretBox) -> None:
        self._database = database
        self._secrets = secrets

    def configuration(self, app_id: str) -> SamlConfiguration | None:
        """Return what is set up for an application."""
        query = select(saml_configurations.c.configuration).where(saml_configurations.c.app_id == app_id)
        with self._database.read() as connection:
            found = connection.execute(query).scalar_one_or_none()
        return None if found is None else configuration_from(orjson.loads(found))

    def app_ids(self) -> Sequence[str]:
        """Return the applications for which SAML is set up."""
        with self._database.read() as connection:
            return list(connection.execute(select(saml_configurations.c.app_id)).scalars())

    def save(
        self, app: App, before: SamlConfiguration | None, after: SamlConfiguration, now: datetime, actor: str
    ) -> None:
        """Keep another configuration."""
        with self._database.write() as connection:
            connection.execute(delete(saml_configurations).where(saml_configurations.c.app_id == app.id))
            values = {"app_id": app.id, "configuration": orjson.dumps(configuration_document(after)).decode()}
            connection.execute(insert(saml_configurations).values(**values))
            details = {"before": {} if before is None else as_audited(before), "after": as_audited(after)}
            write_audit(connection, app.id, now, actor, "Update single sign-on", details)

    def certificates(self, app_id: str) -> Sequence[SamlCertificate]:
        """Return the certificates of an application, the active one first, then the newest."""
        query = select(saml_certificates).where(saml_certificates.c.app_id == app_id)
        ordered = query.order_by(saml_certificates.c.is_active.desc(), saml_certificates.c.created_at.desc())
        with self._database.read() as connection:
            return [_certificate(row) for row in connection.execute(ordered)]

    def all_certificates(self) -> Sequence[SamlCertificate]:
        """Return the certificates of all applications."""
        with self._database.read() as connection:
            return [_certificate(row) for row in connection.execute(select(saml_certificates))]

    def signing_key(self, certificate: SamlCertificate) -> "SigningKey":
        """Return a certificate with its private key. Raises SecretUnreadable."""
        from instep.store.saml_keys import signing_key  # XML signatures, which few commands need

        query = select(saml_certificates.c.private_key).where(saml_certificates.c.id == certificate.id)
        with self._database.read() as connection:
            sealed = connection.execute(query).scalar_one()
        return signing_key(self._secrets.open(sealed, certificate.id), certificate.pem)

    def add_certificate(self, certificate: SamlCertificate, private_key: str, actor: str) -> None:
        """Keep a new certificate; `private_key` (PEM) is sealed."""
        values = {
            "id": certificate.id,
            "app_id": certificate.app_id,
            "certificate": certificate.pem,
            "private_key": self._secrets.seal(private_key, certificate.id),
            "is_active": certificate.is_active,
            "created_at": to_text(certificate.created_at),
            "expires_at": to_text(certificate.expires_at),
        }
        with self._database.write() as connection:
            connection.execute(insert(saml_certificates).values(**values))
            details = {"certificate": certificate.id, "expires": to_text(certificate.expires_at)}
            write_audit(connection, certificate.app_id, certificate.created_at, actor, "Add SAML certificate", details)

    def activate(self, certificate: SamlCertificate, now: datetime, actor: str) -> None:
        """Let this certificate sign, and no other one of its application."""
        of_app = saml_certificates.c.app_id == certificate.app_id
        with self._database.write() as connection:
            is_this = saml_certificates.c.id == certificate.id
            connection.execute(update(saml_certificates).where(of_app).values(is_active=is_this))
            details = {"certificate": certificate.id, "expires": to_text(certificate.expires_at)}
            write_audit(connection, certificate.app_id, now, actor, "Activate SAML certificate", details)

    def delete_certificate(self, certificate: SamlCertificate, now: datetime, actor: str) -> None:
        """Delete a certificate with its key."""
        with self._database.write() as connection:
            connection.execute(delete(saml_certificates).where(saml_certificates.c.id == certificate.id))
            details = {"certificate": certificate.id}
            write_audit(connection, certificate.app_id, now, actor, "Delete SAML certificate", details)

    def tell_of_expiry(self, certificate: SamlCertificate, app: App, days_ahead: int, now: datetime) -> None:
        """Queue a mail to those whom the application names, and note that it was."""
        facts = {"expires_at": to_text(certificate.expires_at), "days": days_ahead}
        with self._database.write() as connection:
            mine = saml_certificates.c.id == certificate.id
            connection.execute(update(saml_certificates).where(mine).values(told_days_ahead=days_ahead))
            queue_app_mails(connection, app, Notice(NoticeKind.CERTIFICATE_EXPIRES, facts), now)
            write_audit(connection, app.id, now, THE_SERVICE, "SAML certificate expires", facts)

    def pseudonym(self, app_id: str, user_id: str, drawn: str) -> str:
        """Return the opaque name that an application has for a user; the one drawn, if it has none yet."""
        of_both = (saml_pseudonyms.c.app_id == app_id) & (saml_pseudonyms.c.user_id == user_id)
        with self._database.write() as connection:
            kept = connection.execute(select(saml_pseudonyms.c.name_id).where(of_both)).scalar_one_or_none()
            if kept is None:
                values = {"app_id": app_id, "user_id": user_id, "name_id": drawn}
                connection.execute(insert(saml_pseudonyms).values(**values))
        return kept or drawn

    def participate(self, participation: Participation, details: Mapping[str, object], actor: str) -> None:
        """Keep that somebody was signed in to an application."""
        values = {
            "session_index": participation.session_index,
            "app_id": participation.app_id,
            "session": participation.session,
            "name_id": participation.name_id,
            "name_id_format": participation.name_id_format,
            "begun_at": to_text(participation.begun_at),
        }
        with self._database.write() as connection:
            connection.execute(insert(saml_participations).values(**values))
            write_audit(
                connection, participation.app_id, participation.begun_at, actor, "Sign in to application", details
            )

    def participation(self, session_index: str) -> Participation | None:
        """Return a participation, while its session is there."""
        query = select(saml_participations).where(saml_participations.c.session_index == session_index)
        with self._database.read() as connection:
            row = connection.execute(query).one_or_none()
        return None if row is None else _participation(row)

    def participations(self, session: bytes) -> Sequence[Participation]:
        """Return where the person of a session was signed in, the last one first."""
        query = select(saml_participations).where(saml_participations.c.session == session)
        with self._database.read() as connection:
            rows = connection.execute(query.order_by(saml_participations.c.begun_at.desc()))
            return [_participation(row) for row in rows]

    def note(self, app_id: str, activity: str, details: Mapping[str, object], now: datetime, actor: str) -> None:
        """Write a row of the audit log."""
        with self._database.write() as connection:
            write_audit(connection, app_id, now, actor, activity, details)


def _certificate(row: Row[Any]) -> SamlCertificate:
    return SamlCertificate(
        row.id,
        row.app_id,
        row.certificate,
        row.is_active,
        from_text(row.created_at),
        from_text(row.expires_at),
        row.told_days_ahead,
    )


def _participation(row: Row[Any]) -> Participation:
    return Participation(
        row.session_index, row.app_id, row.session, row.name_id, row.name_id_format, from_text(row.begun_at)
    )
