"""Who is provisioned on demand beside a cycle? Claims on users and groups, asked for in the ledger's own transactions.

A claim is a row. While a cycle has an operation about somebody in hand, the claim is only wanted; then it is held. It
lives as long as the lease of provisioning on demand, which ends with its process: a claim without a lease was cut off.
A claim that is over stays until the cycle that runs beside was told of it: what that cycle has decided may be older.
"""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from sqlalchemy import Connection, text

from instep.clock import to_text
from instep.cycle.ports import Claim, InHand
from instep.ledger.cycles import Cycle, CycleKind
from instep.ledger.jobs import Job
from instep.ledger.records import SourceType
from instep.store.bulk import ids_text, insert_rows
from instep.store.cycles import insert_cycle, keep_unknown
from instep.store.database import Database
from instep.store.feed import head
from instep.store.groups.recording import note_due_group
from instep.store.lease import is_provisioning_on_demand
from instep.store.leases import of_cycles

# What a living cycle has sent, and not recorded yet.
_IN_HAND = """
    SELECT o.id FROM cycles c JOIN operations o ON o.id >= c.first_operation AND o.cycle_id = c.id
    WHERE c.job_id = :job AND c.state = 'running' AND o.user_id = :id AND o.state IN ('planned', 'sent')
      AND o.source_type = :type"""
_WITHOUT_CLAIM = """
    SELECT id FROM cycles WHERE job_id = :job AND kind = 'on demand' AND state = 'running' AND id <> :cycle
    AND id NOT IN (SELECT cycle_id FROM claims WHERE job_id = :job)"""
_OF_TYPE = "job_id = :job AND source_type = :type"


