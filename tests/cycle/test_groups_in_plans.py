"""Is a plan applied exactly to groups and their members: what it says, nothing else, and what changed is dropped?"""

from collections.abc import Callable, Iterator

import pytest

from fakes.installation import Installation, install, open_database
from fakes.memory_target import Fault
from instep.ledger.plans import Plan, PlannedState, PlanState
from instep.ledger.records import SourceType
from instep.ledger.wording import reason
from instep.rules.health.outcomes import Answer
from instep.rules.planning.operations import OperationKind
from instep.store.database import Database

DONE, STALE, FAILED = PlannedState.DONE, PlannedState.STALE, PlannedState.FAILED


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    with open_database(tmp_path_factory.mktemp("plans")) as opened:
        yield opened


@pytest.fixture
def instep(database: Database) -> Installation:
    """Ann, bob and cas have accounts, dan has none; Sales, with ann and bob, is in the application."""
    installation = install(database, "custom-scim")
    installation.settle(removals=1000, group_removals=1000)
    installation.hire_all(["ann", "bob", "cas", "dan"])
    for name in ("ann", "bob", "cas"):
        installation.assign(name)
    installation.add_group("Sales", "ann", "bob")
    installation.assign_group("Sales")
    installation.cycle()
    installation.target.forget_requests()
    return installation


def approved(instep: Installation) -> Plan:
    return instep.approve(instep.save_plan())


def apply(instep: Installation, plan: Plan) -> Plan:
    instep.target.forget_requests()
    return instep.apply(plan)[0]


def fates(instep: Installation, plan: Plan) -> dict[tuple[str, str], PlannedState]:
    """What became of the plan's operations on groups, by what they are and whom they are about."""
    found = {}
    for kept in instep.planned(plan):
        planned = kept.planned
        if planned.source_type is SourceType.GROUP and planned.kind is not None:
            whom = planned.member.user_id if planned.member is not None else planned.user_name
            found[planned.kind.value, whom] = kept.state
    return found


def members(instep: Installation, group: str) -> list[str]:
    return [name.partition("@")[0] for name in instep.target.members_of(group)]


def group_names(instep: Installation) -> list[str]:
    return sorted(group["displayName"] for group in instep.target.all_groups.values())


def silence(instep: Installation) -> None:
    """Nothing is left to plan, and the next cycle sends nothing."""
    assert instep.preview()[0] == []
    instep.target.forget_requests()
    instep.cycle()
    assert not instep.target.sent, instep.target.sent


def reorganise(instep: Installation) -> None:
    """Sales becomes Revenue, loses ann and gets cas and dan; Others is new, with bob; Old goes."""
    instep.add_group("Old", "cas")
    instep.assign_group("Old")
    instep.cycle()
    instep.rename_group("Sales", "Revenue")
    instep.leave("Revenue", "ann")
    instep.join("Revenue", "cas")
    instep.join("Revenue", "dan")
    instep.add_group("Others", "bob")
    instep.assign_group("Others")
    instep.delete_group("Old")
    instep.target.forget_requests()


def test_a_plan_has_what_happens_to_groups_and_applied_does_that_and_leaves_nothing(instep: Installation) -> None:
    reorganise(instep)
    plan = approved(instep)
    assert plan.kinds_of_groups == {
        OperationKind.CREATE: 1, OperationKind.UPDATE: 1, OperationKind.DELETE: 1,
        OperationKind.ADD_MEMBERS: 3, OperationKind.REMOVE_MEMBERS: 1,
    }  # fmt: skip
    assert not instep.target.writes
    applied = apply(instep, plan)
    assert (applied.state, applied.states) == (PlanState.APPLIED, {DONE: applied.size})
    assert (members(instep, "Revenue"), members(instep, "Others")) == (["bob", "cas", "dan"], ["bob"])
    assert group_names(instep) == ["Others", "Revenue"]
    methods = [sent.method for sent in instep.target.writes if sent.endpoint == "/Groups"]
    assert sorted(methods) == ["DELETE", "PATCH", "PATCH", "PATCH", "PATCH", "POST"]
    silence(instep)


