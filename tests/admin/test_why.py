"""Is it said in plain words why somebody has an account, or none? Each sentence is meant to be read aloud."""

from dataclasses import replace
from datetime import datetime

import pytest

from fakes.installation import Installation
from fakes.memory_target import Fault
from instep.admin.provisioning import NotConnected
from instep.admin.why import Story, paragraph, tell
from instep.directory.errors import NotFound
from instep.ledger.jobs import JobState, NestedGroups
from instep.rules.health.outcomes import Answer
from instep.rules.mapping.attribute_mapping import AttributeMapping, FromExpression
from instep.rules.scoping.filters import Clause, ScopingFilter
from instep.rules.scoping.standing import Scope
from instep.store.history import StoredHistory


def story(at: Installation, who: str, moment: datetime | None = None) -> Story:
    return tell(at.service, at.directory, StoredHistory(at.database), at.app, who, moment)


def why(at: Installation, who: str = "ada", moment: datetime | None = None) -> str:
    return paragraph(story(at, who, moment))


@pytest.fixture
def at(installed: Installation) -> Installation:
    """Ada works here since eight o'clock; each cycle is at a full hour."""
    installed.hire("ada", displayName="Ada Example", jobTitle="Engineer")
    installed.jobs.set_state(installed.job, JobState.ACTIVE, installed.now, "tester")
    return installed


def cycle(at: Installation) -> None:
    at.wait(hours=1)
    at.cycle()


def test_someone_who_was_assigned_and_created(at: Installation) -> None:
    at.assign("ada")
    cycle(at)
    cycle_id = at.log("ada")[0].cycle_id
    assert why(at) == (
        "Ada Example (ada@corp.example) has an active account in Proxyclick, account-000001. tester assigned the role "
        "User to the user on 2026-03-02 08:00 UTC. Instep created the account on 2026-03-02 09:00 UTC in the initial "
        f"cycle {cycle_id[:8]}, because no account matched."
    )


def test_someone_who_is_assigned_through_a_group_and_was_found_by_a_match(at: Installation) -> None:
    at.target.put(userName="ada@corp.example", active=True)
    at.add_group("Engineering")
    at.assign_group("Engineering")
    at.wait(minutes=30)
    at.join("Engineering", "ada")
    cycle(at)
    assert (
        "tester assigned the role User to the group Engineering on 2026-03-02 08:00 UTC, and tester added the user to "
        "it on 2026-03-02 08:30 UTC. Instep found the account by its userName on 2026-03-02 09:30 UTC in the initial "
        "cycle"
    ) in why(at)


def test_someone_who_is_assigned_through_a_group_in_a_group(at: Installation) -> None:
    at.settle(nested_groups=NestedGroups.EXPAND)
    at.add_group("Staff")
    at.add_group("Engineering", "ada")
    at.nest("Staff", "Engineering")
    at.assign_group("Staff")
    cycle(at)
    assert (
        "tester assigned the role User to the group Staff on 2026-03-02 08:00 UTC; the group Engineering is in it, and "
        "tester added the user to that one on 2026-03-02 08:00 UTC."
    ) in why(at)


def test_everyone(at: Installation) -> None:
    at.assign_all()
    cycle(at)
    assert "tester assigned the role User to everyone on 2026-03-02 08:00 UTC." in why(at)


def test_a_job_that_takes_all_users(at: Installation) -> None:
    at.settle(scope=Scope.ALL)
    cycle(at)
    assert "The job takes all users of the directory." in why(at)


def test_someone_who_never_was_assigned(at: Installation) -> None:
    cycle(at)
    assert why(at) == (
        "Ada Example (ada@corp.example) has no account in Proxyclick. The user is not assigned, neither directly nor "
        "through a group. No cycle has come to this user."
    )


def test_someone_with_default_access_only(at: Installation) -> None:
    at.assign("ada", "Default Access")
    cycle(at)
    said = why(at)
    assert "tester assigned the role Default Access to the user" in said
    assert "That role alone does not entitle to an account." in said


