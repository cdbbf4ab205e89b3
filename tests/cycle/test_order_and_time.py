"""In which order are requests sent, and what if the directory or the configuration moves on meanwhile?"""

import asyncio
import threading
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import pytest

from fakes.installation import Installation
from fakes.memory_target import Sent
from instep.cycle import everyone
from instep.cycle.ports import Batch, ToSend
from instep.directory.users import create_user
from instep.ledger.cycles import Cycle, CycleKind, CycleState
from instep.ledger.jobs import Job
from instep.ledger.records import Action, Status
from instep.rules.scoping.filters import Clause, ScopingFilter
from instep.rules.scoping.standing import Scope
from instep.store.database import Database
from instep.store.feed import StoredFeed
from instep.store.ledger import StoredLedger


@dataclass
class Once:
    """Something that happens the first time that its moment comes."""

    act: Callable[[], None] | None

    def happen(self) -> None:
        act, self.act = self.act, None
        if act is not None:
            act()


class FeedThatIsOvertaken(StoredFeed):
    """The stored feed; right after a page of the second pass was read, something happens in the directory."""

    def __init__(self, database: Database, act: Callable[[], None]) -> None:
        super().__init__(database)
        self.once = Once(act)

    def walk(self, job: Job, cycle: Cycle, after: str | None, limit: int) -> Batch:
        batch = super().walk(job, cycle, after, limit)
        self.once.happen()
        return batch


class FeedThatMovesAfterTheScan(StoredFeed):
    """The stored feed; between the first pass and the second something happens in the directory."""

    def __init__(self, database: Database, act: Callable[[], None]) -> None:
        super().__init__(database)
        self.once = Once(act)

    def walk(self, job: Job, cycle: Cycle, after: str | None, limit: int) -> Batch:
        self.once.happen()
        return super().walk(job, cycle, after, limit)


class LedgerThatIsOvertaken(StoredLedger):
    """The stored ledger; right after operations were written down, something happens."""

    def __init__(self, database: Database, act: Callable[[], None]) -> None:
        super().__init__(database)
        self.once = Once(act)

    def record_sent(
        self, job: Job, cycle: Cycle, operations: Sequence[ToSend], decided_at: int, now: datetime
    ) -> tuple[Sequence[int], Collection[str]]:
        written = super().record_sent(job, cycle, operations, decided_at, now)
        self.once.happen()
        return written


def names(count: int) -> list[str]:
    return [f"u{number:04d}" for number in range(count)]


def hire_many(instep: Installation, count: int) -> None:
    """Many users in one transaction."""
    with instep.directory.writing("tester") as writing:
        for name in names(count):
            attributes = {
                "userPrincipalName": f"{name}@corp.example",
                "displayName": name,
                "givenName": name,
                "surname": "Example",
            }
            writing.save_user(create_user(name, attributes, instep.now))


def who(instep: Installation, sent: Sent) -> str:
    """Whose account a write was about."""
    if sent.method == "POST":
        return str(sent.body["userName"]).partition("@")[0]
    owners = dict(instep.rows("SELECT account_id, user_id FROM links"))
    return owners.get(sent.account_id, "nobody")


def provisioned(instep: Installation, *user_ids: str) -> None:
    """These users have accounts, and the requests for them are forgotten."""
    instep.hire_all(user_ids)
    for user_id in user_ids:
        instep.assign(user_id)
    assert instep.cycle().counts.created == len(user_ids)
    instep.target.forget_requests()


def test_the_first_pass_sends_removals_before_anything_else_whatever_their_order_by_id(instep: Installation) -> None:
    provisioned(instep, "a", "m", "z")
    instep.change("a", jobTitle="Engineer")
    instep.hire("b")
    instep.assign("b")
    instep.unassign("z")
    summary = instep.cycle()
    first = instep.target.writes[0]
    assert (first.method, who(instep, first)) == ("PATCH", "z")
    assert {who(instep, sent) for sent in instep.target.writes[1:]} == {"a", "b"}
    assert (summary.counts.disabled, summary.counts.updated, summary.counts.created) == (1, 1, 1)


def test_an_operation_that_a_change_overtook_is_decided_again_and_never_sent(instep: Installation) -> None:
    provisioned(instep, "ada")
    instep.change("ada", jobTitle="Engineer")
    instep.feed = FeedThatIsOvertaken(instep.database, lambda: instep.change("ada", jobTitle="Director"))
    instep.cycle()
    assert [sent.body["Operations"][0]["value"] for sent in instep.target.writes] == ["Director"]
    assert [row[0] for row in instep.rows("SELECT state FROM operations ORDER BY id")] == ["done", "stale", "done"]
    instep.feed = None
    instep.target.forget_requests()
    instep.cycle()
    assert not instep.target.sent


