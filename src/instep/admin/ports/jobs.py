"""What do use cases need of whatever keeps jobs, and why may one not run now?"""

from collections.abc import Collection, Mapping, Sequence
from contextlib import AbstractContextManager
from datetime import datetime
from typing import Protocol

from instep.admin.ports.reports import CycleReport, KeptLink, LeftOpen, LoggedUser, LogQuery, Milestones, Pruned
from instep.directory.applications import App
from instep.ledger.activity import DurationCount, EntryCount, Step
from instep.ledger.former_jobs import FormerJob
from instep.ledger.jobs import Job, JobSettings, JobState
from instep.ledger.notices import WaitingMails
from instep.ledger.records import Escrow, Link, RecordedLogEntry
from instep.ledger.reset_scopes import PORTAL_RESTART, ResetScope
from instep.rules.planning.reverse import Written


class Jobs(Protocol):
    """Jobs, their cycles, links and logs. Each call is one transaction."""

    def job_of(self, app: App) -> Job | None:
        """Return the application's job, if it was connected."""

    def all(self) -> Sequence[Job]:
        """Return every job."""

    def connect(self, job: Job, secret_token: str, now: datetime, actor: str) -> None:
        """Create the job, or save another Tenant URL and Secret Token for it; that lifts its quarantine."""

    def secret_token(self, job: Job) -> str:
        """Return the Secret Token."""

    def save_settings(self, job: Job, settings: JobSettings, now: datetime, actor: str) -> None:
        """Save settings; another scope is another configuration version, so that the next cycle is an initial one."""

    def set_state(self, job: Job, state: JobState, now: datetime, actor: str) -> None:
        """Start or stop the job; starting lifts its quarantine."""

    def restart(
        self, job: Job, now: datetime, actor: str, scopes: Collection[ResetScope] = PORTAL_RESTART
    ) -> Mapping[ResetScope, int]:
        """Clear what the scopes say (engine.md 11.2); return how many rows each of them was about."""

    def milestones(self, job: Job) -> Milestones:
        """Return which of the job's cycles ran to their end, and how."""

    def waiting_mails(self, job: Job) -> WaitingMails:
        """Return how many mails about the job wait, and why."""

    def linked_groups(self, job: Job) -> int:
        """Return how many groups are linked at the job's present target."""

    def group_escrows(self, job: Job) -> Sequence[Escrow]:
        """Return the groups that failed and are tried again; `user_id` is the group's."""

    def last_cycles(self, job: Job, limit: int) -> Sequence[CycleReport]:
        """Return the newest cycles first."""

    def cycle(self, job: Job, cycle_id: str) -> CycleReport | None:
        """Return one of the job's cycles, at whatever target."""

    def written_in(self, cycle: CycleReport, after: str, limit: int) -> Sequence[Written]:
        """Return what a cycle has done to accounts, of so many users whose ids follow one, in its order of each."""

    def left_open_in(self, cycle: CycleReport) -> LeftOpen:
        """Return what else a cycle has sent: operations on groups, and those whose outcome is not known."""

    def link(self, job: Job, user_id: str) -> Link | None:
        """Return a user's link."""

    def kept_link(self, job: Job, user_id: str) -> KeptLink | None:
        """Return a user's link, and since when there is one."""

    def kept_link_of_account(self, job: Job, account_id: str) -> KeptLink | None:
        """Return the link to an account."""

    def remove_link(self, job: Job, link: Link, name: str, now: datetime, actor: str) -> None:
        """Remove a link, with a row of the audit log; the account is not touched."""

    def link_counts(self, job: Job) -> tuple[int, int]:
        """Return how many accounts are linked, and how many of them are active."""

    def count_escrows(self, job: Job) -> int:
        """Return how many users failed and are tried again."""

    def escrows(self, job: Job, limit: int | None = None) -> Sequence[Escrow]:
        """Return the users who failed and are tried again, the next first; all, or the first ones."""

    def held(self, job: Job) -> int:
        """Return how many removals are held."""

    def log(self, query: LogQuery) -> Sequence[RecordedLogEntry]:
        """Return entries of the provisioning log with their true values: `instep.admin.provisioning_log` hides some."""

    def log_places(self, query: LogQuery) -> range:
        """Return the numbers among which all entries are that a query asks for, by its period and its cycle."""

    def entry_counts(self, job_id: str | None, since: datetime, step: Step) -> Sequence[EntryCount]:
        """Return how many entries each step since then has, of one job or of all."""

    def duration_counts(self, job_id: str | None, since: datetime, step: Step) -> Sequence[DurationCount]:
        """Return how long operations took in each step since then, of one job or of all."""

    def prune(self, job_id: str, before: datetime, limit: int) -> Pruned:
        """Throw away at most so many rows of each kind that are older than a moment, and nothing that is needed."""

    def delete(self, job: Job, now: datetime, actor: str) -> None:
        """Delete a job with all that it knows: links, escrows, what is held; its log stays. Nothing of it may run."""

    def former(self) -> Sequence[FormerJob]:
        """Return the jobs that were deleted, the latest first."""

    def logged_user(self, named: str) -> LoggedUser | None:
        """Return whom the log knows by this id or name, the directory perhaps no more."""

    def head(self) -> int:
        """Return the sequence of the newest change of the directory."""

    def has_lease(self, job: Job) -> bool:
        """Whether the leases of a job that this process took are its own beyond doubt; asks nobody."""

    def lease(self, job: Job) -> AbstractContextManager[None]:
        """Hold the right to run the job; it ends with the process. Raises JobIsRunning."""

    def on_demand_lease(self, job: Job) -> AbstractContextManager[None]:
        """Hold the right to provision on demand; it ends with the process. Raises OnDemandIsRunning."""


class OnDemandIsRunning(Exception):
    """Another process provisions somebody on demand at this moment."""


class JobIsRunning(Exception):
    """Another process runs this job at this moment."""


class JobIsStopped(Exception):
    """An administrator stopped the job before the service came to run it."""
