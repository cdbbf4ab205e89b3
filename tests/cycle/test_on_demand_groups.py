"""Is one group provisioned on demand with its chosen members and no others, with each step shown?"""

from collections.abc import Iterator

import pytest

from fakes.installation import Installation, install, open_database
from fakes.memory_target import Fault
from instep.admin.on_demand import OnDemandReport
from instep.admin.on_demand_group import MOST_MEMBERS, GroupOnDemandReport, MembersRefused
from instep.cycle.on_demand_steps import ShownStep
from instep.ledger.cycles import CycleState
from instep.ledger.jobs import NestedGroups, Vanished
from instep.ledger.records import Status
from instep.rules.health.outcomes import Answer
from instep.store.database import Database

SUCCESS, FAILURE, SKIPPED, WARNING = Status.SUCCESS, Status.FAILURE, Status.SKIPPED, Status.WARNING
ALL_STEPS = [
    "Import group",
    "Determine if group is in scope",
    "Match group between source and target system",
    "Perform action",
    "Provision members",
]


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    with open_database(tmp_path_factory.mktemp("groups")) as opened:
        yield opened


@pytest.fixture
def instep(database: Database) -> Installation:
    installation = install(database, "custom-scim")
    installation.settle(removals=1000, group_removals=1000)
    installation.hire_all(["ann", "bob", "cas", "dan", "eve", "fay"])
    installation.add_group("Sales", "ann", "bob", "cas")
    installation.assign_group("Sales")
    return installation


def cycle(instep: Installation) -> dict[str, int]:
    """The requests of a cycle."""
    instep.target.forget_requests()
    instep.wait(hours=1)
    instep.cycle()
    return dict(instep.target.requests)


def of_group(report: GroupOnDemandReport) -> OnDemandReport:
    assert report.group is not None
    return report.group


def step(report: GroupOnDemandReport, name: str) -> ShownStep:
    [found] = [each for each in of_group(report).steps if each.name == name]
    return found


def why(report: GroupOnDemandReport) -> dict[str | None, str | None]:
    """What became of each chosen member."""
    return {str(row["member"]).partition("@")[0]: row["why"] for row in step(report, "Provision members").rows}


def members(instep: Installation, group: str = "Sales") -> list[str]:
    return [name.partition("@")[0] for name in instep.target.members_of(group)]


def writes(instep: Installation) -> list[tuple[str, str]]:
    return [(sent.method, sent.endpoint) for sent in instep.target.writes]


def test_a_group_is_created_with_its_chosen_members_and_the_next_cycle_brings_the_others(instep: Installation) -> None:
    report = instep.group_on_demand("Sales", "ann", "bob")
    assert [(each.name, each.status) for each in of_group(report).steps] == [(name, SUCCESS) for name in ALL_STEPS]
    assert writes(instep) == [("POST", "/Users"), ("POST", "/Users"), ("POST", "/Groups"), ("PATCH", "/Groups")]
    assert members(instep) == ["ann", "bob"]
    assert why(report) == {"ann": "added", "bob": "added"}
    cycle(instep)
    assert members(instep) == ["ann", "bob", "cas"]
    assert cycle(instep) == {}


def test_every_step_is_shown_with_its_values(instep: Installation) -> None:
    report = instep.group_on_demand("Sales", "ann")
    assert {"attribute": "displayName", "value": "Sales"} in step(report, "Import group").rows
    assert {"property": "Assigned to application", "result": "True"} in step(
        report, "Determine if group is in scope"
    ).rows
    assert step(report, "Match group between source and target system").rows == [
        {"matching attribute": "displayName", "value": "Sales", "groups found": None}
    ]
    action = step(report, "Perform action")
    assert action.description.startswith("Create: The group Sales is in scope, and was not there")
    assert {
        "target attribute": "displayName",
        "source value": "Sales",
        "expression": "[displayName]",
        "original target value": None,
        "modified target value": "Sales",
    } in action.rows
    [ann] = step(report, "Provision members").rows
    assert (ann["member before"], ann["member now"], ann["account"]) == ("False", "True", "account-000001")


def test_one_that_is_there_is_matched_and_its_own_members_stay(instep: Installation) -> None:
    stranger = instep.target.put(userName="zoe@corp.example")
    theirs = instep.target.groups.put(displayName="Sales", members=[{"value": stranger}])
    report = instep.group_on_demand("Sales", "ann")
    matching = step(report, "Match group between source and target system")
    assert (matching.rows[0]["groups found"], matching.status) == (theirs, SUCCESS)
    assert members(instep) == ["ann", "zoe"]


def test_what_somebody_has_changed_in_the_target_is_seen_and_put_right(instep: Installation) -> None:
    cycle(instep)
    [resource] = instep.target.all_groups
    instep.target.all_groups[resource]["displayName"] = "Spoilt"
    instep.target.forget_requests()
    report = instep.group_on_demand("Sales")
    assert writes(instep) == [("PATCH", "/Groups")]
    assert step(report, "Perform action").rows[0]["original target value"] == "Spoilt"
    assert members(instep) == ["ann", "bob", "cas"]


def test_only_the_chosen_are_taken_out_and_only_the_chosen_come(instep: Installation) -> None:
    cycle(instep)
    for name in ("ann", "bob"):
        instep.leave("Sales", name)
    for name in ("dan", "eve"):
        instep.join("Sales", name)
    report = instep.group_on_demand("Sales", "ann", "dan")
    assert members(instep) == ["bob", "cas", "dan"]
    assert why(report) == {"ann": "taken out", "dan": "added"}
    cycle(instep)
    assert members(instep) == ["cas", "dan", "eve"]
    assert cycle(instep) == {}


