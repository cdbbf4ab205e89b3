"""Who is provisioned on demand beside a cycle? Claims on users, asked for in the ledger's own transactions.

A claim is a row. While a cycle has an operation about the user in hand, the claim is only wanted; then it is held. It
lives as long as the lease of provisioning on demand, which ends with its process: a claim without a lease was cut off.
A claim that is over stays until the cycle that runs beside was told of it: what that cycle has decided may be older.
"""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from sqlalchemy import Connection, text

from instep.clock import to_text
from instep.cycle.ports import InHand
from instep.ledger.cycles import Cycle, CycleKind
from instep.ledger.jobs import Job
from instep.store.cycles import insert_cycle, keep_unknown
from instep.store.database import Database
from instep.store.feed import head, ids_text
from instep.store.lease import is_provisioning_on_demand

# What a living cycle has sent, and not recorded yet.
_IN_HAND = """
    SELECT o.id FROM cycles c JOIN operations o ON o.id >= c.first_operation AND o.cycle_id = c.id
    WHERE c.job_id = :job AND c.state = 'running' AND o.user_id = :user AND o.state IN ('planned', 'sent')
      AND o.source_type = 'User'"""


class StoredClaims:
    """instep.cycle.ports.Claims over a database; whoever takes a claim holds the lease."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def take_beside_a_cycle(self, job: Job, user_id: str, cycle_id: str, now: datetime, actor: str) -> Cycle | None:
        """Claim a user; None while a cycle has an operation about them in hand: it is told that they are wanted."""
        with self._database.write() as connection:
            if connection.execute(text(_IN_HAND), {"job": job.id, "user": user_id}).first() is not None:
                _write(connection, job, user_id, cycle_id, "wanted", now)
                return None
            return _take(connection, job, user_id, cycle_id, now, actor)

    def take_alone(self, job: Job, user_id: str, cycle_id: str, now: datetime, actor: str) -> Cycle:
        """Claim a user while no cycle runs: what is in hand was left so, and its outcome is unknown."""
        with self._database.write() as connection:
            left = f"UPDATE operations SET state = 'unknown' WHERE id IN ({_IN_HAND})"
            connection.execute(text(left), {"job": job.id, "user": user_id})
            return _take(connection, job, user_id, cycle_id, now, actor)

    def give_up(self, job: Job, user_id: str) -> None:
        """Want the user no more."""
        with self._database.write() as connection:
            _forget(connection, job, [user_id])


def users_wanted(connection: Connection, job: Job) -> Sequence[str]:
    """Return whom somebody waits for to provision them on demand."""
    query = text("SELECT user_id FROM claims WHERE job_id = :job AND state = 'wanted'")
    return list(connection.execute(query, {"job": job.id}).scalars())


def claims_of_others(connection: Connection, job: Job, cycle: Cycle) -> Mapping[str, bool]:
    """Return who is claimed by another cycle, and whether that is over; hardly ever anyone."""
    query = "SELECT user_id, state FROM claims WHERE job_id = :job AND cycle_id <> :cycle AND state <> 'wanted'"
    rows = connection.execute(text(query), {"job": job.id, "cycle": cycle.id})
    return {user_id: state == "over" for user_id, state in rows}


def tell_claimed(connection: Connection, job: Job, claims: Mapping[str, bool], user_ids: Collection[str]) -> set[str]:
    """Return which of these users are claimed; a claim that is over is told once."""
    claimed = claims.keys() & user_ids
    if over := [user_id for user_id in claimed if claims[user_id]]:
        _forget(connection, job, over)
    return claimed


def users_in_hand(connection: Connection, job: Job, database: Database) -> InHand:
    """Return who is provisioned on demand now or wanted for it, and of whom that was cut off, which is told once."""
    rows = connection.execute(
        text("SELECT user_id, cycle_id, state FROM claims WHERE job_id = :job AND state <> 'over'"), {"job": job.id}
    ).all()
    by_state = {state: frozenset(row.user_id for row in rows if row.state == state) for state in ("held", "wanted")}
    if not rows or is_provisioning_on_demand(database, job):
        return InHand(by_state["held"], by_state["wanted"], frozenset())
    for row in rows:
        keep_unknown(connection, row.cycle_id)
        connection.execute(
            text("UPDATE cycles SET state = 'interrupted', reason = 'its process ended' WHERE id = :cycle"),
            {"cycle": row.cycle_id},
        )
    _forget(connection, job, [row.user_id for row in rows])
    return InHand(frozenset(), frozenset(), by_state["held"])


def forget_claims_over(connection: Connection, job: Job) -> None:
    """A cycle begins or goes on, and has decided nothing yet: no claim that is over concerns it."""
    connection.execute(text("DELETE FROM claims WHERE job_id = :job AND state = 'over'"), {"job": job.id})


def release_claim(connection: Connection, job: Job, cycle: Cycle) -> None:
    """End the claim of a provisioning on demand."""
    bound = {"job": job.id, "cycle": cycle.id}
    beside = "SELECT 1 FROM cycles WHERE job_id = :job AND state = 'running' AND id <> :cycle"
    if connection.execute(text(beside), bound).first() is not None:
        connection.execute(text("UPDATE claims SET state = 'over' WHERE job_id = :job AND cycle_id = :cycle"), bound)
    else:
        connection.execute(text("DELETE FROM claims WHERE job_id = :job AND cycle_id = :cycle"), bound)


def _take(connection: Connection, job: Job, user_id: str, cycle_id: str, now: datetime, actor: str) -> Cycle:
    cycle = Cycle(
        cycle_id,
        job.id,
        CycleKind.ON_DEMAND,
        job.configuration_version,
        job.target_identity,
        None,
        head(connection),
        None,
        now,
    )
    insert_cycle(connection, cycle, actor)
    _write(connection, job, user_id, cycle_id, "held", now)
    return cycle


def _write(connection: Connection, job: Job, user_id: str, cycle_id: str, state: str, now: datetime) -> None:
    connection.execute(
        text("""INSERT INTO claims (job_id, user_id, cycle_id, state, taken_at)
                VALUES (:job, :user, :cycle, :state, :now) ON CONFLICT (job_id, user_id)
                DO UPDATE SET cycle_id = excluded.cycle_id, state = excluded.state, taken_at = excluded.taken_at"""),
        {"job": job.id, "user": user_id, "cycle": cycle_id, "state": state, "now": to_text(now)},
    )


def _forget(connection: Connection, job: Job, user_ids: Collection[str]) -> None:
    connection.execute(
        text("DELETE FROM claims WHERE job_id = :job AND user_id IN (SELECT value FROM json_each(:ids))"),
        {"job": job.id, "ids": ids_text(user_ids)},
    )
