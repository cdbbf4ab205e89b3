"""Does provisioning on demand keep apart from a cycle that runs at the same moment?

The cycle and the provisioning on demand share nothing but the database and the application, as two processes do.
"""

import os
import random
import threading
from collections import Counter
from collections.abc import Callable, Collection, Sequence
from datetime import datetime

import pytest

from fakes.installation import Installation
from fakes.memory_target import Sent
from instep.cycle.ports import Batch, Recorded, ToSend
from instep.ledger.cycles import Counts, Cycle
from instep.ledger.jobs import Job
from instep.rules.health.outcomes import Outcome
from instep.store.database import Database
from instep.store.feed import StoredFeed
from instep.store.ledger import StoredLedger

Act = Callable[[], object]
SEEDS = int(os.environ.get("INSTEP_ON_DEMAND_SEEDS", "5"))


class FeedWithMoments(StoredFeed):
    """The stored feed; right after a page of the second pass was read, something happens."""

    def __init__(self, database: Database, act: Act) -> None:
        super().__init__(database)
        self.act: Act | None = act

    def walk(self, job: Job, cycle: Cycle, after: str | None, limit: int) -> Batch:
        batch = super().walk(job, cycle, after, limit)
        act, self.act = self.act, None
        if act is not None:
            act()
        return batch


class LedgerWithMoments(StoredLedger):
    """The stored ledger; before anything is recorded, something may happen."""

    def __init__(self, database: Database, act: Act) -> None:
        super().__init__(database)
        self.act = act

    def record_sent(
        self, job: Job, cycle: Cycle, operations: Sequence[ToSend], decided_at: int, now: datetime
    ) -> tuple[Sequence[int], Collection[str]]:
        self.act()
        return super().record_sent(job, cycle, operations, decided_at, now)

    def record(
        self, job: Job, cycle: Cycle, recorded: Recorded, counts: Counts, cursor: str | None, now: datetime
    ) -> Collection[str]:
        self.act()
        return super().record(job, cycle, recorded, counts, cursor, now)


def provisioned(instep: Installation, *user_ids: str) -> None:
    instep.hire_all(user_ids)
    for user_id in user_ids:
        instep.assign(user_id)
    instep.cycle()
    instep.target.forget_requests()


def codes(instep: Installation, user_id: str) -> list[tuple[str, str]]:
    """The user's log: which kind of cycle, and the code; the oldest first."""
    kinds = dict(instep.rows("SELECT id, kind FROM cycles"))
    return [(kinds[each.cycle_id], each.entry.code) for each in instep.log(user_id)]


def test_what_a_cycle_had_decided_before_is_decided_again_and_not_sent(instep: Installation) -> None:
    instep.hire("ada")
    instep.assign("ada")
    instep.feed = FeedWithMoments(instep.database, lambda: instep.on_demand("ada"))
    summary = instep.cycle()
    assert [sent.method for sent in instep.target.writes] == ["POST"]
    assert codes(instep, "ada") == [("on demand", "EntryExportAdd"), ("initial", "RedundantExport")]
    assert (summary.counts.users, summary.counts.skipped) == (1, 1)
    assert instep.rows("SELECT * FROM claims") == []


def test_a_decision_to_do_nothing_overwrites_nothing_that_was_written_on_demand(instep: Installation) -> None:
    """The cycle reads an account that is as wanted; by the time that it is linked, it says something else."""
    instep.hire("ada", jobTitle="Engineer")
    instep.assign("ada")
    instep.cycle()
    instep.wait(hours=1)
    with instep.database.write() as connection:
        connection.exec_driver_sql("DELETE FROM links")

    def director() -> None:
        instep.change("ada", jobTitle="Director")
        instep.on_demand("ada")

    instep.jobs.restart(instep.job, instep.now, "tester")
    instep.feed = FeedWithMoments(instep.database, director)
    instep.cycle()
    assert instep.target.accounts["account-000001"]["title"] == "Director"
    assert instep.link("ada").last_written["title"] == "Director"  # type: ignore[union-attr]
    assert codes(instep, "ada")[1:] == [("on demand", "EntryExportUpdate"), ("initial", "RedundantExport")]


def test_a_removal_that_a_cycle_had_decided_is_not_sent_after_the_user_came_back_on_demand(
    instep: Installation,
) -> None:
    provisioned(instep, "ada")
    instep.unassign("ada")
    done: list[object] = []

    def comes_back() -> None:
        if not done:
            done.append(instep.assign("ada"))
            instep.on_demand("ada")

    instep.ledger = LedgerWithMoments(instep.database, comes_back)
    instep.cycle()
    assert instep.target.accounts["account-000001"]["active"] is True
    assert instep.link("ada").is_active  # type: ignore[union-attr]
    assert instep.target.writes == []