def test_a_joiner_who_is_unassigned_before_the_create_is_sent_gets_no_account(instep: Installation) -> None:
    instep.hire("ada")
    instep.assign("ada")
    instep.feed = FeedThatIsOvertaken(instep.database, lambda: instep.unassign("ada"))
    summary = instep.cycle()
    assert not instep.target.writes
    assert summary.counts.skipped == 1


def test_removals_that_overtake_the_second_pass_are_held_to_their_budget_too(instep: Installation) -> None:
    everyone = names(8)
    provisioned(instep, *everyone)
    for name in everyone:
        instep.change(name, jobTitle="Engineer")

    def unassign_everyone() -> None:
        for name in everyone:
            instep.unassign(name)

    instep.feed = FeedThatIsOvertaken(instep.database, unassign_everyone)
    summary = instep.cycle()
    assert all(account["active"] for account in instep.target.accounts.values())
    assert (summary.counts.disabled, summary.counts.held) == (0, 8)


def test_removals_that_come_between_the_passes_are_held_to_their_budget_too(instep: Installation) -> None:
    everyone = names(8)
    provisioned(instep, *everyone)
    for name in everyone:
        instep.change(name, jobTitle="Engineer")

    def unassign_everyone() -> None:
        for name in everyone:
            instep.unassign(name)

    instep.feed = FeedThatMovesAfterTheScan(instep.database, unassign_everyone)
    summary = instep.cycle()
    assert all(account["active"] for account in instep.target.accounts.values())
    assert (summary.counts.disabled, summary.counts.held) == (0, 8)


def test_a_leaver_between_the_passes_is_disabled_in_the_same_cycle(instep: Installation) -> None:
    provisioned(instep, "ada", "bob")
    instep.change("ada", jobTitle="Engineer")
    instep.feed = FeedThatMovesAfterTheScan(instep.database, lambda: instep.unassign("ada"))
    summary = instep.cycle()
    assert summary.counts.disabled == 1
    assert instep.target.named("ada@corp.example")["active"] is False
    assert [entry.entry.action for entry in instep.log("ada", summary.cycle_id)] == [Action.DISABLE]


def test_a_leaver_does_not_wait_for_the_creates_of_a_long_cycle(instep: Installation) -> None:
    provisioned(instep, "zoe")
    hire_many(instep, 1600)
    instep.settle(scope=Scope.ALL)

    def leave(sent: Sent) -> None:
        if sent.method == "POST" and instep.target.requests["POST"] == 10:
            instep.delete("zoe")

    instep.target.on_request = leave
    summary = instep.cycle()
    order = [sent.method for sent in instep.target.writes]
    assert order.index("PATCH") < 1501, "the leaver waited for all creates"
    assert (summary.counts.created, summary.counts.disabled) == (1600, 1)


def test_an_older_update_of_a_leaver_is_never_sent_after_the_disable(instep: Installation) -> None:
    hire_many(instep, 1100)
    instep.settle(scope=Scope.ALL, concurrency=1)
    instep.cycle()
    for name in names(1100)[:40]:
        instep.disable(name)
    instep.settle(removals=10_000)
    instep.cycle()
    for name in names(1100)[:40]:
        instep.enable(name)
    with instep.database.write() as connection:  # everybody else has a new title
        connection.exec_driver_sql("UPDATE users SET attributes = json_set(attributes, '$.jobTitle', 'Engineer')")
    instep.jobs.restart(instep.job, instep.now, "tester")
    instep.target.forget_requests()
    leaver = names(1100)[39]

    def leave(_sent: Sent) -> None:
        if len(instep.target.writes) == 5:
            instep.delete(leaver)

    instep.target.on_request = leave
    instep.cycle()
    account = instep.target.named(f"{leaver}@corp.example")
    last = [sent for sent in instep.target.writes if sent.account_id == account["id"]][-1]
    assert account["active"] is False, last.body
    assert instep.link(leaver).is_active is False


def test_a_saved_scope_ends_the_running_cycle_and_the_next_is_an_initial_one(instep: Installation) -> None:
    instep.hire_all(["ada", "bob"])
    instep.assign("ada")
    instep.feed = FeedThatIsOvertaken(instep.database, lambda: instep.settle(scope=Scope.ALL))
    summary = instep.cycle()
    assert summary.state is CycleState.SUPERSEDED
    assert not instep.target.writes
    following = instep.cycle()
    assert (following.kind, following.counts.created) == (CycleKind.INITIAL, 2)


def test_a_saved_scoping_filter_ends_the_running_cycle_and_nothing_of_what_it_decided_is_sent(
    instep: Installation,
) -> None:
    instep.hire("ada", department="Sales")
    instep.hire("bob", department="Marketing")
    instep.assign_all()
    sales = ScopingFilter("Sales", (Clause("department", "EQUALS", ("Sales",)),))
    instep.feed = FeedThatIsOvertaken(instep.database, lambda: instep.filter_users(sales))
    assert instep.cycle().state is CycleState.SUPERSEDED
    assert not instep.target.writes
    following = instep.cycle()
    assert (following.kind, following.counts.created, following.counts.skipped) == (CycleKind.INITIAL, 1, 1)


