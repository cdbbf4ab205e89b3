"""Which numbers tell a monitor how provisioning is doing?"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True, slots=True)
class EndedCycle:
    """The last cycle of a job that came to an end, without those on demand; requests are by method."""

    kind: str
    state: str
    begun_at: datetime
    ended_at: datetime
    requests: Mapping[str, int]

    @property
    def seconds(self) -> float:
        """How long it took."""
        return (self.ended_at - self.begun_at).total_seconds()


@dataclass(frozen=True, slots=True)
class JobMeasures:
    """What is counted of one job at its present target."""

    links: int = 0
    active_links: int = 0
    linked_groups: int = 0
    escrows: int = 0
    group_escrows: int = 0
    held: Mapping[str, int] = field(default_factory=dict)  # users, groups and members, by the subject of their set
    last_cycle: EndedCycle | None = None


@dataclass(frozen=True, slots=True)
class Measures:
    """What is counted at one moment; `head` is the newest change of the log."""

    jobs: Mapping[str, JobMeasures]
    head: int
    users: int
    deleted_users: int
    groups: int
    queued_mails: int
    oldest_queued_mail_at: datetime | None
