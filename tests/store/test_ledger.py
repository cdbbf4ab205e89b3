"""What does the ledger keep, and when does it move on? The port of the cycle, over SQLite."""

from datetime import timedelta
from typing import Any

import pytest

from fakes.installation import Installation
from instep.cycle.aftermath import Aftermath
from instep.cycle.ports import AdministratorActed, Recorded, ToSend
from instep.ledger.cycles import Counts, Cycle, CycleKind, CycleState
from instep.ledger.health import JobHealth
from instep.ledger.plans import Held, PlanSubject, planned_operation
from instep.ledger.quarantine import Problem, Quarantine
from instep.ledger.records import Action, Escrow, Link, LogEntry, OperationState, Origin, Status
from instep.rules.health.outcomes import FailedRequest
from instep.rules.health.quarantine import QuarantineReason
from instep.rules.matching.match import Account
from instep.rules.planning.plan import Operation, OperationKind
from instep.rules.scoping.standing import Scope
from instep.store.feed import StoredFeed
from instep.store.ledger import StoredLedger


@pytest.fixture
def ledger(installed: Installation) -> StoredLedger:
    return StoredLedger(installed.database)


def begin(instep: Installation, ledger: StoredLedger) -> Cycle:
    return ledger.begin(instep.job, instep.now, instep.now, instep.new_id())[0]


def write(instep: Installation, ledger: StoredLedger, cycle: Cycle, cursor: str | None = None, **what: Any) -> None:
    ledger.record(instep.job, cycle, Recorded(**what), Counts(), cursor, instep.now)


def link(user_id: str, account_id: str, is_active: bool = True, **values: Any) -> Link:
    return Link(user_id, account_id, is_active, Origin.CREATED, values)


def entry(user_id: str, code: str = "RedundantExport") -> LogEntry:
    return LogEntry(user_id, f"{user_id}@x", None, Action.OTHER, Status.SKIPPED, code, {})


def disable(user_id: str, before: dict[str, Any] | None = None, kind: OperationKind = OperationKind.DISABLE) -> ToSend:
    return ToSend(user_id, Operation(kind, f"a-{user_id}", before or {}, {"active": False}, leaves_active=False))


def held(user_id: str) -> Held:
    return Held(planned_operation(entry(user_id), disable(user_id).operation, 0), PlanSubject.REMOVALS)


def sent(instep: Installation, ledger: StoredLedger, cycle: Cycle, *operations: ToSend) -> list[int]:
    ids, stale = ledger.record_sent(instep.job, cycle, operations, StoredFeed(instep.database).head(), instep.now)
    assert not stale
    return list(ids)


def test_the_first_cycle_is_initial_and_after_one_that_succeeded_incremental(
    installed: Installation, ledger: StoredLedger
) -> None:
    installed.hire("ada")
    first = begin(installed, ledger)
    assert (first.kind, first.since, first.head) == (CycleKind.INITIAL, None, StoredFeed(installed.database).head())
    ledger.end(installed.job, first, CycleState.SUCCEEDED, Counts(), installed.now, None)
    installed.hire("bob")
    second = begin(installed, ledger)
    assert (second.kind, second.since) == (CycleKind.INCREMENTAL, first.head)


@pytest.mark.parametrize("state", [CycleState.SUPERSEDED, CycleState.INTERRUPTED])
def test_a_cycle_that_did_not_succeed_moves_no_watermark(
    installed: Installation, ledger: StoredLedger, state: CycleState
) -> None:
    cycle = begin(installed, ledger)
    ledger.end(installed.job, cycle, state, Counts(), installed.now, "why")
    assert installed.job.watermark is None


def test_an_interrupted_cycle_goes_on_with_its_cursor_and_its_counts(
    installed: Installation, ledger: StoredLedger
) -> None:
    cycle = begin(installed, ledger)
    counts = Counts(users=7, created=3)
    counts.requests["POST"] += 3
    ledger.record(installed.job, cycle, Recorded(), counts, "ada", installed.now)
    ledger.end(installed.job, cycle, CycleState.INTERRUPTED, counts, installed.now, "why")
    again, resumed = ledger.begin(installed.job, installed.now, installed.now, "another")
    assert (again.id, again.cursor, again.head) == (cycle.id, "ada", cycle.head)
    assert resumed == counts


def test_the_cursor_moves_only_with_a_batch_that_gives_one(installed: Installation, ledger: StoredLedger) -> None:
    cycle = begin(installed, ledger)
    write(installed, ledger, cycle, "ada")
    write(installed, ledger, cycle)
    assert begin(installed, ledger).cursor == "ada"
    write(installed, ledger, cycle, "bob")
    assert begin(installed, ledger).cursor == "bob"