def test_a_second_time_writes_nothing(instep: Installation) -> None:
    instep.group_on_demand("Sales", "ann")
    instep.target.forget_requests()
    report = instep.group_on_demand("Sales", "ann")
    assert instep.target.writes == []
    assert (why(report), step(report, "Perform action").status) == ({"ann": "is a member already"}, SKIPPED)


def test_someone_chosen_who_should_have_no_account_does_not_come(instep: Installation) -> None:
    instep.disable("bob")
    report = instep.group_on_demand("Sales", "ann", "bob")
    assert members(instep) == ["ann"]
    assert why(report) == {"ann": "added", "bob": "has no active account"}


def test_someone_chosen_who_fails_does_not_stop_the_others(instep: Installation) -> None:
    instep.target.faults.append(
        Fault(Answer(400, b'{"detail": "no"}', {}), methods=frozenset({"POST"}), concerning="bob")
    )
    report = instep.group_on_demand("Sales", "ann", "bob", "cas")
    assert [each.advice is not None for each in report.members] == [False, True, False]
    assert members(instep) == ["ann", "cas"]


def test_a_group_that_is_gone_is_made_anew_with_the_chosen_and_the_next_cycle_brings_the_others(
    instep: Installation,
) -> None:
    cycle(instep)
    instep.target.all_groups.clear()
    report = instep.group_on_demand("Sales", "ann")
    assert "which is gone" in step(report, "Match group between source and target system").description
    assert members(instep) == ["ann"]
    cycle(instep)  # nothing has changed in the directory
    assert members(instep) == ["ann", "bob", "cas"]
    assert cycle(instep) == {}


def test_a_group_that_is_gone_is_only_told_where_the_job_says_so(instep: Installation) -> None:
    cycle(instep)
    instep.settle(vanished=Vanished.REPORT)
    instep.target.all_groups.clear()
    report = instep.group_on_demand("Sales", "ann")
    assert step(report, "Perform action").status is FAILURE
    assert (of_group(report).advice is not None, instep.target.all_groups) == (True, {})


def test_a_group_that_leaves_the_scope_is_deleted_within_the_budget(instep: Installation) -> None:
    cycle(instep)
    instep.unassign_group("Sales")
    report = instep.group_on_demand("Sales")
    assert step(report, "Determine if group is in scope").status is SKIPPED
    assert instep.target.all_groups == {}
    assert cycle(instep).get("DELETE", 0) == 0


def test_over_the_budget_of_removals_whoever_is_chosen_stays_and_is_held_by_the_next_cycle(
    instep: Installation,
) -> None:
    cycle(instep)
    instep.settle(removals=0)
    instep.leave("Sales", "ann")
    instep.assign("ann")
    report = instep.group_on_demand("Sales", "ann")
    assert (members(instep), why(report)) == (["ann", "bob", "cas"], {"ann": "held: why is said of the action"})
    assert step(report, "Provision members").status is WARNING
    cycle(instep)
    assert members(instep) == ["ann", "bob", "cas"]


def test_a_group_out_of_scope_is_skipped_and_its_members_are_users_still(instep: Installation) -> None:
    instep.add_group("Others", "dan")
    instep.assign("dan")
    report = instep.group_on_demand("Others", "dan")
    assert [each.status for each in of_group(report).steps][:2] == [SUCCESS, SKIPPED]
    assert instep.target.all_groups == {}
    assert instep.target.named("dan@corp.example") is not None
    assert why(report) == {"dan": "the group is not in the application"}


def test_a_member_of_a_nested_group_can_be_chosen_where_nested_groups_are_expanded(instep: Installation) -> None:
    instep.add_group("Inner", "dan")
    instep.nest("Sales", "Inner")
    with pytest.raises(MembersRefused, match=r"dan@corp\.example is no member of Sales"):
        instep.group_on_demand("Sales", "dan")
    assert instep.target.sent == []
    instep.settle(nested_groups=NestedGroups.EXPAND)
    instep.assign("dan")
    instep.group_on_demand("Sales", "dan")
    assert members(instep) == ["dan"]


def test_more_members_than_go_at_a_time_are_refused_with_nothing_done(instep: Installation) -> None:
    people = ["ann", "bob", "cas", "dan", "eve", "fay"]
    assert len(people) > MOST_MEMBERS
    with pytest.raises(MembersRefused, match="at most 5"):
        instep.group_on_demand("Sales", *people)
    assert instep.target.sent == []


def test_an_application_without_groups_refuses(database: Database) -> None:
    users_only = install(database, "proxyclick")
    users_only.hire("ann")
    users_only.add_group("Sales", "ann")
    with pytest.raises(MembersRefused, match="provisions no groups"):
        users_only.group_on_demand("Sales", "ann")


def test_where_the_target_cannot_be_used_the_group_is_not_tried(instep: Installation) -> None:
    instep.target.faults.append(Fault(Answer(401, b"", {}), times=100))
    report = instep.group_on_demand("Sales", "ann", "bob")
    assert (len(report.members), report.group) == (1, None)
    assert report.members[0].summary.state is CycleState.INTERRUPTED


def test_where_the_target_fails_at_the_group_that_is_shown_and_the_next_cycle_does_it(instep: Installation) -> None:
    instep.target.faults.append(Fault(Answer(401, b"", {}), times=100, concerning="/Groups"))
    report = instep.group_on_demand("Sales", "ann")
    assert of_group(report).steps[0].name == "Test connection"
    assert of_group(report).summary.state is CycleState.INTERRUPTED
    instep.target.faults.clear()
    cycle(instep)
    assert members(instep) == ["ann", "bob", "cas"]
