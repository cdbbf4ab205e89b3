"""Where are the Secret Tokens of jobs, and which key is each of them sealed with?"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import select, update

from instep.ledger.jobs import Job
from instep.store.database import Database
from instep.store.secret_box import SecretBox, SecretUnreadable, key_number
from instep.store.tables.jobs import jobs


@dataclass(frozen=True, slots=True)
class Resealed:
    """How many secrets are sealed by the newest key now that were not, and how many no key opens."""

    number: int
    unreadable: int


class JobSecrets:
    """The part of instep.admin.ports.Jobs that is about Secret Tokens."""

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
        found = Counter(self._seal_anew(job_id) for job_id in self._all_sealed())
        return Resealed(found["resealed"], found["unreadable"])

    def secrets_by_key(self) -> Mapping[int | None, int]:
        """Return how many secrets each key has sealed, by its number."""
        return Counter(key_number(sealed) for sealed in self._all_sealed().values())

    def _sealed(self, job: Job) -> bytes:
        with self._database.read() as connection:
            sealed: bytes = connection.execute(select(jobs.c.secret_token).where(jobs.c.id == job.id)).scalar_one()
        return sealed

    def _all_sealed(self) -> Mapping[str, bytes]:
        with self._database.read() as connection:
            return {row.id: row.secret_token for row in connection.execute(select(jobs.c.id, jobs.c.secret_token))}

    def _seal_anew(self, job_id: str) -> str:
        of_job = jobs.c.id == job_id
        with self._database.write(job_id) as connection:
            sealed = connection.execute(select(jobs.c.secret_token).where(of_job)).scalar()
            if sealed is None or self._secrets.is_by_newest(sealed):
                return "as it is"
            try:
                anew = self._secrets.seal(self._secrets.open(sealed, job_id), job_id)
            except SecretUnreadable:
                return "unreadable"
            connection.execute(update(jobs).where(of_job).values(secret_token=anew))
            return "resealed"
