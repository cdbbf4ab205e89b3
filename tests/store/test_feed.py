"""Whose turn is it in a cycle, for each kind of change of the log, and how is the directory read then?"""

from collections.abc import Callable

import pytest

from fakes.installation import Installation
from instep.cycle.ports import Recorded
from instep.directory.groups import ALL_USERS_GROUP_ID
from instep.ledger.cycles import Counts, Cycle, CycleState
from instep.ledger.plans import Held, PlanSubject, planned_operation
from instep.ledger.records import Action, Escrow, Link, LogEntry, Origin, Status
from instep.rules.planning.plan import Operation, OperationKind
from instep.rules.scoping.standing import Scope
from instep.rules.source_user import Presence
from instep.store.feed import StoredFeed
from instep.store.ledger import StoredLedger


@pytest.fixture
def company(installed: Installation) -> Installation:
    """ada and bob hold a role, cid is in the assigned group, dan in another one, eve in none; all that is read."""
    installed.hire_all(["ada", "bob", "cid", "dan", "eve"])
    installed.assign("ada")
    installed.assign("bob")
    installed.add_group("staff", "cid")
    installed.assign_group("staff")
    installed.add_group("guests", "dan")
    read_everything(installed)
    return installed


def begin(instep: Installation) -> Cycle:
    ledger = StoredLedger(instep.database)
    cycle, _ = ledger.begin(instep.job, instep.now, instep.now, instep.new_id())
    return cycle


def read_everything(instep: Installation) -> None:
    """A cycle comes to its end in which everyone was linked who is to be."""
    ledger, job, cycle = StoredLedger(instep.database), instep.job, begin(instep)
    users = StoredFeed(instep.database).walk(job, cycle, None, 100).users
    links = [Link(user.id, f"account of {user.id}", True, Origin.CREATED, {}) for user in users]
    ledger.record(job, cycle, Recorded(links=links), Counts(), None, instep.now)
    ledger.end(job, cycle, CycleState.SUCCEEDED, Counts(), instep.now, None)


def turns(instep: Installation) -> list[str]:
    """Whose turn it is in the next cycle, each as often as the walk names them."""
    feed, cycle, found, after = StoredFeed(instep.database), begin(instep), [], None
    while True:
        batch = feed.walk(instep.job, cycle, after, 2)
        found += [user.id for user in batch.users]
        if batch.last is None:
            assert feed.count(instep.job, cycle) == len(found)
            return found
        after = batch.last


EDITS: list[tuple[str, Callable[[Installation], object], list[str]]] = [
    ("nothing", lambda i: None, []),
    ("a user changes", lambda i: i.change("ada", jobTitle="x"), ["ada"]),
    ("a user changes twice", lambda i: (i.change("ada", jobTitle="x"), i.change("ada", city="y")), ["ada"]),
    ("a user who is neither assigned nor linked changes", lambda i: i.change("eve", jobTitle="x"), []),
    ("a user of a group that is not assigned changes", lambda i: i.change("dan", jobTitle="x"), []),
    ("a user of the assigned group changes", lambda i: i.change("cid", jobTitle="x"), ["cid"]),
    ("a user is disabled", lambda i: i.disable("bob"), ["bob"]),
    ("a user is soft-deleted", lambda i: i.delete("bob"), ["bob"]),
    ("a user is deleted and restored", lambda i: (i.delete("bob"), i.restore("bob")), ["bob"]),
    ("a linked user is purged", lambda i: (i.delete("bob"), i.purge("bob")), ["bob"]),
    ("a linked member is purged", lambda i: (i.delete("cid"), i.purge("cid")), ["cid"]),
    ("a user without a link is purged", lambda i: (i.delete("eve"), i.purge("eve")), []),
    ("a user is assigned", lambda i: i.assign("eve"), ["eve"]),
    ("a user is assigned Default Access", lambda i: i.assign("eve", "Default Access"), ["eve"]),
    ("a user is unassigned", lambda i: i.unassign("ada"), ["ada"]),
    ("a user is unassigned and purged", lambda i: (i.unassign("ada"), i.delete("ada"), i.purge("ada")), ["ada"]),
    ("a user joins the assigned group", lambda i: i.join("staff", "eve"), ["eve"]),
    ("a user joins another group", lambda i: i.join("guests", "eve"), []),
    ("a user leaves the assigned group", lambda i: i.leave("staff", "cid"), ["cid"]),
    ("a user leaves another group", lambda i: i.leave("guests", "dan"), []),
    ("a group is assigned", lambda i: i.assign_group("guests"), ["dan"]),
    ("a group is unassigned", lambda i: i.unassign_group("staff"), ["cid"]),
    ("a group is left and then unassigned", lambda i: (i.leave("staff", "cid"), i.unassign_group("staff")), ["cid"]),
    ("a group is unassigned and then left", lambda i: (i.unassign_group("staff"), i.leave("staff", "cid")), ["cid"]),
    ("the assigned group is deleted", lambda i: i.delete_group("staff"), ["cid"]),
    ("another group is deleted", lambda i: i.delete_group("guests"), []),
    ("a group is unassigned and deleted", lambda i: (i.unassign_group("staff"), i.delete_group("staff")), ["cid"]),
    ("All users is assigned", lambda i: i.assign_all(), ["ada", "bob", "cid", "dan", "eve"]),
    ("All users comes and goes", lambda i: (i.assign_all(), i.unassign_all()), ["ada", "bob", "cid", "dan", "eve"]),
    ("someone joins while All users is assigned", lambda i: (i.assign_all(), i.hire("fay")),
     ["ada", "bob", "cid", "dan", "eve", "fay"]),
    ("everything at once", lambda i: (i.assign("cid"), i.join("staff", "ada"), i.change("ada", city="x"),
                                      i.unassign("bob"), i.delete("cid")), ["ada", "bob", "cid"]),
]  # fmt: skip