def test_requests_under_way_finish_when_the_configuration_is_saved(instep: Installation) -> None:
    hire_many(instep, 600)
    instep.assign_all()
    instep.ledger = LedgerThatIsOvertaken(instep.database, lambda: instep.settle(scope=Scope.ALL))
    summary = instep.cycle()
    assert summary.state is CycleState.SUPERSEDED
    finished = len(instep.target.accounts)
    assert summary.counts.created == finished < 600
    instep.ledger = None
    assert instep.cycle().counts.created == 600 - finished
    assert len(instep.target.accounts) == 600


def test_an_interrupted_cycle_goes_on_from_its_cursor(instep: Installation) -> None:
    hire_many(instep, 1200)
    instep.assign_all()

    def pull_the_plug(_sent: Sent) -> None:
        if instep.target.requests["POST"] == 700:
            raise KeyboardInterrupt

    instep.target.on_request = pull_the_plug
    with pytest.raises((KeyboardInterrupt, BaseExceptionGroup, asyncio.CancelledError)):
        instep.cycle()
    instep.target.on_request = None
    [(cycle_id, cursor)] = instep.rows("SELECT id, cursor FROM cycles")
    assert cursor in (None, "u0499")
    instep.target.forget_requests()
    summary = instep.cycle()
    assert (summary.cycle_id, summary.state) == (cycle_id, CycleState.SUCCEEDED)
    assert (summary.counts.users, summary.counts.created) == (1200, 1200)
    assert len(instep.target.accounts) == 1200
    logged = [entry.entry.user_id for entry in instep.log()][:3000]
    assert len(instep.rows("SELECT DISTINCT user_id FROM provisioning_log")) == 1200
    assert len(logged) == len(set(logged))


def test_users_who_changed_after_the_cycle_began_have_their_turn_in_the_next(instep: Installation) -> None:
    provisioned(instep, "ada", "bob")
    instep.change("ada", jobTitle="Engineer")

    def promote(_sent: Sent) -> None:
        instep.target.on_request = None
        instep.change("bob", jobTitle="Director")

    instep.target.on_request = promote
    assert instep.cycle().counts.updated == 1
    following = instep.cycle()
    assert (following.kind, following.counts.updated) == (CycleKind.INCREMENTAL, 1)


def test_one_failing_user_fails_alone_and_the_log_says_why(instep: Installation) -> None:
    instep.hire_all(["ada", "bob"])
    instep.hire("cid", surname="")
    instep.assign_all()
    with instep.database.write() as connection:
        connection.exec_driver_sql(
            "UPDATE users SET attributes = json_remove(attributes, '$.surname') WHERE id = 'cid'"
        )
    summary = instep.cycle()
    assert (summary.counts.created, summary.counts.failed) == (2, 1)
    [entry] = instep.log("cid")
    assert (entry.entry.status, entry.entry.code) == (Status.FAILURE, "MissingValues")


class LedgerThatRecordsLate(StoredLedger):
    """The stored ledger; a batch is recorded only after a look for newer leavers."""

    def __init__(self, database: Database, has_looked: threading.Event) -> None:
        super().__init__(database)
        self.has_looked = has_looked

    def record(self, *arguments: Any) -> Collection[str]:
        self.has_looked.wait(10)
        return super().record(*arguments)


class FeedThatTellsOfLooks(StoredFeed):
    """The stored feed; it tells when it was looked for newer leavers."""

    def __init__(self, database: Database, has_looked: threading.Event) -> None:
        super().__init__(database)
        self.has_looked = has_looked

    def linked_and_changed(self, *arguments: Any) -> Batch:
        found = super().linked_and_changed(*arguments)
        self.has_looked.set()
        return found


def test_who_leaves_before_the_new_account_is_recorded_loses_it_in_the_same_cycle(
    instep: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(everyone, "BATCH_SIZE", 10)
    hire_many(instep, 100)
    instep.assign_all()
    has_looked, once = threading.Event(), Once(lambda: instep.disable("u0003"))
    instep.feed, instep.ledger = (
        FeedThatTellsOfLooks(instep.database, has_looked),
        LedgerThatRecordsLate(instep.database, has_looked),
    )

    def leaves(sent: Sent) -> None:
        if sent.method == "POST" and who(instep, sent) == "u0003":
            once.happen()

    instep.target.on_request = leaves
    summary = instep.cycle()
    assert (summary.counts.created, summary.counts.disabled) == (100, 1)
    methods = [sent.method for sent in instep.target.writes]
    assert methods.index("PATCH") < 100, "long before the last account is made"
