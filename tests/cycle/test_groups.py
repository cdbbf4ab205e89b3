"""Do the target's groups and their members follow the directory, with the fewest writes?"""

from collections.abc import Iterator

import pytest

from fakes.installation import Installation, install, open_database
from fakes.memory_target import Fault, Sent
from instep.ledger.cycles import CycleSummary
from instep.ledger.jobs import NestedGroups
from instep.ledger.wording import reason
from instep.rules.health.outcomes import Answer, NoAnswer
from instep.rules.scoping.standing import Scope
from instep.store.database import Database


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    with open_database(tmp_path_factory.mktemp("groups")) as opened:
        yield opened


@pytest.fixture
def instep(database: Database) -> Installation:
    installation = install(database, "custom-scim")
    installation.settle(removals=1000, group_removals=1000)
    installation.hire_all(["ann", "bob", "cas", "dan"])
    return installation


def cycle(instep: Installation) -> CycleSummary:
    instep.target.forget_requests()
    instep.wait(hours=1)
    return instep.cycle()


def requests(instep: Installation) -> dict[str, int]:
    """The requests of a cycle."""
    cycle(instep)
    return dict(instep.target.requests)


def members(instep: Installation, group: str) -> list[str]:
    return [name.partition("@")[0] for name in instep.target.members_of(group)]


def group_names(instep: Installation) -> list[str]:
    return sorted(group["displayName"] for group in instep.target.all_groups.values())


def silence(instep: Installation) -> None:
    assert requests(instep) == {}


def sales(instep: Installation, *names: str) -> str:
    group_id = instep.add_group("Sales", *names)
    instep.assign_group("Sales")
    return group_id


def test_an_assigned_group_is_created_empty_and_then_gets_its_members(instep: Installation) -> None:
    group_id = sales(instep, "ann", "bob")
    instep.add_group("Others", "cas")
    summary = cycle(instep)
    about_groups = [sent for sent in instep.target.writes if sent.endpoint == "/Groups"]
    assert [sent.method for sent in about_groups] == ["POST", "PATCH"]
    assert about_groups[0].body == {
        "schemas": ["urn:ietf:params:scim:schemas:core:2.0:Group"],
        "displayName": "Sales",
        "externalId": group_id,
    }
    assert members(instep, "Sales") == ["ann", "bob"]
    assert group_names(instep) == ["Sales"]
    document = summary.as_document()
    assert (document["users"], document["groups"], document["groups_created"], document["memberships_added"]) == (
        2, 1, 1, 2,
    )  # fmt: skip
    silence(instep)


def test_a_member_who_joins_or_leaves_costs_one_patch(instep: Installation) -> None:
    sales(instep, "ann", "bob")
    instep.assign("bob")
    cycle(instep)
    instep.leave("Sales", "bob")
    assert requests(instep) == {"PATCH": 1}
    assert members(instep, "Sales") == ["ann"]
    instep.join("Sales", "bob")
    assert requests(instep) == {"PATCH": 1}
    assert members(instep, "Sales") == ["ann", "bob"]
    silence(instep)


def test_a_renamed_group_is_the_same_group(instep: Installation) -> None:
    sales(instep, "ann")
    cycle(instep)
    instep.rename_group("Sales", "Revenue")
    assert requests(instep) == {"PATCH": 1}
    assert group_names(instep) == ["Revenue"]
    assert members(instep, "Revenue") == ["ann"]
    silence(instep)


def test_a_group_that_the_target_does_not_let_be_renamed_keeps_its_name_there(instep: Installation) -> None:
    instep.settle(switches={"group_create_only": "displayName"})
    sales(instep, "ann")
    cycle(instep)
    instep.rename_group("Sales", "Revenue")
    assert requests(instep) == {}
    assert group_names(instep) == ["Sales"]


def test_an_unassigned_group_is_deleted_when_its_members_are_disabled(instep: Installation) -> None:
    sales(instep, "ann")
    cycle(instep)
    instep.unassign_group("Sales")
    summary = cycle(instep)
    assert [sent.method for sent in instep.target.writes] == ["PATCH", "DELETE"]
    assert group_names(instep) == []
    assert summary.counts.of_groups.groups_deleted == 1
    silence(instep)


def test_a_deleted_group_is_deleted_in_the_target(instep: Installation) -> None:
    sales(instep, "ann")
    instep.assign("ann")
    cycle(instep)
    instep.delete_group("Sales")
    assert requests(instep) == {"DELETE": 1}
    silence(instep)