class StoredClaims:
    """instep.cycle.ports.Claims over a database; whoever takes a claim holds the lease."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def take_beside_a_cycle(self, job: Job, claim: Claim, now: datetime) -> Cycle | None:
        """Claim somebody; None while a cycle has an operation about them in hand: it is told that they are wanted."""
        with self._database.write(job.id, of_cycles(job.id)) as connection:
            if connection.execute(text(_IN_HAND), _bound(job, claim)).first() is not None:
                _write(connection, job, claim, "wanted", now)
                return None
            return _take(connection, job, claim, now)

    def take_alone(self, job: Job, claim: Claim, now: datetime) -> Cycle:
        """Claim somebody while no cycle runs: what is in hand was left so, and its outcome is unknown."""
        with self._database.write(job.id, of_cycles(job.id)) as connection:
            left = f"UPDATE operations SET state = 'unknown' WHERE id IN ({_IN_HAND})"
            connection.execute(text(left), _bound(job, claim))
            return _take(connection, job, claim, now)

    def give_up(self, job: Job, claim: Claim) -> None:
        """Want them no more."""
        with self._database.write(job.id, of_cycles(job.id)) as connection:
            _forget(connection, job, claim.source_type, [claim.id])


def wanted(connection: Connection, job: Job, source_type: SourceType) -> Sequence[str]:
    """Return whom somebody waits for to provision them on demand."""
    query = text(f"SELECT user_id FROM claims WHERE {_OF_TYPE} AND state = 'wanted'")
    return list(connection.execute(query, {"job": job.id, "type": source_type.value}).scalars())


def claims_of_others(connection: Connection, job: Job, cycle: Cycle, source_type: SourceType) -> Mapping[str, bool]:
    """Return who is claimed by another cycle, and whether that is over; hardly ever anyone."""
    query = f"SELECT user_id, state FROM claims WHERE {_OF_TYPE} AND cycle_id <> :cycle AND state <> 'wanted'"
    rows = connection.execute(text(query), {"job": job.id, "type": source_type.value, "cycle": cycle.id})
    return {identifier: state == "over" for identifier, state in rows}


def tell_claimed(
    connection: Connection, job: Job, source_type: SourceType, claims: Mapping[str, bool], ids: Collection[str]
) -> set[str]:
    """Return which of these are claimed; a claim that is over is told once."""
    claimed = claims.keys() & ids
    if over := [identifier for identifier in claimed if claims[identifier]]:
        _forget(connection, job, source_type, over)
    return claimed


def in_hand(connection: Connection, job: Job, source_type: SourceType, database: Database) -> InHand:
    """Return who is provisioned on demand now or wanted for it, and of whom that was cut off, which is told once."""
    query = text(f"SELECT user_id, cycle_id, state FROM claims WHERE {_OF_TYPE} AND state <> 'over'")
    rows = connection.execute(query, {"job": job.id, "type": source_type.value}).all()
    by_state = {state: frozenset(row.user_id for row in rows if row.state == state) for state in ("held", "wanted")}
    if not rows or is_provisioning_on_demand(database, job):
        return InHand(by_state["held"], by_state["wanted"], frozenset())
    for row in rows:
        _cut_off(connection, row.cycle_id)
    _forget(connection, job, source_type, [row.user_id for row in rows])
    return InHand(frozenset(), frozenset(), by_state["held"])


def begin_without_claims(connection: Connection, job: Job, database: Database) -> None:
    """A cycle begins or goes on, and has decided nothing yet: no claim that is over or was cut off concerns it."""
    for source_type in SourceType:
        in_hand(connection, job, source_type, database)
    connection.execute(text("DELETE FROM claims WHERE job_id = :job AND state = 'over'"), {"job": job.id})


def release_claim(connection: Connection, job: Job, cycle: Cycle) -> None:
    """End the claim of a provisioning on demand."""
    bound = {"job": job.id, "cycle": cycle.id}
    beside = "SELECT 1 FROM cycles WHERE job_id = :job AND state = 'running' AND id <> :cycle"
    if connection.execute(text(beside), bound).first() is not None:
        connection.execute(text("UPDATE claims SET state = 'over' WHERE job_id = :job AND cycle_id = :cycle"), bound)
    else:
        connection.execute(text("DELETE FROM claims WHERE job_id = :job AND cycle_id = :cycle"), bound)


def _cut_off(connection: Connection, cycle_id: str) -> None:
    """A provisioning on demand has ended with its process: what it had sent is unknown, and nobody goes on with it."""
    keep_unknown(connection, cycle_id)
    connection.execute(
        text("UPDATE cycles SET state = 'interrupted', reason = 'its process ended' WHERE id = :cycle"),
        {"cycle": cycle_id},
    )
    connection.execute(text("DELETE FROM turns WHERE cycle_id = :cycle"), {"cycle": cycle_id})


def _bound(job: Job, claim: Claim) -> dict[str, object]:
    return {"job": job.id, "type": claim.source_type.value, "id": claim.id}


def _take(connection: Connection, job: Job, claim: Claim, now: datetime) -> Cycle:
    now_at = head(connection)
    cycle = Cycle(
        claim.cycle_id,
        job.id,
        CycleKind.ON_DEMAND,
        job.configuration_version,
        job.target_identity,
        now_at,
        now_at,
        None,
        now,
    )
    insert_cycle(connection, cycle, claim.actor)
    insert_rows(connection, "turns (cycle_id, user_id)", [(cycle.id, user_id) for user_id in claim.turns])
    _write(connection, job, claim, "held", now)
    for cycle_id in connection.execute(text(_WITHOUT_CLAIM), {"job": job.id, "cycle": cycle.id}).scalars().all():
        _cut_off(connection, cycle_id)  # the one whose claim this was
    if claim.source_type is SourceType.GROUP:
        note_due_group(connection, job, claim.id)
    return cycle


def _write(connection: Connection, job: Job, claim: Claim, state: str, now: datetime) -> None:
    connection.execute(
        text("""INSERT INTO claims (job_id, source_type, user_id, cycle_id, state, taken_at)
                VALUES (:job, :type, :id, :cycle, :state, :now) ON CONFLICT (job_id, source_type, user_id)
                DO UPDATE SET cycle_id = excluded.cycle_id, state = excluded.state, taken_at = excluded.taken_at"""),
        {**_bound(job, claim), "cycle": claim.cycle_id, "state": state, "now": to_text(now)},
    )


def _forget(connection: Connection, job: Job, source_type: SourceType, ids: Collection[str]) -> None:
    connection.execute(
        text(f"DELETE FROM claims WHERE {_OF_TYPE} AND user_id IN (SELECT value FROM json_each(:ids))"),
        {"job": job.id, "type": source_type.value, "ids": ids_text(ids)},
    )
