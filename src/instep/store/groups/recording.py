"""Which rows do finished operations on groups leave?"""

from collections.abc import Iterable, Mapping, Sequence

from sqlalchemy import Connection, text

from instep.clock import to_text
from instep.cycle.groups.ports import RecordedGroups
from instep.ledger.cycles import Cycle, CycleKind
from instep.ledger.jobs import Job
from instep.store.bulk import ids_text, insert_rows, json_text
from instep.store.groups.holds import write_group_holds
from instep.store.groups.planned import settle_members
from instep.store.recording import end_operations, write_log

_OF_JOB = "job_id = :job AND target_identity = :identity"


def write_recorded_groups(connection: Connection, job: Job, cycle: Cycle, recorded: RecordedGroups, now: str) -> None:
    """Write everything; links first, since the members hang on them."""
    bound = {"job": job.id, "identity": job.target_identity, "cycle": cycle.id, "now": now}
    end_operations(connection, recorded.operations, bound)
    _forget(connection, recorded.unlinked, bound)
    _write_links(connection, recorded, bound)
    _write_members(connection, recorded, bound)
    settle_members(connection, cycle, recorded)
    write_log(connection, recorded.entries, bound)
    _write_escrows(connection, recorded, bound)
    write_group_holds(connection, job, cycle, recorded, now)
    if recorded.entries and cycle.kind in (CycleKind.INITIAL, CycleKind.INCREMENTAL):
        _forget_due_groups(connection, job, [entry.user_id for entry in recorded.entries])


def note_due_group(connection: Connection, job: Job, group_id: str) -> None:
    """Let the next cycle compare a group, of which some members are provisioned on demand."""
    insert_rows(connection, "due_groups (job_id, group_id)", [(job.id, group_id)], "ON CONFLICT DO NOTHING")


def _forget_due_groups(connection: Connection, job: Job, group_ids: Sequence[str]) -> None:
    """These had their turn."""
    connection.execute(
        text("DELETE FROM due_groups WHERE job_id = :job AND group_id IN (SELECT value FROM json_each(:ids))"),
        {"job": job.id, "ids": ids_text(group_ids)},
    )


def _forget(connection: Connection, group_ids: Sequence[str], bound: Mapping[str, str]) -> None:
    """Remove links, with the members that hang on them."""
    if not group_ids:
        return
    values = {**bound, "ids": ids_text(group_ids)}
    gone = f"SELECT id FROM group_links WHERE {_OF_JOB} AND group_id IN (SELECT value FROM json_each(:ids))"
    connection.execute(text(f"DELETE FROM written_memberships WHERE link_id IN ({gone})"), values)
    connection.execute(text(f"DELETE FROM group_links WHERE id IN ({gone})"), values)


def _write_links(connection: Connection, recorded: RecordedGroups, bound: Mapping[str, str]) -> None:
    insert_rows(
        connection,
        """group_links (job_id, target_identity, group_id, resource_id, origin, last_written, is_compared,
        linked_at)""",
        [
            (
                bound["job"],
                bound["identity"],
                link.group_id,
                link.resource_id,
                link.origin.value,
                json_text(link.last_written),
                link.is_compared,
                bound["now"],
            )
            for link in recorded.links
        ],
        """ON CONFLICT (job_id, target_identity, group_id) DO UPDATE SET resource_id = excluded.resource_id,
            last_written = excluded.last_written, is_compared = excluded.is_compared""",
    )
    for is_compared in (True, False):
        group_ids = [group_id for group_id, was_compared in recorded.compared if was_compared is is_compared]
        if group_ids:
            connection.execute(
                text(f"""UPDATE group_links SET is_compared = :is_compared WHERE {_OF_JOB}
                         AND is_compared <> :is_compared AND group_id IN (SELECT value FROM json_each(:ids))"""),
                {**bound, "is_compared": is_compared, "ids": ids_text(group_ids)},
            )


def _write_members(connection: Connection, recorded: RecordedGroups, bound: Mapping[str, str]) -> None:
    if not (recorded.written or recorded.doubted or recorded.taken_out):
        return
    about = {group_id for group_id, *_ in (*recorded.written, *recorded.doubted, *recorded.taken_out)}
    links = _link_ids(connection, about, bound)
    rows = [(links[g], user, account, True) for g, user, account in recorded.written if g in links]
    rows += [(links[g], user, account, False) for g, user, account in recorded.doubted if g in links]
    insert_rows(
        connection,
        "written_memberships (link_id, user_id, account_id, is_certain)",
        rows,
        """ON CONFLICT (link_id, user_id) DO UPDATE SET account_id = excluded.account_id,
            is_certain = excluded.is_certain""",
    )
    gone = [{"link": links[g], "user": user} for g, user in recorded.taken_out if g in links]
    if gone:
        connection.execute(text("DELETE FROM written_memberships WHERE link_id = :link AND user_id = :user"), gone)


def _link_ids(connection: Connection, group_ids: Iterable[str], bound: Mapping[str, str]) -> Mapping[str, int]:
    query = f"SELECT group_id, id FROM group_links WHERE {_OF_JOB} AND group_id IN (SELECT value FROM json_each(:ids))"
    rows = connection.execute(text(query), {**bound, "ids": ids_text(list(group_ids))})
    return {row[0]: row[1] for row in rows}


def _write_escrows(connection: Connection, recorded: RecordedGroups, bound: Mapping[str, str]) -> None:
    if recorded.released:
        over = "DELETE FROM group_escrows WHERE job_id = :job AND group_id IN (SELECT value FROM json_each(:ids))"
        connection.execute(text(over), {**bound, "ids": ids_text(recorded.released)})
    insert_rows(
        connection,
        "group_escrows (job_id, group_id, since, attempts, next_attempt_at, code, facts)",
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
        """ON CONFLICT (job_id, group_id) DO UPDATE SET attempts = excluded.attempts,
            next_attempt_at = excluded.next_attempt_at, code = excluded.code, facts = excluded.facts""",
    )