def test_someone_whom_a_cycle_is_writing_at_this_moment_is_waited_for(instep: Installation) -> None:
    provisioned(instep, "ada")
    instep.change("ada", jobTitle="Engineer")
    reports: list[object] = []
    other = threading.Thread(target=lambda: reports.append(instep.on_demand("ada")))

    def on_request(sent: Sent) -> None:
        if sent.method == "PATCH" and not other.ident:
            other.start()

    instep.target.on_request = on_request
    instep.cycle()
    other.join(timeout=30)
    assert [sent.method for sent in instep.target.sent] == ["PATCH", "GET"]
    assert codes(instep, "ada")[1:] == [("incremental", "EntryExportUpdate"), ("on demand", "RedundantExport")]


def beside(instep: Installation, user_id: str, moment: Callable[[Sent], bool]) -> threading.Thread:
    """Provisions a user on demand from the first request on that is such a moment; the application is slow."""
    other = threading.Thread(target=lambda: instep.on_demand(user_id))

    def on_request(sent: Sent) -> None:
        if not other.ident and moment(sent):
            other.start()

    instep.target.takes_seconds = 0.2
    instep.target.on_request = on_request
    return other


def created(sent: Sent, user_id: str) -> bool:
    return sent.method == "POST" and sent.body["userName"] == f"{user_id}@corp.example"


def test_what_waits_to_be_sent_is_withdrawn_for_whoever_is_wanted(instep: Installation) -> None:
    users = [f"u{number}" for number in range(8)]
    instep.hire_all(users)
    instep.assign_all()
    instep.settle(concurrency=1)
    other = beside(instep, "u7", lambda sent: created(sent, "u0"))
    instep.cycle()
    other.join(timeout=30)
    order = [sent.body["userName"].partition("@")[0] for sent in instep.target.writes]
    assert sorted(order) == users
    assert order[-1] == "u6"
    assert codes(instep, "u7") == [("on demand", "EntryExportAdd"), ("initial", "RedundantExport")]
    assert codes(instep, "u6") == [("initial", "EntryExportAdd")]


def test_what_was_answered_is_recorded_before_its_batch_for_whoever_is_wanted(instep: Installation) -> None:
    users = [f"u{number}" for number in range(8)]
    instep.hire_all(users)
    instep.assign_all()
    instep.settle(concurrency=1)
    other = beside(instep, "u0", lambda sent: created(sent, "u1"))
    instep.cycle()
    other.join(timeout=30)
    assert [row[0] for row in instep.rows("SELECT user_id FROM provisioning_log ORDER BY id")][:2] == ["u0", "u0"]
    assert codes(instep, "u0") == [("initial", "EntryExportAdd"), ("on demand", "RedundantExport")]
    assert [sent.method for sent in instep.target.writes] == ["POST"] * 8
    assert [each.entry.code for each in instep.log("u7")] == ["EntryExportAdd"]


def test_others_are_not_held_up(instep: Installation) -> None:
    provisioned(instep, "ada", "bob")
    instep.change("ada", jobTitle="Engineer")
    instep.change("bob", jobTitle="Engineer")
    instep.feed = FeedWithMoments(instep.database, lambda: instep.on_demand("ada"))
    summary = instep.cycle()
    assert len(instep.target.writes) == 2
    assert (summary.counts.updated, summary.counts.skipped) == (1, 1)


class KilledError(Exception):
    """Stands for the end of a process: whatever was under way is left as it is, and the locks are gone."""


def killed_after_the_create(instep: Installation, user_id: str) -> None:
    """Provisioning on demand that ends right after the application has had its effect."""

    def die(sent: Sent, _outcome: Outcome) -> None:
        if sent.method == "POST":
            instep.target.on_answer = None
            raise KilledError

    instep.target.on_answer = die
    with pytest.raises((KilledError, BaseExceptionGroup)):
        instep.on_demand(user_id)


def test_after_a_kill_the_next_cycle_finds_the_account_and_creates_no_second(instep: Installation) -> None:
    instep.hire("ada")
    instep.assign("ada")
    killed_after_the_create(instep, "ada")
    assert instep.rows("SELECT state FROM operations") == [("sent",)]
    summary = instep.cycle()
    assert [sent.method for sent in instep.target.writes] == ["POST"]
    assert instep.link("ada").account_id == "account-000001"  # type: ignore[union-attr]
    assert summary.counts.users == 1
    assert instep.rows("SELECT * FROM claims") == []


