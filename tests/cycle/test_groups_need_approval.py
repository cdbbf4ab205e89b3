"""Where everything needs an approval: do groups and their members wait, too, and go as they were shown?"""

from collections.abc import Iterator

import pytest

from fakes.installation import Installation, install, open_database
from instep.ledger.jobs import Approval
from instep.ledger.plans import PlanSubject
from instep.ledger.records import SourceType
from instep.ledger.wording import reason
from instep.store.database import Database


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    with open_database(tmp_path_factory.mktemp("approval")) as opened:
        yield opened


@pytest.fixture
def instep(database: Database) -> Installation:
    """Ann, bob and cas have accounts, Sales has ann; from now on everything needs an approval."""
    installation = install(database, "custom-scim")
    installation.settle(removals=1000, group_removals=1000)
    installation.hire_all(["ann", "bob", "cas"])
    for name in ("ann", "bob", "cas"):
        installation.assign(name)
    installation.add_group("Sales", "ann")
    installation.assign_group("Sales")
    installation.cycle()
    installation.settle(approval=Approval.REQUIRED)
    installation.cycle()
    installation.target.forget_requests()
    return installation


def members(instep: Installation, group: str = "Sales") -> list[str]:
    return [name.partition("@")[0] for name in instep.target.members_of(group)]


def group_names(instep: Installation) -> list[str]:
    return sorted(group["displayName"] for group in instep.target.all_groups.values())


def approve_all(instep: Installation) -> None:
    for plan in instep.held():
        if plan.decided_at is None:
            instep.approve(plan)


def test_a_new_group_waits_for_an_approval_and_its_members_for_another(instep: Installation) -> None:
    group_id = instep.add_group("Others", "bob")
    instep.assign_group("Others")
    assert instep.cycle().counts.of_groups.groups_held == 1
    assert group_names(instep) == ["Sales"]
    [held] = instep.held()
    assert held.subject is PlanSubject.EVERYTHING
    assert reason(instep.log(group_id)[-1].entry).startswith("The group Others is not created yet: ")
    instep.cycle()
    assert [plan.id for plan in instep.held()] == [held.id], "decided again, and the same"
    approve_all(instep)
    instep.cycle()
    assert (group_names(instep), members(instep, "Others")) == (["Others", "Sales"], [])
    approve_all(instep)
    instep.cycle()
    assert members(instep, "Others") == ["bob"]
    assert instep.held() == []


def test_a_renamed_group_and_a_member_who_comes_wait_and_whoever_leaves_does_not(instep: Installation) -> None:
    instep.rename_group("Sales", "Revenue")
    instep.join("Revenue", "bob")
    instep.leave("Revenue", "ann")
    instep.cycle()
    assert (group_names(instep), members(instep)) == (["Sales"], [])
    approve_all(instep)
    instep.cycle()
    assert (group_names(instep), members(instep, "Revenue")) == (["Revenue"], ["bob"])


def test_removals_of_groups_wait_where_removals_need_an_approval(instep: Installation) -> None:
    instep.settle(approval=Approval.OFF, approval_of_removals=Approval.REQUIRED)
    instep.leave("Sales", "ann")
    instep.join("Sales", "bob")
    instep.cycle()
    assert members(instep) == ["ann", "bob"]
    assert [plan.subject for plan in instep.held()] == [PlanSubject.GROUP_REMOVALS]
    instep.unassign_group("Sales")
    instep.cycle()
    assert group_names(instep) == ["Sales"]
    approve_all(instep)
    instep.cycle()
    assert group_names(instep) == []


def test_a_rejected_group_is_not_created_until_something_changes_about_it(instep: Installation) -> None:
    instep.add_group("Others", "bob")
    instep.assign_group("Others")
    instep.cycle()
    instep.reject(instep.held()[0])
    instep.restart()
    instep.cycle()
    assert len(instep.held()) == 1, "the rejected one; nothing is held anew"
    instep.rename_group("Others", "Elsewhere")
    instep.cycle()
    approve_all(instep)
    instep.cycle()
    assert group_names(instep) == ["Elsewhere", "Sales"]


def test_a_preview_shows_groups_and_members_as_held(instep: Installation) -> None:
    instep.add_group("Others", "bob")
    instep.assign_group("Others")
    instep.join("Sales", "cas")
    shown, _ = instep.preview()
    of_groups = [each for each in shown if each.source_type is SourceType.GROUP]
    assert {(each.kind, each.is_held) for each in of_groups} == {("create", True), ("add members", True)}
    assert group_names(instep) == ["Sales"]


def test_without_the_setting_what_was_held_goes(instep: Installation) -> None:
    instep.add_group("Others", "bob")
    instep.assign_group("Others")
    instep.cycle()
    instep.settle(approval=Approval.OFF)
    instep.cycle()
    assert members(instep, "Others") == ["bob"]
    assert instep.held() == []
