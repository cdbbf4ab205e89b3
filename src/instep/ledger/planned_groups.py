"""What is planned for a group and its members, put as the operations of a plan?"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from itertools import groupby, islice
from typing import TypeVar

from instep.ledger.groups import GroupOperation
from instep.ledger.plans import ACCOUNT_TO_COME, PlannedMember, PlannedOperation
from instep.ledger.records import Action, SourceType, Status
from instep.rules.planning.operations import OperationKind

MOST_TOGETHER = 500  # members who are shown as one operation
_SAID = {
    OperationKind.CREATE: (Action.CREATE, "EntryExportAdd"),
    OperationKind.DELETE: (Action.DELETE, "EntryExportDelete"),
}

Shown = TypeVar("Shown")


def planned_for_group(
    group_id: str, operation: GroupOperation, sequence: int, facts: Mapping[str, object]
) -> Iterator[PlannedOperation]:
    """Yield what an operation of a cycle is in a plan: itself, or each member who comes or goes; names are open."""
    action, code = _SAID.get(operation.kind, (Action.UPDATE, "EntryExportUpdate"))
    planned = PlannedOperation(
        user_id=group_id,
        user_name=group_id,
        kind=operation.kind,
        account_id=_named(operation.resource_id, group_id),
        before=operation.before,
        after=operation.after,
        sequence=sequence,
        action=action,
        status=Status.SUCCESS,
        code=code,
        facts=facts,
        source_type=SourceType.GROUP,
    )
    if operation.kind not in (OperationKind.ADD_MEMBERS, OperationKind.REMOVE_MEMBERS):
        yield planned
    for user_id, account_id in operation.members.accounts:
        yield replace(planned, member=PlannedMember(user_id, user_id, _named(account_id, user_id) or account_id))


def with_names(
    planned: Iterable[PlannedOperation], groups: Mapping[str, str], users: Mapping[str, str]
) -> list[PlannedOperation]:
    """Return operations in which groups and members are called by their names, as far as these are known, by id."""
    return [_with_names(each, groups, users) for each in planned]


def together(
    shown: Iterable[Shown], about: Callable[[Shown], tuple[PlannedOperation, object]]
) -> Iterator[list[Shown]]:
    """Yield operations as people read them: one by one, but those who come to one group, or leave it, together.

    `about` says what is planned, and what has become of it, which is the same of those together. They are at most 500,
    so that no group is too large to be shown.
    """

    def alike(each: Shown) -> object:
        planned, fate = about(each)
        if planned.member is None:
            return object()
        return planned.user_id, planned.kind, planned.is_held, fate

    for _, several in groupby(shown, alike):
        while portion := list(islice(several, MOST_TOGETHER)):
            yield portion


def _named(identifier: str | None, whose: str) -> str | None:
    """What is still to come is called by whose it is: the numbers of a preview mean nothing to anyone else."""
    is_to_come = identifier is not None and identifier.startswith(ACCOUNT_TO_COME)
    return f"{ACCOUNT_TO_COME}{whose}" if is_to_come else identifier


def _with_names(planned: PlannedOperation, groups: Mapping[str, str], users: Mapping[str, str]) -> PlannedOperation:
    if planned.source_type is not SourceType.GROUP:
        return planned
    member = planned.member
    if member is not None:
        member = replace(member, user_name=users.get(member.user_id, member.user_name))
    return replace(planned, user_name=groups.get(planned.user_id, planned.user_name), member=member)
