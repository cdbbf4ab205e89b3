"""What opens a target?"""

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field

from instep.cycle.ports import Target
from instep.ledger.jobs import JobSettings
from instep.rules.health.outcomes import Exchange


@dataclass(frozen=True, slots=True)
class Door:
    """Everything that opens a target.

    `tell` is told of each request with its answer, for people to see; `may_send` is asked before each, and decides at
    once: a process that was taken for dead sends nothing more.
    """

    tenant_url: str
    secret_token: str = field(repr=False)
    settings: JobSettings
    tell: Callable[[Exchange], None] | None = None
    may_send: Callable[[], bool] | None = None


OpenTarget = Callable[[Door], AbstractAsyncContextManager[Target]]