def test_with_scope_all_every_group_is_provisioned(instep: Installation) -> None:
    instep.settle(scope=Scope.ALL)
    instep.add_group("Sales", "ann")
    instep.add_group("Empty")
    cycle(instep)
    assert group_names(instep) == ["Empty", "Sales"]
    assert members(instep, "Sales") == ["ann"]
    silence(instep)


def test_a_leaver_is_taken_out_and_whoever_returns_is_put_back(instep: Installation) -> None:
    sales(instep, "ann", "bob")
    cycle(instep)
    instep.disable("bob")
    assert requests(instep) == {"PATCH": 2}
    assert members(instep, "Sales") == ["ann"]
    silence(instep)
    instep.enable("bob")
    assert requests(instep) == {"PATCH": 2}
    assert members(instep, "Sales") == ["ann", "bob"]
    instep.delete("bob")
    assert requests(instep) == {"PATCH": 2}
    instep.restore("bob")
    assert requests(instep) == {"PATCH": 2}
    assert members(instep, "Sales") == ["ann", "bob"]
    silence(instep)


def test_a_purged_member_costs_no_request_of_the_group(instep: Installation) -> None:
    sales(instep, "ann", "bob")
    cycle(instep)
    instep.delete("bob")
    instep.purge("bob")
    assert requests(instep) == {"DELETE": 1}
    assert members(instep, "Sales") == ["ann"]
    silence(instep)


def test_a_member_who_comes_into_scope_later_is_added_by_itself(instep: Installation) -> None:
    instep.disable("bob")
    sales(instep, "ann", "bob")
    cycle(instep)
    assert members(instep, "Sales") == ["ann"]
    silence(instep)
    instep.enable("bob")
    cycle(instep)
    assert members(instep, "Sales") == ["ann", "bob"]
    silence(instep)


def test_a_group_of_that_name_is_linked_and_keeps_the_members_that_others_gave_it(instep: Installation) -> None:
    stranger = instep.target.put(userName="stranger@corp.example")
    theirs = instep.target.groups.put(displayName="sales", members=[{"value": stranger}])
    sales(instep, "ann")
    cycle(instep)
    assert [group["id"] for group in instep.target.all_groups.values()] == [theirs]
    assert members(instep, "Sales") == ["ann", "stranger"]
    asked = [sent.query for sent in instep.target.sent if sent.endpoint == "/Groups" and sent.method == "GET"]
    assert asked == ['displayName eq "Sales"']
    silence(instep)


def test_two_groups_of_that_name_are_refused_by_their_ids(instep: Installation) -> None:
    ids = [instep.target.groups.put(displayName="Sales") for _ in range(2)]
    group_id = sales(instep, "ann")
    cycle(instep)
    [entry] = instep.log(group_id)
    assert entry.entry.code == "DuplicateTargetEntries"
    assert all(identifier in reason(entry.entry) for identifier in ids)


def test_one_group_of_the_target_is_not_given_to_two_of_the_directory(instep: Installation) -> None:
    sales(instep, "ann")
    cycle(instep)
    resource = next(iter(instep.target.all_groups))
    instep.rename_group("Sales", "Revenue")
    other = instep.add_group("Sales", "bob")
    instep.assign_group("Sales")
    instep.target.faults.append(Fault(Answer(400, b"no"), ["PATCH"], concerning=resource))  # the rename fails
    cycle(instep)
    assert instep.log(other)[-1].entry.code == "DuplicateSourceEntries"
    cycle(instep)
    cycle(instep)
    assert group_names(instep) == ["Revenue", "Sales"]
    assert members(instep, "Sales") == ["bob"]


def test_a_conflict_on_create_is_looked_up_and_linked(instep: Installation) -> None:
    sales(instep, "ann")

    def make_it_first(sent: object) -> None:
        instep.target.on_request = None
        instep.target.groups.put(displayName="Sales")

    conflict = Answer(409, b'{"schemas": ["urn:ietf:params:scim:api:messages:2.0:Error"], "status": "409"}')
    instep.target.faults.append(Fault(conflict, ["POST"], concerning="/Groups"))
    instep.target.on_request = lambda sent: (
        make_it_first(sent) if sent.endpoint == "/Groups" and sent.method == "POST" else None
    )
    cycle(instep)
    assert group_names(instep) == ["Sales"]
    assert members(instep, "Sales") == ["ann"]
    silence(instep)


