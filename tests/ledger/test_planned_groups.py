"""How is what is planned for a group and its members put, and said to people?"""

from instep.ledger.groups import GroupOperation
from instep.ledger.planned_groups import planned_for_group, together, with_names
from instep.ledger.planned_wording import planned_reason
from instep.ledger.plans import PlannedOperation
from instep.rules.planning.memberships import Members
from instep.rules.planning.operations import OperationKind

NAMES = [f"u{number:03d}" for number in range(700)]


def adding(*user_ids: str) -> list[PlannedOperation]:
    members = Members(tuple((user_id, f"account-of-{user_id}") for user_id in user_ids))
    operation = GroupOperation(OperationKind.ADD_MEMBERS, "their-group", {}, {}, members)
    planned = planned_for_group("our-group", operation, 7, {})
    return with_names(planned, {"our-group": "Sales"}, {user_id: f"{user_id}@corp.example" for user_id in user_ids})


def portions(planned: list[PlannedOperation]) -> list[list[PlannedOperation]]:
    return list(together(planned, lambda each: (each, None)))


def said(portion: list[PlannedOperation]) -> str:
    return planned_reason(portion[0], [each.member for each in portion if each.member is not None])


def test_each_member_is_an_operation_and_those_of_one_group_are_read_together() -> None:
    planned = adding("ann", "bob")
    assert [each.member.account_id for each in planned if each.member is not None] == [
        "account-of-ann",
        "account-of-bob",
    ]
    [portion] = portions(planned)
    assert said(portion) == "2 members are added to the group Sales: ann@corp.example, bob@corp.example."


def test_a_group_of_many_members_is_said_by_the_number_and_the_first_few_and_at_most_500_at_once() -> None:
    first, second = portions(adding(*NAMES))
    assert (len(first), len(second)) == (500, 200)
    assert said(first) == (
        "500 members are added to the group Sales: u000@corp.example, u001@corp.example, u002@corp.example, "
        "u003@corp.example, u004@corp.example and 495 more."
    )


def test_one_member_is_said_in_the_singular() -> None:
    [portion] = portions(adding("ann"))
    assert said(portion) == "1 member is added to the group Sales: ann@corp.example."


def test_what_is_done_to_the_group_itself_stands_alone() -> None:
    deletion = GroupOperation(OperationKind.DELETE, "their-group", {"displayName": "Sales"}, {})
    planned = [*planned_for_group("our-group", deletion, 7, {"cause": "purged"}), *adding("ann", "bob")]
    assert [len(portion) for portion in portions(planned)] == [1, 2]
    assert said(portions(planned)[0]) == (
        "The group our-group (their-group) is deleted, because it was deleted from the directory."
    )


def test_a_group_to_come_and_its_accounts_are_called_by_whose_they_are() -> None:
    operation = GroupOperation(OperationKind.ADD_MEMBERS, "planned:3", {}, {}, Members((("ann", "planned:7"),)))
    [planned] = planned_for_group("our-group", operation, 7, {})
    assert planned.account_id == "planned:our-group"
    assert planned.member is not None
    assert planned.member.account_id == "planned:ann"
