"""Which authenticators and recovery codes do administrators and people have, and who has a code yet to give?"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, Table, delete, func, insert, select, update

from instep.access.authenticators import Authenticator, Holder, PendingSignIn
from instep.access.refusals import AccessRefused
from instep.access.sessions import SignInMethod
from instep.clock import from_text, to_text
from instep.store.audit import write_audit
from instep.store.database import Database
from instep.store.secret_box import SecretBox, SecretUnreadable
from instep.store.tables.access import authenticators, pending_sign_ins, recovery_codes
from instep.store.tables.people import person_authenticators, person_pending_sign_ins, person_recovery_codes

NONE = "There is no authenticator (any more): set one up first."
ALREADY = "There is an authenticator already: remove it before you set another one up."
UNREADABLE = (
    "The authenticator's key cannot be decrypted: the key file is not the one it was saved with. Use a recovery code, "
    "or let an administrator reset the authenticator."
)


@dataclass(frozen=True, slots=True)
class Holders:
    """In which tables it is kept, by which column, and what the audit log calls those who have one."""

    authenticators: Table
    recovery_codes: Table
    pending: Table
    column: str
    noun: str


ADMINISTRATORS = Holders(authenticators, recovery_codes, pending_sign_ins, "administrator_id", "administrator")
PEOPLE = Holders(person_authenticators, person_recovery_codes, person_pending_sign_ins, "user_id", "user")


class AuthenticatorStore:
    """instep.admin.access.authenticator_ports.Authenticators over a database; keys are sealed."""

    def __init__(self, database: Database, secrets: SecretBox, holders: Holders = ADMINISTRATORS) -> None:
        self._database = database
        self._secrets = secrets
        self._holders = holders
        self._kept, self._codes, self._pending = holders.authenticators, holders.recovery_codes, holders.pending

    def find(self, holder_id: str) -> Authenticator | None:
        """Return somebody's authenticator, active or not."""
        left = select(func.count()).where(self._codes.c[self._holders.column] == holder_id).scalar_subquery()
        query = select(self._kept, left.label("left")).where(self._of(holder_id))
        with self._database.read() as connection:
            row = connection.execute(query).one_or_none()
        if row is None:
            return None
        return Authenticator(holder_id, row.is_active, from_text(row.created_at), row.left)

    def key(self, holder_id: str) -> str:
        """Return the key of an authenticator. Raises AccessRefused where there is none, or it cannot be decrypted."""
        with self._database.read() as connection:
            sealed = connection.execute(select(self._kept.c.key).where(self._of(holder_id))).scalar_one_or_none()
        if sealed is None:
            raise AccessRefused(NONE)
        try:
            return self._secrets.open(sealed, holder_id)
        except SecretUnreadable:
            raise AccessRefused(UNREADABLE) from None

    def begin(self, holder: Holder, key: str, now: datetime) -> None:
        """Keep a key that does not count yet. Raises AccessRefused where one counts."""
        values = {
            self._holders.column: holder.id,
            "key": self._secrets.seal(key, holder.id),
            "is_active": False,
            "last_step": 0,
            "created_at": to_text(now),
        }
        with self._database.write() as connection:
            connection.execute(delete(self._kept).where(self._of(holder.id), ~self._kept.c.is_active))
            if connection.execute(select(self._kept.c.is_active).where(self._of(holder.id))).first() is not None:
                raise AccessRefused(ALREADY)
            connection.execute(insert(self._kept).values(**values))

    def activate(self, holder: Holder, step: int, digests: Collection[bytes], now: datetime, actor: str) -> None:
        """Let an authenticator count, whose code of a step was right. Raises AccessRefused where none waits for it."""
        waits = (self._of(holder.id), ~self._kept.c.is_active)
        values = {"is_active": True, "last_step": step, "created_at": to_text(now)}
        with self._database.write() as connection:
            if not connection.execute(update(self._kept).where(*waits).values(**values)).rowcount:
                raise AccessRefused(NONE)
            self._put_recovery_codes(connection, holder.id, digests)
            self._audit(connection, "Set up authenticator", holder.user_name, now, actor)

    def renew_recovery_codes(self, holder: Holder, digests: Collection[bytes], now: datetime, actor: str) -> None:
        """Keep other recovery codes in the place of those there are. Raises AccessRefused without an authenticator."""
        counts = select(self._kept.c.is_active).where(self._of(holder.id), self._kept.c.is_active)
        with self._database.write() as connection:
            if connection.execute(counts).first() is None:
                raise AccessRefused(NONE)
            self._put_recovery_codes(connection, holder.id, digests)
            self._audit(connection, "Make recovery codes", holder.user_name, now, actor)

    def remove(self, holder: Holder, now: datetime, actor: str) -> None:
        """Forget an authenticator with its recovery codes. Raises AccessRefused where there is none."""
        with self._database.write() as connection:
            if not connection.execute(delete(self._kept).where(self._of(holder.id))).rowcount:
                raise AccessRefused(f"{holder.user_name} has no authenticator.")
            self._put_recovery_codes(connection, holder.id, ())
            is_own = actor == holder.user_name
            deed = "Remove authenticator" if is_own else "Reset authenticator"
            self._audit(connection, deed, holder.user_name, now, actor)

    def await_code(self, pending: PendingSignIn, now: datetime) -> None:
        """Keep a sign-in that waits for the code, and forget those that are over."""
        values = {
            "digest": pending.digest,
            self._holders.column: pending.holder_id,
            "method": pending.method.value,
            "expires_at": to_text(pending.expires_at),
        }
        with self._database.write() as connection:
            connection.execute(delete(self._pending).where(self._pending.c.expires_at <= to_text(now)))
            connection.execute(insert(self._pending).values(**values))

    def pending(self, digest: bytes) -> PendingSignIn | None:
        """Return the sign-in that waits in a browser, over or not."""
        with self._database.read() as connection:
            row = connection.execute(select(self._pending).where(self._pending.c.digest == digest)).one_or_none()
        if row is None:
            return None
        return PendingSignIn(
            digest, row._mapping[self._holders.column], SignInMethod(row.method), from_text(row.expires_at)
        )

    def pass_by_step(self, pending: PendingSignIn, step: int) -> bool:
        """End the wait, and take codes of later steps alone from now on; False where somebody else was quicker."""
        is_new = (self._of(pending.holder_id), self._kept.c.is_active, self._kept.c.last_step < step)
        with self._database.write() as connection:
            if not connection.execute(update(self._kept).where(*is_new).values(last_step=step)).rowcount:
                return False
            return self._end_wait(connection, pending)

    def pass_by_recovery(self, pending: PendingSignIn, whose: str, digest: bytes, now: datetime) -> bool:
        """End the wait by a recovery code, which is used up; False where it is none (any more)."""
        is_it = (self._codes.c[self._holders.column] == pending.holder_id, self._codes.c.digest == digest)
        with self._database.write() as connection:
            if not connection.execute(delete(self._codes).where(*is_it)).rowcount:
                return False
            self._audit(connection, "Use recovery code", whose, now, whose)
            return self._end_wait(connection, pending)

    def _of(self, holder_id: str) -> ColumnElement[bool]:
        return self._kept.c[self._holders.column] == holder_id

    def _end_wait(self, connection: Connection, pending: PendingSignIn) -> bool:
        ended = connection.execute(delete(self._pending).where(self._pending.c.digest == pending.digest))
        return ended.rowcount > 0

    def _put_recovery_codes(self, connection: Connection, holder_id: str, digests: Collection[bytes]) -> None:
        connection.execute(delete(self._codes).where(self._codes.c[self._holders.column] == holder_id))
        if digests:
            rows = [{self._holders.column: holder_id, "digest": each} for each in digests]
            connection.execute(insert(self._codes), rows)

    def _audit(self, connection: Connection, deed: str, whose: str, now: datetime, actor: str) -> None:
        write_audit(connection, None, now, actor, deed, {self._holders.noun: whose})