def test_an_answer_that_is_lost_makes_no_second_group(instep: Installation) -> None:
    sales(instep, "ann")
    lost = Fault(NoAnswer("gone"), ["POST"], takes_effect=True, concerning="/Groups")
    instep.target.faults.append(lost)
    summary = cycle(instep)
    assert group_names(instep) == ["Sales"]
    assert members(instep, "Sales") == ["ann"]
    assert summary.counts.of_groups.groups_created == 1
    silence(instep)


def test_a_group_that_vanished_is_made_again_with_all_its_members(instep: Installation) -> None:
    sales(instep, "ann", "bob")
    cycle(instep)
    instep.target.all_groups.clear()
    instep.leave("Sales", "bob")
    cycle(instep)
    assert members(instep, "Sales") == ["ann"]
    silence(instep)


def test_one_member_whom_the_target_refuses_keeps_nobody_else_out(instep: Installation) -> None:
    names = [f"u{number:02d}" for number in range(20)]
    instep.hire_all(names)
    group_id = sales(instep, *names)
    instep.add_group("Others", *names)
    cycle(instep)
    gone = instep.target.named("u07@corp.example")
    assert gone is not None
    del instep.target.accounts[gone["id"]]  # unnoticed, for nothing of the user changes
    for group in instep.target.all_groups.values():
        group["members"] = [member for member in group["members"] if member["value"] != gone["id"]]
    instep.assign_group("Others")
    cycle(instep)
    assert len(members(instep, "Others")) == 19
    [failed] = [entry for entry in instep.log() if entry.entry.code == "UnableToResolveReferenceAttributeValue"]
    assert "u07" in reason(failed.entry)
    assert failed.entry.user_id != group_id


def test_one_group_that_fails_fails_alone_and_is_tried_again(instep: Installation) -> None:
    sales(instep, "ann")
    instep.add_group("Others", "bob")
    instep.assign_group("Others")
    instep.target.faults.append(Fault(Answer(400, b"no"), ["POST"], concerning='"displayName":"Sales"'))
    summary = cycle(instep)
    assert group_names(instep) == ["Others"]
    assert summary.counts.of_groups.groups_failed == 1
    cycle(instep)
    assert group_names(instep) == ["Others", "Sales"]
    assert members(instep, "Sales") == ["ann"]
    silence(instep)


def test_an_application_without_groups_is_asked_once_and_users_go_on(instep: Installation) -> None:
    instep.settle(concurrency=1)
    sales(instep, "ann")
    instep.add_group("Others", "bob")
    instep.assign_group("Others")
    instep.target.faults.append(Fault(Answer(404, b"no"), ["GET"], times=99, concerning="/Groups"))
    summary = cycle(instep)
    assert summary.counts.created == 2
    assert len([sent for sent in instep.target.sent if sent.endpoint == "/Groups"]) == 1
    assert {e.entry.code for e in instep.log() if e.entry.source_type == "Group"} == {"NotImplemented"}


def test_members_come_in_portions_that_the_target_takes(instep: Installation) -> None:
    names = [f"u{number:03d}" for number in range(250)]
    instep.hire_all(names)
    sales(instep, *names)
    cycle(instep)
    sizes = [
        len(sent.body["Operations"][0]["value"])
        for sent in instep.target.writes
        if sent.endpoint == "/Groups" and sent.method == "PATCH"
    ]
    assert sizes == [100, 100, 50]
    assert len(members(instep, "Sales")) == 250
    silence(instep)


def test_people_who_leave_groups_are_held_over_the_budget_of_removals(instep: Installation) -> None:
    instep.settle(removals=1)
    group_id = sales(instep, "ann", "bob", "cas")
    for name in ("ann", "bob", "cas"):
        instep.assign(name)
    cycle(instep)
    for name in ("ann", "bob"):
        instep.leave("Sales", name)
    instep.join("Sales", "dan")
    summary = cycle(instep)
    assert members(instep, "Sales") == ["ann", "bob", "cas", "dan"]
    assert summary.counts.of_groups.memberships_held == 2
    entry = instep.log(group_id)[-1].entry
    assert entry.facts["held"] == 2
    cycle(instep)
    assert members(instep, "Sales") == ["ann", "bob", "cas", "dan"]
    instep.settle(removals=5)
    cycle(instep)
    assert members(instep, "Sales") == ["cas", "dan"]
    silence(instep)