def test_a_member_who_joined_meanwhile_is_not_added_and_one_who_left_is_dropped(instep: Installation) -> None:
    instep.join("Sales", "cas")
    instep.leave("Sales", "ann")
    plan = approved(instep)
    instep.join("Sales", "dan")  # is not in the plan
    instep.leave("Sales", "cas")  # is in it, and should not come any more
    instep.join("Sales", "ann")  # should not leave any more
    applied = apply(instep, plan)
    assert fates(instep, applied) == {("add members", "cas"): STALE, ("remove members", "ann"): STALE}
    assert not instep.target.writes
    assert members(instep, "Sales") == ["ann", "bob"]
    instep.cycle()
    assert members(instep, "Sales") == ["ann", "bob", "dan"]


def renamed(instep: Installation) -> None:
    instep.rename_group("Others", "Elsewhere")


def deleted(instep: Installation) -> None:
    instep.delete_group("Others")


def unassigned(instep: Installation) -> None:
    instep.unassign_group("Others")


@pytest.mark.parametrize("change", [renamed, deleted, unassigned])
def test_a_new_group_that_changed_meanwhile_is_not_created_nor_are_its_members_added(
    instep: Installation, change: Callable[[Installation], None]
) -> None:
    instep.add_group("Others", "bob")
    instep.assign_group("Others")
    plan = approved(instep)
    change(instep)
    applied = apply(instep, plan)
    assert fates(instep, applied) == {("create", "Others"): STALE, ("add members", "bob"): STALE}
    assert not instep.target.writes
    assert group_names(instep) == ["Sales"]


def test_a_group_that_was_renamed_otherwise_meanwhile_keeps_its_name_and_its_members_come_all_the_same(
    instep: Installation,
) -> None:
    instep.rename_group("Sales", "Revenue")
    instep.join("Revenue", "cas")
    plan = approved(instep)
    instep.rename_group("Revenue", "Turnover")
    applied = apply(instep, plan)
    assert fates(instep, applied) == {("update", "Revenue"): STALE, ("add members", "cas"): DONE}
    assert members(instep, "Sales") == ["ann", "bob", "cas"]
    instep.cycle()
    assert group_names(instep) == ["Turnover"]


def test_a_group_that_is_wanted_again_is_not_deleted(instep: Installation) -> None:
    instep.unassign_group("Sales")
    plan = approved(instep)
    instep.assign_group("Sales")
    group_id = next(each.planned.user_id for each in instep.planned(plan))
    applied = apply(instep, plan)
    assert fates(instep, applied) == {("delete", "Sales"): STALE}
    assert group_names(instep) == ["Sales"]
    [entry] = instep.log(group_id)[-1:]
    assert reason(entry.entry).endswith("nothing was sent.")


def test_a_member_who_left_the_company_or_got_no_account_is_dropped(instep: Installation) -> None:
    instep.join("Sales", "cas")
    instep.join("Sales", "dan")
    plan = approved(instep)
    instep.disable("dan")  # who gets no account now
    instep.apply(instep.approve(instep.save_plan()))
    instep.leave("Sales", "cas")
    instep.cycle()
    instep.join("Sales", "cas")
    instep.disable("cas")
    instep.on_demand("cas")  # whose account is not active any more
    applied = apply(instep, plan)
    assert fates(instep, applied) == {("add members", "cas"): STALE, ("add members", "dan"): STALE}
    assert members(instep, "Sales") == ["ann", "bob"]


def test_a_member_who_has_another_account_by_now_is_dropped(instep: Installation) -> None:
    instep.join("Sales", "cas")
    plan = approved(instep)
    link = instep.link("cas")
    assert link is not None
    del instep.target.accounts[link.account_id]
    instep.change("cas", displayName="Cassandra")
    instep.cycle()  # finds the account gone, and makes another
    instep.leave("Sales", "cas")
    instep.cycle()
    instep.join("Sales", "cas")
    applied = apply(instep, plan)
    assert fates(instep, applied) == {("add members", "cas"): STALE}


