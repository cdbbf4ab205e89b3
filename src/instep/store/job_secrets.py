"""Where are the secrets that are kept sealed, and which key is each of them sealed with?"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import Column, select, update

from instep.ledger.jobs import Job
from instep.store.database import Database
from instep.store.secret_box import SecretBox, SecretUnreadable, key_number
from instep.store.tables.access import authenticators
from instep.store.tables.jobs import jobs
from instep.store.tables.people import person_authenticators
from instep.store.tables.sign_on import saml_certificates


@dataclass(frozen=True, slots=True)
class Resealed:
    """How many secrets are sealed by the newest key now that were not, and how many no key opens."""

    number: int
    unreadable: int


@dataclass(frozen=True, slots=True)
class _Sealed:
    """A column with secrets, each bound to the id of its row; writes to a job's row are about the job."""

    id: Column[str]
    secret: Column[bytes]


_SECRET_TOKENS = _Sealed(jobs.c.id, jobs.c.secret_token)
_ALL = (
    _SECRET_TOKENS,
    _Sealed(saml_certificates.c.id, saml_certificates.c.private_key),
    _Sealed(authenticators.c.administrator_id, authenticators.c.key),
    _Sealed(person_authenticators.c.user_id, person_authenticators.c.key),
)


class JobSecrets:
    """The part of instep.admin.ports.Jobs that is about Secret Tokens, and the keys of all that is sealed."""

    def __init__(self, database: Database, secrets: SecretBox) -> None:
        self._database = database
        self._secrets = secrets

    def secret_token(self, job: Job) -> str:
        """Return the Secret Token. Raises SecretUnreadable."""
        sealed = self._sealed(job)
        try:
            return self._secrets.open(sealed, job.id)
        except SecretUnreadable:
            if (anew := self._sealed(job)) == sealed:
                raise
            return self._secrets.open(anew, job.id)  # it was sealed anew meanwhile, and its key thrown away

    def seal_by_newest(self) -> Resealed:
        """Seal anew what an older key sealed, each secret in a transaction; one that no key opens stays as it is."""
        found = Counter(self._seal_anew(where, row_id) for where in _ALL for row_id in self._all_sealed(where))
        return Resealed(found["resealed"], found["unreadable"])

    def secrets_by_key(self) -> Mapping[int | None, int]:
        """Return how many secrets each key has sealed, by its number."""
        return Counter(key_number(sealed) for where in _ALL for sealed in self._all_sealed(where).values())

    def _sealed(self, job: Job) -> bytes:
        with self._database.read() as connection:
            sealed: bytes = connection.execute(select(jobs.c.secret_token).where(jobs.c.id == job.id)).scalar_one()
        return sealed

    def _all_sealed(self, where: _Sealed) -> Mapping[str, bytes]:
        with self._database.read() as connection:
            return {row[0]: row[1] for row in connection.execute(select(where.id, where.secret))}

    def _seal_anew(self, where: _Sealed, row_id: str) -> str:
        about = row_id if where is _SECRET_TOKENS else None
        with self._database.write(about) as connection:
            sealed = connection.execute(select(where.secret).where(where.id == row_id)).scalar()
            if sealed is None or self._secrets.is_by_newest(sealed):
                return "as it is"
            try:
                anew = self._secrets.seal(self._secrets.open(sealed, row_id), row_id)
            except SecretUnreadable:
                return "unreadable"
            connection.execute(update(where.secret.table).where(where.id == row_id).values({where.secret: anew}))
            return "resealed"
