"""Which rows does a finished batch leave, written by a handful of statements however large it is?"""

from collections.abc import Mapping, Sequence

import orjson
from sqlalchemy import Connection, text

from instep.clock import to_text
from instep.cycle.ports import Recorded
from instep.ledger.cycles import Cycle, CycleKind
from instep.ledger.jobs import Job
from instep.ledger.records import LogEntry, OperationState
from instep.store.activity import count_entries
from instep.store.bulk import ids_text, insert_rows, json_text
from instep.store.holds import write_holds

# An account that is no longer linked is nobody's to take out of groups: what was written of it is forgotten.
_NO_MEMBERS = """DELETE FROM written_memberships WHERE user_id IN (SELECT value FROM json_each(:ids))
    AND link_id IN (SELECT id FROM group_links WHERE job_id = :job AND target_identity = :identity)"""


def write_recorded(connection: Connection, job: Job, cycle: Cycle, recorded: Recorded, now: str) -> None:
    """Write everything of a batch but the cursor."""
    bound = {"job": job.id, "identity": job.target_identity, "cycle": cycle.id, "now": now}
    end_operations(connection, recorded.operations, bound)
    if cycle.kind in (CycleKind.PLAN, CycleKind.ON_DEMAND):
        _let_groups_follow(connection, recorded, bound)
    _write_links(connection, recorded, bound)
    write_log(connection, recorded.entries, bound)
    _write_escrows(connection, recorded, bound)
    write_holds(connection, job, cycle, recorded, now)
    due = [(bound["job"], user_id, to_text(due_at)) for user_id, due_at in recorded.due]
    later = "ON CONFLICT (job_id, user_id) DO UPDATE SET due_at = excluded.due_at"
    insert_rows(connection, "due_users (job_id, user_id, due_at)", due, later)


def _let_groups_follow(connection: Connection, recorded: Recorded, bound: dict[str, str]) -> None:
    """Whoever gets an account here, or another one, or whose account goes, has a turn in the next cycle.

    For their groups: a plan, and a cycle on demand, may leave them as they are, and nobody need change any more.
    """
    links = [(link.user_id, link.account_id, link.is_active) for link in recorded.links]
    connection.execute(
        text("""
            WITH written AS (SELECT json_extract(value, '$[0]') AS user_id, json_extract(value, '$[1]') AS account_id,
                             CAST(json_extract(value, '$[2]') AS TEXT) AS is_active FROM json_each(:links))
            INSERT INTO due_users (job_id, user_id, due_at)
            SELECT :job, w.user_id, :now FROM written w
            LEFT JOIN links l ON l.job_id = :job AND l.target_identity = :identity AND l.user_id = w.user_id
            WHERE (coalesce(l.account_id, '') <> w.account_id
                   OR w.is_active <> CASE WHEN l.is_active THEN '1' ELSE '0' END)
              AND EXISTS (SELECT 1 FROM group_links g WHERE g.job_id = :job AND g.target_identity = :identity)
            ON CONFLICT (job_id, user_id) DO UPDATE SET due_at = excluded.due_at"""),
        {**bound, "links": orjson.dumps(links).decode()},
    )


def _delete(connection: Connection, statement: str, bound: dict[str, str], user_ids: Sequence[str]) -> None:
    if user_ids:
        connection.execute(text(statement), {**bound, "ids": ids_text(user_ids)})


def end_operations(
    connection: Connection, operations: Sequence[tuple[int, OperationState]], bound: Mapping[str, str]
) -> None:
    """Set final states; most often all operations of a batch are done, and their ids have no gap."""
    by_state: dict[str, list[int]] = {}
    for identifier, state in operations:
        by_state.setdefault(state.value, []).append(identifier)
    for ended, identifiers in by_state.items():
        values: dict[str, object] = {"state": ended, "now": bound["now"]}
        if max(identifiers) - min(identifiers) + 1 == len(identifiers):
            which = "id BETWEEN :first AND :last"
            values |= {"first": min(identifiers), "last": max(identifiers)}
        else:
            which = "id IN (SELECT CAST(value AS BIGINT) FROM json_each(:ids))"
            values["ids"] = orjson.dumps(identifiers).decode()
        connection.execute(text(f"UPDATE operations SET state = :state, ended_at = :now WHERE {which}"), values)


def _write_links(connection: Connection, recorded: Recorded, bound: dict[str, str]) -> None:
    gone = """DELETE FROM links WHERE job_id = :job AND target_identity = :identity
              AND user_id IN (SELECT value FROM json_each(:ids))"""
    _delete(connection, gone, bound, recorded.unlinked)
    _delete(connection, _NO_MEMBERS, bound, recorded.unlinked)
    at, now = (bound["job"], bound["identity"]), bound["now"]
    insert_rows(
        connection,
        "links (job_id, target_identity, user_id, account_id, is_active, origin, last_written, linked_at)",
        [
            (*at, link.user_id, link.account_id, link.is_active, link.origin.value, json_text(link.last_written), now)
            for link in recorded.links
        ],
        """ON CONFLICT (job_id, target_identity, user_id) DO UPDATE SET account_id = excluded.account_id,
            is_active = excluded.is_active, last_written = excluded.last_written""",
    )


def write_log(connection: Connection, entries: Sequence[LogEntry], bound: Mapping[str, str]) -> None:
    """Append entries to the provisioning log, and count them."""
    count_entries(connection, entries, bound)
    same = (bound["now"], bound["job"], bound["cycle"])
    insert_rows(
        connection,
        """provisioning_log (at, job_id, cycle_id, operation_id, user_id, user_name, account_id, action, status, code,
        facts, duration_ms, source_type)""",
        [
            (
                *same,
                entry.operation_id,
                entry.user_id,
                entry.user_name,
                entry.account_id,
                entry.action.value,
                entry.status.value,
                entry.code,
                json_text(entry.facts),
                entry.duration_ms,
                entry.source_type.value,
            )
            for entry in entries
        ],
    )


def _write_escrows(connection: Connection, recorded: Recorded, bound: dict[str, str]) -> None:
    over = "DELETE FROM escrows WHERE job_id = :job AND user_id IN (SELECT value FROM json_each(:ids))"
    _delete(connection, over, bound, recorded.released)
    insert_rows(
        connection,
        "escrows (job_id, user_id, since, attempts, next_attempt_at, code, facts)",
        [
            (
                bound["job"],
                each.user_id,
                to_text(each.since),
                each.attempts,
                to_text(each.next_attempt_at),
                each.code,
                json_text(each.facts),
            )
            for each in recorded.escrows
        ],
        """ON CONFLICT (job_id, user_id) DO UPDATE SET attempts = excluded.attempts,
            next_attempt_at = excluded.next_attempt_at, code = excluded.code, facts = excluded.facts""",
    )
