"""What does a plan have for groups and their members, with what was to come named by its id, if it is there by now?"""

from collections.abc import Collection, Mapping, Sequence

import orjson
from sqlalchemy import Connection, text

from instep.cycle.groups.ports import AgreedMember
from instep.ledger.groups import GroupOperation
from instep.ledger.jobs import Job
from instep.ledger.plans import ACCOUNT_TO_COME
from instep.rules.planning.operations import OperationKind
from instep.store.bulk import ids_text

_AMONG = "IN (SELECT value FROM json_each(:ids))"
# The group's id in the target, as it is called in the plan, and as it is known by now.
_RESOURCE = f"""iif(p.account_id LIKE '{ACCOUNT_TO_COME}%', (
    SELECT gl.resource_id FROM group_links gl WHERE gl.job_id = :job AND gl.target_identity = :identity
    AND gl.group_id = p.user_id), p.account_id)"""
_ACCOUNT = f"""iif(p.member_account_id LIKE '{ACCOUNT_TO_COME}%', (
    SELECT l.account_id FROM links l WHERE l.job_id = :job AND l.target_identity = :identity
    AND l.user_id = p.member_id), p.member_account_id)"""
_WAITS = "p.plan_id = :plan AND p.source_type = 'Group' AND p.state = 'planned'"


def agreed_about_groups(
    connection: Connection, job: Job, plan_id: int, group_ids: Collection[str]
) -> Mapping[str, Sequence[GroupOperation]]:
    """Return the operations of a plan on these groups themselves that wait, by the group's id."""
    query = f"""
        SELECT p.user_id, p.kind, {_RESOURCE}, p.before, p.after FROM planned_operations p
        WHERE {_WAITS} AND p.member_id IS NULL AND p.user_id {_AMONG} ORDER BY p.number"""
    agreed: dict[str, list[GroupOperation]] = {}
    for group_id, kind, resource_id, before, after in connection.execute(text(query), _bound(job, plan_id, group_ids)):
        operation = GroupOperation(OperationKind(kind), resource_id, orjson.loads(before), orjson.loads(after))
        agreed.setdefault(group_id, []).append(operation)
    return agreed


def agreed_about_members(
    connection: Connection, job: Job, plan_id: int, group_id: str, user_ids: Collection[str]
) -> Collection[AgreedMember]:
    """Return what waits in a plan of these members of a group."""
    query = f"""
        SELECT p.kind, {_RESOURCE}, p.member_id, {_ACCOUNT} FROM planned_operations p
        WHERE {_WAITS} AND p.user_id = :group AND p.member_id {_AMONG}"""
    rows = connection.execute(text(query), {**_bound(job, plan_id, user_ids), "group": group_id})
    return {AgreedMember(OperationKind(row[0]), row[1], row[2], row[3]) for row in rows if row[1] and row[3]}


def _bound(job: Job, plan_id: int, ids: Collection[str]) -> dict[str, object]:
    return {"job": job.id, "identity": job.target_identity, "plan": plan_id, "ids": ids_text(ids)}