def test_the_deletion_of_groups_has_a_budget_of_its_own(instep: Installation) -> None:
    instep.settle(group_removals=1)
    for name in ("A", "B", "C"):
        instep.add_group(name)
        instep.assign_group(name)
    cycle(instep)
    instep.delete_group("A")
    instep.delete_group("B")
    summary = cycle(instep)
    assert group_names(instep) == ["A", "B", "C"]
    assert summary.counts.of_groups.groups_held == 2
    silence(instep)
    instep.settle(group_removals=2)
    cycle(instep)
    assert group_names(instep) == ["C"]


def test_nested_groups_are_not_followed_unless_the_job_says_so(instep: Installation) -> None:
    sales(instep, "ann")
    instep.add_group("Inside", "bob")
    instep.nest("Sales", "Inside")
    cycle(instep)
    assert members(instep, "Sales") == ["ann"]
    assert instep.target.named("bob@corp.example") is None


def expanding(instep: Installation) -> Installation:
    """Sales contains Inside, which contains Deep, which contains Sales again: ann, bob and cas."""
    instep.settle(nested_groups=NestedGroups.EXPAND)
    sales(instep, "ann")
    instep.add_group("Inside", "bob")
    instep.add_group("Deep", "cas")
    instep.nest("Sales", "Inside")
    instep.nest("Inside", "Deep")
    instep.nest("Deep", "Sales")
    cycle(instep)
    return instep


def test_nested_groups_are_expanded_at_any_depth_and_round_in_circles(instep: Installation) -> None:
    expanding(instep)
    assert group_names(instep) == ["Sales"]
    assert members(instep, "Sales") == ["ann", "bob", "cas"]
    silence(instep)


def test_a_member_who_joins_deep_inside_is_entitled_and_becomes_a_member(instep: Installation) -> None:
    expanding(instep)
    instep.join("Deep", "dan")
    assert requests(instep) == {"GET": 1, "POST": 1, "PATCH": 1}
    assert members(instep, "Sales") == ["ann", "bob", "cas", "dan"]
    silence(instep)
    instep.leave("Deep", "dan")
    assert requests(instep) == {"PATCH": 2}
    assert members(instep, "Sales") == ["ann", "bob", "cas"]
    silence(instep)


def test_a_group_that_goes_in_or_out_takes_everyone_in_it_along(instep: Installation) -> None:
    expanding(instep)
    instep.unnest("Sales", "Inside")
    cycle(instep)
    assert members(instep, "Sales") == ["ann"]
    silence(instep)
    instep.nest("Sales", "Inside")
    cycle(instep)
    assert members(instep, "Sales") == ["ann", "bob", "cas"]
    silence(instep)


def test_a_deleted_group_inside_takes_everyone_in_it_along(instep: Installation) -> None:
    expanding(instep)
    for name in ("bob", "cas"):
        instep.assign(name)
    cycle(instep)
    instep.delete_group("Inside")
    assert requests(instep) == {"PATCH": 1}
    assert members(instep, "Sales") == ["ann"]
    silence(instep)


def test_whoever_leaves_inside_while_the_group_goes_out_is_taken_out(instep: Installation) -> None:
    expanding(instep)
    instep.leave("Deep", "cas")
    instep.unnest("Inside", "Deep")
    cycle(instep)
    assert members(instep, "Sales") == ["ann", "bob"]
    account = instep.target.named("cas@corp.example")
    assert account is not None
    assert account["active"] is False
    silence(instep)


def test_a_group_that_loses_a_member_before_everything_else_has_its_entry_in_the_log(instep: Installation) -> None:
    group_id = sales(instep, "ann", "bob")
    cycle(instep)
    instep.disable("bob")
    summary = cycle(instep)
    [entry] = instep.log(group_id, summary.cycle_id)
    assert reason(entry.entry) == "1 member was taken out of Sales."
    assert summary.counts.of_groups.groups == 1
    assert summary.counts.of_groups.groups_updated == 1


def test_a_group_that_was_deleted_before_anybody_knew_of_its_create_is_deleted_in_the_target(
    instep: Installation,
) -> None:
    class Crash(BaseException):
        pass

    def crash(sent: Sent, _answer: object) -> None:
        if (sent.endpoint, sent.method) == ("/Groups", "POST"):
            raise Crash

    sales(instep, "ann")
    instep.target.on_answer = crash
    with pytest.raises((Crash, BaseExceptionGroup)):
        cycle(instep)
    instep.target.on_answer = None
    assert group_names(instep) == ["Sales"]
    instep.delete_group("Sales")
    cycle(instep)
    cycle(instep)
    assert group_names(instep) == []
    silence(instep)
