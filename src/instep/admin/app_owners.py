"""How does an administrator say who answers for an application?"""

from collections.abc import Sequence
from typing import Protocol

from instep.clock import Clock
from instep.directory.applications import App, Ownership
from instep.directory.errors import NotFound, NotPossible
from instep.directory.users import User

MOST_OWNERS = 100


class Owners(Protocol):
    """Who answers for applications. Each call is one transaction, with its row of the audit log."""

    def owners(self, app_id: str) -> Sequence[Ownership]:
        """Return who answers for an application, the first first."""

    def add_owner(self, owner: Ownership) -> bool:
        """Keep an owner; return False if they were one."""

    def remove_owner(self, owner: Ownership) -> bool:
        """End an ownership; return False if there was none. The moment and the actor are those of its end."""


def add_owner(owners: Owners, app: App, user: User, clock: Clock, actor: str) -> bool:
    """Make a user an owner; return False if they were one. Raises NotPossible where there are very many."""
    if len(owners.owners(app.id)) >= MOST_OWNERS:
        raise NotPossible(f"{app.name} has {MOST_OWNERS} owners already; remove one first.")
    return owners.add_owner(Ownership(app.id, user.id, clock(), actor))


def remove_owner(owners: Owners, app: App, user_id: str, name: str, clock: Clock, actor: str) -> None:
    """End an ownership. Raises NotFound."""
    if not owners.remove_owner(Ownership(app.id, user_id, clock(), actor)):
        raise NotFound(f"{name} does not own {app.name}; nothing was changed.")
