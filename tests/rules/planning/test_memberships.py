"""What differs between the members that a group should have and those last written, and who may be taken out?"""

from hypothesis import given
from hypothesis import strategies as st

from instep.rules.planning.memberships import Members, Membership, in_parts, plan_memberships

ACCOUNTS = st.none() | st.sampled_from(["a1", "a2", "a3"])
MEMBERSHIPS = st.builds(
    Membership, st.sampled_from(["ann", "bob", "cas"]), ACCOUNTS, ACCOUNTS, st.booleans(), st.booleans()
)


def plan(*memberships: Membership, may_leave: set[str] | None = None) -> tuple[list[str], list[str]]:
    """Who is added, and who is taken out."""
    planned = plan_memberships(memberships, may_leave)
    return [user for user, _ in planned.add.accounts], [user for user, _ in planned.remove.accounts]


def test_a_member_who_is_not_written_yet_is_added() -> None:
    assert plan(Membership("ann", "a1", None)) == (["ann"], [])


def test_a_member_who_is_written_is_left_alone() -> None:
    assert plan(Membership("ann", "a1", "a1")) == ([], [])


def test_a_member_whom_nobody_is_sure_of_is_written_again() -> None:
    assert plan(Membership("ann", "a1", "a1", is_certain=False)) == (["ann"], [])


def test_a_member_who_has_another_account_now_is_added_with_that() -> None:
    assert plan_memberships([Membership("ann", "a2", "a1")], None).add == Members((("ann", "a2"),))


def test_who_is_a_member_no_more_is_taken_out() -> None:
    assert plan(Membership("ann", None, "a1", is_active=True)) == ([], ["ann"])


def test_an_active_account_leaves_only_if_it_may() -> None:
    leaving = (Membership("ann", None, "a1", is_active=True), Membership("bob", None, "a2", is_active=True))
    assert plan(*leaving, may_leave={"bob"}) == ([], ["bob"])


def test_an_inactive_account_leaves_whatever_was_judged() -> None:
    assert plan(Membership("ann", None, "a1"), may_leave=set()) == ([], ["ann"])


@given(MEMBERSHIPS)
def test_nothing_is_left_to_do_once_a_plan_is_carried_out(membership: Membership) -> None:
    planned = plan_memberships([membership], None)
    written = membership.written
    for account in planned.add.account_ids:
        written = account
    if planned.remove.accounts:
        written = None
    again = plan_memberships([Membership(membership.user_id, membership.wanted, written)], None)
    assert not again.add.accounts
    assert not again.remove.accounts


@given(st.integers(0, 30), st.integers(1, 10))
def test_parts_have_everyone_once_and_are_no_larger_than_allowed(number: int, size: int) -> None:
    members = Members(tuple((f"u{i}", f"a{i}") for i in range(number)))
    parts = list(in_parts(members, size))
    assert [pair for part in parts for pair in part.accounts] == list(members.accounts)
    assert all(1 <= len(part) <= size for part in parts)
