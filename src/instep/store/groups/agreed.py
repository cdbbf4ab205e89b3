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
_RESOURCE = f"""CASE WHEN p.account_id LIKE '{ACCOUNT_TO_COME}%' THEN (
    SELECT gl.resource_id FROM group_links gl WHERE gl.job_id = :job AND gl.target_identity = :identity
    AND gl.group_id = p.user_id) ELSE p.account_id END"""
_ACCOUNT = f"""CASE WHEN p.member_account_id LIKE '{ACCOUNT_TO_COME}%' THEN (
    SELECT l.account_id FROM links l WHERE l.job_id = :job AND l.target_identity = :identity
    AND l.user_id = p.member_id) ELSE p.member_account_id END"""
_WAITS = "p.source_type = 'Group' AND p.state = 'planned'"
_IN_THE_PLAN = "p.plan_id = :plan"
_APPROVED = """p.plan_id IN (
    SELECT h.plan_id FROM held_groups h JOIN plans s ON s.id = h.plan_id AND s.state = 'approved'
    WHERE h.job_id = :job AND h.group_id = p.user_id AND h.member_id = coalesce(p.member_id, ''))"""


def agreed_about_groups(
    connection: Connection, job: Job, plan_id: int | None, group_ids: Collection[str]
) -> Mapping[str, Sequence[GroupOperation]]:
    """Return the operations on these groups themselves that wait in a plan, or in held sets that were approved."""
    query = f"""
        SELECT p.user_id, p.kind, {_RESOURCE}, p.before, p.after FROM planned_operations p
        WHERE {_WAITS} AND {_which(plan_id)} AND p.member_id IS NULL AND p.user_id {_AMONG} ORDER BY p.number"""
    agreed: dict[str, list[GroupOperation]] = {}
    for group_id, kind, resource_id, before, after in connection.execute(text(query), _bound(job, plan_id, group_ids)):
        operation = GroupOperation(OperationKind(kind), resource_id, orjson.loads(before), orjson.loads(after))
        agreed.setdefault(group_id, []).append(operation)
    return agreed


def agreed_about_members(
    connection: Connection, job: Job, plan_id: int | None, group_id: str, user_ids: Collection[str]
) -> Collection[AgreedMember]:
    """Return what waits of these members of a group in a plan, or in held sets that were approved."""
    query = f"""
        SELECT p.kind, {_RESOURCE}, p.member_id, {_ACCOUNT} FROM planned_operations p
        WHERE {_WAITS} AND {_which(plan_id)} AND p.user_id = :group AND p.member_id {_AMONG}"""
    rows = connection.execute(text(query), {**_bound(job, plan_id, user_ids), "group": group_id})
    return {AgreedMember(OperationKind(row[0]), row[1], row[2], row[3]) for row in rows if row[1] and row[3]}


def _which(plan_id: int | None) -> str:
    return _APPROVED if plan_id is None else _IN_THE_PLAN


def _bound(job: Job, plan_id: int | None, ids: Collection[str]) -> dict[str, object]:
    return {"job": job.id, "identity": job.target_identity, "plan": plan_id, "ids": ids_text(ids)}
