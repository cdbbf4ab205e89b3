"""What puts an account back as it was before a cycle?"""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from instep.rules.planning.operations import Known, Nothing, Operation, OperationKind, Reason, Values
from instep.rules.planning.reverse import Kept, Reversal, Writable, Written, reverse, written_together
from instep.rules.planning.target_rules import EVERYTHING, TargetAction
from instep.scim.dialects import DisabledAccounts

WRITABLE = Writable(frozenset({"active", "title", "department"}), frozenset({"active"}))
DISABLED = Operation(OperationKind.DISABLE, "7", {"active": True}, {"active": False}, leaves_active=False)


def written(kind: OperationKind, before: Values, after: Values) -> Written:
    return Written("ada", kind, None if kind is OperationKind.CREATE else "7", before, after)


def known(active: bool = True, **values: str) -> Known:
    return Known("7", {"active": active, **values}, active)


UPDATED = written(OperationKind.UPDATE, {"title": "Engineer"}, {"title": "Captain"})


def test_an_update_is_undone_by_the_values_before() -> None:
    found = reverse(UPDATED, known(title="Captain"), None, EVERYTHING, WRITABLE)
    expected = Operation(OperationKind.UPDATE, "7", {"title": "Captain"}, {"title": "Engineer"}, leaves_active=True)
    assert found == Reversal(expected)


def test_what_was_not_there_is_cleared_and_what_was_cleared_comes_back() -> None:
    cycle = written(OperationKind.UPDATE, {"title": "Engineer"}, {"title": None, "department": "Deck"})
    found = reverse(cycle, known(department="Deck"), None, EVERYTHING, WRITABLE).operation
    assert found is not None
    assert (found.before, found.after) == ({"department": "Deck"}, {"title": "Engineer", "department": None})


@pytest.mark.parametrize(("kind", "reverse_of"), [("disable", "enable"), ("enable", "disable")])
def test_disabled_is_enabled_again_and_the_other_way_round(kind: str, reverse_of: str) -> None:
    was_active = kind == "disable"
    cycle = written(OperationKind(kind), {"active": was_active}, {"active": not was_active})
    found = reverse(cycle, known(not was_active), None, EVERYTHING, WRITABLE).operation
    assert found is not None
    assert (found.kind, found.after, found.leaves_active) == (reverse_of, {"active": was_active}, was_active)


def test_what_was_created_is_disabled() -> None:
    cycle = written(OperationKind.CREATE, {}, {"active": True, "title": "Engineer"})
    assert reverse(cycle, known(), DISABLED, EVERYTHING, WRITABLE) == Reversal(DISABLED)


@pytest.mark.parametrize(
    ("cycle", "account", "disabling", "kept"),
    [
        (written(OperationKind.DELETE, {"title": "x"}, {}), None, None, Kept.DELETED),
        (UPDATED, None, None, Kept.NOT_LINKED),
        (UPDATED, Known("8", {"title": "Captain"}, is_active=True), None, Kept.ANOTHER_ACCOUNT),
        (UPDATED, known(title="Admiral"), None, Kept.CHANGED_SINCE),
        (UPDATED, known(), None, Kept.CHANGED_SINCE),
        (written(OperationKind.UPDATE, {}, {"nickName": "x"}), known(nickName="x"), None, Kept.NOT_MAPPED),
        (written(OperationKind.DISABLE, {"active": True}, {"active": False}), known(), None, Kept.ALREADY),
        (written(OperationKind.CREATE, {}, {}), known(active=False), DISABLED, Kept.ALREADY),
        (written(OperationKind.CREATE, {}, {}), known(), None, Kept.CANNOT_DISABLE),
        (
            written(OperationKind.CREATE, {}, {}),
            known(),
            Nothing(Reason.DEPROVISIONING_NOT_MAPPED),
            Kept.CANNOT_DISABLE,
        ),
        (written(OperationKind.CREATE, {}, {}), known(), replace(DISABLED, is_final=True), Kept.WOULD_DELETE),
        (
            written(OperationKind.CREATE, {}, {}),
            known(),
            replace(DISABLED, kind=OperationKind.DELETE),
            Kept.WOULD_DELETE,
        ),
    ],
)
def test_nothing_is_undone_on_a_guess(
    cycle: Written, account: Known | None, disabling: Operation | None, kept: Kept
) -> None:
    found = reverse(cycle, account, disabling, EVERYTHING, WRITABLE)
    assert (found.operation, found.kept) == (None, kept)


def test_an_account_is_not_enabled_where_what_makes_it_active_was_written_again_since() -> None:
    cycle = written(OperationKind.DISABLE, {"active": True, "title": "a"}, {"active": False, "title": "b"})
    now = Known("7", {"title": "b"}, is_active=False)
    assert reverse(cycle, now, None, EVERYTHING, WRITABLE).kept is Kept.CHANGED_SINCE


def test_what_the_job_may_not_write_and_what_a_target_does_not_take_is_left() -> None:
    off = replace(EVERYTHING, actions=frozenset({TargetAction.CREATE}))
    assert reverse(UPDATED, known(title="Captain"), None, off, WRITABLE).kept is Kept.UPDATE_OFF
    frozen = replace(EVERYTHING, disabled_accounts=DisabledAccounts.FROZEN)
    assert reverse(UPDATED, known(active=False, title="Captain"), None, frozen, WRITABLE).kept is Kept.FROZEN
    deletes = replace(EVERYTHING, disabled_accounts=DisabledAccounts.DELETED)
    enabled = written(OperationKind.ENABLE, {"active": False}, {"active": True})
    assert reverse(enabled, known(), None, deletes, WRITABLE).kept is Kept.WOULD_DELETE


def test_several_operations_on_one_account_are_undone_as_one() -> None:
    created = written(OperationKind.CREATE, {}, {"title": "a"})
    later = written(OperationKind.UPDATE, {"title": "a"}, {"title": "b"})
    assert written_together([created, later]) == Written("ada", OperationKind.CREATE, "7", {}, {"title": "b"})
    second = written(OperationKind.UPDATE, {"title": "Captain"}, {"title": "Admiral", "department": "Deck"})
    both = written_together([UPDATED, second])
    assert (both.before, both.after) == ({"title": "Engineer"}, {"title": "Admiral", "department": "Deck"})


VALUES = st.dictionaries(st.sampled_from(["title", "department"]), st.one_of(st.none(), st.sampled_from(["a", "b"])))


@given(VALUES, VALUES)
def test_what_is_undone_is_as_it_was(before: Values, after: Values) -> None:
    there = {name: value for name, value in before.items() if value is not None}
    cycle = written(OperationKind.UPDATE, {name: there[name] for name in after if name in there}, after)
    now = {name: value for name, value in {**there, **after}.items() if value is not None}
    found = reverse(cycle, Known("7", now, is_active=True), None, EVERYTHING, WRITABLE)
    again = now if found.operation is None else {**now, **found.operation.after}
    assert {name: value for name, value in again.items() if value is not None} == there