def test_a_group_that_appeared_in_the_application_meanwhile_is_neither_doubled_nor_taken_over(
    instep: Installation,
) -> None:
    instep.add_group("Others", "bob")
    instep.assign_group("Others")
    plan = approved(instep)
    theirs = instep.target.groups.put(displayName="Others")
    applied = apply(instep, plan)
    assert set(fates(instep, applied).values()) == {STALE}
    assert group_names(instep) == ["Others", "Sales"]
    assert "members" not in instep.target.all_groups[theirs]
    instep.cycle()
    assert members(instep, "Others") == ["bob"]


def test_a_group_that_the_next_cycle_would_delete_is_left_alone_by_a_plan_without_it(instep: Installation) -> None:
    instep.join("Sales", "cas")
    plan = approved(instep)
    instep.add_group("Others", "ann")
    instep.assign_group("Others")
    instep.unassign_group("Sales")
    applied = apply(instep, plan)
    assert fates(instep, applied) == {("add members", "cas"): STALE}
    assert not instep.target.writes


def test_a_member_whom_the_application_refuses_has_failed_and_the_others_are_done(instep: Installation) -> None:
    instep.join("Sales", "cas")
    instep.join("Sales", "dan")
    plan = approved(instep)
    refused = instep.link("cas")
    assert refused is not None
    instep.target.faults.append(Fault(Answer(400, b"no"), ["PATCH"], times=9, concerning=refused.account_id))
    applied = apply(instep, plan)
    assert fates(instep, applied) == {("add members", "cas"): FAILED, ("add members", "dan"): DONE}
    outcomes = {k.planned.member.user_id: k.outcome for k in instep.planned(plan) if k.planned.member is not None}
    assert outcomes == {"cas": "UnableToResolveReferenceAttributeValue", "dan": "EntryExportUpdate"}


def test_what_a_budget_holds_of_groups_is_in_the_plan_and_takes_nothing_from_the_budget_of_others(
    instep: Installation,
) -> None:
    instep.settle(removals=1, group_removals=0)
    for name in ("ann", "bob"):
        instep.leave("Sales", name)
    plan = approved(instep)
    assert apply(instep, plan).states == {DONE: 2}
    instep.join("Sales", "cas")
    instep.cycle()
    instep.leave("Sales", "cas")
    assert instep.cycle().counts.of_groups.memberships_removed == 1
    instep.unassign_group("Sales")
    assert apply(instep, approved(instep)).states == {DONE: 1}
    assert group_names(instep) == []


def test_members_of_a_plan_cost_a_request_for_each_hundred(instep: Installation) -> None:
    names = [f"u{number:04d}" for number in range(150)]
    instep.hire_all(names)
    for name in names:
        instep.join("Sales", name)
    plan = approved(instep)
    applied = apply(instep, plan)
    assert applied.states == {DONE: 300}
    assert [sent.method for sent in instep.target.writes if sent.endpoint == "/Groups"] == ["PATCH"] * 2
    assert len(members(instep, "Sales")) == 152
    silence(instep)


def test_each_group_of_a_plan_leaves_one_entry_in_the_log(instep: Installation) -> None:
    reorganise(instep)
    _, summary = instep.apply(approved(instep))
    entries = [entry.entry for entry in instep.log(cycle_id=summary.cycle_id)]
    of_groups = sorted((e.user_name, e.code) for e in entries if e.source_type is SourceType.GROUP)
    assert of_groups == [
        ("Old", "EntryExportDelete"),
        ("Others", "EntryExportAdd"),
        ("Revenue", "EntryExportUpdate"),
    ]
    assert summary.counts.of_groups.memberships_added == 3


def test_whoever_is_provisioned_on_demand_or_by_a_plan_of_others_is_added_to_their_groups_by_the_next_cycle(
    instep: Installation,
) -> None:
    link = instep.link("ann")
    assert link is not None
    del instep.target.accounts[link.account_id]
    instep.target.all_groups[next(iter(instep.target.all_groups))]["members"] = []
    instep.on_demand("ann")  # finds the account gone, and makes another one
    instep.cycle()
    assert members(instep, "Sales") == ["ann"]