def test_after_a_kill_it_can_be_tried_again_on_demand(instep: Installation) -> None:
    instep.hire("ada")
    instep.assign("ada")
    killed_after_the_create(instep, "ada")
    report = instep.on_demand("ada")
    assert report.summary.counts.failed == 0
    assert [sent.method for sent in instep.target.writes] == ["POST"]
    assert instep.rows("SELECT state FROM cycles ORDER BY begun_at, id") == [("interrupted",), ("succeeded",)]
    assert instep.link("ada").account_id == "account-000001"  # type: ignore[union-attr]


def test_a_kill_beside_a_running_cycle_lets_that_cycle_find_the_account(instep: Installation) -> None:
    instep.hire_all(["ada", "bob"])
    instep.assign("ada")
    instep.assign("bob")
    instep.feed = FeedWithMoments(instep.database, lambda: killed_after_the_create(instep, "ada"))
    summary = instep.cycle()
    assert sorted(sent.body["userName"] for sent in instep.target.writes) == ["ada@corp.example", "bob@corp.example"]
    assert summary.counts.users == 2
    assert instep.link("ada").account_id == "account-000001"  # type: ignore[union-attr]
    assert instep.rows("SELECT * FROM claims") == []


def test_what_a_killed_cycle_left_under_way_is_found_out_on_demand(instep: Installation) -> None:
    instep.hire("ada")
    instep.assign("ada")

    def die(_sent: Sent, _outcome: Outcome) -> None:
        instep.target.on_answer = None
        raise KilledError

    instep.target.on_answer = die
    with pytest.raises((KilledError, BaseExceptionGroup)):
        instep.cycle()
    instep.on_demand("ada")
    assert [sent.method for sent in instep.target.writes] == ["POST"]
    assert instep.link("ada").account_id == "account-000001"  # type: ignore[union-attr]
    instep.cycle()
    assert [sent.method for sent in instep.target.writes] == ["POST"]


@pytest.mark.parametrize("seed", range(SEEDS))
def test_whenever_it_comes_there_is_one_account_each_as_wanted_and_one_entry_a_cycle(
    instep: Installation, seed: int
) -> None:
    """A random world: at every moment at which a cycle writes something down, somebody may be provisioned on demand."""
    chance = random.Random(seed)
    users = [f"u{number}" for number in range(6)]
    provisioned(instep, *users[:3])
    instep.hire_all(users[3:])
    acts = (
        lambda user: instep.change(user, jobTitle=chance.choice("abc")),
        lambda user: instep.assign(user),
        lambda user: instep.unassign(user) if assigned(instep, user) else None,
        lambda user: instep.disable(user),
        lambda user: instep.enable(user),
    )

    one_at_a_time = threading.Lock()

    def moment() -> None:
        """What is under way is waited for, and this moment is within a cycle that would wait here."""
        if not one_at_a_time.acquire(blocking=False):
            return
        try:
            something_happens()
        finally:
            one_at_a_time.release()

    def something_happens() -> None:
        if chance.random() < 0.5:
            chance.choice(acts)(chance.choice(users))
        user = chance.choice(users)
        under_way = [row[0] for row in instep.rows("SELECT user_id FROM operations WHERE state = 'sent'")]
        if chance.random() < 0.6 and user not in under_way:
            instep.on_demand(user)

    instep.settle(removals=1000)
    for _ in range(4):
        for user in users:
            if chance.random() < 0.5:
                chance.choice(acts)(user)
        instep.ledger = LedgerWithMoments(instep.database, moment)
        instep.cycle()
    instep.ledger = None
    instep.cycle()
    instep.target.forget_requests()
    assert instep.cycle().counts.users == 0
    assert not instep.target.sent
    names = Counter(account["userName"] for account in instep.target.accounts.values())
    assert set(names.values()) <= {1}
    # Whoever becomes a leaver after their entry has a second one, of the removal.
    entries = Counter(instep.rows("SELECT cycle_id, user_id, action = 'disable' FROM provisioning_log"))
    assert set(entries.values()) <= {1}
    for user in users:
        is_wanted = assigned(instep, user) and instep.directory_user(user).is_enabled
        account = instep.target.named(f"{user}@corp.example")
        assert (account is not None and account["active"]) == is_wanted, user
        if account is not None and is_wanted:
            assert account.get("title") == instep.directory_user(user).attributes.get("jobTitle")
            assert instep.link(user).last_written.get("title") == account.get("title")  # type: ignore[union-attr]


def assigned(instep: Installation, user_id: str) -> bool:
    return any(each.principal_id == user_id for each in instep.applications.assignments(instep.app.id))