def test_a_cycle_of_another_configuration_is_superseded_with_an_end(
    installed: Installation, ledger: StoredLedger
) -> None:
    cycle = begin(installed, ledger)
    installed.settle(scope=Scope.ALL)
    another = begin(installed, ledger)
    assert another.id != cycle.id
    [(state, ended_at)] = installed.rows(f"SELECT state, ended_at FROM cycles WHERE id = '{cycle.id}'")
    assert state == "superseded"
    assert ended_at is not None


def test_an_operation_is_open_until_its_end_is_written(installed: Installation, ledger: StoredLedger) -> None:
    cycle = begin(installed, ledger)
    one, two, three = sent(installed, ledger, cycle, disable("ada"), disable("bob"), disable("cid"))
    assert [operation.id for operation in ledger.open_operations(installed.job)] == [one, two, three]
    ends = [(one, OperationState.DONE), (two, OperationState.UNKNOWN), (three, OperationState.STALE)]
    write(installed, ledger, cycle, operations=ends)
    [left] = ledger.open_operations(installed.job)
    assert (left.id, left.user_id, left.account_id, left.after) == (two, "bob", "a-bob", {"active": False})


def test_operations_of_a_later_change_are_written_down_as_stale(installed: Installation, ledger: StoredLedger) -> None:
    installed.hire_all(["ada", "bob"])
    cycle = begin(installed, ledger)
    head = StoredFeed(installed.database).head()
    installed.change("ada", jobTitle="x")
    ids, stale = ledger.record_sent(installed.job, cycle, [disable("ada"), disable("bob")], head, installed.now)
    assert set(stale) == {"ada"}
    assert [operation.id for operation in ledger.open_operations(installed.job)] == [ids[1]]


def test_a_change_of_a_group_or_of_everyone_makes_all_operations_stale(
    installed: Installation, ledger: StoredLedger
) -> None:
    installed.hire_all(["ada", "bob"])
    cycle = begin(installed, ledger)
    head = StoredFeed(installed.database).head()
    installed.assign_all()
    _, stale = ledger.record_sent(installed.job, cycle, [disable("ada"), disable("bob")], head, installed.now)
    assert set(stale) == {"ada", "bob"}


def test_nothing_is_written_down_for_a_configuration_that_is_no_more(
    installed: Installation, ledger: StoredLedger
) -> None:
    job, cycle = installed.job, begin(installed, ledger)
    installed.settle(scope=Scope.ALL)
    with pytest.raises(AdministratorActed):
        ledger.record_sent(job, cycle, [disable("ada")], 0, installed.now)
    assert ledger.open_operations(job) == []


def test_a_link_has_one_owner_is_written_over_and_ends(installed: Installation, ledger: StoredLedger) -> None:
    cycle = begin(installed, ledger)
    write(installed, ledger, cycle, links=[link("ada", "a1", title="x"), link("bob", "a2", is_active=False)])
    assert ledger.owners(installed.job, ["a1", "a2", "a3"]) == {"a1": "ada", "a2": "bob"}
    assert ledger.active_links(installed.job) == 1
    write(installed, ledger, cycle, links=[link("ada", "a9", is_active=False, title="y")])
    assert installed.link("ada") == link("ada", "a9", is_active=False, title="y")
    write(installed, ledger, cycle, unlinked=["ada"])
    assert installed.link("ada") is None
    assert ledger.owners(installed.job, ["a9"]) == {}


def test_a_user_who_moves_to_another_account_in_one_batch_is_linked_to_the_new_one(
    installed: Installation, ledger: StoredLedger
) -> None:
    cycle = begin(installed, ledger)
    write(installed, ledger, cycle, links=[link("ada", "a1")])
    write(installed, ledger, cycle, unlinked=["ada"], links=[link("ada", "a2")])
    assert ledger.owners(installed.job, ["a1", "a2"]) == {"a2": "ada"}


def test_an_escrow_counts_on_and_is_released(installed: Installation, ledger: StoredLedger) -> None:
    cycle = begin(installed, ledger)
    first = Escrow("ada", installed.now, 1, installed.now, "Timeout", {"detail": "late"})
    later = Escrow("ada", installed.now + timedelta(days=1), 2, installed.now + timedelta(days=2), "Timeout", {})
    write(installed, ledger, cycle, escrows=[first])
    assert installed.jobs.escrows(installed.job) == [first]
    write(installed, ledger, cycle, escrows=[later])
    [kept] = installed.jobs.escrows(installed.job)
    assert (kept.since, kept.attempts, kept.next_attempt_at) == (first.since, 2, later.next_attempt_at)
    write(installed, ledger, cycle, released=["ada"])
    assert installed.jobs.escrows(installed.job) == []