@pytest.mark.parametrize(
    ("end", "sentence"),
    [
        ("unassign", "tester ended the user's assignment on 2026-03-02 09:00 UTC."),
        ("leave", "tester removed the user from the group Engineering on 2026-03-02 09:00 UTC, through which alone the "
                  "user was assigned."),
        ("unassign_group", "tester ended the assignment of the group Engineering on 2026-03-02 09:00 UTC, through "
                           "which alone the user was assigned."),
        ("delete_group", "tester deleted the group Engineering on 2026-03-02 09:00 UTC, through which alone the user "
                         "was assigned."),
        ("unassign_all", "tester ended the assignment of everyone on 2026-03-02 09:00 UTC."),
    ],
)  # fmt: skip
def test_who_ended_it_and_when(at: Installation, end: str, sentence: str) -> None:
    if end == "unassign":
        at.assign("ada")
    elif end == "unassign_all":
        at.assign_all()
    else:
        at.add_group("Engineering", "ada")
        at.assign_group("Engineering")
    cycle(at)
    act = getattr(at, end)
    act(*{"leave": ("Engineering", "ada"), "unassign": ("ada",), "unassign_all": ()}.get(end, ("Engineering",)))
    cycle(at)
    said = why(at)
    assert "has the account account-000001 in Proxyclick, and it is disabled." in said
    assert sentence in said
    assert "Instep disabled the account on 2026-03-02 10:00 UTC in the incremental cycle" in said
    assert "because the user is not assigned to the application." in said


def test_someone_who_is_disabled_in_the_directory(at: Installation) -> None:
    at.assign("ada")
    at.disable("ada")
    cycle(at)
    said = why(at)
    assert said.startswith(
        "Ada Example (ada@corp.example) has no account in Proxyclick. tester disabled the user in the "
    )
    assert "Last decided on 2026-03-02 09:00 UTC in the initial cycle" in said


def test_a_filter_that_keeps_someone_out_and_one_that_lets_someone_in(at: Installation) -> None:
    at.filter_users(ScopingFilter("Sales", (Clause("department", "EQUALS", ("Sales",)),)))
    at.assign("ada")
    cycle(at)
    assert "The user fails the scoping filter Sales: department EQUALS 'Sales' (it has no value)." in why(at)
    at.change("ada", department="Sales")
    cycle(at)
    assert "The user passes the scoping filter Sales." in why(at)


def test_someone_in_the_recycle_bin_and_someone_who_was_purged(at: Installation) -> None:
    at.assign("ada")
    cycle(at)
    at.delete("ada")
    cycle(at)
    said = why(at)
    assert "tester deleted the user on 2026-03-02 09:00 UTC, who is in the recycle bin." in said
    assert "Instep disabled the account on 2026-03-02 10:00 UTC" in said
    at.purge("ada")
    cycle(at)
    said = why(at, "ada@corp.example")
    assert said.startswith(
        "ada@corp.example has no account in Proxyclick. tester deleted the user from the directory for good"
    )
    assert "The account account-000001 was deleted on 2026-03-02 11:00 UTC" in said


def test_someone_who_was_purged_before_any_cycle_is_known_from_the_change_log(at: Installation) -> None:
    at.delete("ada")
    at.purge("ada")
    assert "deleted the user from the directory for good on 2026-03-02 08:00 UTC" in why(at, "ADA@corp.example")


def test_someone_nobody_has_heard_of_is_refused_with_near_names(at: Installation) -> None:
    with pytest.raises(NotFound, match=r"ada@corp\.example"):
        why(at, "adda@corp.example")


def test_an_application_without_a_job_says_so(at: Installation) -> None:
    with at.database.write() as connection:
        connection.exec_driver_sql("DELETE FROM jobs")
    with pytest.raises(NotConnected, match="is not connected yet"):
        why(at)


def test_a_failure_is_told_with_its_reason_and_the_next_attempt(at: Installation) -> None:
    at.assign("ada")
    at.target.faults = [Fault(Answer(403, b'{"detail": "not for you"}'), {"POST"})]
    cycle(at)
    said = why(at)
    assert "The last attempt, on 2026-03-02 09:00 UTC in the initial cycle" in said
    assert "failed: HTTP 403: not for you. It is tried again in the first cycle after 2026-03-02 09:00 UTC" in said


def test_a_held_removal_is_told(at: Installation) -> None:
    at.assign("ada")
    cycle(at)
    at.settle(removals=0)
    at.unassign("ada")
    cycle(at)
    said = why(at)
    assert "has an active account in Proxyclick, account-000001." in said
    assert (
        "Since 2026-03-02 10:00 UTC: The removal of ada@corp.example's account account-000001 is held, because the "
        "user is not assigned to the application"
    ) in said


