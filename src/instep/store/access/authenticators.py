"""Which authenticators and recovery codes do administrators have, and who has a code yet to give?"""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, delete, func, insert, select, update

from instep.access.administrators import Administrator
from instep.access.authenticators import Authenticator, PendingSignIn
from instep.access.refusals import AccessRefused
from instep.access.sessions import SignInMethod
from instep.clock import from_text, to_text
from instep.store.audit import write_audit
from instep.store.database import Database
from instep.store.secret_box import SecretBox, SecretUnreadable
from instep.store.tables.access import authenticators, pending_sign_ins, recovery_codes

NONE = "There is no authenticator (any more): set one up first."
ALREADY = "There is an authenticator already: remove it before you set another one up."
UNREADABLE = (
    "The authenticator's key cannot be decrypted: the key file is not the one it was saved with. Use a recovery code, "
    "or let a Global Administrator reset the authenticator."
)


class AuthenticatorStore:
    """instep.admin.access.authenticator_ports.Authenticators over a database; keys are sealed."""

    def __init__(self, database: Database, secrets: SecretBox) -> None:
        self._database = database
        self._secrets = secrets

    def find(self, administrator_id: str) -> Authenticator | None:
        """Return an administrator's authenticator, active or not."""
        left = select(func.count()).where(recovery_codes.c.administrator_id == administrator_id).scalar_subquery()
        query = select(authenticators, left.label("left")).where(_of(administrator_id))
        with self._database.read() as connection:
            row = connection.execute(query).one_or_none()
        if row is None:
            return None
        return Authenticator(row.administrator_id, row.is_active, from_text(row.created_at), row.left)

    def key(self, administrator_id: str) -> str:
        """Return the key of an authenticator. Raises AccessRefused where there is none, or it cannot be decrypted."""
        with self._database.read() as connection:
            sealed = connection.execute(select(authenticators.c.key).where(_of(administrator_id))).scalar_one_or_none()
        if sealed is None:
            raise AccessRefused(NONE)
        try:
            return self._secrets.open(sealed, administrator_id)
        except SecretUnreadable:
            raise AccessRefused(UNREADABLE) from None

    def begin(self, administrator: Administrator, key: str, now: datetime) -> None:
        """Keep a key that does not count yet. Raises AccessRefused where one counts."""
        values = {
            "administrator_id": administrator.id,
            "key": self._secrets.seal(key, administrator.id),
            "is_active": False,
            "last_step": 0,
            "created_at": to_text(now),
        }
        with self._database.write() as connection:
            connection.execute(delete(authenticators).where(_of(administrator.id), ~authenticators.c.is_active))
            if connection.execute(select(authenticators.c.is_active).where(_of(administrator.id))).first() is not None:
                raise AccessRefused(ALREADY)
            connection.execute(insert(authenticators).values(**values))

    def activate(
        self, administrator: Administrator, step: int, digests: Collection[bytes], now: datetime, actor: str
    ) -> None:
        """Let an authenticator count, whose code of a step was right. Raises AccessRefused where none waits for it."""
        waits = (_of(administrator.id), ~authenticators.c.is_active)
        values = {"is_active": True, "last_step": step, "created_at": to_text(now)}
        with self._database.write() as connection:
            if not connection.execute(update(authenticators).where(*waits).values(**values)).rowcount:
                raise AccessRefused(NONE)
            _put_recovery_codes(connection, administrator.id, digests)
            _audit(connection, "Set up authenticator", administrator.user_name, now, actor)

    def renew_recovery_codes(
        self, administrator: Administrator, digests: Collection[bytes], now: datetime, actor: str
    ) -> None:
        """Keep other recovery codes in the place of those there are. Raises AccessRefused without an authenticator."""
        counts = select(authenticators.c.is_active).where(_of(administrator.id), authenticators.c.is_active)
        with self._database.write() as connection:
            if connection.execute(counts).first() is None:
                raise AccessRefused(NONE)
            _put_recovery_codes(connection, administrator.id, digests)
            _audit(connection, "Make recovery codes", administrator.user_name, now, actor)

    def remove(self, administrator: Administrator, now: datetime, actor: str) -> None:
        """Forget an authenticator with its recovery codes. Raises AccessRefused where there is none."""
        with self._database.write() as connection:
            if not connection.execute(delete(authenticators).where(_of(administrator.id))).rowcount:
                raise AccessRefused(f"{administrator.user_name} has no authenticator.")
            _put_recovery_codes(connection, administrator.id, ())
            is_own = actor == administrator.user_name
            deed = "Remove authenticator" if is_own else "Reset authenticator"
            _audit(connection, deed, administrator.user_name, now, actor)

    def await_code(self, pending: PendingSignIn, now: datetime) -> None:
        """Keep a sign-in that waits for the code, and forget those that are over."""
        values = {
            "digest": pending.digest,
            "administrator_id": pending.administrator_id,
            "method": pending.method.value,
            "expires_at": to_text(pending.expires_at),
        }
        with self._database.write() as connection:
            connection.execute(delete(pending_sign_ins).where(pending_sign_ins.c.expires_at <= to_text(now)))
            connection.execute(insert(pending_sign_ins).values(**values))

    def pending(self, digest: bytes) -> PendingSignIn | None:
        """Return the sign-in that waits in a browser, over or not."""
        with self._database.read() as connection:
            row = connection.execute(select(pending_sign_ins).where(pending_sign_ins.c.digest == digest)).one_or_none()
        if row is None:
            return None
        return PendingSignIn(digest, row.administrator_id, SignInMethod(row.method), from_text(row.expires_at))

    def pass_by_step(self, pending: PendingSignIn, step: int) -> bool:
        """End the wait, and take codes of later steps alone from now on; False where somebody else was quicker."""
        is_new = (_of(pending.administrator_id), authenticators.c.is_active, authenticators.c.last_step < step)
        with self._database.write() as connection:
            if not connection.execute(update(authenticators).where(*is_new).values(last_step=step)).rowcount:
                return False
            return _end_wait(connection, pending)

    def pass_by_recovery(self, pending: PendingSignIn, whose: str, digest: bytes, now: datetime) -> bool:
        """End the wait by a recovery code, which is used up; False where it is none (any more)."""
        is_it = (recovery_codes.c.administrator_id == pending.administrator_id, recovery_codes.c.digest == digest)
        with self._database.write() as connection:
            if not connection.execute(delete(recovery_codes).where(*is_it)).rowcount:
                return False
            _audit(connection, "Use recovery code", whose, now, whose)
            return _end_wait(connection, pending)


def _of(administrator_id: str) -> ColumnElement[bool]:
    return authenticators.c.administrator_id == administrator_id


def _end_wait(connection: Connection, pending: PendingSignIn) -> bool:
    ended = connection.execute(delete(pending_sign_ins).where(pending_sign_ins.c.digest == pending.digest))
    return ended.rowcount > 0


def _put_recovery_codes(connection: Connection, administrator_id: str, digests: Collection[bytes]) -> None:
    connection.execute(delete(recovery_codes).where(recovery_codes.c.administrator_id == administrator_id))
    if digests:
        rows = [{"administrator_id": administrator_id, "digest": each} for each in digests]
        connection.execute(insert(recovery_codes), rows)


def _audit(connection: Connection, deed: str, whose: str, now: datetime, actor: str) -> None:
    write_audit(connection, None, now, actor, deed, {"administrator": whose})