def test_a_hold_ends_with_the_next_entry_of_another_kind(installed: Installation, ledger: StoredLedger) -> None:
    cycle = begin(installed, ledger)
    write(installed, ledger, cycle, held=[held("ada"), held("bob")], entries=[entry("ada"), entry("bob")])
    assert installed.jobs.held(installed.job) == 2
    write(installed, ledger, cycle, held=[held("ada")], entries=[entry("ada")])
    assert installed.jobs.held(installed.job) == 2
    write(installed, ledger, cycle, entries=[entry("bob")])
    assert installed.jobs.held(installed.job) == 1


def test_removals_are_counted_in_a_window_once_they_are_done(installed: Installation, ledger: StoredLedger) -> None:
    cycle = begin(installed, ledger)
    delete = OperationKind.DELETE
    ids = sent(
        installed,
        ledger,
        cycle,
        disable("ada"),
        disable("bob"),
        disable("cid", {"active": True}, delete),
        disable("dan", {"active": False}, delete),
        disable("eve", {}, OperationKind.UPDATE),
    )
    ends = [(number, OperationState.DONE) for number in ids if number != ids[1]]
    write(installed, ledger, cycle, operations=[*ends, (ids[1], OperationState.FAILED)])
    assert ledger.removals_since(installed.job, installed.now - timedelta(seconds=1)) == 2
    assert ledger.removals_since(installed.job, installed.now) == 0


def test_accounts_of_a_walk_are_kept_once_found_in_any_letter_case_and_forgotten(
    installed: Installation, ledger: StoredLedger
) -> None:
    ada, twin = Account("a1", {"userName": "Ada@X", "active": True}), Account("a2", {"userName": "ada@x"})
    assert ledger.keep_accounts(installed.job, [ada, twin], ["userName", "externalId"]) == 2
    assert ledger.keep_accounts(installed.job, [ada, Account("a3", {})], ["userName", "externalId"]) == 1
    assert ledger.kept_accounts(installed.job, "userName", ["ada@x", "bob@x"]) == {"ada@x": [ada, twin]}
    ledger.forget_accounts(installed.job)
    assert ledger.kept_accounts(installed.job, "userName", ["ada@x"]) == {}


def test_what_a_cycles_end_means_for_its_job_is_written_down_whole(
    installed: Installation, ledger: StoredLedger
) -> None:
    now, later = installed.now, installed.now + timedelta(hours=6)
    quarantine = Quarantine(
        QuarantineReason.QUARANTINE_EXCEPTION,
        Problem("Refused", "refused", is_for_the_administrator=False),
        now,
        now,
        later,
        3,
        later,
        (
            FailedRequest(now, "GET", "https://x/Users", 401, "no"),
            FailedRequest(now, "POST", "https://x", None, "lost"),
        ),
    )
    aftermath = Aftermath(JobHealth(2, now, True, now, later), quarantine, later)
    cycle = begin(installed, ledger)
    ledger.end(installed.job, cycle, CycleState.INTERRUPTED, Counts(), now, "why", aftermath)
    job = installed.job
    assert (job.health, job.quarantine, job.not_before) == (aftermath.health, quarantine, later)
    ledger.end(job, cycle, CycleState.SUCCEEDED, Counts(), now, None, Aftermath(JobHealth()))
    assert (installed.job.health, installed.job.quarantine, installed.job.not_before) == (JobHealth(), None, None)


def test_a_log_entry_is_read_back_with_what_its_operation_changed(
    installed: Installation, ledger: StoredLedger
) -> None:
    cycle = begin(installed, ledger)
    update = Operation(OperationKind.UPDATE, "a1", {"title": "x"}, {"title": "Médecin \U0001f600"}, leaves_active=True)
    [number] = sent(installed, ledger, cycle, ToSend("ada", update))
    done = LogEntry(
        "ada", "ada@x", "a1", Action.UPDATE, Status.SUCCESS, "EntryExportUpdate", {"a": [1, None]}, 12, number
    )
    write(installed, ledger, cycle, entries=[done], operations=[(number, OperationState.DONE)])
    [read] = installed.log()
    assert (read.entry, read.at, read.cycle_id) == (done, installed.now, cycle.id)
    assert (read.before, read.after) == ({"title": "x"}, {"title": "Médecin \U0001f600"})
