"""How does an administrator protect users, so that no job disables or deletes their accounts?"""

from collections.abc import Sequence
from typing import Protocol

from instep.admin.applications import Principal
from instep.clock import Clock
from instep.directory.errors import NotFound
from instep.directory.protections import Protection


class Protections(Protocol):
    """Who is protected. Each call is one transaction, with its change and its row of the audit log."""

    def protect(self, protection: Protection) -> bool:
        """Keep a protection; return False if there was the same one."""

    def unprotect(self, protection: Protection) -> bool:
        """End a protection; return False if there was none. The moment and the actor are those of its end."""

    def all(self, app_id: str | None = None) -> Sequence[Protection]:
        """Return whom an application protects, with those who are protected everywhere; None asks for the latter."""


def protect(protections: Protections, app_id: str, principal: Principal, clock: Clock, actor: str) -> bool:
    """Protect a user, or the members of a group; return False if they were. It holds from the next cycle on."""
    return protections.protect(Protection(app_id, principal.type, principal.id, clock(), actor))


def unprotect(protections: Protections, app_id: str, principal: Principal, clock: Clock, actor: str) -> None:
    """End a protection: the next cycle decides about the users like anyone else. Raises NotFound."""
    if not protections.unprotect(Protection(app_id, principal.type, principal.id, clock(), actor)):
        raise NotFound(f"{principal.name} is not protected here; nothing was changed.")
