"""What do the use cases about authenticators need of whatever keeps them? Each call is one transaction."""

from collections.abc import Collection
from datetime import datetime
from typing import Protocol

from instep.access.authenticators import Authenticator, Holder, PendingSignIn


class Authenticators(Protocol):
    """The authenticators of administrators, or of people, their recovery codes, and who has a code yet to give."""

    def find(self, holder_id: str) -> Authenticator | None:
        """Return somebody's authenticator, active or not."""

    def key(self, holder_id: str) -> str:
        """Return the key of an authenticator. Raises AccessRefused where there is none, or it cannot be decrypted."""

    def begin(self, holder: Holder, key: str, now: datetime) -> None:
        """Keep a key that does not count yet. Raises AccessRefused where one counts."""

    def activate(self, holder: Holder, step: int, digests: Collection[bytes], now: datetime, actor: str) -> None:
        """Let an authenticator count, whose code of a step was right. Raises AccessRefused where none waits for it."""

    def renew_recovery_codes(self, holder: Holder, digests: Collection[bytes], now: datetime, actor: str) -> None:
        """Keep other recovery codes in the place of those there are. Raises AccessRefused without an authenticator."""

    def remove(self, holder: Holder, now: datetime, actor: str) -> None:
        """Forget an authenticator with its recovery codes. Raises AccessRefused where there is none."""

    def await_code(self, pending: PendingSignIn, now: datetime) -> None:
        """Keep a sign-in that waits for the code, and forget those that are over."""

    def pending(self, digest: bytes) -> PendingSignIn | None:
        """Return the sign-in that waits in a browser, over or not."""

    def pass_by_step(self, pending: PendingSignIn, step: int) -> bool:
        """End the wait, and take codes of later steps alone from now on; False where somebody else was quicker."""

    def pass_by_recovery(self, pending: PendingSignIn, whose: str, digest: bytes, now: datetime) -> bool:
        """End the wait by a recovery code, which is used up; False where it is none (any more)."""