def test_a_held_create_is_told(at: Installation) -> None:
    at.settle(creates=0)
    at.assign("ada")
    cycle(at)
    assert "The account of ada@corp.example is not created yet: 1 create exceeds the budget of 0 a cycle." in why(at)


@pytest.mark.parametrize(
    ("state", "sentence"),
    [
        (JobState.ACTIVE, "has not been taken up yet: the next cycle does that."),
        (JobState.PAUSED, "has not been taken up yet: the job is stopped, and takes it up when it is started or run."),
    ],
)
def test_what_no_cycle_has_taken_up_yet_is_told(at: Installation, state: JobState, sentence: str) -> None:
    at.jobs.set_state(at.job, state, at.now, "tester")
    at.assign("ada")
    assert f"What tester changed on 2026-03-02 08:00 UTC {sentence}" in why(at)


def test_an_account_that_vanished_and_came_again(at: Installation) -> None:
    at.assign("ada")
    cycle(at)
    at.target.accounts.clear()
    at.change("ada", jobTitle="Director")
    cycle(at)
    assert (
        "The account before, account-000001, had vanished: Instep created the account on 2026-03-02 10:00 UTC in the "
        "incremental cycle"
    ) in why(at)


def test_on_demand_names_who_asked_for_it(at: Installation) -> None:
    at.assign("ada")
    at.on_demand("ada")
    assert "Instep created the account on 2026-03-02 08:00 UTC on demand by tester, because no account matched." in why(
        at
    )


def test_an_account_whose_log_is_not_kept_any_more(at: Installation) -> None:
    at.assign("ada")
    cycle(at)
    with at.database.write() as connection:
        connection.exec_driver_sql("DELETE FROM provisioning_log")
    assert (
        "Instep created the account, or linked it, on 2026-03-02 09:00 UTC; the log of that is not kept any more."
    ) in why(at)


def test_each_value_has_its_mapping_and_the_entry_that_wrote_it_last(at: Installation) -> None:
    at.target.put(userName="ada@corp.example", active=True, title="Engineer")
    at.assign("ada")
    cycle(at)
    at.change("ada", givenName="Augusta")
    cycle(at)
    told = {value.attribute: value for value in story(at, "ada").values}
    given = told["name.givenName"]
    assert (given.value, given.kind, given.expression) == ("Augusta", "direct", "[givenName]")
    assert given.written is not None
    assert given.written.at == at.now
    assert told["title"].written is None
    assert told["title"].value == "Engineer"
    assert told["active"].kind == "expression"


def test_hidden_values_are_hidden(at: Installation) -> None:
    at.assign("ada")
    cycle(at)
    at.map_users(AttributeMapping("title", FromExpression("Redact([jobTitle])")))
    told = {value.attribute: value.value for value in story(at, "ada").values}
    assert told["title"] == "[Redact]"
    assert told["name.givenName"] == "ada"


def test_an_earlier_moment_is_told_as_it_was_then(at: Installation) -> None:
    before_all = at.now
    at.wait(minutes=5)
    at.add_group("Engineering", "ada")
    at.assign_group("Engineering")
    cycle(at)
    at.change("ada", displayName="Ada Other", jobTitle="Director")
    at.wait(minutes=30)
    with_account = at.now
    at.wait(minutes=1)
    at.leave("Engineering", "ada")
    at.delete_group("Engineering")
    cycle(at)
    assert "has the account account-000001 in Proxyclick, and it is disabled." in why(at)

    first = why(at, moment=before_all)
    assert first.startswith("On 2026-03-02 08:00 UTC, Ada Example (ada@corp.example) had no account in Proxyclick.")
    assert "The user was not assigned, neither directly nor through a group." in first

    then = why(at, moment=with_account)
    assert then.startswith(
        "On 2026-03-02 09:35 UTC, Ada Other (ada@corp.example) had an active account in Proxyclick, "
    )
    assert "tester added the user to it on 2026-03-02 08:05 UTC" in then
    assert "disabled" not in then
    assert {value.attribute: value.value for value in story(at, "ada", with_account).values}["title"] == "Engineer"

    assert "was not in the directory then" in why(at, moment=before_all.replace(hour=1))


def test_a_moment_to_come_is_told_as_now(at: Installation) -> None:
    at.assign("ada")
    cycle(at)
    later = at.now.replace(year=2030)
    assert replace(story(at, "ada", later), at=None).account_id == "account-000001"
