"""Does a preview show every operation on groups and their members, and leave everything as it was?"""

import random
from collections.abc import Iterator
from typing import Any

import orjson
import pytest

from fakes.group_history import GroupHistory
from fakes.installation import Installation, install, open_database
from fakes.memory_target import Fault
from instep.ledger.cycles import CycleSummary
from instep.ledger.planned_groups import together
from instep.ledger.planned_wording import planned_reason
from instep.ledger.plans import PlannedOperation
from instep.ledger.records import SourceType
from instep.rules.health.outcomes import Answer
from instep.rules.planning.operations import OperationKind
from instep.store.database import Database
from instep.store.tables import metadata

CREATE, UPDATE, DELETE = OperationKind.CREATE, OperationKind.UPDATE, OperationKind.DELETE
ADD, REMOVE = OperationKind.ADD_MEMBERS, OperationKind.REMOVE_MEMBERS


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    with open_database(tmp_path_factory.mktemp("previews")) as opened:
        yield opened


@pytest.fixture
def instep(database: Database) -> Installation:
    """Ann, bob and cas have accounts; dan has none."""
    installation = install(database, "custom-scim")
    installation.hire_all(["ann", "bob", "cas", "dan"])
    for name in ("ann", "bob", "cas"):
        installation.assign(name)
    installation.cycle()
    return installation


@pytest.fixture
def sales(instep: Installation) -> str:
    """The id of a group of ann and bob, which is in the application."""
    group_id = instep.add_group("Sales", "ann", "bob")
    instep.assign_group("Sales")
    instep.cycle()
    instep.target.forget_requests()
    return group_id


def of_groups(shown: list[PlannedOperation]) -> list[PlannedOperation]:
    return [each for each in shown if each.source_type is SourceType.GROUP]


def said(shown: list[PlannedOperation]) -> list[tuple[OperationKind | None, str, list[str]]]:
    """What is shown of groups: what, of which group, which members by name."""
    portions = together(of_groups(shown), lambda each: (each, None))
    return [(some[0].kind, some[0].user_name, [e.member.user_name for e in some if e.member]) for some in portions]


def everything_kept(instep: Installation) -> dict[str, list[Any]]:
    return {name: sorted(instep.rows(f"SELECT * FROM {name}"), key=str) for name in metadata.tables}


def test_a_new_group_is_shown_with_its_values_and_its_members_by_name(instep: Installation) -> None:
    group_id = instep.add_group("Sales", "ann", "dan")
    instep.assign_group("Sales")
    shown, summary = instep.preview()
    assert said(shown) == [
        (CREATE, "Sales", []),
        (ADD, "Sales", ["ann@corp.example", "dan@corp.example"]),
    ]
    created, ann, dan = of_groups(shown)
    assert (created.user_id, created.account_id, dict(created.before)) == (group_id, None, {})
    assert created.after == {"displayName": "Sales", "externalId": group_id}
    link = instep.link("ann")
    assert link is not None
    assert (ann.account_id, ann.member and ann.member.account_id) == (f"planned:{group_id}", link.account_id)
    assert dan.member is not None
    assert dan.member.account_id == "planned:dan", "the account is still to come"
    counts = summary.counts.of_groups
    assert (counts.groups_created, counts.memberships_added) == (1, 2)


def test_a_renamed_group_is_shown_with_the_old_and_the_new_name(instep: Installation, sales: str) -> None:
    instep.rename_group("Sales", "Revenue")
    [renamed] = of_groups(instep.preview()[0])
    assert (renamed.kind, renamed.user_id, renamed.user_name) == (UPDATE, sales, "Revenue")
    assert (renamed.before, renamed.after) == ({"displayName": "Sales"}, {"displayName": "Revenue"})
    assert renamed.account_id in instep.target.all_groups


def test_members_who_come_and_go_are_shown_apart_those_who_go_first(instep: Installation, sales: str) -> None:
    instep.leave("Sales", "ann")
    instep.join("Sales", "cas")
    assert said(instep.preview()[0]) == [(REMOVE, "Sales", ["ann@corp.example"]), (ADD, "Sales", ["cas@corp.example"])]


