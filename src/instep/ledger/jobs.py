"""What is configured for one application: its job, with the settings that an administrator can change?"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from urllib.parse import urlsplit

from instep.ledger.health import UNTRIED, JobHealth
from instep.ledger.quarantine import Quarantine
from instep.rules.health.budgets import Limit
from instep.rules.health.quarantine import DEFAULT_THRESHOLDS, Thresholds
from instep.rules.scoping.standing import Scope
from instep.scim.dialects import Dialect, chosen_dialect

DEFAULT_INTERVAL_SECONDS = 40 * 60
DEFAULT_LOG_RETENTION_DAYS = 30


class JobState(StrEnum):
    """Whether the service runs the job's cycles by itself (engine.md 11.3, `schedule.state`).

    An administrator stopped what is paused; the service itself disables a job after four weeks of quarantine.
    """

    ACTIVE = "Active"
    PAUSED = "Paused"
    DISABLED = "Disabled"


class Vanished(StrEnum):
    """What becomes of a user whose account was deleted in the target, once a read has confirmed that."""

    REMATCH = "rematch"  # look for another account by the matching attributes; where there is none, create one
    RECREATE = "recreate"  # create a new account, whoever else matches
    REPORT = "report"  # write nothing and let the user fail, until an administrator has decided


class NestedGroups(StrEnum):
    """Whether whoever is in a group of a group counts as a member of both."""

    DIRECT = "direct"  # only direct members do, as in Entra (engine.md 3.2)
    EXPAND = "expand"


class Approval(StrEnum):
    """Whether an administrator must agree to what a cycle would write."""

    OFF = "off"
    REQUIRED = "required"


@dataclass(frozen=True, slots=True)
class JobSettings:
    """`removals` is the budget of removals in 24 hours; None takes the default rule (design.md 3, Budgets).

    `creates`, `updates` and `memberships` are budgets of one cycle; None is no budget. `deletion_threshold` is Entra's
    accidental deletion threshold: so many removals in one cycle are held, whatever the budget says. `approval` is about
    creates and updates; removals within their budget go at once unless `approval_of_removals` says otherwise.

    `dialect` names one of instep.scim.dialects; None leaves the choice to the Tenant URL. `switches` are words that
    change it, by the switch. `soft_delete` is false for a target whose accounts are not disabled, but deleted.
    `notify` are the addresses to which a mail goes when the job needs an administrator, and with `notify_failures` when
    users failed in a cycle. `default_domain` is what
    DefaultDomain() gives in mappings. The provisioning log is kept for `log_retention_days`; None is for good.
    `secret_keys` are the keys that a program saved last by the API, in its order: it is given the same ones back.
    With `on_change`, a cycle runs as soon as the directory has changed, and not only when the interval is over.
    """

    scope: Scope = Scope.ASSIGNED
    interval_seconds: int = DEFAULT_INTERVAL_SECONDS
    removals: Limit | None = None
    group_removals: Limit | None = None
    concurrency: int = 16
    requests_per_second: float | None = None
    timeout_seconds: float = 30.0
    dialect: str | None = None
    switches: Mapping[str, str] = field(default_factory=dict)
    vanished: Vanished = Vanished.REMATCH
    soft_delete: bool = True
    skip_out_of_scope_deletions: bool = False
    nested_groups: NestedGroups = NestedGroups.DIRECT
    quarantine: Thresholds = DEFAULT_THRESHOLDS
    notify: tuple[str, ...] = ()
    creates: Limit | None = None
    updates: Limit | None = None
    memberships: Limit | None = None
    deletion_threshold: int | None = None
    approval: Approval = Approval.OFF
    approval_of_removals: Approval = Approval.OFF
    default_domain: str | None = None
    log_retention_days: int | None = DEFAULT_LOG_RETENTION_DAYS
    on_change: bool = True
    notify_failures: bool = False
    secret_keys: tuple[str, ...] = ()

    def decides_as(self, other: "JobSettings") -> bool:
        """Whether users are decided about as with the other settings: if not, everyone is to be looked at again."""
        deciding = ("scope", "nested_groups", "soft_delete", "skip_out_of_scope_deletions", "default_domain")
        return all(getattr(self, name) == getattr(other, name) for name in deciding)


@dataclass(frozen=True, slots=True)
class Job:
    """One application's provisioning job; `seed` is a secret from which random values are drawn, once and for all.

    The next cycle is incremental if a watermark was reached with this configuration at this target; else initial.
    `revision` grows with every act of an administrator that ends a running cycle. `approved_at` is when held operations
    were approved last, or when those were sent and others were still held that can be judged by themselves now.
    """

    id: str
    app_id: str
    app_name: str
    template_id: str
    tenant_url: str
    state: JobState
    settings: JobSettings
    configuration_version: int
    watermark: int | None = None
    watermark_version: int | None = None
    watermark_identity: str | None = None
    not_before: datetime | None = None
    quarantine: Quarantine | None = None
    last_ended_at: datetime | None = None
    health: JobHealth = UNTRIED
    revision: int = 0
    seed: str = field(default="", repr=False)
    last_begun_at: datetime | None = None
    approved_at: datetime | None = None

    @property
    def is_connected(self) -> bool:
        """Whether it is known how the application is reached; a program may make a job before."""
        return self.tenant_url != ""

    def was_clock_set_back(self, now: datetime) -> bool:
        """Whether the clock says less than when the last cycle ended: no moment that was noted then means anything."""
        return self.last_ended_at is not None and now < self.last_ended_at

    @property
    def target_identity(self) -> str:
        """What says that two Tenant URLs lead to the same accounts."""
        return target_identity(self.tenant_url)

    @property
    def since(self) -> int | None:
        """The watermark that the next cycle starts from; None for an initial cycle."""
        valid = self.watermark_version == self.configuration_version and self.watermark_identity == self.target_identity
        return self.watermark if valid else None

    @property
    def held_back_until(self) -> datetime | None:
        """The moment before which the service does not run the job: the target asked for it, or it is in quarantine."""
        if self.quarantine is None:
            return self.not_before
        moments = [at for at in (self.quarantine.next_attempt_at, self.quarantine.next_probe_at) if at is not None]
        if not moments:
            return self.not_before
        return min(moments) if self.not_before is None else max(min(moments), self.not_before)


def target_identity(tenant_url: str) -> str:
    """Return the base URL without what does not change which accounts it leads to: case, default port, flags."""
    parts = urlsplit(tenant_url)
    host = (parts.hostname or "").lower()
    default = {"https": 443, "http": 80}.get(parts.scheme.lower())
    port = "" if parts.port in (None, default) else f":{parts.port}"
    return f"{parts.scheme.lower()}://{host}{port}{parts.path.rstrip('/')}"


def dialect_of(tenant_url: str, settings: JobSettings) -> Dialect:
    """Return how a target wants its requests written. Raises DialectRefused."""
    return chosen_dialect(settings.dialect, urlsplit(tenant_url).query, settings.switches)
