"""How is what happened kept: operations before they leave, and links, log entries and the cursor after, by batches?"""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from contextlib import AbstractContextManager
from datetime import datetime

from sqlalchemy import Connection, text
from sqlalchemy.exc import IntegrityError

from instep.clock import to_text
from instep.cycle.aftermath import Aftermath, LeftOver
from instep.cycle.ports import AccountTaken, Acts, Agreed, InHand, Recorded, ToSend
from instep.ledger.cycles import Counts, Cycle, CycleKind, CycleState
from instep.ledger.jobs import Job
from instep.ledger.plans import PlanState, PlanSubject
from instep.ledger.records import OpenOperation, SourceType
from instep.rules.health.budgets import Budgeted
from instep.rules.matching.match import Account
from instep.store.bulk import ids_text
from instep.store.claims import (
    begin_without_claims,
    claims_of_others,
    in_hand,
    release_claim,
    tell_claimed,
    wanted,
)
from instep.store.cycles import (
    bring_back_from_the_future,
    counts_text,
    end_cycle,
    new_cycle,
    set_watermark,
    unfinished_cycle,
)
from instep.store.database import Database
from instep.store.groups.ledger import StoredGroupLedger
from instep.store.health import read_acts, read_left_over, record_aftermath, require_no_act, write_aftermath
from instep.store.held_sets import users_held
from instep.store.kept_accounts import forget_accounts, keep_accounts, kept_accounts
from instep.store.leases import of_cycles
from instep.store.link_counts import count_links
from instep.store.operations import done_without_approval, open_operations, removals_since, write_operations
from instep.store.plan_cycles import agreed_operations, approved_operations, end_plan, new_plan_cycle
from instep.store.recording import write_recorded
from instep.store.turns import forget_due, write_turns