@pytest.mark.parametrize(("edit", "who"), [each[1:] for each in EDITS], ids=[each[0] for each in EDITS])
def test_a_change_gives_a_turn_to_exactly_those_it_is_about_each_once(
    company: Installation, edit: Callable[[Installation], object], who: list[str]
) -> None:
    edit(company)
    assert turns(company) == who


def test_everyone_who_was_in_all_users_has_a_turn_when_it_is_unassigned(company: Installation) -> None:
    company.assign_all()
    read_everything(company)
    company.unassign_all()
    assert turns(company) == ["ada", "bob", "cid", "dan", "eve"]


def test_a_change_of_another_application_is_nobodys_turn(company: Installation) -> None:
    other = company.applications
    from instep.admin.applications import Principal, add_app, assign, find_role
    from instep.directory.applications import PrincipalType

    app, _ = add_app(other, "custom-scim", "Another", company.clock, company.new_id, "tester")
    everyone = Principal(PrincipalType.GROUP, ALL_USERS_GROUP_ID, "All users")
    assign(other, app, everyone, find_role(app, "User"), company.clock, company.new_id, "tester")
    assert turns(company) == []


def test_users_who_failed_have_a_turn_when_they_are_due_and_held_ones_always(company: Installation) -> None:
    ledger, job, cycle = StoredLedger(company.database), company.job, begin(company)
    soon, later = company.now, company.now.replace(hour=23)
    escrows = [
        Escrow("ada", company.now, 1, soon, "Timeout", {}),
        Escrow("bob", company.now, 2, later, "Timeout", {}),
    ]
    operation = Operation(OperationKind.DISABLE, "a", {}, {"active": False}, leaves_active=False)
    entry = LogEntry("cid", "cid", "a", Action.STAGED_DELETE, Status.WARNING, "StagedDelete", {})
    held = Held(planned_operation(entry, operation, 0), PlanSubject.REMOVALS)
    recorded = Recorded(escrows=escrows, held=[held], entries=[entry])
    ledger.record(job, cycle, recorded, Counts(), None, company.now)
    ledger.end(job, cycle, CycleState.SUCCEEDED, Counts(), company.now, None)
    assert turns(company) == ["ada", "cid"]


def test_an_initial_cycle_walks_through_the_entitled_and_the_linked(company: Installation) -> None:
    company.unassign("ada")
    company.delete("bob")
    company.jobs.restart(company.job, company.now, "tester")
    assert turns(company) == ["ada", "bob", "cid"]
    company.settle(scope=Scope.ALL)
    assert turns(company) == ["ada", "bob", "cid", "dan", "eve"]


def test_a_user_is_read_with_roles_however_held_link_and_manager(company: Installation) -> None:
    company.change("ada", manager="cid")
    company.join("staff", "ada")
    company.assign("ada", "Default Access")
    batch = StoredFeed(company.database).some(company.job, begin(company), ["ada"])
    [ada] = batch.users
    assert (ada.presence, ada.has_default_access, ada.manager_id) == (Presence.LIVE, True, "cid")
    assert [(role["value"], role["displayName"]) for role in ada.roles] == [("User", "User")]
    assert batch.links["ada"].account_id == "account of ada"
    assert batch.managers == {"cid": "account of cid"}
    assert batch.head == StoredFeed(company.database).head()


def test_of_one_who_was_purged_the_name_is_still_known_and_of_one_never_heard_of_nothing(
    company: Installation,
) -> None:
    company.delete("bob")
    company.purge("bob")
    batch = StoredFeed(company.database).some(company.job, begin(company), ["bob", "zoe"])
    [bob] = batch.users
    assert (bob.presence, bob.name) == (Presence.PURGED, "bob@corp.example")


def test_a_deleted_group_gives_no_role_to_its_former_members(company: Installation) -> None:
    company.delete_group("staff")
    [cid] = StoredFeed(company.database).some(company.job, begin(company), ["cid"]).users
    assert cid.roles == ()