def test_a_group_to_be_deleted_is_shown_with_the_reason(instep: Installation, sales: str) -> None:
    instep.delete_group("Sales")
    [deleted] = of_groups(instep.preview()[0])
    assert (deleted.kind, deleted.before["displayName"]) == (DELETE, "Sales")
    assert planned_reason(deleted) == (
        f"The group Sales ({deleted.account_id}) is deleted, because it was deleted from the directory."
    )


def test_a_group_that_would_fail_is_shown_with_the_reason(instep: Installation) -> None:
    instep.add_group("Sales", "ann")
    instep.assign_group("Sales")
    instep.target.faults.append(Fault(Answer(404, b"no"), ["GET"], concerning="/Groups"))
    [fails] = of_groups(instep.preview()[0])
    assert (fails.kind, fails.code, fails.user_name) == (None, "NotImplemented", "Sales")
    assert "the application has no groups" in planned_reason(fails)


def test_what_would_be_held_of_groups_is_shown_by_name_with_the_budget(instep: Installation, sales: str) -> None:
    instep.settle(removals=1)
    for name in ("ann", "bob"):
        instep.leave("Sales", name)
    shown, summary = instep.preview()
    assert said(shown) == [(REMOVE, "Sales", ["ann@corp.example", "bob@corp.example"])]
    assert all(each.is_held for each in of_groups(shown))
    judgement = summary.judgements["people"]
    assert (judgement.limit, judgement.planned, judgement.is_over) == (1, 2, True)
    assert summary.counts.of_groups.memberships_held == 2
    instep.settle(removals=None)
    instep.unassign_group("Sales")
    instep.settle(group_removals=0)
    [deletion] = of_groups(instep.preview()[0])
    assert (deletion.kind, deletion.is_held) == (DELETE, True)
    assert "1 deletion of a group exceeds the budget of 0" in planned_reason(deletion)


def test_a_preview_of_groups_changes_nothing_that_is_kept_and_sends_nothing(instep: Installation, sales: str) -> None:
    instep.add_group("Others", "ann", "dan")
    instep.assign_group("Others")
    instep.rename_group("Sales", "Revenue")
    instep.leave("Revenue", "ann")
    kept, groups = everything_kept(instep), dict(instep.target.all_groups)
    instep.preview()
    assert everything_kept(instep) == kept
    assert instep.target.all_groups == groups
    assert not instep.target.writes


def test_what_a_preview_says_of_groups_is_what_the_next_cycle_does(database: Database) -> None:
    seed = random.SystemRandom().randrange(1_000_000)
    for number in range(2):
        history = GroupHistory(install(database, "custom-scim"), seed + number)
        for _ in range(3):
            history.edits(8)
            shown, previewed = history.instep.preview()
            done = history.instep.cycle()
            assert sorted(_sent(history.instep, done)) == sorted(_planned(shown)), f"seed {seed + number}"
            assert previewed.counts.of_groups == done.counts.of_groups


Said = tuple[str, str, str, str, str]  # group, what, before, after, member


def _planned(shown: list[PlannedOperation]) -> list[Said]:
    found = []
    for each in of_groups(shown):
        assert each.kind is not None
        member = each.member.user_id if each.member is not None else ""
        found.append((each.user_id, each.kind.value, str(dict(each.before)), str(dict(each.after)), member))
    return found


def _sent(instep: Installation, summary: CycleSummary) -> list[Said]:
    """What a cycle did to groups, by its operations in the ledger; each member is one."""
    query = f"""SELECT user_id, kind, before, after FROM operations
                WHERE cycle_id = '{summary.cycle_id}' AND source_type = 'Group' AND state = 'done'"""
    found = []
    for group_id, kind, *documents in instep.rows(query):
        before, after = (orjson.loads(document) for document in documents)
        members = {**before.pop("members", {}), **after.pop("members", {})}
        before.pop("people", None)
        found += [(group_id, kind, str(before), str(after), user_id) for user_id in (members or {"": ""})]
    return found
