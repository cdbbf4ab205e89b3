"""Which rows does a finished batch leave, written by a handful of statements however large it is?"""

from collections.abc import Sequence

import orjson
from sqlalchemy import Connection, text

from instep.clock import to_text
from instep.cycle.ports import Recorded
from instep.ledger.cycles import Cycle
from instep.ledger.jobs import Job
from instep.store.feed import ids_text

_EACH = "FROM json_each(:rows)"


def write_recorded(connection: Connection, job: Job, cycle: Cycle, recorded: Recorded, now: str) -> None:
    """Write everything of a batch but the cursor."""
    bound = {"job": job.id, "identity": job.target_identity, "cycle": cycle.id, "now": now}
    _end_operations(connection, recorded, bound)
    _write_links(connection, recorded, bound)
    _write_log(connection, recorded, bound)
    _write_escrows(connection, recorded, bound)
    _write_holds(connection, recorded, bound)


def _run(connection: Connection, statement: str, bound: dict[str, str], rows: Sequence[object]) -> None:
    if rows:
        # WHERE true: SQLite cannot otherwise tell an upsert's ON from a join's.
        connection.execute(text(statement), {**bound, "rows": orjson.dumps(rows).decode()})


def _end_operations(connection: Connection, recorded: Recorded, bound: dict[str, str]) -> None:
    """Set final states; most often all operations of a batch are done, and their ids have no gap."""
    by_state: dict[str, list[int]] = {}
    for identifier, state in recorded.operations:
        by_state.setdefault(state.value, []).append(identifier)
    for ended, identifiers in by_state.items():
        values: dict[str, object] = {"state": ended, "now": bound["now"]}
        if max(identifiers) - min(identifiers) + 1 == len(identifiers):
            which = "id BETWEEN :first AND :last"
            values |= {"first": min(identifiers), "last": max(identifiers)}
        else:
            which = "id IN (SELECT value FROM json_each(:ids))"
            values["ids"] = orjson.dumps(identifiers).decode()
        connection.execute(text(f"UPDATE operations SET state = :state, ended_at = :now WHERE {which}"), values)


def _write_links(connection: Connection, recorded: Recorded, bound: dict[str, str]) -> None:
    gone = """DELETE FROM links WHERE job_id = :job AND target_identity = :identity
              AND user_id IN (SELECT value FROM json_each(:rows))"""
    _run(connection, gone, bound, recorded.unlinked)
    rows = [
        (link.user_id, link.account_id, 1 if link.is_active else 0, link.origin, link.last_written)
        for link in recorded.links
    ]
    statement = f"""
        INSERT INTO links (job_id, target_identity, user_id, account_id, is_active, origin, last_written, linked_at)
        SELECT :job, :identity, json_extract(value, '$[0]'), json_extract(value, '$[1]'),
            json_extract(value, '$[2]'), json_extract(value, '$[3]'), json_extract(value, '$[4]'), :now
        {_EACH} WHERE true
        ON CONFLICT (job_id, target_identity, user_id) DO UPDATE SET account_id = excluded.account_id,
            is_active = excluded.is_active, last_written = excluded.last_written"""
    _run(connection, statement, bound, rows)


def _write_log(connection: Connection, recorded: Recorded, bound: dict[str, str]) -> None:
    rows = [
        (
            entry.operation_id,
            entry.user_id,
            entry.user_name,
            entry.account_id,
            entry.action,
            entry.status,
            entry.code,
            entry.facts,
            entry.duration_ms,
        )
        for entry in recorded.entries
    ]
    statement = f"""
        INSERT INTO provisioning_log (at, job_id, cycle_id, operation_id, user_id, user_name, account_id, action,
            status, code, facts, duration_ms)
        SELECT :now, :job, :cycle, json_extract(value, '$[0]'), json_extract(value, '$[1]'),
            json_extract(value, '$[2]'), json_extract(value, '$[3]'), json_extract(value, '$[4]'),
            json_extract(value, '$[5]'), json_extract(value, '$[6]'), json_extract(value, '$[7]'),
            json_extract(value, '$[8]')
        {_EACH}"""
    _run(connection, statement, bound, rows)


def _write_escrows(connection: Connection, recorded: Recorded, bound: dict[str, str]) -> None:
    over = "DELETE FROM escrows WHERE job_id = :job AND user_id IN (SELECT value FROM json_each(:rows))"
    _run(connection, over, bound, recorded.released)
    rows = [
        (e.user_id, to_text(e.since), e.attempts, to_text(e.next_attempt_at), e.code, e.facts) for e in recorded.escrows
    ]
    statement = f"""
        INSERT INTO escrows (job_id, user_id, since, attempts, next_attempt_at, code, facts)
        SELECT :job, json_extract(value, '$[0]'), json_extract(value, '$[1]'), json_extract(value, '$[2]'),
            json_extract(value, '$[3]'), json_extract(value, '$[4]'), json_extract(value, '$[5]')
        {_EACH} WHERE true
        ON CONFLICT (job_id, user_id) DO UPDATE SET attempts = excluded.attempts,
            next_attempt_at = excluded.next_attempt_at, code = excluded.code, facts = excluded.facts"""
    _run(connection, statement, bound, rows)


def _write_holds(connection: Connection, recorded: Recorded, bound: dict[str, str]) -> None:
    """A user who had another entry in this batch is not held any more."""
    decided = [entry.user_id for entry in recorded.entries]
    if decided and connection.execute(text("SELECT 1 FROM held_removals LIMIT 1")).first() is not None:
        over = "DELETE FROM held_removals WHERE job_id = :job AND user_id IN (SELECT value FROM json_each(:ids))"
        connection.execute(text(over), {**bound, "ids": ids_text(set(decided) - set(recorded.held))})
    statement = f"""
        INSERT INTO held_removals (job_id, user_id, since) SELECT :job, value, :now {_EACH} WHERE true
        ON CONFLICT DO NOTHING"""
    _run(connection, statement, bound, recorded.held)