class StoredLedger:
    """The ledger port over the database; every method is one transaction."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self.groups = StoredGroupLedger(database)

    def _writing(self, job: Job) -> AbstractContextManager[Connection]:
        return self._database.write(job.id, of_cycles(job.id))

    def begin(self, job: Job, now: datetime, escrows_due_by: datetime, new_id: str) -> tuple[Cycle, Counts]:
        """Return the job's unfinished cycle to go on with, or a new one whose turns are written down."""
        with self._writing(job) as connection:
            bring_back_from_the_future(connection, job, now)
            begin_without_claims(connection, job, self._database)
            if (unfinished := unfinished_cycle(connection, job, now)) is not None:
                return unfinished
            cycle = new_cycle(connection, job, now, new_id)
            if cycle.kind.has_turns:
                write_turns(connection, job, cycle, to_text(escrows_due_by))
            forget_due(connection, job, cycle)
            return cycle, Counts()

    def begin_plan(self, job: Job, plan_id: int, now: datetime, new_id: str, actor: str) -> tuple[Cycle, Counts]:
        """Return the unfinished cycle that applies this plan, or a new one."""
        with self._writing(job) as connection:
            bring_back_from_the_future(connection, job, now)
            unfinished = unfinished_cycle(connection, job, now, plan_id)
            return unfinished or (new_plan_cycle(connection, job, plan_id, now, new_id, actor), Counts())

    def agreed(self, job: Job, cycle: Cycle, user_ids: Collection[str]) -> Mapping[str, Sequence[Agreed]]:
        """Return what the plan that this cycle applies has for these users."""
        with self._database.read() as connection:
            return agreed_operations(connection, job, cycle.plan_id or 0, user_ids)

    def approved(self, job: Job, user_ids: Collection[str]) -> Mapping[str, Sequence[Agreed]]:
        """Return what was held of these users, and approved."""
        with self._database.read() as connection:
            return approved_operations(connection, job, user_ids)

    def waiting(self, job: Job) -> Counter[PlanSubject]:
        """Return how many users are held and not approved, by the set that they are in."""
        with self._database.read() as connection:
            return users_held(connection, job, PlanState.PLANNED)

    def spent(self, job: Job, cycle_id: str) -> Counter[Budgeted]:
        """Return how many creates and updates a cycle has done of its own accord, without an approval."""
        with self._database.read() as connection:
            return done_without_approval(connection, job, cycle_id)

    def outdated_since(self, job: Job, cycle: Cycle, sequence: int) -> Collection[str] | None:
        """Return who has changed since, or was provisioned on demand beside the cycle; None for perhaps anyone."""
        with self._database.read() as connection:
            changed = _changed_since(connection, job, sequence)
            return None if changed is None else {*changed, *claims_of_others(connection, job, cycle, SourceType.USER)}

    def open_operations(self, job: Job) -> Sequence[OpenOperation]:
        """Return the operations of this job whose outcome is not known."""
        with self._database.read() as connection:
            return open_operations(connection, job)

    def record_sent(
        self, job: Job, cycle: Cycle, operations: Sequence[ToSend], decided_at: int, now: datetime
    ) -> tuple[Sequence[int], Collection[str]]:
        """Write operations down before they leave; return their ids, and the users who changed since `decided_at`."""
        with self._writing(job) as connection:
            require_no_act(connection, job)
            changed = _changed_since(connection, job, decided_at)
            stale = {o.user_id for o in operations if changed is None or o.user_id in changed}
            if claims := claims_of_others(connection, job, cycle, SourceType.USER):
                stale |= tell_claimed(connection, job, SourceType.USER, claims, {o.user_id for o in operations})
            ids = write_operations(connection, job, cycle, operations, stale, decided_at, now)
        return ids, stale

    def record(
        self, job: Job, cycle: Cycle, recorded: Recorded, counts: Counts, cursor: str | None, now: datetime
    ) -> Collection[str]:
        """Write what came of a batch; the cursor moves if one is given. Raises AccountTaken.

        Return whoever was provisioned on demand since they were decided: then nothing was written.
        """
        with self._writing(job) as connection:
            claims = claims_of_others(connection, job, cycle, SourceType.USER)
            if claims and (claimed := tell_claimed(connection, job, SourceType.USER, claims, recorded.decided)):
                return claimed
            try:
                write_recorded(connection, job, cycle, recorded, to_text(now))
            except IntegrityError as error:
                raise AccountTaken(str(error.orig)) from None
            connection.execute(
                text("UPDATE cycles SET counts = :counts, cursor = coalesce(:cursor, cursor) WHERE id = :cycle"),
                {"counts": counts_text(counts), "cursor": cursor, "cycle": cycle.id},
            )
        return ()

    def wanted(self, job: Job) -> Sequence[str]:
        """Return whom somebody waits for to provision them on demand."""
        with self._database.read() as connection:
            return wanted(connection, job, SourceType.USER)

    def withdraw(self, job: Job, operation_id: int) -> None:
        """Write down that an operation was not sent, and will not be."""
        with self._writing(job) as connection:
            connection.execute(text("UPDATE operations SET state = 'stale' WHERE id = :id"), {"id": operation_id})

    def in_hand(self, job: Job, source_type: SourceType) -> InHand:
        """Return who is provisioned on demand; whoever was cut off is told once, their operations being unknown."""
        with self._writing(job) as connection:
            return in_hand(connection, job, source_type, self._database)

    def owners(self, job: Job, account_ids: Collection[str]) -> Mapping[str, str]:
        """Return which of these accounts are linked to which user."""
        query = """
            SELECT account_id, user_id FROM links WHERE job_id = :job AND target_identity = :identity
            AND account_id IN (SELECT value FROM json_each(:ids))"""
        with self._database.read() as connection:
            rows = connection.execute(text(query), {**_at_target(job), "ids": ids_text(account_ids)})
            return {row[0]: row[1] for row in rows}

    def active_links(self, job: Job) -> int:
        """Return how many accounts of this job and target are linked and active."""
        with self._database.read() as connection:
            return count_links(connection, job)[1]

    def removals_since(self, job: Job, moment: datetime) -> int:
        """Return how many removals this job has sent since of its own accord; that of an inactive account is none."""
        with self._database.read() as connection:
            return removals_since(connection, job, moment)

    def held(self, job: Job, cycle: Cycle) -> Collection[str]:
        """Return the users whose removal this cycle has held, before it was interrupted."""
        query = """
            SELECT h.user_id FROM holds h JOIN provisioning_log p ON p.user_id = h.user_id
            AND p.cycle_id = :cycle AND p.action = 'stageddelete' WHERE h.job_id = :job"""
        with self._database.read() as connection:
            rows = connection.execute(text(query), {"job": job.id, "cycle": cycle.id})
            return {row[0] for row in rows}

    def keep_accounts(self, job: Job, accounts: Sequence[Account], attributes: Sequence[str]) -> int:
        """Keep accounts read in a walk, findable by these attributes; return how many were not kept before."""
        with self._writing(job) as connection:
            return keep_accounts(connection, job, accounts, attributes)

    def kept_accounts(self, job: Job, attribute: str, value_keys: Collection[str]) -> Mapping[str, Sequence[Account]]:
        """Return the kept accounts by their casefolded value of a matching attribute."""
        with self._database.read() as connection:
            return kept_accounts(connection, job, attribute, value_keys)

    def forget_accounts(self, job: Job) -> None:
        """Empty what `keep_accounts` kept."""
        with self._writing(job) as connection:
            forget_accounts(connection, job)

    def acts(self, job: Job) -> Acts | None:
        """Return how far administrators' acts on the job have come; None where it is gone."""
        with self._database.read() as connection:
            return read_acts(connection, job)

    def left_over(self, job: Job, cycle: Cycle) -> LeftOver:
        """Return what the cycle leaves to be done."""
        with self._database.read() as connection:
            return read_left_over(connection, job, cycle)

    def end(
        self,
        job: Job,
        cycle: Cycle,
        state: CycleState,
        counts: Counts,
        now: datetime,
        reason: str | None,
        aftermath: Aftermath | None = None,
    ) -> None:
        """End the cycle or interrupt it, with what that means for its job; success sets the watermark to its head."""
        with self._writing(job) as connection:
            end_cycle(connection, cycle, state, counts, now, reason)
            if cycle.kind is CycleKind.ON_DEMAND:
                release_claim(connection, job, cycle)
            elif cycle.plan_id is not None:
                end_plan(connection, cycle, state, now, reason)
            elif state is CycleState.SUCCEEDED:
                set_watermark(connection, job, cycle)
            if aftermath is not None and write_aftermath(connection, job, aftermath):
                record_aftermath(connection, job, cycle, counts, aftermath, now)


def _changed_since(connection: Connection, job: Job, sequence: int) -> Collection[str] | None:
    """Return the users whom changes since are about; None where a group or everyone is: then anyone may be."""
    rows = connection.execute(
        text("SELECT user_id, app_id FROM changes WHERE sequence > :sequence"), {"sequence": sequence}
    ).all()
    if any(row[0] is None and row[1] in (None, job.app_id) for row in rows):
        return None
    return {row[0] for row in rows}


def _at_target(job: Job) -> dict[str, str]:
    return {"job": job.id, "identity": job.target_identity}
